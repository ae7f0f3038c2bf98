//! Reads JSON with the leniencies of the program: commas before a closing bracket, single quotes, keys without quotes.

use memchr::{memchr, memchr2, memchr3};

use super::DEEPEST;
use super::builder::Builder;
use super::node::{Node, NodeKind, Style, Tag};
use super::tree::{Format, Tree};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{Span, View};
use crate::syntax::ids::BYTE_ORDER_MARK;

pub(super) fn parse(view: View<'_>, diagnostics: &mut Vec<Diagnostic>) -> Tree {
    // A node for every ten bytes is what real files have.
    let builder = Builder::new(Format::Json, view.base, view.text.len() / 10);
    let text = view.text.as_bytes();
    let at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    if at > 0 {
        let mark = Span::new(view.base, view.base + at as u32);
        diagnostics.push(Diagnostic::new(mark, Kind::ByteOrderMark));
    }
    let mut reader = Reader { view, text, at, builder, diagnostics, last: Last::Separator, has_open_string: false };
    while reader.step() {}
    reader.end();
    reader.builder.finish()
}

/// What was read last in the innermost object or array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    /// Its bracket, or a comma.
    Separator,
    /// A value: a comma or the end comes next.
    Value,
    /// A key: a colon comes next.
    Key,
    /// A colon: a value comes next.
    Colon,
}

#[derive(Debug)]
struct Reader<'a, 'd> {
    view: View<'a>,
    text: &'a [u8],
    at: usize,
    builder: Builder,
    diagnostics: &'d mut Vec<Diagnostic>,
    last: Last,
    /// A string without an end was found: from there on strings end on their line, so that one mistake stays one.
    has_open_string: bool,
}

impl Reader<'_, '_> {
    /// Reads up to the end of the next token; `false` if there is none.
    fn step(&mut self) -> bool {
        let Some(&byte) = self.text.get(self.at) else { return false };
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
            b'{' => return self.open(NodeKind::Mapping),
            b'[' => return self.open(NodeKind::Sequence),
            b'}' => self.close(NodeKind::Mapping),
            b']' => self.close(NodeKind::Sequence),
            b',' => self.comma(),
            b':' => self.colon(),
            b'"' => self.string(byte, Style::DoubleQuoted),
            b'\'' => self.string(byte, Style::SingleQuoted),
            b'#' => self.comment(self.line_end()),
            b'/' if self.rest().starts_with(b"//") => self.comment(self.line_end()),
            b'/' if self.rest().starts_with(b"/*") => self.comment(self.block_comment_end()),
            _ => self.word(),
        }
        true
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.view.base + start as u32, self.view.base + end as u32)
    }

    fn complain(&mut self, start: usize, end: usize, kind: Kind) {
        let span = self.span(start, end);
        // One complaint for a place is enough.
        if self.diagnostics.last().is_none_or(|last| last.span != span) {
            self.diagnostics.push(Diagnostic::new(span, kind));
        }
    }

    /// Says that something else was expected at the next byte.
    fn unexpected(&mut self, message: &'static str) {
        let next = self.view.text.get(self.at..).and_then(|rest| rest.chars().next());
        self.complain(self.at, self.at + next.map_or(0, char::len_utf8), Kind::BadNotation(message));
    }

    /// What must stand before a key or a value.
    fn before_node(&mut self) {
        match self.last {
            Last::Separator | Last::Colon => {}
            Last::Value if self.builder.depth() == 0 => self.unexpected("something stands behind the end of the text"),
            Last::Value => self.unexpected("a comma is missing before this"),
            Last::Key => self.unexpected("a colon is missing between the key and its value"),
        }
    }

    /// A key or a value has been read.
    fn after_node(&mut self) {
        self.last = if self.builder.wants_value() { Last::Key } else { Last::Value };
    }

    /// Opens an object or an array; `false` if it is too deep.
    fn open(&mut self, kind: NodeKind) -> bool {
        self.before_node();
        if self.builder.wants_key() {
            self.unexpected("a key must be a string");
        }
        if self.builder.is_full() {
            let length = self.rest().trim_ascii_end().len();
            self.builder.leaf(Node::error(self.span(self.at, self.at + length)));
            self.complain(self.at, self.at, Kind::TooDeep(DEEPEST as u32));
            return false;
        }
        self.builder.open(kind, self.view.base + self.at as u32, 1, Tag::None);
        self.last = Last::Separator;
        self.at += 1;
        true
    }

    /// A closing bracket; what is still open inside what it closes ends here too.
    fn close(&mut self, kind: NodeKind) {
        if !self.builder.is_any_open(kind) {
            self.unexpected("nothing is open that this could close");
            self.at += 1;
            return;
        }
        while let Some((open, innermost)) = self.builder.innermost() {
            self.complete();
            if innermost == kind {
                break;
            }
            self.unclosed(open);
            self.builder.close(None);
        }
        self.at += 1;
        self.builder.close(Some(self.view.base + self.at as u32));
        self.after_node();
    }

    /// Puts an error in the place of a value that is missing.
    fn complete(&mut self) {
        if self.builder.wants_value() {
            self.unexpected("a value is missing before this");
            self.builder.leaf(Node::error(Span::empty(self.builder.end())));
        }
        self.last = Last::Value;
    }

    fn unclosed(&mut self, id: super::NodeId) {
        let start = self.builder.tree.span(id).start;
        self.diagnostics.push(Diagnostic::new(Span::new(start, start + 1), Kind::UnclosedBracket));
    }

    fn comma(&mut self) {
        if self.builder.depth() == 0 {
            self.unexpected("a comma outside of any object or array");
        } else if self.last == Last::Separator {
            self.unexpected("nothing stands before this comma");
        } else {
            self.complete();
        }
        self.last = Last::Separator;
        self.at += 1;
    }

    fn colon(&mut self) {
        if self.last == Last::Key {
            self.last = Last::Colon;
        } else {
            self.unexpected("a colon may only follow a key");
        }
        self.at += 1;
    }

    fn string(&mut self, quote: u8, style: Style) {
        self.before_node();
        let start = self.at;
        if let Some((end, verbatim)) = self.string_end(quote) {
            self.builder.leaf(Node::scalar(self.span(start, end), style, verbatim));
            if !verbatim {
                self.escapes(start + 1, end - 1);
            }
            self.at = end;
        } else {
            self.has_open_string = true;
            self.complain(start, start + 1, Kind::UnclosedString);
            self.at += self.text.get(start..self.line_end()).unwrap_or_default().trim_ascii_end().len();
            self.builder.leaf(Node::error(self.span(start, self.at)));
        }
        self.after_node();
    }

    /// Checks the escapes in a string.
    fn escapes(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some(length) = self.text.get(at..end).and_then(|rest| memchr(b'\\', rest)) {
            at += length;
            let rest = self.view.text.get(at + 1..end).unwrap_or_default();
            let taken = escape_length(rest);
            let shown = rest.chars().next().map_or(0, char::len_utf8);
            if taken.is_none() {
                self.complain(at, at + 1 + shown, Kind::BadNotation("JSON knows no such escape"));
            }
            at += 1 + taken.unwrap_or(shown);
        }
    }

    /// Where the string at the next byte ends, and whether it has no escapes; `None` if it never ends.
    fn string_end(&self, quote: u8) -> Option<(usize, bool)> {
        let (mut at, mut verbatim) = (self.at + 1, true);
        loop {
            let rest = self.text.get(at..)?;
            // Line ends in strings are taken by the program.
            let line_end = if self.has_open_string { b'\n' } else { quote };
            at += memchr3(quote, b'\\', line_end, rest)?;
            match self.text.get(at)? {
                b'\\' => (at, verbatim) = (at + 2, false),
                b'\n' => return None,
                _ => return Some((at + 1, verbatim)),
            }
        }
    }

    fn line_end(&self) -> usize {
        self.at + memchr2(b'\n', b'\r', self.rest()).unwrap_or(self.rest().len())
    }

    fn block_comment_end(&self) -> usize {
        let end = memchr::memmem::find(self.rest(), b"*/").map_or(self.rest().len(), |at| at + 2);
        self.at + end
    }

    fn comment(&mut self, end: usize) {
        let span = self.span(self.at, end);
        self.builder.tree.comments.push(span);
        self.complain(self.at, end, Kind::CommentInJson);
        self.at = end;
    }

    /// A word without quotes: a number, `true`, `false`, `null`, or a key.
    fn word(&mut self) {
        self.before_node();
        let is_end = |byte: &u8| b" \t\r\n{}[],:\"'#/".contains(byte);
        let length = self.rest().iter().skip(1).position(is_end).map_or(self.rest().len(), |at| at + 1);
        let (start, end) = (self.at, self.at + length);
        let span = self.span(start, end);
        let is_key = self.builder.wants_key();
        if if is_key { is_bare_key(self.view.slice(span)) } else { is_value(self.view.slice(span)) } {
            self.builder.leaf(Node::scalar(span, Style::Plain, true));
        } else {
            self.builder.leaf(Node::error(span));
            let message = if is_key { "a key must be a string" } else { "no value: a text needs quotes" };
            self.complain(start, end, Kind::BadNotation(message));
        }
        self.at = end;
        self.after_node();
    }

    /// The text ends.
    fn end(&mut self) {
        // Of what is too deep nothing was read: its brackets may be closed.
        if self.diagnostics.last().is_some_and(|last| matches!(last.kind, Kind::TooDeep(_))) {
            return;
        }
        if let Some((open, _)) = self.builder.innermost() {
            self.unclosed(open);
        }
    }
}

/// Length of what may follow a backslash: a letter, or `u` and four digits, twice for a pair of surrogates.
fn escape_length(rest: &str) -> Option<usize> {
    match rest.as_bytes().first()? {
        b'"' | b'\'' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(1),
        b'u' => match (code(rest, 1)?, rest.get(5..7).and_then(|_| code(rest, 7))) {
            (0xd800..=0xdbff, Some(0xdc00..=0xdfff)) if rest.get(5..7) == Some("\\u") => Some(11),
            (0xd800..=0xdfff, _) => None,
            _ => Some(5),
        },
        _ => None,
    }
}

/// The number that four hexadecimal digits at an offset are.
fn code(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Whether a word may be a key without quotes.
fn is_bare_key(word: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    word.bytes().all(is_part) && !word.starts_with(|first: char| first.is_ascii_digit()) && !is_value(word)
}

/// Whether a word is a value.
fn is_value(word: &str) -> bool {
    matches!(word, "true" | "false" | "null") || is_number(word)
}

/// Whether a word is a number: no sign `+`, no leading zeros, digits on both sides of the point.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let whole = digits(unsigned);
    let mut rest = unsigned.get(whole..).unwrap_or_default();
    if whole == 0 || (whole > 1 && unsigned.starts_with('0')) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = digits(fraction);
        rest = if length > 0 { fraction.get(length..).unwrap_or_default() } else { rest };
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        rest = if exponent.is_empty() { rest } else { exponent.get(digits(exponent)..).unwrap_or_default() };
    }
    rest.is_empty()
}
