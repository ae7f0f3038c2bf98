//! The tree of one text: its statements in order, each with the block that it stands in.

use super::comments::{Comments, Gaps};
use super::lexer;
use super::statement::{Statement, StatementKind};
use super::words::Words;
use super::{NO_PARENT, StatementId};
use crate::source::{Span, View};

/// What reading a text gives. Statements stand before what they enclose. The words of the statements, the bodies of Lua
/// blocks, the errors and the gaps partition the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// All statements, by offset.
    pub statements: Vec<Statement>,
}

impl Tree {
    /// The statement with this id.
    #[inline]
    pub fn get(&self, id: StatementId) -> Option<&Statement> {
        self.statements.get(id.0 as usize)
    }

    /// Every statement with its id, by offset.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (StatementId, &Statement)> {
        self.statements.iter().enumerate().map(|(index, statement)| (StatementId(index as u32), statement))
    }

    /// The words of a statement, for a block those of its header; none for an error.
    #[inline]
    pub fn words<'a>(&self, view: View<'a>, id: StatementId) -> Words<'a> {
        self.get(id).map_or(Words::new("", view.base), |statement| words(statement, view))
    }

    /// From the first word of a statement to the end of its last one; for errors without words their first byte.
    pub fn header(&self, view: View<'_>, id: StatementId) -> Span {
        self.get(id).map_or(Span::empty(view.base), |statement| header(statement, view))
    }

    /// The `;` that ends a directive or an entry.
    pub fn terminator(&self, view: View<'_>, id: StatementId) -> Option<Span> {
        let statement =
            self.get(id).filter(|one| matches!(one.kind(), StatementKind::Directive | StatementKind::Entry))?;
        let text = view.text.as_bytes();
        let at = lexer::skip_trivia(text, (statement.span.end - view.base) as usize);
        let start = view.base + at as u32;
        (text.get(at) == Some(&b';')).then_some(Span::new(start, start + 1))
    }

    /// All statements that a block encloses, at any depth, by offset.
    pub fn body(&self, id: StatementId) -> impl ExactSizeIterator<Item = StatementId> + use<> {
        let end = self.get(id).map_or(id.0, |_| end_of_body(&self.statements, id.0));
        (id.0.saturating_add(1).min(end)..end).map(StatementId)
    }

    /// The statements that stand directly in a block.
    pub fn children(&self, id: StatementId) -> Children<'_> {
        let end = self.get(id).map_or(0, |statement| statement.span.end);
        Children { statements: &self.statements, next: id.0.saturating_add(1), end }
    }

    /// The statements that stand in no block.
    pub fn roots(&self) -> Children<'_> {
        Children { statements: &self.statements, next: 0, end: u32::MAX }
    }

    /// The innermost statement that holds the byte at `offset`.
    pub fn statement_at(&self, offset: u32) -> Option<StatementId> {
        let after = self.statements.partition_point(|statement| statement.span.start <= offset);
        let last = StatementId(after.checked_sub(1)? as u32);
        // The statement that began last holds the offset, or stands in the one that does.
        std::iter::successors(Some(last), |&id| self.get(id)?.block())
            .find(|&id| self.get(id).is_some_and(|statement| statement.span.contains(offset)))
    }

    /// The parts of the text between statements and between the header and the end of a block: blanks, comments, `;`,
    /// braces, and a byte order mark at the start. Empty ones are left out.
    pub fn gaps<'a>(&'a self, view: View<'a>) -> Gaps<'a> {
        Gaps::new(&self.statements, view)
    }

    /// The comments of the text, those between the words of a statement included, found when asked for.
    pub fn comments<'a>(&'a self, view: View<'a>) -> Comments<'a> {
        Comments::new(&self.statements, view)
    }
}

/// The statements that stand directly in a block, by offset.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    statements: &'a [Statement],
    next: u32,
    /// Where the block ends.
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = StatementId;

    #[inline]
    fn next(&mut self) -> Option<StatementId> {
        let id = self.next;
        let statement = self.statements.get(id as usize)?;
        if statement.span.start >= self.end || id == NO_PARENT {
            return None;
        }
        self.next = if statement.has_body() { end_of_body(self.statements, id) } else { id + 1 };
        Some(StatementId(id))
    }
}

/// Index of the first statement after all that `id` encloses, found in steps that grow: most blocks are small.
fn end_of_body(statements: &[Statement], id: u32) -> u32 {
    let mut low = id as usize + 1;
    let Some(end) = statements.get(id as usize).map(|statement| statement.span.end) else {
        return id;
    };
    let rest = statements.get(low..).unwrap_or_default();
    let mut step = 1;
    while rest.get(step).is_some_and(|statement| statement.span.start < end) {
        step *= 2;
    }
    let window = rest.get(..rest.len().min(step + 1)).unwrap_or_default();
    low += window.partition_point(|statement| statement.span.start < end);
    low as u32
}

/// The words of a statement.
#[inline]
pub(super) fn words<'a>(statement: &Statement, view: View<'a>) -> Words<'a> {
    let text = if statement.kind() == StatementKind::Error { "" } else { view.slice(statement.span) };
    Words::new(text, statement.span.start)
}

/// Where the words of a statement stand.
#[inline]
pub(super) fn header(statement: &Statement, view: View<'_>) -> Span {
    match statement.kind() {
        StatementKind::Directive | StatementKind::Entry => statement.span,
        StatementKind::Error if !statement.has_body() => statement.span,
        StatementKind::Error => Span::empty(statement.span.start),
        StatementKind::Block | StatementKind::Lua => {
            let end = words(statement, view).last().map_or(statement.span.start, |word| word.span.end);
            Span::new(statement.span.start, end)
        }
    }
}
