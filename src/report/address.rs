//! Addresses from their parts, as they are shown.

use std::net::IpAddr;

use crate::model::{Address, Port, Unit};
use crate::source::{Dialect, Sources};

/// The address from its parts, where the words themselves do not say it; `None` where it is not known.
pub(super) fn rebuilt(unit: &Unit, sources: &Sources, address: &Address) -> Option<String> {
    let with = |host: &str, port: &Port| port_text(*port).map(|port| format!("{host}{port}"));
    let text = |text| unit.texts.get(text, sources);
    match address {
        Address::Ip(IpAddr::V6(ip), port) if *port != Port::OfClient => with(&format!("[{ip}]"), port),
        Address::Ip(ip, port) => with(&ip.to_string(), port),
        Address::Any(port) if unit.dialect == Dialect::Envoy => with("0.0.0.0", port),
        Address::Any(port) => with("*", port),
        Address::Host(name, port) => with(text(*name), port),
        Address::Socket(path) | Address::Special(path) => Some(text(*path).to_owned()),
        Address::Unknown(_) => None,
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
