//! A target's address as it was written, quotes, variables and address family taken off.

use super::Maker;
use crate::model::{Address, Target};
use crate::report::{address, sanitise};
use crate::source::Dialect;
use crate::syntax::haproxy::values::parse_address;

impl Maker<'_> {
    /// `None` when it is not known.
    pub(super) fn address(&self, target: &Target) -> Option<String> {
        if matches!(target.address, Address::Unknown(_)) {
            return None;
        }
        let written = self.sources.slice(target.address_at);
        if self
            .sources
            .at(target.address_at.start)
            .is_some_and(|(_, source)| source.view().is_masked(target.address_at))
        {
            return None;
        }
        // Envoy writes host and port apart.
        let is_apart = self.unit.dialect == Dialect::Envoy;
        let text = if is_apart || written.contains(['"', '\'', '\\', '$']) || written.is_empty() {
            address::rebuilt(self.unit, self.sources, &target.address)?
        } else {
            without_family(written, self.unit.dialect).to_owned()
        };
        Some(sanitise::line(&text).into_owned())
    }
}

/// `ipv4@10.0.0.1:80` is the address `10.0.0.1:80`.
fn without_family(written: &str, dialect: Dialect) -> &str {
    match dialect {
        Dialect::Haproxy => {
            let family = parse_address(written).family;
            family.and_then(|family| written.get(family.len() + 1..)).unwrap_or(written)
        }
        Dialect::Nginx | Dialect::Envoy => written,
    }
}
