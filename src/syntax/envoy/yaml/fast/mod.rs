//! Reads at once what most files are made of: blocks of keys and items, words and quotes on one line, comments. Anything
//! else, right or wrong, is left to the parser, which reads the text from its start; both give the same tree.

mod flow;
mod lines;
mod scalars;
#[cfg(test)]
mod tests;

use super::super::builder::Builder;
use super::super::node::{Node, NodeKind, Style, Tag};
use super::super::tree::{Format, Tree};
use crate::source::{Span, View};

/// The longest key; the parser looks 1,024 characters ahead for its colon.
const LONGEST_KEY: usize = 1000;

/// The tree of a text, if it is made of nothing else.
pub(super) fn read(view: View<'_>) -> Option<Tree> {
    if !is_printable(view.text) {
        return None;
    }
    // A node for every ten bytes is what real files have.
    let builder = Builder::new(Format::Yaml, view.base, view.text.len() / 10);
    let text = view.text.as_bytes();
    let mut reader = Reader { text, base: view.base, at: 0, builder, blocks: Vec::new(), pending: Pending::Nothing };
    while reader.at < text.len() {
        reader.line()?;
    }
    reader.leave_out();
    Some(reader.builder.finish())
}

/// Whether a text has no tabs, carriage returns and control characters, and no marks that YAML treats in its own way.
fn is_printable(text: &str) -> bool {
    let is_control = |byte: u8| (byte < b' ' && byte != b'\n') || byte == 0x7f;
    // Without a stop in between, so that many bytes are looked at at once.
    let has_control = text.bytes().fold(false, |found, byte| found | is_control(byte));
    let is_special =
        |one: char| matches!(one, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    !has_control && (text.is_ascii() || !text.contains(is_special))
}

/// A mapping or a list that is open.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// Column of its keys or dashes.
    column: usize,
    is_list: bool,
}

/// What the last line left open.
#[derive(Clone, Copy, Debug)]
enum Pending {
    Nothing,
    /// A key or a dash without a value behind it.
    Value {
        /// Column of the key or the dash.
        column: usize,
        /// Offset behind the colon or the dash.
        behind: usize,
        is_key: bool,
    },
}

/// Reads line by line. Every step gives `None` if the text has something else in it.
#[derive(Debug)]
struct Reader<'a> {
    text: &'a [u8],
    base: u32,
    at: usize,
    builder: Builder,
    blocks: Vec<Block>,
    pending: Pending,
}

impl Reader<'_> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    fn rest(&self, at: usize) -> &[u8] {
        self.text.get(at..).unwrap_or_default()
    }

    #[inline]
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.base + start as u32, self.base + end as u32)
    }

    /// Whether a byte ends a word that could go on: a blank, the end of the line or of the text.
    #[inline]
    fn is_blank(&self, at: usize) -> bool {
        self.text.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\n'))
    }

    #[inline]
    fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    #[inline]
    fn plain_leaf(&mut self, start: usize, end: usize) {
        self.builder.leaf(Node::scalar(self.span(start, end), Style::Plain, true));
    }

    /// Opens a block that begins at the next byte.
    fn open(&mut self, kind: NodeKind, column: usize) -> Option<()> {
        if self.builder.is_full() {
            return None;
        }
        self.builder.open(kind, self.base + self.at as u32, 0, Tag::None);
        self.blocks.push(Block { column, is_list: kind == NodeKind::Sequence });
        Some(())
    }

    /// Puts an empty value behind the key or the dash that has none.
    fn leave_out(&mut self) {
        if let Pending::Value { behind, .. } = self.pending {
            self.plain_leaf(behind, behind);
            self.pending = Pending::Nothing;
        }
    }

    /// The comment at the next byte, and the end of its line.
    fn comment(&mut self) {
        let length = memchr::memchr(b'\n', self.rest(self.at)).unwrap_or(self.rest(self.at).len());
        let span = self.span(self.at, self.at + length);
        self.builder.tree.comments.push(span);
        self.at += length + 1;
    }

    /// Nothing but blanks and a comment may follow on the line.
    #[inline]
    fn end_of_line(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_spaces();
        match self.peek() {
            None | Some(b'\n') => self.at += 1,
            Some(b'#') if self.at > start => self.comment(),
            Some(_) => return None,
        }
        Some(())
    }
}
