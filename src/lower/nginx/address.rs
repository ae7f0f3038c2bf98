//! Addresses of targets and listeners: `host:port`, `[v6]:port`, `unix:path` (`ngx_parse_url`, `src/core/ngx_inet.c`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Lowering;
use super::argument::Argument;
use crate::model::{Address, Port, Why};

/// An address in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written<'t> {
    /// The host: a name, an address (version 6 without brackets) or a path.
    pub(super) host: &'t str,
    /// What kind of host it is.
    pub(super) kind: HostKind,
    /// The port as written.
    pub(super) port: Option<&'t str>,
}

/// What kind of host an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostKind {
    /// An address.
    Ip(IpAddr),
    /// A name to be resolved.
    Name,
    /// A socket in the file system.
    Socket,
}

/// Reads an address that has neither scheme nor path.
pub(super) fn parse(text: &str) -> Written<'_> {
    if let Some(path) = strip_prefix_ignoring_case(text, "unix:") {
        return Written { host: path, kind: HostKind::Socket, port: None };
    }
    if let Some((host, rest)) = text.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        let kind = host.parse().map_or(HostKind::Name, |ip: Ipv6Addr| HostKind::Ip(IpAddr::V6(ip)));
        return Written { host, kind, port: rest.strip_prefix(':') };
    }
    let (host, port) = text.rsplit_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let kind = host.parse().map_or(HostKind::Name, |ip: Ipv4Addr| HostKind::Ip(IpAddr::V4(ip)));
    Written { host, kind, port }
}

/// What follows a prefix that may be in any case.
pub(super) fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..).unwrap_or_default())
}

impl Lowering<'_, '_> {
    /// The address that a part of a word holds. Without a port it is `default_port`.
    pub(super) fn address(&mut self, part: &str, argument: &Argument<'_>, default_port: Option<u16>) -> Address {
        let written = parse(part);
        let port = match (written.port.map(str::parse), default_port) {
            (Some(Ok(port)), _) | (None, Some(port)) => Port::Number(port),
            (Some(Err(_)), _) => Port::Unknown(Why::Malformed),
            (None, None) => Port::OfClient,
        };
        match written.kind {
            HostKind::Ip(ip) => Address::Ip(ip.to_canonical(), port),
            HostKind::Socket => Address::Socket(self.part_text(argument, written.host)),
            HostKind::Name => Address::Host(self.part_text(argument, written.host), port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_fall_into_their_parts() {
        let parts = |text| {
            let written = parse(text);
            (written.host, written.port)
        };
        assert_eq!(parts("10.0.0.1:80"), ("10.0.0.1", Some("80")));
        assert_eq!(parts("app"), ("app", None));
        assert_eq!(parts("[::1]:8080"), ("::1", Some("8080")));
        assert_eq!(parts("[::1]"), ("::1", None));
        assert_eq!(parts("unix:/run/app.sock"), ("/run/app.sock", None));
        assert_eq!(parse("UNIX:/run/app.sock").kind, HostKind::Socket);
        assert_eq!(parse("10.0.0.1:80").kind, HostKind::Ip("10.0.0.1".parse().unwrap()));
        assert_eq!(parse("app:80").kind, HostKind::Name);
    }
}
