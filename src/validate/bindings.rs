//! What each statement of a tree turned out to be, in the order of the statements.

use crate::syntax::StatementId;

/// The bindings of all statements of a tree.
#[derive(Debug, Default)]
pub struct Bindings<B> {
    all: Vec<B>,
}

impl<B: Copy + Default> Bindings<B> {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { all: Vec::with_capacity(capacity) }
    }

    pub(super) fn push(&mut self, binding: B) {
        self.all.push(binding);
    }

    /// What a statement is.
    pub fn of(&self, id: StatementId) -> B {
        self.all.get(id.0 as usize).copied().unwrap_or_default()
    }
}
