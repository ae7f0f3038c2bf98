//! The tables of `grammars/`, indexed when first needed: which statements there are, where, with which arguments, since when.

pub mod haproxy;
mod release;
pub mod rules;
mod signature;
mod table;

pub use release::Lifetime;
pub use signature::{ALL_THE_REST, Part, Quantity, Signature, ValueType};

/// What lblint does with a statement of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    /// It shapes the model.
    Modelled,
    /// Known, and it cannot change who gets the traffic.
    Irrelevant,
    /// Known, it could change who gets the traffic, and lblint does not model it.
    Unsupported,
}
