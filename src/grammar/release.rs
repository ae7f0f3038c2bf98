//! In which versions of a program something exists.

use crate::source::Version;

/// The versions that accept something: from `since` up to, not including, `removed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// The first version that has it; `None`: every supported one.
    pub since: Option<Version>,
    /// The first version that refuses it.
    pub removed: Option<Version>,
}

impl Lifetime {
    /// Reads the two cells of a table.
    pub(super) fn read(since: &str, removed: &str) -> Self {
        // Most cells are empty, and saying what is wrong with them costs more than the table.
        let read = |cell: &str| if cell.is_empty() { None } else { Version::in_table(cell) };
        Self { since: read(since), removed: read(removed) }
    }

    /// Whether this version accepts it.
    pub fn includes(self, version: Version) -> bool {
        self.since.is_none_or(|since| since <= version) && self.removed.is_none_or(|removed| version < removed)
    }
}
