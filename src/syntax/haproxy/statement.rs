//! One statement of a tree, in 16 bytes; its words are read again when somebody asks.

use crate::source::Span;
use crate::syntax::{KeywordId, NO_PARENT, StatementId};

/// How the program treats a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum StatementKind {
    /// Begins a section.
    Section = 0,
    /// Belongs to the section before it.
    Setting = 1,
    /// `.if`, `.notice` and their like.
    Preprocessor = 2,
    /// A line that begins with `[`; it is not split into words.
    Scope = 3,
    /// A line that the program cannot split into words, or ignores because its first word is empty. It has no words,
    /// but its keyword if the first word could be read.
    Error = 4,
}

/// A word that may stand before the keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Prefix {
    /// No prefix.
    None = 0,
    /// `no`: turns the setting off.
    No = 1,
    /// `default`: back to what the program would use by itself.
    Default = 2,
}

/// One line of a configuration that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// From the first byte of the first word to the end of the last one.
    pub span: Span,
    /// Index of the section header in [`super::Tree::statements`], or [`NO_PARENT`]. A header has none.
    pub parent: u32,
    /// The number of the first word, or of the second if the first is a prefix.
    pub keyword: KeywordId,
    /// How many words, the prefix included; 255 stands for 255 and more.
    pub words: u8,
    /// Kind, prefix, and whether every word is plain.
    bits: u8,
}

const KIND_BITS: u8 = 0b0_0111;
const PREFIX_SHIFT: u8 = 3;
const PLAIN_BIT: u8 = 0b10_0000;

impl Statement {
    /// A statement of `kind` without words, keyword and parent.
    pub(super) const fn new(span: Span, kind: StatementKind) -> Self {
        Self { span, parent: NO_PARENT, keyword: KeywordId::UNKNOWN, words: 0, bits: kind as u8 }
    }

    /// The same with a prefix.
    pub(super) const fn with_prefix(mut self, prefix: Prefix) -> Self {
        self.bits |= (prefix as u8) << PREFIX_SHIFT;
        self
    }

    /// The same, with a note whether every word is plain: then only blanks separate the words.
    pub(super) const fn with_plain(mut self, plain: bool) -> Self {
        if plain {
            self.bits |= PLAIN_BIT;
        }
        self
    }

    /// How the program treats the line.
    #[inline]
    pub const fn kind(&self) -> StatementKind {
        match self.bits & KIND_BITS {
            0 => StatementKind::Section,
            1 => StatementKind::Setting,
            2 => StatementKind::Preprocessor,
            3 => StatementKind::Scope,
            _ => StatementKind::Error,
        }
    }

    /// `no` or `default` before the keyword.
    #[inline]
    pub const fn prefix(&self) -> Prefix {
        match self.bits >> PREFIX_SHIFT & 0b11 {
            1 => Prefix::No,
            2 => Prefix::Default,
            _ => Prefix::None,
        }
    }

    /// Whether no word has quotes, escapes or variables.
    #[inline]
    pub const fn is_plain(&self) -> bool {
        self.bits & PLAIN_BIT != 0
    }

    /// The section header that the statement belongs to.
    #[inline]
    pub const fn section(&self) -> Option<StatementId> {
        if self.parent == NO_PARENT { None } else { Some(StatementId(self.parent)) }
    }
}
