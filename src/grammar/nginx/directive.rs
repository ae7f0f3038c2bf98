//! Directives: one row for each name, group of contexts, edition and signature.

use std::sync::OnceLock;

use super::context::Contexts;
use super::{Arity, ContextSet};
use crate::grammar::{Lifetime, Secret, Signature, Support};

/// Which directive: a name, whatever its contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DirectiveId(pub u16);

impl DirectiveId {
    /// No directive of the tables.
    pub const NONE: Self = Self(u16::MAX);

    pub(super) const fn new(index: usize) -> Self {
        Self(index as u16)
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a setting reaches inner contexts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inheritance {
    /// What is not set comes from outside.
    Scalar,
    /// The list from outside, only if none is set here.
    AllOrNothing,
    /// Not at all.
    None,
    /// Only one level, or not established.
    Unstated,
}

/// One row of the table of directives.
#[derive(Debug)]
pub struct Directive {
    /// The name.
    pub name: &'static str,
    /// Where it may stand.
    pub contexts: ContextSet,
    /// How many words it takes, and whether a block.
    pub arity: Arity,
    args: &'static str,
    signature: OnceLock<Signature>,
    /// The module that has it.
    pub module: &'static str,
    /// Who accepts it: `oss`, `plus`, `angie`, `openresty`, `tengine`, `module`.
    pub edition: &'static str,
    /// The versions that have it.
    pub lifetime: Lifetime,
    /// What to write instead.
    pub instead: &'static str,
    /// How it reaches inner contexts.
    pub inheritance: Inheritance,
    /// What lblint does with it.
    pub support: Support,
    /// Which arguments are secrets.
    pub secret: Secret,
    /// Whether a second one in the same block is refused.
    pub is_unique: bool,
}

impl Directive {
    pub(super) fn read(cells: [&'static str; 13], contexts: &mut Contexts) -> Self {
        let [name, context, arity, args, module, edition, since, removed, instead, inherit, support, secret, repeat] =
            cells;
        Self {
            name,
            contexts: contexts.read_set(context),
            arity: Arity::read(arity),
            args,
            signature: OnceLock::new(),
            module,
            edition,
            lifetime: Lifetime::read(since, removed),
            instead,
            inheritance: read_inheritance(inherit),
            support: Support::read(support),
            secret: Secret::read(secret),
            is_unique: repeat == "refused",
        }
    }

    /// The types of its arguments, read when first asked for; `None` if any words will do.
    pub fn signature(&self) -> Option<&Signature> {
        (!self.args.is_empty()).then(|| self.signature.get_or_init(|| Signature::read(self.args)))
    }
}

fn read_inheritance(cell: &str) -> Inheritance {
    match cell {
        "scalar" => Inheritance::Scalar,
        "all-or-nothing" => Inheritance::AllOrNothing,
        "none" => Inheritance::None,
        _ => Inheritance::Unstated,
    }
}
