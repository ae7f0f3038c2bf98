//! Addresses of `bind` and `server` lines (`str2sa_range` in src/tools.c, 2.6.12).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What stands before the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host<'a> {
    /// A literal address.
    Ip(IpAddr),
    /// Every IPv4 address: `*`, `0.0.0.0` or nothing.
    Any,
    /// A name.
    Name(&'a str),
    /// A path or an abstract name.
    Socket(&'a str),
    /// A descriptor, a reverse connection and the like.
    Special(&'a str),
    /// An environment variable stands in it.
    Variable,
}

/// What stands after the last colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParsedPort {
    /// Nothing.
    Absent,
    /// A number.
    Number(u16),
    /// A number and something behind it that the program drops (2.6.12: `8080x` is 8080).
    Prefix(u16),
    /// Two numbers.
    Range(u16, u16),
    /// `+n` or `-n`.
    Offset(i32),
    /// An environment variable.
    Variable,
    /// Something else.
    Invalid,
}

/// An address in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedAddress<'a> {
    /// `ipv4`, `unix`, `quic4`, `rhttp`, ... where it was written.
    pub family: Option<&'a str>,
    /// Before the port.
    pub host: Host<'a>,
    /// The port.
    pub port: ParsedPort,
}

/// Families that name something else than an internet address.
const SPECIAL: [&str; 4] = ["fd", "sockpair", "rhttp", "ring"];
const SOCKETS: [&str; 5] = ["unix", "abns", "abnsz", "uxdg", "uxst"];

/// Takes an address apart. Nothing is refused here: a bad port is [`ParsedPort::Invalid`], anything else a name.
pub fn parse_address(word: &str) -> ParsedAddress<'_> {
    if let Some((ip, port)) = plain(word) {
        return ParsedAddress { family: None, host: Host::Ip(ip.into()), port: ParsedPort::Number(port) };
    }
    let (family, rest) = split_family(word);
    let kind = family.map(|family| family.rsplit('+').next().unwrap_or(family));
    if kind.is_some_and(|kind| SPECIAL.contains(&kind)) || matches!(word, "stdout" | "stderr") {
        return ParsedAddress { family, host: Host::Special(rest), port: ParsedPort::Absent };
    }
    if kind.is_some_and(|kind| SOCKETS.contains(&kind)) || rest.starts_with('/') {
        return ParsedAddress { family, host: Host::Socket(rest), port: ParsedPort::Absent };
    }
    let (host, port) = split_port(rest);
    ParsedAddress { family, host: parse_host(host), port }
}

/// `10.0.0.1:8080`, as most addresses are: read in one pass. Anything else, and what has more digits than it needs, is left to
/// the others.
fn plain(word: &str) -> Option<(Ipv4Addr, u16)> {
    let (mut parts, mut number, mut digits, mut dots) = ([0_u8; 4], 0_u32, 0, 0);
    let mut in_port = false;
    for byte in word.bytes() {
        match byte {
            b'0'..=b'9' if digits < 5 && (number > 0 || digits == 0) => {
                number = number * 10 + u32::from(byte - b'0');
                digits += 1;
                continue;
            }
            b'.' if dots < 3 && !in_port => dots += 1,
            b':' if dots == 3 && !in_port => in_port = true,
            _ => return None,
        }
        let part = parts.get_mut(if in_port { 3 } else { dots - 1 })?;
        *part = u8::try_from(number).ok().filter(|_| digits > 0)?;
        (number, digits) = (0, 0);
    }
    let ip = Ipv4Addr::from(parts);
    let port = u16::try_from(number).ok().filter(|_| digits > 0 && in_port)?;
    (!ip.is_unspecified()).then_some((ip, port))
}

fn split_family(word: &str) -> (Option<&str>, &str) {
    match word.split_once('@') {
        Some((family, rest)) if family.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+') => (Some(family), rest),
        _ => (None, word),
    }
}

/// The port follows the last colon; a closing bracket after it, or a text that is an IPv6 address as a whole, means none.
fn split_port(text: &str) -> (&str, ParsedPort) {
    match text.rsplit_once(':') {
        Some((_, port)) if port.ends_with(']') => (text, ParsedPort::Absent),
        Some((host, port)) => (host, parse_port(port)),
        None => (text, ParsedPort::Absent),
    }
}

fn parse_port(text: &str) -> ParsedPort {
    if text.contains('$') {
        return ParsedPort::Variable;
    }
    if text.is_empty() {
        return ParsedPort::Absent;
    }
    if let Some((low, high)) = text.split_once('-').filter(|(low, _)| !low.is_empty()) {
        return match (low.parse(), high.parse()) {
            (Ok(low), Ok(high)) => ParsedPort::Range(low, high),
            _ => ParsedPort::Invalid,
        };
    }
    if text.starts_with(['+', '-']) {
        return text.parse().map_or(ParsedPort::Invalid, ParsedPort::Offset);
    }
    match text.parse() {
        Ok(port) => ParsedPort::Number(port),
        Err(_) => leading_number(text).map_or(ParsedPort::Invalid, ParsedPort::Prefix),
    }
}

/// The digits at the beginning, if they are a port.
fn leading_number(text: &str) -> Option<u16> {
    let digits = text.len() - text.trim_start_matches(|byte: char| byte.is_ascii_digit()).len();
    text.get(..digits)?.parse().ok()
}

fn parse_host(text: &str) -> Host<'_> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if bare.contains('$') {
        return Host::Variable;
    }
    if bare.is_empty() || bare == "*" {
        return Host::Any;
    }
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) if ip.is_unspecified() => Host::Any,
        Ok(IpAddr::V6(ip)) => Host::Ip(unmapped(ip)),
        Ok(ip) => Host::Ip(ip),
        Err(_) => Host::Name(bare),
    }
}

fn unmapped(ip: Ipv6Addr) -> IpAddr {
    ip.to_ipv4_mapped().map_or(IpAddr::V6(ip), IpAddr::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(word: &str) -> (Host<'_>, ParsedPort) {
        let address = parse_address(word);
        (address.host, address.port)
    }

    #[test]
    fn the_short_way_reads_what_the_long_one_reads() {
        for word in ["10.0.0.1:80", "1.2.3.4:65535", "255.255.255.255:1", "10.0.0.1:0"] {
            let (ip, port) = plain(word).unwrap();
            let (host, long) = split_port(word);
            assert_eq!((parse_host(host), long), (Host::Ip(ip.into()), ParsedPort::Number(port)), "{word}");
        }
        for word in
            ["0.0.0.0:80", "10.0.0.1", "10.0.0:80", "10.0.0.256:80", "10.0.0.01:80", "10.0.0.1:", "1.2.3.4:65536"]
        {
            assert_eq!(plain(word), None, "{word}");
        }
        for word in
            ["10.0.0.1:080", ":80", "1.2.3.4.5:80", "1..3.4:80", "1.2.3.4:80:81", "1.2.3.4:8x", "1.2.3.4:+8", "a"]
        {
            assert_eq!(plain(word), None, "{word}");
        }
    }

    #[test]
    fn internet_addresses() {
        let ip = |text: &str| Host::Ip(text.parse().unwrap());
        assert_eq!(parts("10.0.0.1:80"), (ip("10.0.0.1"), ParsedPort::Number(80)));
        assert_eq!(parts("10.0.0.1"), (ip("10.0.0.1"), ParsedPort::Absent));
        assert_eq!(parts("[2001:db8::1]:80"), (ip("2001:db8::1"), ParsedPort::Number(80)));
        assert_eq!(parts("[2001:db8::1]"), (ip("2001:db8::1"), ParsedPort::Absent));
        assert_eq!(parts("2001:db8::1:80"), (ip("2001:db8::1"), ParsedPort::Number(80)));
        assert_eq!(parts("::ffff:10.0.0.1:80"), (ip("10.0.0.1"), ParsedPort::Number(80)));
        assert_eq!(parts("ipv4@10.0.0.1:80"), (ip("10.0.0.1"), ParsedPort::Number(80)));
        assert_eq!(parts("web.example:http"), (Host::Name("web.example"), ParsedPort::Invalid));
    }

    #[test]
    fn every_address_of_the_machine() {
        for word in ["*:80", ":80", "0.0.0.0:80"] {
            assert_eq!(parts(word), (Host::Any, ParsedPort::Number(80)), "{word}");
        }
        // IPv6 may be bound beside it (`v6only`), so it is another address.
        for word in ["[::]:80", ":::80"] {
            assert_eq!(parts(word), (Host::Ip("::".parse().unwrap()), ParsedPort::Number(80)), "{word}");
        }
    }

    #[test]
    fn ports_of_all_kinds() {
        assert_eq!(parts("a:+100").1, ParsedPort::Offset(100));
        assert_eq!(parts("a:-1").1, ParsedPort::Offset(-1));
        assert_eq!(parts("*:8000-8010").1, ParsedPort::Range(8000, 8010));
        assert_eq!(parts("a:99999").1, ParsedPort::Invalid);
        assert_eq!(parts("a:8080x").1, ParsedPort::Prefix(8080));
        assert_eq!(parts("a:$PORT").1, ParsedPort::Variable);
        assert_eq!(parts("$HOST:80"), (Host::Variable, ParsedPort::Number(80)));
    }

    #[test]
    fn what_is_no_internet_address() {
        assert_eq!(parts("/run/a.sock").0, Host::Socket("/run/a.sock"));
        assert_eq!(parts("unix@/run/a.sock").0, Host::Socket("/run/a.sock"));
        assert_eq!(parts("abns@name").0, Host::Socket("name"));
        assert_eq!(parts("fd@3").0, Host::Special("3"));
        assert_eq!(parts("rhttp@be/srv").0, Host::Special("be/srv"));
    }
}
