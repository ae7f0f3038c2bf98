//! What the trees of all dialects call their statements and first words.

/// Index into the statements of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId(pub u32);

/// The number that the vocabulary gave to a first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeywordId(pub u16);

impl KeywordId {
    /// The vocabulary has no such word, or the word is not known (a mask, an environment variable).
    pub const UNKNOWN: Self = Self(u16::MAX);
}

/// The parent of a statement that stands in no section and no block.
pub const NO_PARENT: u32 = u32::MAX;

/// U+FEFF in UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
