//! What each statement of a tree turned out to be.

use crate::grammar::Support;
use crate::grammar::nginx::ContextSet;
use crate::syntax::nginx::StatementId;

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The contexts in which it may stand: one, or several for a fragment.
    pub contexts: ContextSet,
    /// What lblint does with it; `None` if it was not recognised.
    pub support: Option<Support>,
}

impl Binding {
    /// Not recognised.
    pub(super) const fn none(contexts: ContextSet) -> Self {
        Self { contexts, support: None }
    }
}

/// The bindings of all statements of a tree.
#[derive(Debug, Default)]
pub struct Bindings {
    all: Vec<Binding>,
}

impl Bindings {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { all: Vec::with_capacity(capacity) }
    }

    pub(super) fn push(&mut self, binding: Binding) {
        self.all.push(binding);
    }

    /// What a statement is.
    pub fn of(&self, id: StatementId) -> Binding {
        self.all.get(id.0 as usize).copied().unwrap_or(Binding::none(ContextSet::default()))
    }
}
