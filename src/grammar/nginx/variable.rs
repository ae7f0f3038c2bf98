//! Variables: those that are built in, and the directives that make others.

use super::ContextSet;
use super::context::Contexts;
use crate::grammar::Lifetime;

/// A built-in variable, or a family of them.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// The name without `$`; of a family what all its names begin with.
    pub stem: &'static str,
    /// Whether every name that begins so is one.
    pub is_family: bool,
    /// `http` or `stream`.
    pub protocol: &'static str,
    /// The versions that have it.
    pub lifetime: Lifetime,
}

/// How a directive makes variables.
#[derive(Clone, Copy, Debug)]
pub struct VariableSource {
    /// The directive.
    pub directive: &'static str,
    /// Where it stands.
    pub contexts: ContextSet,
    /// Which words name the variables: a position, `last`, `all`, `block`, `options` or `captures`.
    pub argument: &'static str,
}

impl Variable {
    pub(super) fn read([name, protocol, _, _, since, removed]: [&'static str; 6]) -> Self {
        let stem = name.strip_suffix('*');
        let lifetime = Lifetime::read(since, removed);
        Self { stem: stem.unwrap_or(name), is_family: stem.is_some(), protocol, lifetime }
    }
}

impl VariableSource {
    pub(super) fn read([directive, context, argument]: [&'static str; 3], contexts: &mut Contexts) -> Self {
        Self { directive, contexts: contexts.read_set(context), argument }
    }
}
