//! The server that a running haproxy chooses for each key, against the maps and rings as computed.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::net::UnixStream;
use std::path::Path;

use lblint::source::Version;
use lblint::traffic::hash::haproxy::{
    Function, KeyHash, Map, Ring, ServerKey, UriPart, domain, map_weights, parameter, uri,
};

use crate::haproxy::{self, Haproxy};

/// How many keys each configuration is asked about.
const KEYS: u32 = 300;
/// Where fewer servers answer, agreement says nothing.
const FEWEST_SERVERS: usize = 2;

/// What the requests of a configuration are hashed by.
#[derive(Clone, Copy)]
enum By {
    Source,
    Parameter,
    Header,
    Domain,
    Expression,
    Uri(UriPart),
}

/// A backend: its policy, the words behind `hash-type` if any, what they mean, and its servers (`id` 0: none written).
struct Case {
    by: By,
    hash_type: &'static str,
    consistent: bool,
    hash: KeyHash,
    servers: &'static [(u32, u32)],
}

const EQUAL: &[(u32, u32)] = &[(0, 1), (0, 1), (0, 1), (0, 1), (0, 1)];
const UNEQUAL: &[(u32, u32)] = &[(0, 10), (0, 20), (0, 0), (0, 30), (0, 5)];
const NUMBERED: &[(u32, u32)] = &[(30, 3), (7, 1), (2_000_000, 256), (4, 100), (1_048_583, 9)];
/// Numbers that are 2^20 apart: the points of one are those of the other.
const SAME_POINTS: &[(u32, u32)] = &[(9, 2), (1_048_578, 1), (2, 1), (2_097_154, 1)];

fn cases() -> Vec<Case> {
    use Function::{Crc32, Djb2, Sdbm, Wt6};
    let types = [
        ("", false, KeyHash::unnamed(false)),
        ("map-based", false, KeyHash::unnamed(false)),
        ("map-based djb2", false, KeyHash { function: Djb2, avalanche: false }),
        ("map-based wt6 avalanche", false, KeyHash { function: Wt6, avalanche: true }),
        ("consistent", true, KeyHash::unnamed(true)),
        ("consistent sdbm", true, KeyHash { function: Sdbm, avalanche: false }),
        ("consistent djb2 avalanche", true, KeyHash { function: Djb2, avalanche: true }),
        ("consistent wt6", true, KeyHash { function: Wt6, avalanche: false }),
        ("consistent crc32", true, KeyHash { function: Crc32, avalanche: false }),
        ("map-based sdbm avalanche", false, KeyHash { function: Sdbm, avalanche: true }),
        ("map-based crc32", false, KeyHash { function: Crc32, avalanche: false }),
    ];
    let part = UriPart::default();
    let ways = [
        By::Parameter,
        By::Header,
        By::Expression,
        By::Domain,
        By::Source,
        By::Uri(part),
        By::Uri(UriPart { depth: Some(2), length: Some(9), ..part }),
        By::Uri(UriPart { whole: true, path_only: true, ..part }),
    ];
    let servers = [EQUAL, UNEQUAL, NUMBERED, SAME_POINTS];
    let all = types.into_iter().flat_map(|hash_type| {
        ways.into_iter().flat_map(move |by| servers.into_iter().map(move |servers| (hash_type, by, servers)))
    });
    all.map(|((hash_type, consistent, hash), by, servers)| Case { by, hash_type, consistent, hash, servers }).collect()
}

#[test]
fn servers_of_keys_agree_with_a_running_haproxy() {
    if !haproxy::available() || mixes_numbers() {
        return;
    }
    let directory = std::env::temp_dir().join(format!("lblint-hash-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let cases = cases();
    let running = Haproxy::start(&configuration(&cases, &directory), &directory).unwrap();
    let (mut asked, mut wrong) = (0, Vec::new());
    for (number, case) in cases.iter().enumerate() {
        let stream = haproxy::connect(&directory.join(format!("{number}.sock")));
        let mut connection = BufReader::new(stream);
        let choose = chooser(case);
        let mut seen = std::collections::BTreeSet::new();
        for key in 0..KEYS {
            let request = Request::new(key);
            let measured = request.send(&mut connection);
            let predicted = choose(request.hash(case));
            seen.insert(measured);
            asked += 1;
            if measured != predicted {
                wrong.push(format!("{}: {predicted} predicted, {measured} measured: {request:?}", case.written()));
            }
        }
        assert!(seen.len() >= FEWEST_SERVERS, "{}: {seen:?}", case.written());
    }
    drop(running);
    std::fs::remove_dir_all(directory).unwrap();
    println!("{asked} keys in {} backends, {} led elsewhere", cases.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(9)].join("\n"));
}

/// Whether the program may be of those that mix servers' numbers: 3.0 to 3.2 do so up to some patch level.
fn mixes_numbers() -> bool {
    let Some(version) = haproxy::version() else { return false };
    let mixes = (Version::new(3, 0)..Version::new(3, 3)).contains(&version);
    if mixes {
        eprintln!("skipped: haproxy {version} may or may not mix servers' numbers");
    }
    mixes
}

/// One socket and one backend a case; all their servers are one socket of the same program, which answers everything.
fn configuration(cases: &[Case], directory: &Path) -> String {
    let at = directory.display();
    let mut text = "defaults\n mode http\n timeout client 9s\n timeout server 9s\n timeout connect 9s\n".to_owned();
    write!(text, "frontend answers\n bind unix@{at}/answers.sock\n http-request return status 200\n").unwrap();
    for (number, case) in cases.iter().enumerate() {
        write!(text, "listen l{number}\n bind unix@{at}/{number}.sock\n http-request set-src hdr(x-source)\n").unwrap();
        write!(text, " http-response set-header x-server %s\n{}", case.written()).unwrap();
        for (position, (id, weight)) in case.servers.iter().enumerate() {
            let id = if *id > 0 { format!(" id {id}") } else { String::new() };
            writeln!(text, " server {position} unix@{at}/answers.sock weight {weight}{id}").unwrap();
        }
    }
    text
}

impl Case {
    /// The statements of the policy.
    fn written(&self) -> String {
        let policy = match self.by {
            By::Source => "source".to_owned(),
            By::Parameter => "url_param k".to_owned(),
            By::Header => "hdr(x-key)".to_owned(),
            By::Domain => "hdr(x-key) use_domain_only".to_owned(),
            By::Expression => "hash req.hdr(x-key)".to_owned(),
            By::Uri(part) => {
                let number = |name, value: Option<usize>| value.map(|value| format!(" {name} {value}"));
                let flag = |name, value: bool| value.then(|| format!(" {name}"));
                let parts = [
                    number("depth", part.depth),
                    number("len", part.length),
                    flag("whole", part.whole),
                    flag("path-only", part.path_only),
                ];
                format!("uri{}", parts.into_iter().flatten().collect::<String>())
            }
        };
        let hash_type = if self.hash_type.is_empty() { "" } else { " hash-type " };
        format!(" balance {policy}\n{hash_type}{}\n", self.hash_type)
    }
}

/// From a hash to a server's position in the case.
fn chooser(case: &Case) -> Box<dyn Fn(u32) -> usize> {
    if case.consistent {
        let numbers =
            (1..).zip(case.servers).map(|(position, &(id, weight))| (if id > 0 { id } else { position }, weight));
        let servers: Vec<_> = numbers.map(|(id, weight)| (ServerKey::from_id(id), weight)).collect();
        let ring = Ring::new(&servers).unwrap();
        return Box::new(move |hash| ring.server(hash));
    }
    let weights: Vec<u32> = case.servers.iter().map(|(_, weight)| *weight).collect();
    let map = Map::new(&map_weights(&weights)).unwrap();
    Box::new(move |hash| map.server(hash))
}

/// A request that holds a key for every policy.
#[derive(Debug)]
struct Request {
    source: IpAddr,
    uri: String,
    header: Vec<u8>,
}

impl Request {
    fn new(number: u32) -> Self {
        let mixed = number.wrapping_mul(2_654_435_761).rotate_left(number % 32);
        let source = if number.is_multiple_of(3) {
            IpAddr::V6(Ipv6Addr::from(u128::from(mixed) << (number % 96) | u128::from(number) << 100 | 1))
        } else {
            IpAddr::V4(Ipv4Addr::from(mixed))
        };
        // The program drops a port that the scheme implies, so it is another one.
        let authority = if number.is_multiple_of(5) { "http://host.example:8080" } else { "" };
        let value = if number == 7 { String::new() } else { format!("{mixed:x}").repeat(number as usize % 4 + 1) };
        let uri = format!("{authority}/{}/{mixed}/x{number}.html?kk=1&k={value}&l=/2", number % 10);
        let dots = [".example.com", "", ".com", ":80"][number as usize % 4];
        let mut header = format!("w{}.{mixed:x}-{number}{dots}", number % 2).into_bytes();
        header.extend(number.is_multiple_of(6).then_some(0xe9));
        Self { source, uri, header }
    }

    /// Which server answers: its name is its position.
    fn send(&self, connection: &mut BufReader<UnixStream>) -> usize {
        let mut request = format!("GET {} HTTP/1.1\r\nhost: host.example:8080\r\n", self.uri).into_bytes();
        request.extend(b"x-key: ");
        request.extend(&self.header);
        // Another header follows: for a domain the program looks at the byte behind the value, too.
        write!(request, "\r\nx-source: {}\r\n\r\n", self.source).unwrap();
        connection.get_mut().write_all(&request).unwrap();
        let mut server = None;
        loop {
            let mut line = String::new();
            assert!(connection.read_line(&mut line).unwrap() > 0, "no answer to {self:?}");
            if let Some(name) = line.strip_prefix("x-server: ") {
                server = name.trim().parse().ok();
            }
            if line == "\r\n" {
                return server.unwrap();
            }
        }
    }

    /// The hash of the request's key in the case.
    fn hash(&self, case: &Case) -> u32 {
        match case.by {
            By::Source => case.hash.of_address(self.source),
            By::Parameter => case.hash.of(parameter(self.uri.as_bytes(), b"k").unwrap()),
            By::Header | By::Expression => case.hash.of(&self.header),
            By::Domain => case.hash.of(domain(&self.header)),
            By::Uri(part) => case.hash.of(uri(self.uri.as_bytes(), part)),
        }
    }
}
