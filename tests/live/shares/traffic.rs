//! Bounded traffic: so many requests, so many at once, each with a key of its own from a fixed seed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where requests come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// Each of those in flight keeps its connection.
    Same,
    /// Each request comes over a connection of its own.
    NewConnections,
    /// Each request comes from an address of its own in 127.0.0.0/8.
    NewAddresses,
}

/// What is sent to a listener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traffic {
    pub(crate) requests: usize,
    pub(crate) in_flight: usize,
    pub(crate) client: Client,
    /// Lines of the head; `{a|b|c}` is one of them, evenly.
    pub(crate) headers: &'static str,
}

impl Traffic {
    /// One after the other, over one connection.
    pub(crate) const fn of(requests: usize) -> Self {
        Self { requests, in_flight: 1, client: Client::Same, headers: "" }
    }

    pub(crate) const fn in_flight(self, in_flight: usize) -> Self {
        Self { in_flight, ..self }
    }

    pub(crate) const fn from(self, client: Client) -> Self {
        Self { client, ..self }
    }

    pub(crate) const fn with(self, headers: &'static str) -> Self {
        Self { headers, ..self }
    }
}

/// What became of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// Zero: none came.
    pub(crate) status: u16,
    /// Which target answered, as it says itself.
    pub(crate) target: String,
    /// Where a proxy says which targets it tried: what it says.
    pub(crate) tried: String,
    pub(crate) seconds: f64,
    /// The connection ends with it.
    last: bool,
}

impl Answer {
    pub(crate) fn failed(&self) -> bool {
        self.status != 200
    }
}

/// Sends the requests to a listener. The keys follow from `seed`, whatever the order of the answers.
pub(crate) fn send(to: SocketAddr, traffic: Traffic, seed: u64) -> Vec<Answer> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let (mut connection, mut answers) = (None, Vec::new());
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= traffic.requests {
                return answers;
            }
            answers.push(ask(to, traffic, random(seed, number as u64), &mut connection));
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..traffic.in_flight).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

/// The number behind `number` of a sequence (splitmix64, Steele and others 2014).
fn random(seed: u64, number: u64) -> u64 {
    let mut z = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

type Connection = Option<BufReader<TcpStream>>;

fn ask(to: SocketAddr, traffic: Traffic, key: u64, connection: &mut Connection) -> Answer {
    let begin = Instant::now();
    let kept = connection.is_some();
    let request = request(traffic, key);
    let mut answer = exchange(to, traffic, key, &request, connection);
    if answer.is_none() && kept {
        // The proxy had closed a connection that was idle.
        answer = exchange(to, traffic, key, &request, connection);
    }
    let mut answer = answer.unwrap_or_default();
    if answer.last || traffic.client != Client::Same || answer.status == 0 {
        *connection = None;
    }
    answer.seconds = begin.elapsed().as_secs_f64();
    answer
}

fn request(traffic: Traffic, key: u64) -> String {
    let connection = if traffic.client == Client::Same { "keep-alive" } else { "close" };
    let headers: String = traffic.headers.lines().map(|line| chosen(line, key) + "\r\n").collect();
    format!(
        "GET /{key:x}/page?k={key:x} HTTP/1.1\r\nhost: shares.example\r\nx-key: {key:x}\r\nconnection: {connection}\r\n\
         {headers}\r\n"
    )
}

/// A line with one of the alternatives in braces.
fn chosen(line: &str, key: u64) -> String {
    let Some((before, rest)) = line.split_once('{') else { return line.to_owned() };
    let (inside, after) = rest.split_once('}').unwrap();
    let alternatives: Vec<&str> = inside.split('|').collect();
    format!("{before}{}{after}", alternatives[(random(key, 1) % alternatives.len() as u64) as usize])
}

fn exchange(to: SocketAddr, traffic: Traffic, key: u64, request: &str, connection: &mut Connection) -> Option<Answer> {
    if connection.is_none() {
        let from = (traffic.client == Client::NewAddresses).then(|| address(key));
        *connection = Some(BufReader::new(open(to, from)?));
    }
    let reader = connection.as_mut()?;
    let answer = reader.get_mut().write_all(request.as_bytes()).ok().and_then(|()| read(reader));
    if answer.is_none() {
        *connection = None;
    }
    answer
}

/// An address of the loopback network, evenly, without its first and last.
fn address(key: u64) -> Ipv4Addr {
    let host = 1 + random(key, 2) % ((1 << 24) - 2);
    Ipv4Addr::from(127 << 24 | host as u32)
}

fn open(to: SocketAddr, from: Option<Ipv4Addr>) -> Option<TcpStream> {
    let stream = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    if let Some(from) = from {
        bind(&stream, &SocketAddr::from((from, 0))).unwrap();
    }
    connect(&stream, &to).ok()?;
    let stream = TcpStream::from(stream);
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Some(stream)
}

/// An answer, if a whole one comes.
fn read(reader: &mut BufReader<TcpStream>) -> Option<Answer> {
    let (mut answer, mut length, mut line) = (Answer::default(), 0, String::new());
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let text = line.trim_end();
        if answer.status == 0 {
            answer.status = text.split(' ').nth(1)?.parse().ok()?;
            answer.last = text.starts_with("HTTP/1.0");
        } else if text.is_empty() {
            break;
        } else if let Some((name, value)) = text.split_once(':') {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok()?,
                "connection" => answer.last = value.eq_ignore_ascii_case("close"),
                "x-target" => value.clone_into(&mut answer.target),
                "x-tried" => value.clone_into(&mut answer.tried),
                _ => {}
            }
        }
    }
    if answer.last {
        // Error pages may come without a length.
        let _ = reader.read_to_end(&mut Vec::new());
    } else {
        reader.read_exact(&mut vec![0; length]).ok()?;
    }
    Some(answer)
}

#[test]
fn choices_are_even_and_keys_fixed() {
    let mut counts = std::collections::BTreeMap::new();
    for number in 0..3000 {
        *counts.entry(chosen("cookie: S={a|b|c}", random(7, number))).or_insert(0_u32) += 1;
    }
    assert_eq!(counts.len(), 3);
    assert!(counts.values().all(|count| (900..1100).contains(count)), "{counts:?}");
    // The first number of the sequence that starts at 0, from the published code.
    assert_eq!(random(0, 0), 0xe220_a839_7b1d_cdaf);
}
