//! Named parameters of directives: `weight=5`, `backup`.

use std::sync::OnceLock;

use super::ContextSet;
use super::context::Contexts;
use crate::grammar::{Lifetime, Signature, Support};

/// One parameter of one directive.
#[derive(Debug)]
pub struct Parameter {
    /// The directive, with its first word where that selects a form: `server`, `sticky cookie`.
    pub form: &'static str,
    /// The first word that selects the form, if one does: `cookie`.
    pub selector: Option<&'static str>,
    /// Where the directive stands.
    pub contexts: ContextSet,
    /// The word, without `=`.
    pub name: &'static str,
    args: &'static str,
    signature: OnceLock<Signature>,
    /// Who accepts it.
    pub edition: &'static str,
    /// The versions that have it.
    pub lifetime: Lifetime,
    /// What lblint does with it.
    pub support: Support,
}

impl Parameter {
    pub(super) fn read(cells: [&'static str; 7], contexts: &mut Contexts) -> Self {
        let [line, name, args, edition, since, removed, support] = cells;
        let (context, form) = line.split_once(' ').unwrap_or(("*", line));
        Self {
            form,
            selector: form.split_once(' ').map(|(_, first)| first),
            contexts: contexts.read_set(context),
            name,
            args,
            signature: OnceLock::new(),
            edition,
            lifetime: Lifetime::read(since, removed),
            support: Support::read(support),
        }
    }

    /// Whether it belongs to the form that this first word selects, or to all forms.
    pub fn is_of(&self, first: Option<&str>) -> bool {
        self.selector.is_none() || self.selector == first
    }

    /// Whether it is `name=value`; else the bare word.
    pub const fn takes_value(&self) -> bool {
        !self.args.is_empty()
    }

    /// The type of its value, read when first asked for.
    pub fn signature(&self) -> &Signature {
        self.signature.get_or_init(|| Signature::read(self.args))
    }
}
