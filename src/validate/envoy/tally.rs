//! How many fields of a text there are of each kind, for coverage.

use crate::grammar::Support;
use crate::source::Span;

/// What was understood of a text; every field is counted once.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many fields shape the model.
    pub modelled: usize,
    /// How many are known and cannot change who gets the traffic.
    pub irrelevant: usize,
    /// Fields that are known, could change who gets the traffic, and are not modelled.
    pub unsupported: Vec<Span>,
    /// Fields that were not recognised.
    pub unrecognised: Vec<Span>,
    /// How many stand where the program does not look.
    pub inactive: usize,
}

impl Tally {
    /// Counts a field.
    pub(super) fn count(&mut self, support: Support, at: Span) {
        match support {
            Support::Modelled => self.modelled += 1,
            Support::Irrelevant => self.irrelevant += 1,
            Support::Unsupported => self.unsupported.push(at),
        }
    }
}
