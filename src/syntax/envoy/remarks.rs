//! Comments that speak to lblint (YAML): one before or behind the first line of an item or of a field speaks of all of it.

use super::node::{NodeId, NodeKind};
use super::tree::Tree;
use crate::source::{Span, View};
use crate::syntax::remark::{self, Outline, Remark, before_on_line};

/// The remarks of a text; `written` is what stands in the file where readers see placeholders.
pub fn remarks(tree: &Tree, view: View<'_>, written: &str) -> Vec<Remark> {
    remark::remarks(written, view, tree.comments().iter().copied(), &Text { tree, view })
}

struct Text<'a> {
    tree: &'a Tree,
    view: View<'a>,
}

impl Text<'_> {
    /// The first item or field that begins at an offset or behind it, the outermost one; a document as a whole is none.
    fn beginning_from(&self, offset: u32) -> Option<Span> {
        let documents = self.tree.documents().iter().copied();
        documents.filter(|root| self.tree.span(*root).end > offset).find_map(|root| self.within(root, offset))
    }

    fn within(&self, mut container: NodeId, offset: u32) -> Option<Span> {
        loop {
            let parts = self.parts(container);
            let (span, inner) = parts.into_iter().find(|(span, _)| span.end > offset)?;
            if span.start >= offset {
                return Some(span);
            }
            container = inner;
        }
    }

    /// Fields, from the key to the end of the value, or items, each with the node that holds more of them.
    fn parts(&self, container: NodeId) -> Vec<(Span, NodeId)> {
        let tree = self.tree;
        match tree.kind(container) {
            NodeKind::Mapping => {
                tree.entries(container).map(|(key, value)| (tree.span(key).to(tree.span(value)), value)).collect()
            }
            NodeKind::Sequence => tree.children(container).map(|item| (tree.span(item), item)).collect(),
            NodeKind::Scalar | NodeKind::Alias | NodeKind::Error => Vec::new(),
        }
    }
}

impl Outline for Text<'_> {
    fn first(&self) -> Option<u32> {
        self.tree.iter().next().map(|(_, node)| node.span.start)
    }

    fn before(&self, comment: Span) -> Option<Span> {
        let written = before_on_line(self.view, comment);
        // Behind the dash of an item whose first line is the next one.
        let is_dash = written.chars().all(|character| matches!(character, '-' | ' '));
        let line = comment.start - written.len() as u32;
        self.beginning_from(line).filter(|span| is_dash || span.start < comment.start)
    }

    fn after(&self, comment: Span) -> Option<Span> {
        self.beginning_from(comment.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::envoy::{Format, parse};

    /// The first and the last line of what each remark covers.
    fn covered(text: &str) -> Vec<(&str, Option<(&str, &str)>)> {
        let view = View::new(text, 0);
        let tree = parse(view, Format::Yaml, &mut Vec::new());
        let ends = |span: Span| {
            let lines: Vec<&str> = view.slice(span).lines().map(str::trim).collect();
            (lines[0], lines[lines.len() - 1])
        };
        let found = remarks(&tree, view, text);
        found.iter().map(|remark| (view.slice(remark.words), remark.covers.map(ends))).collect()
    }

    #[test]
    fn a_comment_covers_its_item_or_field_or_the_next_one() {
        let text = "\
static_resources: # lblint: whole
  clusters:
    # lblint: next
    - name: a
      type: STATIC # lblint: field
      # lblint: below
      load_assignment:
        cluster_name: a
    - name: b # lblint: item
      hosts: [x,
        y] # lblint: bracket
    # lblint: end
";
        assert_eq!(
            covered(text),
            [
                ("whole", Some(("static_resources: # lblint: whole", "y]"))),
                ("next", Some(("name: a", "cluster_name: a"))),
                ("field", Some(("type: STATIC", "type: STATIC"))),
                ("below", Some(("load_assignment:", "cluster_name: a"))),
                ("item", Some(("name: b # lblint: item", "y]"))),
                ("bracket", Some(("y", "y"))),
                ("end", None),
            ]
        );
    }

    #[test]
    fn one_on_the_line_of_the_first_field_of_a_value_covers_that_field() {
        let text = "load_assignment:\n  cluster_name: a # lblint: field\n  endpoints: []\n";
        assert_eq!(covered(text), [("field", Some(("cluster_name: a", "cluster_name: a")))]);
    }

    #[test]
    fn one_behind_a_dash_covers_the_item() {
        let text = "clusters:\n- # lblint: item\n  name: a\n  type: STATIC\n- name: b\n";
        assert_eq!(covered(text), [("item", Some(("name: a", "type: STATIC")))]);
    }

    #[test]
    fn only_comments_count() {
        assert!(covered("a: '# lblint: allow(x)'\nb: x# lblint: y\nc: |\n  # lblint: allow(x)\n").is_empty());
    }
}
