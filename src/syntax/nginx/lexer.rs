//! Where a word ends: the byte rules of `ngx_conf_read_token` (`src/core/ngx_conf_file.c`), shared by the tree builder and
//! the word iterator.

use memchr::{memchr, memchr2};

/// What a word contains besides plain bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordFlags(u8);

impl WordFlags {
    /// The whole word is in quotes; quotes inside a word are ordinary bytes.
    pub const QUOTED: Self = Self(1);
    /// A backslash.
    pub const ESCAPED: Self = Self(2);
    /// A `$`, escaped or not: the program has no escape that keeps a `$` from being a variable.
    pub const VARIABLE: Self = Self(4);

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

/// One word, as byte offsets in the text that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RawWord {
    pub(super) start: usize,
    /// One past the last byte, a closing quote included.
    pub(super) end: usize,
    pub(super) flags: WordFlags,
    /// A quote begins it and none ends it before the text does.
    pub(super) unclosed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Stop,
    Escape,
    Dollar,
}

const CLASSES: [Class; 256] = classes();

// Built once by the compiler; a table lookup is the only work for most bytes of a configuration.
#[allow(clippy::indexing_slicing)]
const fn classes() -> [Class; 256] {
    let mut classes = [Class::Plain; 256];
    classes[b' ' as usize] = Class::Stop;
    classes[b'\t' as usize] = Class::Stop;
    classes[b'\r' as usize] = Class::Stop;
    classes[b'\n' as usize] = Class::Stop;
    classes[b';' as usize] = Class::Stop;
    classes[b'{' as usize] = Class::Stop;
    classes[b'\\' as usize] = Class::Escape;
    classes[b'$' as usize] = Class::Dollar;
    classes
}

#[inline]
fn class(byte: u8) -> Class {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(Class::Plain)
}

/// What separates words; form feed, vertical tab and no-break space do not (measured with 1.22.1).
#[inline]
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The first offset at or after `at` that is no blank.
#[inline]
pub(super) fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|&byte| is_blank(byte)) {
        at += 1;
    }
    at
}

/// Where the comment that starts at `start` ends: a line feed alone ends it, and does not belong to it.
#[inline]
pub(super) fn comment_end(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + memchr(b'\n', rest).unwrap_or(rest.len())
}

/// The first offset at or after `at`, where no word stands, that is neither blank nor in a comment.
#[inline]
pub(super) fn skip_trivia(text: &[u8], at: usize) -> usize {
    let mut at = skip_blanks(text, at);
    while text.get(at) == Some(&b'#') {
        at = skip_blanks(text, comment_end(text, at));
    }
    at
}

/// One past the last byte of a text that is no blank.
pub(super) fn content_end(text: &[u8]) -> usize {
    text.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1)
}

/// Whether a statement ends at this byte, which stands where a word could begin.
#[inline]
pub(super) const fn is_terminator(byte: u8) -> bool {
    matches!(byte, b';' | b'{' | b'}')
}

/// Reads the word that starts at `start`, where neither a blank, a comment nor a terminator stands.
#[inline]
pub(super) fn read_word(text: &[u8], start: usize) -> RawWord {
    match text.get(start) {
        Some(&quote @ (b'"' | b'\'')) => quoted(text, start, quote),
        _ => unquoted(text, start),
    }
}

/// A word without quotes: `}`, `#` and quotes are ordinary bytes in it.
#[inline]
fn unquoted(text: &[u8], start: usize) -> RawWord {
    let (mut at, mut flags) = (start, WordFlags::default());
    while let Some(&byte) = text.get(at) {
        match class(byte) {
            Class::Plain => at += 1,
            Class::Stop => break,
            Class::Escape => {
                at += 2;
                flags = flags.with(escaped(text, at - 1));
            }
            Class::Dollar => {
                at = skip_braces(text, at + 1);
                flags = flags.with(WordFlags::VARIABLE);
            }
        }
    }
    RawWord { start, end: at.min(text.len()), flags, unclosed: false }
}

/// The flags of an escape whose second byte stands at `at`.
#[inline]
fn escaped(text: &[u8], at: usize) -> WordFlags {
    let dollar = text.get(at) == Some(&b'$');
    WordFlags::ESCAPED.with(if dollar { WordFlags::VARIABLE } else { WordFlags::default() })
}

/// Braces directly after an unescaped `$` belong to the word, however many there are.
#[inline]
fn skip_braces(text: &[u8], mut at: usize) -> usize {
    while text.get(at) == Some(&b'{') {
        at += 1;
    }
    at
}

/// A word in quotes; only the same quote ends it.
fn quoted(text: &[u8], start: usize, quote: u8) -> RawWord {
    let (mut at, mut flags) = (start + 1, WordFlags::QUOTED);
    let mut unclosed = true;
    while let Some(length) = memchr2(quote, b'\\', text.get(at..).unwrap_or_default()) {
        at += length;
        if text.get(at) == Some(&quote) {
            unclosed = false;
            break;
        }
        flags = flags.with(WordFlags::ESCAPED);
        at += 2;
    }
    let end = if unclosed { text.len() } else { at + 1 };
    if memchr(b'$', text.get(start..end).unwrap_or_default()).is_some() {
        flags = flags.with(WordFlags::VARIABLE);
    }
    RawWord { start, end, flags, unclosed }
}

/// The unquoted word that begins at `at`, if a `}` stands inside of it.
pub(super) fn word_with_brace(text: &[u8], at: usize) -> Option<RawWord> {
    let first = *text.get(at)?;
    if is_blank(first) || is_terminator(first) || matches!(first, b'"' | b'\'' | b'#') {
        return None;
    }
    let word = unquoted(text, at);
    text.get(at..word.end)?.contains(&b'}').then_some(word)
}

/// Whether what stands at `at`, directly after a closing quote, is refused: neither a blank, `;`, `{`, `)` nor the end.
pub(super) fn is_glued(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|&byte| !is_blank(byte) && !matches!(byte, b';' | b'{' | b')'))
}

/// Most bytes between where the program began to read something and where it has not seen the end of it yet:
/// `NGX_CONF_BUFFER`.
pub(super) const BUFFER: usize = 4096;

/// Whether the program's buffer is too small for a word. It keeps the word (without the opening quote), the byte after
/// it, and one more if that is a blank, because only the next byte moves its mark (measured with 1.22.1: 4094 bytes and a
/// blank, 4095 and `;`).
#[inline]
pub(super) fn is_too_long(text: &[u8], word: RawWord) -> bool {
    word.end - word.start >= BUFFER - 2 && overflows(text, word)
}

#[cold]
fn overflows(text: &[u8], word: RawWord) -> bool {
    let mark = word.start + usize::from(word.flags.has(WordFlags::QUOTED));
    let blank = text.get(word.end).is_some_and(|&byte| is_blank(byte));
    let last_read = word.end + usize::from(blank);
    last_read >= mark + BUFFER && text.len() > mark + BUFFER
}
