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
        Self { since: Version::in_table(since), removed: Version::in_table(removed) }
    }

    /// Whether this version accepts it.
    pub fn includes(self, version: Version) -> bool {
        self.since.is_none_or(|since| since <= version) && self.removed.is_none_or(|removed| version < removed)
    }
}
