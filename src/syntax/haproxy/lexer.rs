//! Where a word ends: the byte rules of `HAProxy`'s tokenizer, shared by the tree builder and the word iterator.

use memchr::memchr2;

use super::variable;

/// What a word contains besides plain bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordFlags(u8);

impl WordFlags {
    /// Single or double quotes.
    pub const QUOTED: Self = Self(1);
    /// A backslash outside single quotes.
    pub const ESCAPED: Self = Self(2);
    /// `$NAME` or `${NAME}` in double quotes.
    pub const VARIABLE: Self = Self(4);
    /// `"${NAME[*]}"`: the value is split at blanks.
    pub const SPLIT: Self = Self(8);
    /// Quotes with nothing in them: the word is empty whatever the environment.
    pub const EMPTY: Self = Self(16);
    /// The last byte is a backslash that escapes nothing.
    pub const TRAILING_BACKSLASH: Self = Self(32);

    /// Whether none of the flags is set: the text is the value.
    #[inline]
    pub const fn is_plain(self) -> bool {
        self.0 == 0
    }

    /// Whether any flag of `other` is set here too.
    #[inline]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The flags of both.
    #[inline]
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Why the program refuses a line while it splits it into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DefectKind {
    Quote,
    Escape,
    Variable,
}

/// A refusal and the bytes of the line that cause it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Defect {
    pub(super) kind: DefectKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// One word of a line, as byte offsets in that line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RawWord {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) flags: WordFlags,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Blank,
    End,
    Double,
    Single,
    Escape,
}

const CLASSES: [Class; 256] = classes();

// Built once by the compiler; a table lookup is the only work for most bytes of a configuration.
#[allow(clippy::indexing_slicing)]
const fn classes() -> [Class; 256] {
    let mut classes = [Class::Plain; 256];
    classes[b' ' as usize] = Class::Blank;
    classes[b'\t' as usize] = Class::Blank;
    classes[0x0b] = Class::Blank;
    classes[0x0c] = Class::Blank;
    classes[b'\r' as usize] = Class::End;
    classes[b'#' as usize] = Class::End;
    classes[b'"' as usize] = Class::Double;
    classes[b'\'' as usize] = Class::Single;
    classes[b'\\' as usize] = Class::Escape;
    classes
}

#[inline]
fn class(byte: u8) -> Class {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(Class::Plain)
}

/// Whether C's `isspace` takes the byte as a blank; a line feed never occurs inside a line.
#[inline]
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c)
}

/// The first offset at or after `at` that is no blank. A carriage return after a blank is one more blank.
#[inline]
pub(super) fn skip_blanks(line: &[u8], mut at: usize) -> usize {
    while line.get(at).is_some_and(|&byte| is_blank(byte)) {
        at += 1;
    }
    at
}

/// Where the word after the one that ends at `end` starts. A carriage return directly after a word ends the line.
#[inline]
pub(super) fn next_word(line: &[u8], end: usize) -> usize {
    if line.get(end) == Some(&b'\r') {
        return end;
    }
    skip_blanks(line, end)
}

/// The first offset at or after `at` whose byte needs a decision.
#[inline]
fn skip_plain(line: &[u8], mut at: usize) -> usize {
    while line.get(at).is_some_and(|&byte| class(byte) == Class::Plain) {
        at += 1;
    }
    at
}

/// Reads the word that starts at `start`, which is neither a blank nor the start of a comment.
#[inline]
pub(super) fn read_word(line: &[u8], start: usize) -> Result<RawWord, Defect> {
    let end = skip_plain(line, start);
    match line.get(end).map(|&byte| class(byte)) {
        None | Some(Class::Blank | Class::End) => Ok(RawWord { start, end, flags: WordFlags::default() }),
        _ => Scanner { line, at: end, flags: WordFlags::default(), filled: end > start }.finish(start),
    }
}

/// Whether words can follow at `at`: the line is not over and no comment or carriage return stands there.
#[inline]
pub(super) fn at_word(line: &[u8], at: usize) -> bool {
    line.get(at).is_some_and(|&byte| class(byte) != Class::End)
}

/// The slow path: a word with quotes or backslashes.
struct Scanner<'a> {
    line: &'a [u8],
    at: usize,
    flags: WordFlags,
    /// Whether the word has a byte or a variable, so that it is not empty for certain.
    filled: bool,
}

impl Scanner<'_> {
    #[cold]
    fn finish(mut self, start: usize) -> Result<RawWord, Defect> {
        while let Some(&byte) = self.line.get(self.at) {
            match class(byte) {
                Class::Plain => self.plain(),
                Class::Blank | Class::End => break,
                Class::Double => self.double_quoted()?,
                Class::Single => self.single_quoted()?,
                Class::Escape => self.escape()?,
            }
        }
        if !self.filled {
            self.flags = self.flags.with(WordFlags::EMPTY);
        }
        Ok(RawWord { start, end: self.at, flags: self.flags })
    }

    fn plain(&mut self) {
        self.at = skip_plain(self.line, self.at);
        self.filled = true;
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.line.get(self.at + ahead).copied()
    }

    fn single_quoted(&mut self) -> Result<(), Defect> {
        let open = self.at;
        let body = self.line.get(open + 1..).unwrap_or_default();
        match memchr2(b'\'', b'\r', body) {
            Some(length) if body.get(length) == Some(&b'\'') => {
                self.flags = self.flags.with(WordFlags::QUOTED);
                self.filled |= length > 0;
                self.at = open + length + 2;
                Ok(())
            }
            _ => Err(self.unmatched(open)),
        }
    }

    fn double_quoted(&mut self) -> Result<(), Defect> {
        let open = self.at;
        self.flags = self.flags.with(WordFlags::QUOTED);
        self.at += 1;
        loop {
            match self.peek(0) {
                Some(b'"') => break,
                None | Some(b'\r') => return Err(self.unmatched(open)),
                Some(b'\\') => self.escape_in_quotes()?,
                Some(b'$') => self.variable()?,
                Some(_) => {
                    self.at += 1;
                    self.filled = true;
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    fn unmatched(&self, open: usize) -> Defect {
        Defect { kind: DefectKind::Quote, start: open, end: content_end(self.line).max(open + 1) }
    }

    fn escape_in_quotes(&mut self) -> Result<(), Defect> {
        if self.peek(1) == Some(b'$') {
            self.accept_escape(2);
            return Ok(());
        }
        self.escape()
    }

    /// A backslash takes the next byte with it only if the pair means something; otherwise both stay.
    fn escape(&mut self) -> Result<(), Defect> {
        match self.peek(1) {
            Some(b'x') => self.hexadecimal()?,
            Some(b' ' | b'\\' | b't' | b'n' | b'r' | b'#' | b'\'' | b'"') => self.accept_escape(2),
            None | Some(b'\r') => {
                self.accept_escape(1);
                self.flags = self.flags.with(WordFlags::TRAILING_BACKSLASH);
            }
            Some(_) => self.accept_escape(1),
        }
        Ok(())
    }

    fn accept_escape(&mut self, length: usize) {
        self.at += length;
        self.flags = self.flags.with(WordFlags::ESCAPED);
        self.filled = true;
    }

    fn hexadecimal(&mut self) -> Result<(), Defect> {
        let digits = (2..4).take_while(|&ahead| self.peek(ahead).is_some_and(|byte| byte.is_ascii_hexdigit())).count();
        if digits < 2 {
            return Err(Defect { kind: DefectKind::Escape, start: self.at, end: self.at + 2 + digits });
        }
        self.accept_escape(4);
        Ok(())
    }

    fn variable(&mut self) -> Result<(), Defect> {
        let start = self.at;
        match variable::read(self.line, start) {
            Some(variable) => {
                self.at = variable.end;
                let split = if variable.split { WordFlags::SPLIT } else { WordFlags::default() };
                self.flags = self.flags.with(WordFlags::VARIABLE).with(split);
                self.filled = true;
                Ok(())
            }
            None => Err(Defect { kind: DefectKind::Variable, start, end: self.defect_end(start) }),
        }
    }

    /// `$`, then `{` and the name as far as they go, so that the label shows what was read.
    fn defect_end(&self, start: usize) -> usize {
        let open = start + 1 + usize::from(self.line.get(start + 1) == Some(&b'{'));
        variable::name_end(self.line, open)
    }
}

/// One past the last byte of the line that is no blank.
pub(super) fn content_end(line: &[u8]) -> usize {
    line.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1)
}

/// The first offset at or after `at` where a blank stands.
#[inline]
pub(super) fn skip_to_blank(line: &[u8], mut at: usize) -> usize {
    while line.get(at).is_some_and(|&byte| !is_blank(byte)) {
        at += 1;
    }
    at
}
