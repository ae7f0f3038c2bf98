//! What reading found wrong: one closed enum that every reading layer appends to and checks of group validity report.

use crate::source::Span;

/// One thing that is wrong with a text, at the words that are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The offending words.
    pub span: Span,
    /// What is wrong with them.
    pub kind: Kind,
}

impl Diagnostic {
    /// A diagnostic of `kind` at `span`.
    pub const fn new(span: Span, kind: Kind) -> Self {
        Self { span, kind }
    }
}

/// What can be wrong. Payloads are what a message needs beyond the text of the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    // --- source ---
    /// A byte order mark before the first statement.
    ByteOrderMark,
    /// A NUL byte.
    NulByte,
    // --- syntax ---
    /// The last line does not end with a newline.
    MissingFinalNewline,
    /// A quote that is never closed.
    UnmatchedQuote,
    /// `\x` without two hexadecimal digits.
    BadEscape,
    /// `$` in double quotes without a usable variable name, or an unclosed `${`.
    BadVariable,
    /// More words on a line than the program takes (its limit).
    TooManyWords(u32),
    /// An empty word: it ends the statement, everything after it is ignored (since when it is refused instead).
    EmptyWord,
    /// A backslash at the end of a line: the dialect has no continuation lines.
    LineContinuation,
    /// A statement before the first section.
    OutsideSection,
    /// `.elif`, `.else` or `.endif` that belongs to no open `.if`, or comes after `.else`.
    UnexpectedBranch,
    /// An `.if` that is never closed.
    UnclosedBranch,
    /// Nesting deeper than the reader follows (its limit).
    TooDeep(u32),
    /// A condition that cannot be read.
    BadCondition(&'static str),
    /// A `.word` that is no directive of the preprocessor.
    UnknownPreprocessorWord,
    /// Words after `.else` or `.endif`, or after the one word of a message.
    ExtraPreprocessorWord,
    /// An empty word at the end of a statement: without effect, but refused by newer versions.
    TrailingEmptyWord,
    /// A carriage return in the middle of a line: the rest of the line is ignored.
    StrayCarriageReturn,
    /// A line that begins with `[` but is no scope `[name]`.
    BadScope,
}
