//! Values of plain and quoted scalars of YAML: lines are joined, escapes resolved.

use super::{hexadecimal, low_surrogate};

/// A plain scalar over several lines.
pub(super) fn plain(raw: &str) -> String {
    decode(raw, &[])
}

/// What stands between single quotes: two of them are one.
pub(super) fn single_quoted(raw: &str) -> String {
    decode(raw, b"'")
}

/// What stands between double quotes.
pub(super) fn double_quoted(raw: &str) -> String {
    decode(raw, b"\\")
}

/// A value that is being put together.
#[derive(Debug)]
struct Value {
    text: String,
    /// Blanks up to here stay, even if the line ends.
    fixed: usize,
}

impl Value {
    fn push(&mut self, character: char) {
        self.text.push(character);
        self.fixed = self.text.len();
    }

    /// Ends a line: blanks before it go, one line end is a blank, and of more the first is none.
    fn fold(&mut self, line_ends: usize) {
        let kept = self.text.trim_end_matches([' ', '\t']).len().max(self.fixed);
        self.text.truncate(kept);
        match line_ends {
            1 => self.push(' '),
            more => self.push_lines(more.saturating_sub(1)),
        }
    }

    fn push_lines(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n('\n', count));
        self.fixed = self.text.len();
    }
}

fn decode(raw: &str, escapes: &[u8]) -> String {
    let mut value = Value { text: String::with_capacity(raw.len()), fixed: 0 };
    let mut rest = raw;
    let is_special = |byte: u8| byte == b'\n' || byte == b'\r' || escapes.contains(&byte);
    while let Some(at) = rest.bytes().position(is_special) {
        let (before, after) = rest.split_at(at);
        value.text.push_str(before);
        rest = match after.as_bytes().first() {
            Some(b'\\') => escape(&mut value, after.get(1..).unwrap_or_default()),
            Some(b'\'') => {
                value.push('\'');
                after.get(2..).unwrap_or_default()
            }
            _ => {
                let (line_ends, after) = line_ends(after);
                value.fold(line_ends);
                after
            }
        };
    }
    value.text.push_str(rest);
    value.text
}

/// How many line ends stand at the start, blanks between them skipped; and what follows them and the blanks after them.
fn line_ends(mut text: &str) -> (usize, &str) {
    let mut count = 0;
    while let Some(after) = line_end(text) {
        count += 1;
        text = after.trim_start_matches([' ', '\t']);
    }
    (count, text)
}

/// What follows the line end at the start of a text.
pub(super) fn line_end(text: &str) -> Option<&str> {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix(['\n', '\r']))
}

/// Resolves the escape behind a backslash; gives what follows it.
fn escape<'a>(value: &mut Value, rest: &'a str) -> &'a str {
    if line_end(rest).is_some() {
        let (count, after) = line_ends(rest);
        // Blanks before the backslash stay, and the line end goes.
        value.push_lines(count - 1);
        return after;
    }
    let Some(kind) = rest.chars().next() else { return rest };
    let after = rest.get(kind.len_utf8()..).unwrap_or_default();
    let numeric = match kind {
        'x' => hexadecimal(after, 2),
        'u' => hexadecimal(after, 4),
        'U' => hexadecimal(after, 8),
        _ => None,
    };
    if let Some((code, after)) = numeric {
        return numbered(value, code, after);
    }
    value.push(simple_escape(kind));
    after
}

/// Adds the character with a number, which may be the first half of two.
fn numbered<'a>(value: &mut Value, code: u32, after: &'a str) -> &'a str {
    let (character, after) = match char::from_u32(code) {
        Some(character) => (character, after),
        None => low_surrogate(code, after).unwrap_or((char::REPLACEMENT_CHARACTER, after)),
    };
    value.push(character);
    after
}

/// What a letter behind a backslash means.
fn simple_escape(kind: char) -> char {
    match kind {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    }
}
