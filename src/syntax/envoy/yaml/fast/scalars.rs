//! Values on one line, and block scalars.

use memchr::{memchr, memchr2, memchr3};

use super::{Node, Reader, Style};

/// What ends a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A colon that makes it a key.
    Colon,
    /// The end of the line, a comment, or punctuation in brackets.
    Other,
}

/// A plain word or a text in quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) node: Node,
    /// Offset behind it, blanks not included; that of the colon if it is a key.
    pub(super) end: usize,
    pub(super) stop: Stop,
}

impl Reader<'_> {
    /// Reads a value that begins on the line of its key or dash, which stands in the column `outer`, and the end of the line.
    #[inline]
    pub(super) fn value(&mut self, outer: usize) -> Option<()> {
        match self.peek()? {
            b'[' | b'{' => self.flow()?,
            style @ (b'|' | b'>') => return self.block(style, outer),
            _ => {
                let word = self.word(false).filter(|word| word.stop == Stop::Other)?;
                self.builder.leaf(word.node);
                self.at = word.end;
            }
        }
        self.end_of_line()
    }

    /// The word at the next byte.
    #[inline]
    pub(super) fn word(&self, in_flow: bool) -> Option<Word> {
        match self.peek()? {
            b'"' => self.double_quoted(),
            b'\'' => self.single_quoted(),
            b'-' if self.is_plain(self.at + 1) => self.plain(in_flow),
            _ if self.is_plain(self.at) => self.plain(in_flow),
            _ => None,
        }
    }

    /// Whether a plain word may begin with the byte at an offset, with no regard to what follows.
    #[inline]
    fn is_plain(&self, at: usize) -> bool {
        let is_sign = |byte: u8| {
            matches!(byte, b'_' | b'.' | b'/' | b'<' | b'(' | b')' | b'$' | b'+' | b'~' | b'=' | b'^' | b';')
        };
        self.text.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || is_sign(*byte))
    }

    #[inline]
    fn plain(&self, in_flow: bool) -> Option<Word> {
        let (start, mut at) = (self.at, self.at);
        let stop = loop {
            let is_stop = |byte: &u8| match byte {
                b':' | b'#' | b'\n' => true,
                b',' | b'[' | b']' | b'{' | b'}' => in_flow,
                _ => false,
            };
            at += self.rest(at).iter().position(is_stop).unwrap_or(self.rest(at).len());
            match self.text.get(at) {
                Some(b':') if self.is_blank(at + 1) => break Stop::Colon,
                Some(b':') if in_flow && matches!(self.text.get(at + 1), Some(b',' | b'[' | b']' | b'{' | b'}')) => {
                    return None;
                }
                Some(b'#') if self.text.get(at - 1) != Some(&b' ') => at += 1,
                Some(b':') => at += 1,
                _ => break Stop::Other,
            }
        };
        let blanks = self.text.get(start..at)?.iter().rev().take_while(|byte| **byte == b' ').count();
        // A key with blanks before its colon is for the parser.
        if stop == Stop::Colon && blanks > 0 {
            return None;
        }
        let end = at - blanks;
        Some(Word { node: Node::scalar(self.span(start, end), Style::Plain, true), end, stop })
    }

    fn double_quoted(&self) -> Option<Word> {
        let (mut at, mut verbatim) = (self.at + 1, true);
        loop {
            at += memchr3(b'"', b'\\', b'\n', self.rest(at))?;
            match self.text.get(at)? {
                b'"' => return self.quoted(at + 1, Style::DoubleQuoted, verbatim),
                b'\\' if matches!(self.text.get(at + 1)?, b'\\' | b'"' | b'n' | b't' | b'r' | b'/') => {
                    (at, verbatim) = (at + 2, false);
                }
                _ => return None,
            }
        }
    }

    fn single_quoted(&self) -> Option<Word> {
        let (mut at, mut verbatim) = (self.at + 1, true);
        loop {
            at += memchr2(b'\'', b'\n', self.rest(at))?;
            match (self.text.get(at)?, self.text.get(at + 1)) {
                (b'\'', Some(b'\'')) => (at, verbatim) = (at + 2, false),
                (b'\'', _) => return self.quoted(at + 1, Style::SingleQuoted, verbatim),
                _ => return None,
            }
        }
    }

    /// A text in quotes that ends before `end`.
    fn quoted(&self, end: usize, style: Style, verbatim: bool) -> Option<Word> {
        let stop = match self.text.get(end) {
            Some(b':') if self.is_blank(end + 1) => Stop::Colon,
            Some(b':') => return None,
            _ => Stop::Other,
        };
        Some(Word { node: Node::scalar(self.span(self.at, end), style, verbatim), end, stop })
    }

    /// Reads a block scalar: its header without a comment or a number, and the lines that are indented alike.
    fn block(&mut self, style: u8, outer: usize) -> Option<()> {
        let start = self.at;
        self.at += 1;
        self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
        if self.peek()? != b'\n' {
            return None;
        }
        self.at += 1;
        let indentation = self.first_indentation().filter(|indentation| *indentation > outer)?;
        loop {
            let spaces = self.rest(self.at).iter().take_while(|byte| **byte == b' ').count();
            match self.text.get(self.at + spaces) {
                Some(b'\n') => {}
                Some(_) if spaces >= indentation => {}
                Some(_) if spaces > outer => return None,
                None if spaces > 0 => return None,
                _ => break,
            }
            // A text that ends inside the line is for the parser.
            self.at += memchr(b'\n', self.rest(self.at))? + 1;
        }
        let style = if style == b'|' { Style::Literal } else { Style::Folded };
        self.builder.leaf(Node::block(self.span(start, self.at), style, indentation as u32));
        Some(())
    }

    /// Indentation of the first line with a text, if no line before it has more blanks than that.
    fn first_indentation(&self) -> Option<usize> {
        let (mut at, mut most) = (self.at, 0);
        loop {
            let spaces = self.rest(at).iter().take_while(|byte| **byte == b' ').count();
            if *self.text.get(at + spaces)? != b'\n' {
                return (spaces >= most).then_some(spaces);
            }
            most = most.max(spaces);
            at += spaces + 1;
        }
    }
}
