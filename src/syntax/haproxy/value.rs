//! What a word means: quotes removed, escapes and environment variables replaced.

use std::borrow::Cow;

use super::environment::{Environment, Variable};
use super::lexer::WordFlags;
use super::variable::{self, RawVariable};
use super::words::VariableUse;
use crate::source::Span;

/// The value of a word, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordValue<'a> {
    /// The program sees exactly this. It ends before `\x00`; bytes of `\xHH` that are not UTF-8 became U+FFFD.
    Known(Cow<'a, str>),
    /// It depends on an environment variable that is not known: the first such one, and its default text.
    Variable {
        /// The variable's name.
        name: &'a str,
        /// The text after `-`, which counts if the variable is not set.
        default: Option<&'a str>,
    },
    /// A template expression overlaps the word.
    Masked,
    /// `"${NAME[*]}"` makes any number of words of it, zero included.
    Split,
}

impl<'a> WordValue<'a> {
    /// The value if it is known.
    pub fn known(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }
}

/// The value of the word `text`, which the lexer accepted with `flags`.
pub(super) fn decode<'a>(text: &'a str, flags: WordFlags, environment: &Environment) -> WordValue<'a> {
    if flags.is_plain() {
        return WordValue::Known(Cow::Borrowed(text));
    }
    if let Some(inner) = quoted_whole(text, flags) {
        return WordValue::Known(Cow::Borrowed(inner));
    }
    let mut decoder = Decoder { text, at: 0, quoted: false, output: Vec::with_capacity(text.len()), environment };
    match decoder.run() {
        Ok(()) => WordValue::Known(Cow::Owned(finish(decoder.output))),
        Err(value) => value,
    }
}

/// The inside of a word that is one pair of quotes around plain text.
fn quoted_whole(text: &str, flags: WordFlags) -> Option<&str> {
    if flags.has(WordFlags::ESCAPED.with(WordFlags::VARIABLE)) {
        return None;
    }
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then_some(inner)
}

/// Words are C strings to the program, so a `\x00` ends them.
fn finish(mut output: Vec<u8>) -> String {
    if let Some(nul) = memchr::memchr(0, &output) {
        output.truncate(nul);
    }
    String::from_utf8(output).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

struct Decoder<'a, 'e> {
    text: &'a str,
    at: usize,
    /// Inside double quotes.
    quoted: bool,
    output: Vec<u8>,
    environment: &'e Environment,
}

impl<'a> Decoder<'a, '_> {
    fn run(&mut self) -> Result<(), WordValue<'a>> {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => {
                    self.quoted = !self.quoted;
                    self.at += 1;
                }
                b'\'' if !self.quoted => self.single_quoted(),
                b'\\' => self.escape(),
                b'$' if self.quoted => self.variable()?,
                _ => self.push(byte, 1),
            }
        }
        Ok(())
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// Appends `byte`, for which the text has `length` bytes.
    fn push(&mut self, byte: u8, length: usize) {
        self.output.push(byte);
        self.at += length;
    }

    fn single_quoted(&mut self) {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let length = memchr::memchr(b'\'', rest).unwrap_or(rest.len());
        self.output.extend_from_slice(rest.get(..length).unwrap_or_default());
        self.at += length + 2;
    }

    fn escape(&mut self) {
        match self.peek(1) {
            Some(byte @ (b' ' | b'\\' | b'#' | b'\'' | b'"')) => self.push(byte, 2),
            Some(b't') => self.push(b'\t', 2),
            Some(b'n') => self.push(b'\n', 2),
            Some(b'r') => self.push(b'\r', 2),
            Some(b'$') if self.quoted => self.push(b'$', 2),
            Some(b'x') => self.hexadecimal(),
            _ => self.push(b'\\', 1),
        }
    }

    fn hexadecimal(&mut self) {
        let digits = self.text.get(self.at + 2..self.at + 4).unwrap_or_default();
        self.push(u8::from_str_radix(digits, 16).unwrap_or_default(), 4);
    }

    fn variable(&mut self) -> Result<(), WordValue<'a>> {
        let Some(raw) = variable::read(self.text.as_bytes(), self.at) else {
            self.push(b'$', 1);
            return Ok(());
        };
        let used = variable_use(self.text, self.at, &raw, 0);
        let value = match self.environment.get(used.name) {
            Variable::Known(value) => value,
            Variable::Unset => used.default.unwrap_or_default(),
            Variable::Unknown if used.split => return Err(WordValue::Split),
            Variable::Unknown => {
                return Err(WordValue::Variable { name: used.name, default: used.default });
            }
        };
        if used.split && (value.is_empty() || value.bytes().any(|byte| byte.is_ascii_whitespace() || byte == 0x0b)) {
            return Err(WordValue::Split);
        }
        self.output.extend_from_slice(value.as_bytes());
        self.at = raw.end;
        Ok(())
    }
}

fn variable_use<'a>(text: &'a str, start: usize, raw: &RawVariable, base: u32) -> VariableUse<'a> {
    VariableUse {
        span: Span::new(base + start as u32, base + raw.end as u32),
        name: text.get(raw.name.0..raw.name.1).unwrap_or_default(),
        default: raw.default.and_then(|(from, to)| text.get(from..to)),
        split: raw.split,
    }
}

/// Every variable that the word `text`, which begins at `base`, uses.
pub(super) fn variables(text: &str, base: u32) -> Vec<VariableUse<'_>> {
    let bytes = text.as_bytes();
    let (mut found, mut at, mut quoted) = (Vec::new(), 0, false);
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'"' => {
                quoted = !quoted;
                at + 1
            }
            b'\'' if !quoted => end_of_single_quotes(bytes, at),
            b'\\' => at + escape_length(bytes, at, quoted),
            b'$' if quoted => match variable::read(bytes, at) {
                Some(raw) => {
                    found.push(variable_use(text, at, &raw, base));
                    raw.end
                }
                None => at + 1,
            },
            _ => at + 1,
        };
    }
    found
}

fn end_of_single_quotes(bytes: &[u8], open: usize) -> usize {
    let rest = bytes.get(open + 1..).unwrap_or_default();
    open + 2 + memchr::memchr(b'\'', rest).unwrap_or(rest.len())
}

/// How far an escape reaches: only a pair that means something hides its second byte.
fn escape_length(bytes: &[u8], at: usize, quoted: bool) -> usize {
    match bytes.get(at + 1) {
        Some(b'\\' | b'\'' | b'"') => 2,
        Some(b'$') if quoted => 2,
        _ => 1,
    }
}
