//! Comments that speak to lblint: one before or behind the header of a block speaks of the block.

use super::StatementId;
use super::lexer;
use super::statement::Statement;
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
    fn extent(&self, id: StatementId) -> Option<Span> {
        self.tree.get(id).map(|statement| statement.span)
    }
}

impl Outline for Text<'_> {
    fn first(&self) -> Option<u32> {
        self.tree.statements.first().map(|statement| statement.span.start)
    }

    /// What stands last before the comment: words, the `;` behind them, or a brace of a block.
    fn before(&self, comment: Span) -> Option<Span> {
        let text = self.view.slice(Span::new(self.view.base, comment.start)).as_bytes();
        let trimmed = |text: &[u8]| text.iter().rposition(|&byte| !lexer::is_blank(byte) && byte != b'\n');
        let last = trimmed(text)?;
        let last = if text.get(last) == Some(&b';') { trimmed(text.get(..last)?)? } else { last };
        self.extent(self.tree.statement_at(self.view.base + last as u32)?)
    }

    fn after(&self, comment: Span) -> Option<Span> {
        let around = self.tree.statement_at(comment.start);
        let is_block = |id: &StatementId| self.tree.get(*id).is_some_and(Statement::has_body);
        if let Some(id) = around.filter(|id| !is_block(id)) {
            // Between the words of a statement.
            return self.extent(id);
        }
        let index = self.tree.statements.partition_point(|statement| statement.span.start < comment.end);
        let next = self.tree.statements.get(index)?;
        (next.block() == around).then_some(next.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::nginx::Grammar;
    use crate::syntax::nginx::parse;

    /// What each remark covers, the first line of it.
    fn covered(text: &str) -> Vec<(&str, Option<&str>)> {
        let view = View::new(text, 0);
        let tree = parse(view, &Grammar::load(), &mut Vec::new());
        let first = |span: Span| view.slice(span).lines().next().unwrap();
        let found = remarks(&tree, view, text);
        found.iter().map(|remark| (view.slice(remark.words), remark.covers.map(first))).collect()
    }

    #[test]
    fn a_comment_covers_its_statement_the_next_one_or_a_block() {
        let text = "# lblint: block\nupstream a { # lblint: header\n  server b; server c; # lblint: own\n  # lblint: next\n  server d;\n  # lblint: end\n}\nserver\n{ # lblint: brace\n  listen 80;\n} # lblint: closed\n# lblint: nothing\n";
        assert_eq!(
            covered(text),
            [
                ("block", Some("upstream a { # lblint: header")),
                ("header", Some("upstream a { # lblint: header")),
                ("own", Some("server c")),
                ("next", Some("server d")),
                ("end", None),
                ("brace", Some("server")),
                ("closed", Some("server")),
                ("nothing", None),
            ]
        );
    }

    #[test]
    fn comments_between_words_belong_to_the_statement() {
        let text = "events {}\nhttp {\n  log_format a\n    # lblint: one\n    'x' # lblint: two\n    'y';\n}\n";
        assert_eq!(covered(text), [("one", Some("log_format a")), ("two", Some("log_format a"))]);
    }

    #[test]
    fn only_comments_count() {
        assert!(covered("http {\n  add_header X '# lblint: allow(x)';\n  add_header Y a# lblint: b;\n}\n").is_empty());
    }
}
