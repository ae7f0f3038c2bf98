//! What stands between statements: gaps, and the comments in them. Nothing of this is stored.

use super::lexer;
use super::statement::Statement;
use crate::source::{Span, View};

/// The parts of a text that belong to no statement: blanks, comments, line ends, a byte order mark at the start, and
/// what follows a carriage return in the middle of a line, which the program ignores.
#[derive(Clone, Debug)]
pub struct Gaps<'a> {
    statements: std::slice::Iter<'a, Statement>,
    /// Where the next gap starts; `None` after the last one.
    start: Option<u32>,
    end: u32,
}

impl<'a> Gaps<'a> {
    pub(super) fn new(statements: &'a [Statement], view: View<'_>) -> Self {
        let span = view.span();
        Self { statements: statements.iter(), start: Some(span.start), end: span.end }
    }
}

impl Iterator for Gaps<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            let start = self.start?;
            let next = self.statements.next();
            self.start = next.map(|statement| statement.span.end);
            let gap = Span::new(start, next.map_or(self.end, |statement| statement.span.start));
            if !gap.is_empty() {
                return Some(gap);
            }
        }
    }
}

/// A comment, from its `#` to the end of the line without trailing blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands.
    pub span: Span,
    /// Whether a statement stands before it on the line.
    pub is_trailing: bool,
}

/// The comments of a text, in order.
#[derive(Clone, Debug)]
pub struct Comments<'a> {
    gaps: Gaps<'a>,
    view: View<'a>,
    /// What is left of the current gap.
    rest: Span,
    /// Whether `rest` begins on the line of a statement.
    after_statement: bool,
}

impl<'a> Comments<'a> {
    pub(super) const fn new(gaps: Gaps<'a>, view: View<'a>) -> Self {
        Self { gaps, view, rest: Span::empty(view.base), after_statement: false }
    }

    /// Takes one line from the rest of the gap, and says whether it is the end of a statement's line.
    fn next_line(&mut self) -> Option<(Span, bool)> {
        if self.rest.is_empty() {
            // Most gaps are a line end and blanks.
            let holds_sign = |gap: &Span| self.view.slice(*gap).as_bytes().contains(&b'#');
            self.rest = self.gaps.by_ref().find(holds_sign)?;
            self.after_statement = self.rest.start > self.view.base;
        }
        let text = self.view.slice(self.rest).as_bytes();
        let length = memchr::memchr(b'\n', text).map_or(text.len(), |at| at + 1);
        let line = Span::new(self.rest.start, self.rest.start + length as u32);
        let trailing = std::mem::take(&mut self.after_statement);
        self.rest.start = line.end;
        Some((line, trailing))
    }
}

impl Iterator for Comments<'_> {
    type Item = Comment;

    fn next(&mut self) -> Option<Comment> {
        loop {
            let (line, is_trailing) = self.next_line()?;
            let text = self.view.slice(line);
            let text = text.strip_suffix('\n').unwrap_or(text).as_bytes();
            let mark = if line.start == self.view.base && text.starts_with(crate::syntax::ids::BYTE_ORDER_MARK) {
                3
            } else {
                0
            };
            let start = lexer::skip_blanks(text, mark);
            if text.get(start) == Some(&b'#') {
                let end = lexer::content_end(text);
                return Some(Comment {
                    span: Span::new(line.start + start as u32, line.start + end as u32),
                    is_trailing,
                });
            }
        }
    }
}
