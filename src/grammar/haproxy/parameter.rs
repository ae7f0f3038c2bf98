//! Parameters of `server` and `bind` lines.

use crate::grammar::{Lifetime, Secret, Signature, Support};

/// Which kind of line has a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Line {
    /// `server`, `default-server`, `server-template`, `peer`.
    Server,
    /// `bind` and `stats socket`.
    Bind,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Which lines have it.
    pub line: Line,
    /// Its word; a `*` at the end takes more text in the word.
    pub name: &'static str,
    /// The statements that accept it.
    pub on: &'static str,
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

impl Parameter {
    pub(super) fn read(cells: [&'static str; 9]) -> Self {
        let [line, name, on, signature, since, removed, instead, support, secret] = cells;
        Self {
            line: if line == "bind" { Line::Bind } else { Line::Server },
            name,
            on,
            signature: Signature::read(signature),
            lifetime: Lifetime::read(since, removed),
            instead,
            support: Support::read(support),
            secret: Secret::read(secret),
        }
    }

    /// Whether a statement (`server`, `default-server`, `server-template`, ...) accepts it.
    pub fn is_on(&self, statement: &str) -> bool {
        self.on.is_empty() || self.on.split(',').any(|name| name == statement)
    }
}
