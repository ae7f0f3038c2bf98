//! A target's address as it was written, quotes, variables and address family taken off.

use std::net::IpAddr;

use super::Maker;
use crate::model::{Address, Port, Target};
use crate::report::sanitise;
use crate::source::Dialect;
use crate::syntax::haproxy::values::parse_address;

impl Maker<'_> {
    /// `None` when it is not known.
    pub(super) fn address(&self, target: &Target) -> Option<String> {
        if matches!(target.address, Address::Unknown(_)) {
            return None;
        }
        let written = self.sources.slice(target.address_at);
        // Envoy writes host and port apart.
        let is_apart = self.unit.dialect == Dialect::Envoy;
        let text = if is_apart || written.contains(['"', '\'', '\\', '$']) || written.is_empty() {
            self.rebuilt(&target.address)?
        } else {
            without_family(written, self.unit.dialect).to_owned()
        };
        Some(sanitise::line(&text).into_owned())
    }

    /// The address from its parts, where the words themselves do not say it.
    fn rebuilt(&self, address: &Address) -> Option<String> {
        let with = |host: &str, port: &Port| port_text(*port).map(|port| format!("{host}{port}"));
        let text = |text| self.unit.texts.get(text, self.sources);
        match address {
            Address::Ip(IpAddr::V6(ip), port) if *port != Port::OfClient => with(&format!("[{ip}]"), port),
            Address::Ip(ip, port) => with(&ip.to_string(), port),
            Address::Any(port) if self.unit.dialect == Dialect::Envoy => with("0.0.0.0", port),
            Address::Any(port) => with("*", port),
            Address::Host(name, port) => with(text(*name), port),
            Address::Socket(path) | Address::Special(path) => Some(text(*path).to_owned()),
            Address::Unknown(_) => None,
        }
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

/// The port with its colon; nothing where there is none; `None` when it is not known.
fn port_text(port: Port) -> Option<String> {
    Some(match port {
        Port::Number(port) => format!(":{port}"),
        Port::Range(low, high) => format!(":{low}-{high}"),
        Port::OfClient => String::new(),
        Port::Offset(offset) => format!(":{offset:+}"),
        Port::Unknown(_) => return None,
    })
}
