//! Comments that speak to lblint: one before or behind the header of a section speaks of the section.

use super::statement::StatementKind;
use super::tree::Tree;
use crate::source::{Span, View};
use crate::syntax::remark::{self, Outline, Remark};

/// The remarks of a text; `written` is what stands in the file where readers see placeholders.
pub fn remarks(tree: &Tree, view: View<'_>, written: &str) -> Vec<Remark> {
    remark::remarks(written, view, tree.comments(view).map(|comment| comment.span), &Text { tree, view })
}

struct Text<'a> {
    tree: &'a Tree,
    view: View<'a>,
}

impl Text<'_> {
    /// A statement, or the section that it begins, up to the next one.
    fn extent(&self, index: usize) -> Option<Span> {
        let statement = self.tree.statements.get(index)?;
        if statement.kind() != StatementKind::Section {
            return Some(statement.span);
        }
        let sections = self.tree.sections();
        let position = sections.binary_search_by_key(&(index as u32), |section| section.header.0).ok()?;
        let next = self.tree.statements.get(sections.get(position)?.body.end as usize);
        Some(Span::new(statement.span.start, next.map_or(self.view.span().end, |next| next.span.start)))
    }
}

impl Outline for Text<'_> {
    fn first(&self) -> Option<u32> {
        self.tree.statements.first().map(|statement| statement.span.start)
    }

    fn before(&self, comment: Span) -> Option<Span> {
        let after = self.tree.statements.partition_point(|statement| statement.span.end <= comment.start);
        self.extent(after.checked_sub(1)?)
    }

    fn after(&self, comment: Span) -> Option<Span> {
        self.extent(self.tree.statements.partition_point(|statement| statement.span.start < comment.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::haproxy::Grammar;
    use crate::syntax::haproxy::parse;

    type Ends<'t> = (&'t str, &'t str);

    /// The first and the last line of what each remark covers, and whether it may speak of the whole file.
    fn covered(text: &str) -> Vec<(&str, Option<Ends<'_>>, bool)> {
        let view = View::new(text, 0);
        let tree = parse(view, &Grammar::load(), &mut Vec::new());
        let found = remarks(&tree, view, text);
        let ends = |span: Span| {
            let lines: Vec<&str> = view.slice(span).trim_end().lines().map(str::trim).collect();
            (lines[0], lines[lines.len() - 1])
        };
        found.iter().map(|remark| (view.slice(remark.words), remark.covers.map(ends), remark.file.is_some())).collect()
    }

    #[test]
    fn a_comment_covers_its_statement_the_next_one_or_a_section() {
        let text = "# lblint: top\nbackend a # lblint: header\n  server x 1.1.1.1:1 # lblint: own\n  # lblint: next\n\n  server y 1.1.1.1:2\n# lblint: section\n# another\nbackend b\n  server z 1.1.1.1:3\n# lblint: end\n";
        assert_eq!(
            covered(text),
            [
                ("top", Some(("backend a # lblint: header", "# another")), true),
                ("header", Some(("backend a # lblint: header", "# another")), false),
                ("own", Some(("server x 1.1.1.1:1", "server x 1.1.1.1:1")), false),
                ("next", Some(("server y 1.1.1.1:2", "server y 1.1.1.1:2")), false),
                ("section", Some(("backend b", "# lblint: end")), false),
                ("end", None, false),
            ]
        );
    }

    #[test]
    fn only_comments_count() {
        let text = "backend a\n  http-request set-header X \"# lblint: allow(x)\"\n  http-request set-header Y \\# lblint:\n  # see lblint: allow(x)\n";
        assert!(covered(text).is_empty());
    }
}
