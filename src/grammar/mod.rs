//! The tables of `grammars/`, indexed when first needed: which statements there are, where, with which arguments, since when.

pub mod envoy;
pub mod haproxy;
pub mod nginx;
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

impl Support {
    /// Reads a table's cell.
    fn read(cell: &str) -> Self {
        match cell {
            "modelled" => Self::Modelled,
            "unsupported" => Self::Unsupported,
            _ => Self::Irrelevant,
        }
    }
}

/// Which arguments are secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// None.
    None,
    /// The argument at this position, from 1.
    At(u8),
    /// All of them.
    All,
}

impl Secret {
    fn read(cell: &str) -> Self {
        match cell {
            "" => Self::None,
            "all" => Self::All,
            position => position.parse().map_or(Self::None, Self::At),
        }
    }

    /// Whether the argument at this position, from 1, is a secret.
    pub fn covers(self, position: usize) -> bool {
        match self {
            Self::None => false,
            Self::At(secret) => usize::from(secret) == position,
            Self::All => true,
        }
    }
}
