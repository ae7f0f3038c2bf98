//! Addresses with ports and URIs (`ngx_parse_url`, `src/core/ngx_inet.c`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::number;

/// What stands before the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// All addresses of the machine: `*`, or a port alone.
    Any,
    /// An address.
    Ip(IpAddr),
    /// A name; whether it resolves is another matter.
    Name(&'a str),
    /// The path of a socket.
    Unix(&'a str),
}

/// An address as the program splits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedAddress<'a> {
    /// What stands before the port.
    pub host: Host<'a>,
    /// The first and the last port; equal except in `listen 80-90`. `None` if no port is written.
    pub ports: Option<(u16, u16)>,
    /// What follows, from its `/` or `?` on; empty if nothing does.
    pub uri: &'a str,
}

/// Why something is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// `invalid host`: a URI where none may stand, or a bracket without its end.
    Host,
    /// `no host`.
    NoHost,
    /// `invalid port`: not 1 to 65535.
    Port,
    /// `invalid port range`: the last one is smaller.
    PortRange,
    /// `invalid IPv6 address`.
    Inet6,
    /// `no path in the unix domain socket`.
    NoPath,
    /// `too long path in the unix domain socket`.
    LongPath,
}

/// Where an address stands decides what it may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `server`, `resolver`: a host and perhaps a port.
    Plain,
    /// `proxy_pass`, behind the scheme: a URI may follow.
    WithUri,
    /// `listen`: a port alone, `*`, and ranges of ports as well.
    Listen,
}

/// The most bytes of a socket's path: `sun_path` on Linux without the NUL.
const LONGEST_PATH: usize = 107;

/// What follows a prefix that may be in any case: schemes and `unix:` are.
pub fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Splits an address; names are not resolved.
pub fn parse_address(text: &str, place: Place) -> Result<ParsedAddress<'_>, AddressError> {
    if let Some(path) = strip_prefix_ignoring_case(text, "unix:") {
        return unix(path, place);
    }
    let (rest, uri) = split_uri(text, place)?;
    match rest.strip_prefix('[') {
        Some(inside) => inet6(inside, uri, place),
        None => inet(rest, uri, place),
    }
}

fn unix(rest: &str, place: Place) -> Result<ParsedAddress<'_>, AddressError> {
    let (path, uri) = match rest.split_once(':') {
        Some(parts) if place == Place::WithUri => parts,
        _ => (rest, ""),
    };
    match path.len() {
        0 => Err(AddressError::NoPath),
        length if length > LONGEST_PATH => Err(AddressError::LongPath),
        _ => Ok(ParsedAddress { host: Host::Unix(path), ports: None, uri }),
    }
}

/// A `/` begins a URI anywhere, a `?` only where one may stand.
fn split_uri(text: &str, place: Place) -> Result<(&str, &str), AddressError> {
    match text.find(['/', '?']) {
        None => Ok((text, "")),
        Some(at) if place == Place::WithUri => Ok(text.split_at(at)),
        Some(_) => Err(AddressError::Host),
    }
}

fn inet6<'a>(inside: &'a str, uri: &'a str, place: Place) -> Result<ParsedAddress<'a>, AddressError> {
    let (address, after) = inside.split_once(']').ok_or(AddressError::Host)?;
    let ports = match (after, after.strip_prefix(':')) {
        ("", _) => None,
        (_, Some(port)) => Some(ports(port, place)?),
        (_, None) => return Err(AddressError::Host),
    };
    match address.parse::<Ipv6Addr>() {
        Ok(address) => Ok(ParsedAddress { host: Host::Ip(IpAddr::V6(address)), ports, uri }),
        Err(_) if address.is_empty() => Err(AddressError::NoHost),
        Err(_) => Err(AddressError::Inet6),
    }
}

fn inet<'a>(rest: &'a str, uri: &'a str, place: Place) -> Result<ParsedAddress<'a>, AddressError> {
    if place == Place::Listen && rest.starts_with(|first: char| first.is_ascii_digit()) && is_ports(rest) {
        return Ok(ParsedAddress { host: Host::Any, ports: Some(ports(rest, place)?), uri });
    }
    let (host, ports) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(ports(port, place)?)),
        None => (rest, None),
    };
    let host = match host {
        "" => return Err(AddressError::NoHost),
        "*" => Host::Any,
        _ => host.parse::<Ipv4Addr>().map_or(Host::Name(host), |address| Host::Ip(IpAddr::V4(address))),
    };
    Ok(ParsedAddress { host, ports, uri })
}

fn is_ports(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn ports(text: &str, place: Place) -> Result<(u16, u16), AddressError> {
    match text.split_once('-').filter(|_| place == Place::Listen) {
        Some((first, last)) => {
            let (first, last) = (port(first)?, port(last)?);
            if first > last { Err(AddressError::PortRange) } else { Ok((first, last)) }
        }
        None => port(text).map(|port| (port, port)),
    }
}

fn port(text: &str) -> Result<u16, AddressError> {
    let number = number(text).and_then(|number| u16::try_from(number).ok());
    number.filter(|port| *port > 0).ok_or(AddressError::Port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str, place: Place) -> Result<Host<'_>, AddressError> {
        parse_address(text, place).map(|address| address.host)
    }

    #[test]
    fn hosts_and_ports_are_split() {
        let address = parse_address("127.0.0.1:8080", Place::Plain).unwrap();
        assert_eq!(address.host, Host::Ip("127.0.0.1".parse().unwrap()));
        assert_eq!(address.ports, Some((8080, 8080)));
        assert_eq!(host("backend", Place::Plain), Ok(Host::Name("backend")));
        assert_eq!(host("[::1]:80", Place::Plain), Ok(Host::Ip("::1".parse().unwrap())));
        assert_eq!(host("unix:/run/a.sock", Place::Plain), Ok(Host::Unix("/run/a.sock")));
        assert_eq!(host("1", Place::Plain), Ok(Host::Name("1")));
    }

    #[test]
    fn a_uri_follows_where_one_may_stand() {
        let uri = |text| parse_address(text, Place::WithUri).map(|address| address.uri);
        assert_eq!(uri("u/a:b"), Ok("/a:b"));
        assert_eq!(uri("u:80/"), Ok("/"));
        assert_eq!(uri("u"), Ok(""));
        assert_eq!(uri("unix:/run/a:/x"), Ok("/x"));
        assert_eq!(host("u/a", Place::Plain), Err(AddressError::Host));
        assert_eq!(host("http://u", Place::Plain), Err(AddressError::Host));
    }

    #[test]
    fn a_listener_takes_ports_alone_and_ranges() {
        let listen = |text| parse_address(text, Place::Listen).map(|address| (address.host, address.ports));
        assert_eq!(listen("80"), Ok((Host::Any, Some((80, 80)))));
        assert_eq!(listen("*:80-90"), Ok((Host::Any, Some((80, 90)))));
        assert_eq!(listen("90-80"), Err(AddressError::PortRange));
        assert_eq!(listen("0"), Err(AddressError::Port));
        assert_eq!(listen("localhost"), Ok((Host::Name("localhost"), None)));
    }

    #[test]
    fn what_is_no_address() {
        let refused = [
            ("a:0", AddressError::Port),
            ("a:65536", AddressError::Port),
            ("a:", AddressError::Port),
            ("a:80-90", AddressError::Port),
            ("1:2:3", AddressError::Port),
            (":80", AddressError::NoHost),
            ("", AddressError::NoHost),
            ("[::1", AddressError::Host),
            ("[::1]80", AddressError::Host),
            ("[x]", AddressError::Inet6),
            ("unix:", AddressError::NoPath),
        ];
        for (text, error) in refused {
            assert_eq!(host(text, Place::Plain), Err(error), "{text}");
        }
    }
}
