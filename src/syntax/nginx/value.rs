//! What a word means: quotes removed and escapes replaced; variables are found, not replaced.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::lexer::WordFlags;
use crate::source::Span;

/// The value of a word, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordValue<'a> {
    /// The program sees exactly this.
    Known(Cow<'a, str>),
    /// A template expression overlaps the word.
    Masked,
}

impl<'a> WordValue<'a> {
    /// The value if it is known.
    pub fn known(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Known(value) => Some(value),
            Self::Masked => None,
        }
    }
}

/// What would be a variable in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariableUse<'a> {
    /// From the `$` to the end of the name or the closing brace.
    pub span: Span,
    /// The name; a single digit for what a regular expression captured.
    pub name: &'a str,
}

/// The value of the word `text`, which the lexer read with `flags`.
#[inline]
pub(super) fn decode(text: &str, flags: WordFlags) -> Cow<'_, str> {
    let inner = if flags.has(WordFlags::QUOTED) { text.get(1..text.len() - 1).unwrap_or_default() } else { text };
    if flags.has(WordFlags::ESCAPED) { unescape(inner) } else { Cow::Borrowed(inner) }
}

/// Six escapes mean something, in quotes and outside; every other backslash stays (measured with 1.22.1).
fn unescape(text: &str) -> Cow<'_, str> {
    let (mut value, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        value.push_str(before);
        let meant = escape.as_bytes().get(1).and_then(|&byte| meaning(byte));
        value.push(meant.unwrap_or('\\'));
        rest = escape.get(1 + usize::from(meant.is_some())..).unwrap_or_default();
    }
    value.push_str(rest);
    Cow::Owned(value)
}

const fn meaning(escaped: u8) -> Option<char> {
    match escaped {
        b'"' | b'\'' | b'\\' => Some(escaped as char),
        b't' => Some('\t'),
        b'r' => Some('\r'),
        b'n' => Some('\n'),
        _ => None,
    }
}

/// Every possible variable in the word `text`, which begins at `base`.
///
/// A backslash before a `$` does not matter, and no escape is part of a name, so the written word tells the same as its
/// value (`ngx_http_script_compile`, `src/http/ngx_http_script.c`).
pub(super) fn variables(text: &str, base: u32) -> Vec<VariableUse<'_>> {
    let bytes = text.as_bytes();
    let found = memchr_iter(b'$', bytes).filter_map(|dollar| {
        let (start, end, after) = name(bytes, dollar + 1)?;
        let span = Span::new(base + dollar as u32, base + after as u32);
        Some(VariableUse { span, name: text.get(start..end)? })
    });
    found.collect()
}

/// Start and end of the name at `at`, and where the variable ends.
fn name(bytes: &[u8], at: usize) -> Option<(usize, usize, usize)> {
    match bytes.get(at)? {
        b'1'..=b'9' => Some((at, at + 1, at + 1)),
        b'{' => {
            let end = name_end(bytes, at + 1);
            (end > at + 1 && bytes.get(end) == Some(&b'}')).then_some((at + 1, end, end + 1))
        }
        _ => {
            let end = name_end(bytes, at);
            (end > at).then_some((at, end, end))
        }
    }
}

fn name_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        at += 1;
    }
    at
}
