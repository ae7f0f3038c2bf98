//! The longer story of a fact, kept once a place: what was inherited, what was written earlier and lost.

use rustc_hash::FxHashMap;

use super::Origin;
use crate::source::Span;

/// One step of how a value came to be what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An earlier statement of the same section said otherwise and lost.
    Replaces(Span),
    /// What was written cannot act here; the program uses another value instead.
    FallsBack(Span),
    /// An earlier statement of another setting is without effect because of this one.
    TakesAway(Span),
    /// Settings of another value than the one in force, which are not read.
    Unread(Span),
}

/// The stories of one unit, by the place of the decisive text.
#[derive(Debug, Default)]
pub struct Stories {
    steps: FxHashMap<Span, Vec<Step>>,
}

impl Stories {
    /// Adds a step to the story of the text at `at`.
    pub fn tell(&mut self, at: Span, step: Step) {
        self.steps.entry(at).or_default().push(step);
    }

    /// The story of an origin; empty for most.
    pub fn of(&self, origin: Origin) -> &[Step] {
        self.steps.get(&origin.at).map_or(&[], Vec::as_slice)
    }
}
