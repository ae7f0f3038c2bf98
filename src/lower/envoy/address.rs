//! Addresses of endpoints and listeners.

use std::net::IpAddr;

use super::Lowering;
use crate::model::{Address, Port, Text, Why};
use crate::source::Span;
use crate::syntax::envoy::Message;

impl Lowering<'_, '_> {
    /// An `Address` message: a socket address, a path, an internal listener; and the words that say where.
    pub(super) fn address(&mut self, message: &Message<'_>) -> (Address, Span) {
        if let Some(socket) = message.any(&["socket_address", "socketAddress"]) {
            return self.socket_address(&socket);
        }
        if let Some(path) = message.path(&["pipe", "path"]) {
            return (Address::Socket(self.text(&path)), path.span());
        }
        if let Some(name) = message.path(&["envoy_internal_address", "server_listener_name"]) {
            return (Address::Special(self.text(&name)), name.span());
        }
        if let Some(url) = message.field("url") {
            return self.url(&url);
        }
        (Address::Unknown(Why::Malformed), message.first_line())
    }

    fn socket_address(&mut self, socket: &Message<'_>) -> (Address, Span) {
        let port = match socket.field("port_value") {
            Some(port) if port.is_masked() => Port::Unknown(Why::Template),
            Some(value) => port(value.integer()),
            // A named port is for a resolver.
            None => Port::Number(0),
        };
        let Some(host) = socket.field("address") else {
            return (Address::Unknown(Why::Malformed), socket.first_line());
        };
        let Some(text) = host.text() else { return (Address::Unknown(Why::Template), host.span()) };
        let address = match text.parse::<IpAddr>() {
            Ok(ip) if ip == IpAddr::from([0, 0, 0, 0]) => Address::Any(port),
            Ok(ip) => Address::Ip(ip.to_canonical(), port),
            Err(_) => Address::Host(self.text(&host), port),
        };
        (address, host.span())
    }

    /// `tcp://HOST:PORT` of the first API.
    pub(super) fn url(&mut self, url: &Message<'_>) -> (Address, Span) {
        let span = url.span();
        let Some(text) = url.text() else { return (Address::Unknown(Why::Template), span) };
        let rest = text.split_once("://").map_or(text.as_ref(), |(_, rest)| rest);
        if text.starts_with("unix://") {
            return (Address::Socket(self.text(url)), span);
        }
        let Some((host, number)) = rest.rsplit_once(':') else { return (Address::Unknown(Why::Malformed), span) };
        let port = port(crate::syntax::envoy::values::integer(number));
        let address = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(ip) if ip == IpAddr::from([0, 0, 0, 0]) => Address::Any(port),
            Ok(ip) => Address::Ip(ip.to_canonical(), port),
            Err(_) => Address::Host(self.unit.texts.compose(host), port),
        };
        (address, span)
    }

    /// What has no name of its own is called by its address and port.
    pub(super) fn name_of(&mut self, address: &Address, at: Span) -> Text {
        let host = |text: Text| self.unit.texts.get(text, self.input.sources);
        let name = match address {
            Address::Ip(ip, port) if ip.is_ipv6() => format!("[{ip}]:{}", number(*port)),
            Address::Ip(ip, port) => format!("{ip}:{}", number(*port)),
            Address::Any(port) => format!("0.0.0.0:{}", number(*port)),
            Address::Host(name, port) => format!("{}:{}", host(*name), number(*port)),
            Address::Socket(path) | Address::Special(path) => host(*path).to_owned(),
            Address::Unknown(_) => return Text(at),
        };
        self.unit.texts.compose(&name)
    }
}

fn number(port: Port) -> String {
    match port {
        Port::Number(number) => number.to_string(),
        Port::Unknown(_) => "?".to_owned(),
        _ => "0".to_owned(),
    }
}

fn port(number: Option<i128>) -> Port {
    let number = number.and_then(|number| u16::try_from(number).ok());
    number.map_or(Port::Unknown(Why::Malformed), Port::Number)
}
