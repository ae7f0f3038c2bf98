//! Addresses that the program takes as they are, without a resolver.

use std::net::{IpAddr, Ipv6Addr};

use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::envoy::Message;

/// Whether a text is an address; one of IPv6 may name its interface: `fe80::1%eth0`.
pub(super) fn is_literal(text: &str) -> bool {
    let has_interface = || text.split_once('%').is_some_and(|(ip, _)| ip.parse::<Ipv6Addr>().is_ok());
    text.parse::<IpAddr>().is_ok() || has_interface()
}

/// What is listened on: `{socket_address: {address: ...}}`.
pub(super) fn listens(address: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(socket) = address.field("socket_address").filter(|socket| socket.field("resolver_name").is_none()) else {
        return;
    };
    let Some(host) = socket.field("address") else { return };
    // An empty one breaks a constraint of the schema.
    let Some(text) = host.text().filter(|text| !text.is_empty() && !is_literal(text)) else { return };
    let why = format!("`{text}` is no IP address: Envoy refuses to listen on it");
    diagnostics.push(Diagnostic::new(host.span(), Kind::Conflict(why.into())));
}

#[cfg(test)]
mod tests {
    use super::is_literal;

    /// Measured with 1.40.
    #[test]
    fn literal_addresses() {
        assert!(["10.0.0.1", "::", "fe80::1%lo", "::ffff:1.2.3.4"].into_iter().all(is_literal));
        assert!(!["localhost", "1.2.3", "010.0.0.1", "[::1]", "1.2.3.4 ", "0x7f.1", ""].into_iter().any(is_literal));
    }
}
