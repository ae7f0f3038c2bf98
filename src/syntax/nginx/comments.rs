//! What stands between statements: gaps, and the comments in them. Nothing of this is stored.

use memchr::{memchr, memrchr};

use super::lexer;
use super::statement::{Statement, StatementKind};
use super::tree;
use super::words::Words;
use crate::source::{Span, View};
use crate::syntax::ids::BYTE_ORDER_MARK;

/// The parts of a text that belong to no statement's header, Lua body or error.
#[derive(Clone, Debug)]
pub struct Gaps<'a> {
    statements: std::slice::Iter<'a, Statement>,
    view: View<'a>,
    /// Where the next gap starts; `None` after the last one.
    start: Option<u32>,
}

impl<'a> Gaps<'a> {
    pub(super) fn new(statements: &'a [Statement], view: View<'a>) -> Self {
        Self { statements: statements.iter(), view, start: Some(view.base) }
    }

    /// The gap before the next statement, and that statement; `None` after the last gap.
    fn step(&mut self) -> Option<(Span, Option<&'a Statement>)> {
        let start = self.start?;
        let next = self.statements.next();
        self.start = next.map(|statement| own(statement, self.view).end);
        let end = next.map_or(self.view.span().end, |statement| statement.span.start);
        Some((Span::new(start, end), next))
    }
}

impl Iterator for Gaps<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            let (gap, _) = self.step()?;
            if !gap.is_empty() {
                return Some(gap);
            }
        }
    }
}

/// What belongs to a statement itself, and not to those that it encloses.
fn own(statement: &Statement, view: View<'_>) -> Span {
    if statement.kind() == StatementKind::Lua { statement.span } else { tree::header(statement, view) }
}

/// A comment, from its `#` to the end of the line without trailing blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands.
    pub span: Span,
    /// Whether something else than blanks stands before it on the line.
    pub is_trailing: bool,
}

/// The comments of a text, in order; those of Lua are not among them.
#[derive(Clone, Debug)]
pub struct Comments<'a> {
    gaps: Gaps<'a>,
    view: View<'a>,
    /// What is left of the current gap, or of the space between two words.
    rest: Span,
    /// The statement after the gap, if it has comments between its words: those that are left, and where the last one
    /// that was taken ends.
    words: Option<(Words<'a>, u32)>,
}

impl<'a> Comments<'a> {
    pub(super) fn new(statements: &'a [Statement], view: View<'a>) -> Self {
        Self { gaps: Gaps::new(statements, view), view, rest: Span::empty(view.base), words: None }
    }

    /// Moves to the next space in which comments can stand.
    fn refill(&mut self) -> Option<()> {
        if let Some((words, end)) = &mut self.words {
            if let Some(word) = words.next() {
                self.rest = Span::new(*end, word.span.start);
                *end = word.span.end;
                return Some(());
            }
            self.words = None;
        }
        let (gap, statement) = self.gaps.step()?;
        self.rest = gap;
        self.words = statement
            .filter(|statement| statement.has_inner_comment())
            .map(|statement| (tree::words(statement, self.view), statement.span.start));
        Some(())
    }

    /// The comment whose `#` stands at `start`.
    fn comment(&mut self, start: u32) -> Comment {
        let text = self.view.text.as_bytes();
        let at = (start - self.view.base) as usize;
        let end = lexer::comment_end(text, at);
        let comment = text.get(at..end).unwrap_or_default();
        let length = lexer::content_end(comment);
        self.rest.start = self.rest.end.min(self.view.base + end as u32);
        Comment { span: Span::new(start, start + length as u32), is_trailing: is_trailing(text, at) }
    }
}

impl Iterator for Comments<'_> {
    type Item = Comment;

    fn next(&mut self) -> Option<Comment> {
        loop {
            let text = self.view.slice(self.rest).as_bytes();
            match memchr(b'#', text) {
                Some(at) => return Some(self.comment(self.rest.start + at as u32)),
                None => self.refill()?,
            }
        }
    }
}

fn is_trailing(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = memrchr(b'\n', before).map_or(0, |feed| feed + 1);
    let before = before.get(line..).unwrap_or_default();
    let before = if line == 0 { before.strip_prefix(BYTE_ORDER_MARK).unwrap_or(before) } else { before };
    !before.iter().all(|&byte| lexer::is_blank(byte))
}
