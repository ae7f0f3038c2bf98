//! The words of a statement, found again each time they are asked for.

use super::lexer::{self, WordFlags};
use super::value::{self, VariableUse, WordValue};
use crate::source::{Span, View};

/// One word of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as written, quotes included.
    pub span: Span,
    /// What it contains besides plain bytes.
    pub flags: WordFlags,
}

impl Word {
    /// Whether the text is the value and holds no variable.
    #[inline]
    pub const fn is_plain(self) -> bool {
        self.flags.is_plain()
    }

    /// The word as written.
    #[inline]
    pub fn text(self, view: View<'_>) -> &str {
        view.slice(self.span)
    }

    /// The word as the program sees it; what looks like a variable stays text.
    #[inline]
    pub fn value(self, view: View<'_>) -> WordValue<'_> {
        if view.is_masked(self.span) {
            return WordValue::Masked;
        }
        WordValue::Known(value::decode(self.text(view), self.flags))
    }

    /// What would be a variable in the word: `$name`, `${name}`, and `$1` to `$9`.
    ///
    /// Whether it is one depends on the directive: `$` ends a regular expression, too.
    pub fn variables(self, view: View<'_>) -> Vec<VariableUse<'_>> {
        if !self.flags.has(WordFlags::VARIABLE) || view.is_masked(self.span) {
            return Vec::new();
        }
        value::variables(self.text(view), self.span.start)
    }
}

/// The words of one statement, in order: up to the `;` or the brace, comments left out.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    text: &'a [u8],
    base: u32,
    at: usize,
}

impl<'a> Words<'a> {
    /// The words of `text`, which begins at `base` with the first one.
    pub(super) const fn new(text: &'a str, base: u32) -> Self {
        Self { text: text.as_bytes(), base, at: 0 }
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        let start = lexer::skip_trivia(self.text, self.at);
        if self.text.get(start).is_none_or(|&byte| lexer::is_terminator(byte)) {
            return None;
        }
        let word = lexer::read_word(self.text, start);
        self.at = word.end;
        Some(Word { span: Span::new(self.base + start as u32, self.base + word.end as u32), flags: word.flags })
    }
}
