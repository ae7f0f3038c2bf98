//! One statement of a tree, in 16 bytes; its words are read again when somebody asks.

use super::{KeywordId, NO_PARENT, StatementId};
use crate::source::Span;

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum StatementKind {
    /// Words and `;`.
    Directive,
    /// Words and `{ ... }`.
    Block,
    /// Words and `;` in a block whose statements are no directives, such as `map`.
    Entry,
    /// Words and `{ ... }` with Lua source inside, which is not read any further.
    Lua,
    /// What the program refuses: a statement that cannot be read, or a block `{ ... }` without a usable header, whose
    /// statements are its children. It has no words, but a keyword if the first word could be read.
    Error,
}

/// A directive, a block, or an entry of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// From the first byte of the first word to the end of the last one; for blocks to the closing brace, included;
    /// if there is none, to where the block is taken to end. The `;` belongs to the gap that follows.
    pub span: Span,
    /// Index of the block that the statement stands in, or [`NO_PARENT`].
    pub parent: u32,
    /// The number of the first word. An entry has one only if it is an `include`.
    pub keyword: KeywordId,
    /// How many words, the first one and those of a block's header included; 255 stands for 255 and more.
    pub words: u8,
    bits: u8,
}

const KIND_BITS: u8 = 0b0_0111;
const BODY_BIT: u8 = 0b0_1000;
const COMMENT_BIT: u8 = 0b1_0000;

impl Statement {
    /// A statement of `kind` without words, keyword and parent.
    pub(super) const fn new(span: Span, kind: StatementKind) -> Self {
        let body = if matches!(kind, StatementKind::Block) { BODY_BIT } else { 0 };
        Self { span, parent: NO_PARENT, keyword: KeywordId::UNKNOWN, words: 0, bits: kind as u8 | body }
    }

    /// An error that encloses other statements: `{ ... }` without a usable header.
    pub(super) const fn headless(span: Span) -> Self {
        let mut statement = Self::new(span, StatementKind::Error);
        statement.bits |= BODY_BIT;
        statement
    }

    /// The same, with a note whether a comment stands between its words.
    pub(super) const fn with_comment(mut self, comment: bool) -> Self {
        if comment {
            self.bits |= COMMENT_BIT;
        }
        self
    }

    /// What the statement is.
    #[inline]
    pub const fn kind(&self) -> StatementKind {
        match self.bits & KIND_BITS {
            0 => StatementKind::Directive,
            1 => StatementKind::Block,
            2 => StatementKind::Entry,
            3 => StatementKind::Lua,
            _ => StatementKind::Error,
        }
    }

    /// Whether it encloses statements of its own: a block, or an error that is one.
    #[inline]
    pub const fn has_body(&self) -> bool {
        self.bits & BODY_BIT != 0
    }

    /// Whether a comment stands between its words.
    #[inline]
    pub const fn has_inner_comment(&self) -> bool {
        self.bits & COMMENT_BIT != 0
    }

    /// The block that the statement stands in.
    #[inline]
    pub const fn block(&self) -> Option<StatementId> {
        if self.parent == NO_PARENT { None } else { Some(StatementId(self.parent)) }
    }
}
