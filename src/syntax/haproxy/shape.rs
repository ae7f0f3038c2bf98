//! One pass over a line: how many words, where the first two stand, and what is odd about them.

use super::lexer::{self, Defect, RawWord, WordFlags};

/// What the tree builder needs to know of a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    /// How many words the line has, up to the defect if there is one.
    pub(super) words: u32,
    /// End of the last word.
    pub(super) end: usize,
    /// All flags of all words.
    pub(super) flags: WordFlags,
    pub(super) first: RawWord,
    pub(super) second: RawWord,
    pub(super) last: RawWord,
    /// The first empty word and its number, counted from 0.
    pub(super) empty: Option<(RawWord, u32)>,
    /// Start of the first word beyond what the program takes.
    pub(super) overflow: Option<usize>,
    pub(super) defect: Option<Defect>,
}

/// Most words that the program takes on a line: `MAX_LINE_ARGS` of include/haproxy/defaults.h, 2.6 to 3.4.
/// Up to 3.1 a blank after the 64th counts as one more word (measured with 2.6.12); that is not complained about.
pub(super) const MAX_WORDS: u32 = 64;

impl Shape {
    /// Reads the words of `line` from the first one, at `start`, to the end, a comment or a carriage return.
    #[inline]
    pub(super) fn scan(line: &[u8], start: usize) -> Self {
        let mut shape = Self::default();
        let mut at = start;
        while lexer::at_word(line, at) {
            match lexer::read_word(line, at) {
                Ok(word) => shape.add(word),
                Err(defect) => {
                    shape.defect = Some(defect);
                    return shape;
                }
            }
            at = lexer::next_word(line, shape.end);
        }
        shape
    }

    #[inline]
    fn add(&mut self, word: RawWord) {
        match self.words {
            0 => self.first = word,
            1 => self.second = word,
            MAX_WORDS => self.overflow = Some(word.start),
            _ => {}
        }
        if !word.flags.is_plain() {
            self.add_flags(word);
        }
        self.words += 1;
        self.end = word.end;
        self.last = word;
    }

    fn add_flags(&mut self, word: RawWord) {
        self.flags = self.flags.with(word.flags);
        if word.flags.has(WordFlags::EMPTY) && self.empty.is_none() {
            self.empty = Some((word, self.words));
        }
    }
}
