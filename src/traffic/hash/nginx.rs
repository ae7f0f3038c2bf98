//! nginx's `ip_hash` and `hash KEY`: a hash value modulo the sum of all weights, counted off along the servers.
//!
//! Servers are the primary ones of a pool in the order of the file, one entry an address. A server that is down keeps its
//! place: its clients are hashed again. `down` holds positions; it also stands for servers that failures took out.

use std::net::IpAddr;

use super::networks::NETWORKS_BY_VALUE;

/// `ip_hash` takes its values modulo this (`ngx_http_upstream_ip_hash_module.c`, 1.22.1).
pub const IP_HASH_VALUES: usize = 6271;
/// What `ip_hash` multiplies with for each octet.
const IP_HASH_FACTOR: usize = 113;
/// What `ip_hash` starts with.
pub(super) const IP_HASH_START: usize = 89;
/// How many values `hash KEY` has: 15 bits of a CRC-32 (`ngx_http_upstream_hash_module.c`, 1.22.1).
pub const KEY_HASH_VALUES: u64 = 0x8000;
/// A client is hashed so often; then round robin chooses (`tries > 20` in both modules).
pub(super) const ROUNDS: usize = 21;

/// The part of the clients of each server under `ip_hash`, if all 2^24 networks of three octets send equally much.
///
/// For each octet `hash = (hash * 113 + octet) % 6271`, starting with 89; the value modulo the sum of the weights is counted
/// off along the servers. A server behind the first 6271 units of weight gets nothing. `None` if nobody can take anything.
pub fn ip_hash_shares(weights: &[u32], down: &[u32]) -> Option<Vec<f64>> {
    let walk = Walk::new(weights, down)?;
    let mut tally = Tally::new(weights.len());
    for (value, networks) in NETWORKS_BY_VALUE.iter().enumerate() {
        let server =
            if down.is_empty() { Some(walk.first(value as u64)) } else { walk.first_up(ip_hash_values_of(value)) };
        tally.add(server, u64::from(*networks));
    }
    tally.shares(&walk)
}

/// The server that `ip_hash` chooses for a client; `None` if round robin does.
///
/// Of an IPv4 address the first three octets count, of an IPv6 address all 16.
pub fn ip_hash_target(weights: &[u32], down: &[u32], client: IpAddr) -> Option<usize> {
    let octets = match client {
        IpAddr::V4(address) => address.octets().into_iter().take(3).collect::<Vec<_>>(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let next = |hash: &usize| Some(octets.iter().fold(*hash, |hash, octet| ip_hash_step(hash, *octet)));
    let values = std::iter::successors(next(&IP_HASH_START), next);
    Walk::new(weights, down)?.first_up(values.map(|value| value as u64))
}

/// The part of the keys of each server under `hash KEY`, if all hash values come equally often.
///
/// The value is bits 16 to 30 of the CRC-32 of the key, modulo the sum of the weights, counted off along the servers. A
/// server behind the first 32768 units of weight gets nothing. `key_length` is the length of the keys in bytes. It matters
/// only if a server is down: keys of one length that share a value also share all values of the rounds that follow.
/// `None` if nobody can take anything.
pub fn hash_shares(weights: &[u32], down: &[u32], key_length: usize) -> Option<Vec<f64>> {
    let walk = Walk::new(weights, down)?;
    let mut tally = Tally::new(weights.len());
    if down.is_empty() {
        tally.counts = walk.ranges().map(|(start, end)| walk.values_below(end) - walk.values_below(start)).collect();
        return tally.shares(&walk);
    }
    let masks = masks_of_rounds(key_length);
    for value in 0..KEY_HASH_VALUES {
        tally.add(walk.first_up(sums(masks.iter().map(|mask| value ^ mask))), 1);
    }
    tally.shares(&walk)
}

/// The server that `hash KEY` chooses for a key; `None` if round robin does, as for an empty key.
///
/// In round n > 0 the value of the CRC-32 of n in decimal and the key is added to the sum of the values so far.
pub fn hash_target(weights: &[u32], down: &[u32], key: &[u8]) -> Option<usize> {
    if key.is_empty() {
        return None;
    }
    Walk::new(weights, down)?.first_up(sums((0..ROUNDS).map(|round| key_hash(round, key))))
}

pub(super) const fn ip_hash_step(hash: usize, octet: u8) -> usize {
    (hash * IP_HASH_FACTOR + octet as usize) % IP_HASH_VALUES
}

/// The values of all rounds of the networks whose first value is this.
///
/// What the octets add is the same in each round, and the first value tells it.
fn ip_hash_values_of(first: usize) -> impl Iterator<Item = u64> {
    let without_octets = |hash: usize| (0..3).fold(hash, |hash, _| ip_hash_step(hash, 0));
    let added = (first + IP_HASH_VALUES - without_octets(IP_HASH_START)) % IP_HASH_VALUES;
    let next = move |hash: &usize| Some((without_octets(*hash) + added) % IP_HASH_VALUES);
    std::iter::successors(Some(first), next).map(|value| value as u64)
}

fn key_hash(round: usize, key: &[u8]) -> u64 {
    let mut crc = crc32fast::Hasher::new();
    if round > 0 {
        crc.update(round.to_string().as_bytes());
    }
    crc.update(key);
    u64::from(crc.finalize() >> 16) % KEY_HASH_VALUES
}

/// What the value of each round differs in from that of the first, for all keys of a length.
///
/// A CRC is linear: what stands before a key flips the same bits whatever the key is.
fn masks_of_rounds(key_length: usize) -> Vec<u64> {
    let key = vec![0; key_length];
    let first = key_hash(0, &key);
    (0..ROUNDS).map(|round| key_hash(round, &key) ^ first).collect()
}

fn sums(values: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
    values.scan(0, |sum, value| {
        *sum += value;
        Some(*sum)
    })
}

/// Counting off a value along the weights.
struct Walk<'a> {
    weights: &'a [u32],
    down: Vec<bool>,
    /// Where the range of each server ends.
    ends: Vec<u64>,
    total: u64,
}

impl<'a> Walk<'a> {
    /// `None` if the weights sum to nothing.
    fn new(weights: &'a [u32], down: &[u32]) -> Option<Self> {
        let ends: Vec<u64> = sums(weights.iter().map(|weight| u64::from(*weight))).collect();
        let total = ends.last().copied().filter(|total| *total > 0)?;
        Some(Self { weights, down: marked(weights.len(), down), ends, total })
    }

    /// The server that a value is counted off to.
    fn first(&self, value: u64) -> usize {
        self.ends.partition_point(|end| *end <= value % self.total)
    }

    /// The first server of these values that is not down.
    fn first_up(&self, values: impl Iterator<Item = u64>) -> Option<usize> {
        let mut servers = values.take(ROUNDS).map(|value| self.first(value));
        servers.find(|server| self.down.get(*server) == Some(&false))
    }

    /// The range of each server: where it starts, where it ends.
    fn ranges(&self) -> impl Iterator<Item = (u64, u64)> {
        std::iter::once(&0).chain(&self.ends).copied().zip(self.ends.iter().copied())
    }

    /// How many of the values of `hash KEY` are counted off to a place below this one.
    fn values_below(&self, place: u64) -> u64 {
        KEY_HASH_VALUES / self.total * place + place.min(KEY_HASH_VALUES % self.total)
    }
}

/// Which of so many positions are in the list.
pub(super) fn marked(count: usize, positions: &[u32]) -> Vec<bool> {
    let mut marked = vec![false; count];
    for &position in positions {
        marked.iter_mut().skip(position as usize).take(1).for_each(|mark| *mark = true);
    }
    marked
}

/// How many clients each server has.
struct Tally {
    counts: Vec<u64>,
    /// Those that round robin distributes.
    rest: u64,
}

impl Tally {
    fn new(servers: usize) -> Self {
        Self { counts: vec![0; servers], rest: 0 }
    }

    fn add(&mut self, server: Option<usize>, clients: u64) {
        match server.and_then(|server| self.counts.get_mut(server)) {
            Some(count) => *count += clients,
            None => self.rest += clients,
        }
    }

    fn shares(self, walk: &Walk<'_>) -> Option<Vec<f64>> {
        let counts = self.counts.iter().map(|count| *count as f64).collect();
        with_rest(counts, self.rest as f64, walk.weights, &walk.down)
    }
}

/// Counts as parts of their sum; the rest goes to the servers that are up in proportion to their weights. `None` if none is.
pub(super) fn with_rest(mut counts: Vec<f64>, rest: f64, weights: &[u32], down: &[bool]) -> Option<Vec<f64>> {
    let up = |(weight, down): (&u32, &bool)| if *down { 0.0 } else { f64::from(*weight) };
    let weight_up: f64 = weights.iter().zip(down).map(up).sum();
    if weight_up <= 0.0 {
        return None;
    }
    let sum = counts.iter().sum::<f64>() + rest;
    for (count, server) in counts.iter_mut().zip(weights.iter().zip(down)) {
        *count = (*count + rest * up(server) / weight_up) / sum;
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(shares: Option<Vec<f64>>, expected: &[f64], tolerance: f64) {
        let shares = shares.unwrap();
        let far = shares.iter().zip(expected).any(|(share, expected)| (share - expected).abs() > tolerance);
        assert!(shares.len() == expected.len() && !far, "{shares:?}, not {expected:?}");
    }

    #[test]
    fn every_network_is_counted() {
        let mut counted = vec![0; IP_HASH_VALUES];
        for first in 0..=255 {
            let first = ip_hash_step(IP_HASH_START, first);
            for second in 0..=255 {
                let second = ip_hash_step(first, second);
                (0..=255).for_each(|third| counted[ip_hash_step(second, third)] += 1);
            }
        }
        assert_eq!(NETWORKS_BY_VALUE.to_vec(), counted);
    }

    /// Research 3.5: "IPv4 over all /24s is uniform within 0.1% for <=10 servers".
    #[test]
    fn ip_hash_is_even() {
        for servers in 1..=10 {
            let equal = 1.0 / servers as f64;
            near(ip_hash_shares(&vec![1; servers], &[]), &vec![equal; servers], 0.001);
        }
    }

    /// Research 3.5 and 3.6: 7000/7000 under `ip_hash` and 40000/40000 under `hash` give everything to the first.
    #[test]
    fn large_weights_starve_the_last() {
        near(ip_hash_shares(&[7000, 7000], &[]), &[1.0, 0.0], 0.0);
        near(ip_hash_shares(&[6270, 6270], &[]), &[6270.0 / 6271.0, 1.0 / 6271.0], 1e-5);
        near(hash_shares(&[40_000, 40_000], &[], 1), &[1.0, 0.0], 0.0);
        near(hash_shares(&[32_767, 32_767], &[], 1), &[32_767.0 / 32_768.0, 1.0 / 32_768.0], 1e-12);
        near(hash_shares(&[20_000, 20_000], &[], 1), &[20_000.0 / 32_768.0, 12_768.0 / 32_768.0], 1e-12);
        near(hash_shares(&[u32::MAX, u32::MAX], &[], 1), &[1.0, 0.0], 0.0);
    }

    /// 32768 = 3 * 10922 + 2: the first two servers have a value more.
    #[test]
    fn values_that_do_not_divide_evenly_go_to_the_first() {
        near(hash_shares(&[1, 1, 1], &[], 9), &[10_923.0 / 32_768.0, 10_923.0 / 32_768.0, 10_922.0 / 32_768.0], 1e-12);
    }

    #[test]
    fn shares_of_ip_hash_are_what_addresses_find() {
        let weights = [3, 1, 2, 1];
        for down in [&[][..], &[0], &[0, 2]] {
            let mut found = [0.0; 4];
            for network in (0..1_u32 << 24).step_by(101) {
                let address = std::net::Ipv4Addr::from(network * 256 + 77);
                // Round robin has less than one network in a hundred.
                if let Some(target) = ip_hash_target(&weights, down, address.into()) {
                    found[target] += 101.0 / f64::from(1 << 24);
                }
            }
            assert!((0.99..1.000_1).contains(&found.iter().sum()), "{found:?}");
            near(ip_hash_shares(&weights, down), &found, 0.005);
        }
    }

    /// Keys of one length that share their first value share all others.
    #[test]
    fn shares_of_hash_are_what_keys_of_a_length_find() {
        let weights = [1, 1, 1];
        for (length, down) in [(8, &[][..]), (8, &[2]), (12, &[2]), (12, &[0, 1])] {
            let mut found = [0.0; 3];
            for key in 0..100_000_u32 {
                let key = format!("{:0length$x}", u64::from(key) * 37_199);
                found[hash_target(&weights, down, key.as_bytes()).unwrap()] += 1e-5;
            }
            near(hash_shares(&weights, down, length), &found, 0.01);
        }
    }

    #[test]
    fn nobody_takes_anything() {
        assert_eq!(ip_hash_shares(&[], &[]), None);
        assert_eq!(hash_shares(&[0, 0], &[], 4), None);
        assert_eq!(hash_shares(&[1, 1], &[0, 1], 4), None);
        assert_eq!(hash_target(&[1, 1], &[], b""), None);
    }
}
