//! What each statement of a tree turned out to be.

use crate::grammar::Support;
use crate::grammar::nginx::ContextSet;

/// What a statement is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
pub type Bindings = crate::validate::Bindings<Binding>;
