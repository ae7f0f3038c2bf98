//! The pieces of a template that its engine replaces.

use std::ops::Range;

/// One expression, tag or comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Where it stands in the text, its delimiters included.
    pub(super) span: Range<usize>,
    /// What it does.
    pub(super) kind: TokenKind,
    /// It takes the blanks and line ends before it away.
    pub(super) trims_left: bool,
    /// It takes the blanks and line ends behind it away.
    pub(super) trims_right: bool,
}

/// What a piece of a template does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Text takes its place.
    Value,
    /// Nothing takes its place: comments, assignments, imports.
    Silent,
    /// The end of a line takes its place.
    LineEnd,
    /// Begins a block.
    Open(Opens),
    /// Begins the next arm of a block; whether it is the one for everything else.
    Arm(bool),
    /// Ends a block.
    Close,
}

/// What becomes of the text in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    /// It is there or not.
    Condition,
    /// It is there any number of times.
    Loop,
    /// It is there once.
    Plain,
    /// It is not there: it is kept in a variable.
    Hidden,
}

impl Token {
    /// A piece that takes no blanks away.
    pub(super) const fn new(span: Range<usize>, kind: TokenKind) -> Self {
        Self { span, kind, trims_left: false, trims_right: false }
    }
}

/// Whether an expression is a string that ends lines and holds no word: `'\n'`.
pub(super) fn is_line_end(code: &str) -> bool {
    let code = code.trim();
    let inner = ['"', '\''].into_iter().find_map(|quote| code.strip_prefix(quote)?.strip_suffix(quote));
    inner.is_some_and(|text| text.contains("\\n") && text.replace("\\n", "").replace("\\r", "").trim().is_empty())
}
