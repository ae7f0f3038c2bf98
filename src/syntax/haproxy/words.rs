//! The words of a statement, found again each time they are asked for.

use super::environment::Environment;
use super::lexer::{self, WordFlags};
use super::value::{self, WordValue};
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
    /// Whether the text is the value: no quotes, escapes or variables.
    #[inline]
    pub const fn is_plain(self) -> bool {
        self.flags.is_plain()
    }

    /// Whether the word is empty whatever the environment: `""` or `''`.
    ///
    /// The program takes an empty word as the end of the statement: silently up to 3.1, with a warning in 3.2,
    /// and as a fatal error since 3.3 (src/cfgparse.c of each).
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.flags.has(WordFlags::EMPTY)
    }

    /// The word as written.
    #[inline]
    pub fn text(self, view: View<'_>) -> &str {
        view.slice(self.span)
    }

    /// The word as the program sees it.
    pub fn value<'a>(self, view: View<'a>, environment: &Environment) -> WordValue<'a> {
        if view.is_masked(self.span) {
            return WordValue::Masked;
        }
        value::decode(self.text(view), self.flags, environment)
    }

    /// The environment variables that the word uses.
    pub fn variables(self, view: View<'_>) -> Vec<VariableUse<'_>> {
        if !self.flags.has(WordFlags::VARIABLE) || view.is_masked(self.span) {
            return Vec::new();
        }
        value::variables(self.text(view), self.span.start)
    }
}

/// One use of an environment variable in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariableUse<'a> {
    /// From the `$` to the end of the name or the closing brace.
    pub span: Span,
    /// Its name; `.FILE`, `.LINE` and `.SECTION` are made by the program.
    pub name: &'a str,
    /// What stands in for it if it is not set: the text after `-`.
    pub default: Option<&'a str>,
    /// `[*]`: the value is split into words at blanks.
    pub split: bool,
}

/// The words of one statement, in order.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    line: &'a [u8],
    base: u32,
    at: usize,
    plain: bool,
}

impl<'a> Words<'a> {
    /// The words of `text`, which begins at `base`; `plain` promises that blanks alone separate them.
    pub(super) const fn new(text: &'a str, base: u32, plain: bool) -> Self {
        Self { line: text.as_bytes(), base, at: 0, plain }
    }

    /// The words that the program takes as arguments: everything before the first empty word.
    pub fn until_empty(self) -> impl Iterator<Item = Word> + 'a {
        self.take_while(|word| !word.is_empty())
    }

    fn word(&self, start: usize, end: usize, flags: WordFlags) -> Word {
        Word { span: Span::new(self.base + start as u32, self.base + end as u32), flags }
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        let start = lexer::skip_blanks(self.line, self.at);
        if self.plain {
            self.at = lexer::skip_to_blank(self.line, start);
            return (self.at > start).then(|| self.word(start, self.at, WordFlags::default()));
        }
        if !lexer::at_word(self.line, start) {
            return None;
        }
        let word = lexer::read_word(self.line, start).ok()?;
        self.at = word.end;
        Some(self.word(start, word.end, word.flags))
    }
}
