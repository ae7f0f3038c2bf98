//! Statements: one row for each phrase and signature.

use super::SectionSet;
use crate::grammar::{Lifetime, Secret, Signature, Support};

/// Which row of the table of keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(u16);

impl RowId {
    /// No row: the statement is not recognised.
    pub const NONE: Self = Self(u16::MAX);

    pub(super) const fn new(index: usize) -> Self {
        Self(index as u16)
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which prefixes a statement takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefixes {
    /// `no ...`
    pub no: bool,
    /// `default ...`
    pub default: bool,
}

/// One statement of the language.
#[derive(Clone, Debug)]
pub struct Keyword {
    /// Its words up to the arguments, separated by one space; a `*` at the end of a word takes more text in that word.
    pub phrase: &'static str,
    /// Where it may stand.
    pub sections: SectionSet,
    /// Which prefixes it takes.
    pub prefixes: Prefixes,
    /// Its arguments.
    pub signature: Signature,
    /// The versions that have it.
    pub lifetime: Lifetime,
    /// What to write instead, if it was removed.
    pub instead: &'static str,
    /// What lblint does with it.
    pub support: Support,
    /// Which arguments are secrets.
    pub secret: Secret,
}

impl Keyword {
    pub(super) fn read(cells: [&'static str; 9]) -> Self {
        let [phrase, sections, prefixes, signature, since, removed, instead, support, secret] = cells;
        Self {
            phrase,
            sections: SectionSet::read(sections),
            prefixes: Prefixes {
                no: prefixes.split(',').any(|prefix| prefix == "no"),
                default: prefixes.split(',').any(|prefix| prefix == "default"),
            },
            signature: Signature::read(signature),
            lifetime: Lifetime::read(since, removed),
            instead,
            support: Support::read(support),
            secret: Secret::read(secret),
        }
    }
}
