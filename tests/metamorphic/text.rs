//! A rewritten configuration that remembers where each of its bytes came from.

use std::ops::Range;

/// One stretch of a rewritten file.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Bytes of the original.
    Old(Range<usize>),
    /// Something that was not there.
    New(String),
}

/// One file that is made of an original one.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its path.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) pieces: Vec<Piece>,
}

impl Part {
    /// The file's text.
    pub(crate) fn text(&self, original: &str) -> String {
        self.pieces.iter().map(|piece| piece.text(original)).collect()
    }

    /// Where a byte of the original stands now: its 1-based line.
    fn line_of(&self, original: &str, offset: usize) -> Option<usize> {
        let mut line = 1;
        for piece in &self.pieces {
            if let Piece::Old(range) = piece
                && (range.contains(&offset) || (offset == range.end && offset == original.len()))
            {
                return Some(line + original[range.start..offset].matches('\n').count());
            }
            line += piece.text(original).matches('\n').count();
        }
        None
    }
}

impl Piece {
    fn text<'a>(&'a self, original: &'a str) -> &'a str {
        match self {
            Self::Old(range) => &original[range.clone()],
            Self::New(text) => text,
        }
    }
}

/// Where a byte of the original stands now: path and line, if it was kept.
pub(crate) fn place(parts: &[Part], original: &str, offset: usize) -> Option<(String, usize)> {
    parts.iter().find_map(|part| Some((part.path.clone(), part.line_of(original, offset)?)))
}

/// The original with something put in before some of its bytes.
pub(crate) fn with_insertions(original: &str, mut insertions: Vec<(usize, String)>) -> Vec<Piece> {
    insertions.sort();
    let mut pieces = Vec::new();
    let mut from = 0;
    for (at, text) in insertions {
        pieces.push(Piece::Old(from..at));
        pieces.push(Piece::New(text));
        from = at;
    }
    pieces.push(Piece::Old(from..original.len()));
    pieces
}

/// The original with some stretches of it in the opposite order; each group lies behind the one before it.
pub(crate) fn reversed(original: &str, groups: &[Vec<Range<usize>>]) -> Vec<Piece> {
    let mut slots: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for group in groups {
        slots.extend(group.iter().cloned().zip(group.iter().rev().cloned()));
    }
    slots.sort_by_key(|(slot, _)| slot.start);
    let mut pieces = Vec::new();
    let mut from = 0;
    for (slot, content) in slots {
        pieces.push(Piece::Old(from..slot.start));
        pieces.push(Piece::Old(content));
        from = slot.end;
    }
    pieces.push(Piece::Old(from..original.len()));
    pieces
}

/// The start of the line that holds a byte.
pub(crate) fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
}
