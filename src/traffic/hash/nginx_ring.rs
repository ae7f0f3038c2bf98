//! nginx's `hash KEY consistent`: the ring of points that servers have by their names.

use rustc_hash::FxHashMap;

use super::nginx::{ROUNDS, marked, with_rest};
use super::takeover::{Takeovers, clockwise};

/// Points for a unit of weight (`ngx_http_upstream_init_chash`, 1.22.1).
const POINTS: u64 = 160;
/// A ring of more points than this is not built.
const MOST_POINTS: u64 = 8_388_608;
/// How many values a key's CRC-32 has.
const KEYS: f64 = 4_294_967_296.0;

/// The ring of a pool.
///
/// Point n of a server is the CRC-32 of its host, a zero byte, its port and point n - 1 (four bytes, the lowest first; 0 for
/// the first). Of equal points the one of the server that stands first in the file counts: nginx sorts with the C library's
/// `qsort`, and that keeps the order in glibc. (`ngx_http_upstream_hash_module.c`, 1.22.1)
#[derive(Clone, Debug)]
pub struct Ring<'a> {
    weights: &'a [u32],
    /// For each server the first one of the same name: servers of one name share their points.
    first: Vec<u32>,
    /// In ascending order: the point in the upper half, the server in the lower.
    points: Vec<u64>,
}

impl<'a> Ring<'a> {
    /// The ring of servers with names as they are written, in the order of the file, one entry an address.
    ///
    /// `None` if it would have more than 8,388,608 points, or none.
    pub fn new(names: &[&str], weights: &'a [u32]) -> Option<Self> {
        let count = weights.iter().map(|weight| u64::from(*weight) * POINTS).sum();
        if names.len() != weights.len() || !(1..=MOST_POINTS).contains(&count) {
            return None;
        }
        let mut points = Vec::with_capacity(count as usize);
        for (server, (name, weight)) in (0_u64..).zip(names.iter().zip(weights)) {
            let count = u64::from(*weight) * POINTS;
            points.extend(points_of(name).take(count as usize).map(|point| u64::from(point) << 32 | server));
        }
        points.sort_unstable();
        points.dedup_by_key(|point| *point >> 32);
        Some(Self { weights, first: first_of_name(names), points })
    }

    /// The part of the keys of each server, if the CRC-32 of keys is uniform. `down` holds positions.
    ///
    /// A key belongs to the first point that is not below its CRC-32, or to the first of all. The keys of a server that is
    /// down go to the server of the next point; after 21 points round robin chooses. Servers of one name share their keys by
    /// weight. `None` if nobody is up.
    pub fn shares(&self, down: &[u32]) -> Option<Vec<f64>> {
        let down = marked(self.weights.len(), down);
        let weights_up = self.weights_up(&down);
        let mut keys = vec![0_u64; self.first.len()];
        let mut rest = 0;
        let last = self.points.last()?;
        for (at, (before, point)) in std::iter::once(last).chain(&self.points).zip(&self.points).enumerate() {
            let arc = arc(*before, *point);
            match self.first_up(at, &weights_up).and_then(|name| keys.get_mut(name)) {
                Some(keys) => *keys += arc,
                None => rest += arc,
            }
        }
        with_rest(self.shared(&keys, &weights_up, &down), rest as f64, self.weights, &down)
    }

    /// What each server leaves to which others when it alone fails; `None` where servers share a name, and with it their keys.
    pub fn takeovers(&self) -> Option<Takeovers> {
        let is_alone = (0_u32..).zip(&self.first).all(|(server, first)| server == *first);
        let last = self.points.last().filter(|_| is_alone)?;
        let before = std::iter::once(last).chain(&self.points);
        let arcs = before.zip(&self.points).map(|(before, point)| (*point as u32, arc(*before, *point) as f64 / KEYS));
        Some(clockwise(self.first.len(), &arcs.collect::<Vec<_>>()))
    }

    /// The server that a key goes to, the first one of its name; `None` if round robin chooses, as for an empty key.
    pub fn target(&self, down: &[u32], key: &[u8]) -> Option<usize> {
        if key.is_empty() {
            return None;
        }
        let hash = u64::from(crc32fast::hash(key));
        let at = self.points.partition_point(|point| *point >> 32 < hash);
        self.first_up(at, &self.weights_up(&marked(self.weights.len(), down)))
    }

    /// For the first server of each name: the weights of those that are up, together.
    fn weights_up(&self, down: &[bool]) -> Vec<u64> {
        let mut weights_up = vec![0; self.first.len()];
        for ((first, weight), down) in self.first.iter().zip(self.weights).zip(down) {
            if let (Some(sum), false) = (weights_up.get_mut(*first as usize), down) {
                *sum += u64::from(*weight);
            }
        }
        weights_up
    }

    /// The name of the first point from here whose servers are not all down.
    fn first_up(&self, at: usize, weights_up: &[u64]) -> Option<usize> {
        let mut names = (at..at + ROUNDS).filter_map(|at| {
            let server = *self.points.get(at % self.points.len())? as u32;
            self.first.get(server as usize).map(|first| *first as usize)
        });
        names.find(|name| weights_up.get(*name).is_some_and(|weight| *weight > 0))
    }

    /// The keys of each name shared by weight among its servers that are up.
    fn shared(&self, keys: &[u64], weights_up: &[u64], down: &[bool]) -> Vec<f64> {
        let share = |((first, weight), down): ((&u32, &u32), &bool)| {
            let of_name = keys.get(*first as usize).zip(weights_up.get(*first as usize));
            match of_name {
                Some((keys, sum)) if !down && *sum > 0 => *keys as f64 * f64::from(*weight) / *sum as f64,
                _ => 0.0,
            }
        };
        self.first.iter().zip(self.weights).zip(down).map(share).collect()
    }
}

/// The part of the keys of each server under `hash KEY consistent`, see [`Ring`]. `down` holds positions.
///
/// `None` if the ring would have more than 8,388,608 points, or if nobody is up.
pub fn consistent_hash_shares(names: &[&str], weights: &[u32], down: &[u32]) -> Option<Vec<f64>> {
    Ring::new(names, weights)?.shares(down)
}

/// How many values lead to a point: those behind the one before it, around the end.
fn arc(before: u64, point: u64) -> u64 {
    let distance = (point >> 32) as u32;
    match distance.wrapping_sub((before >> 32) as u32) {
        // The only point of a ring.
        0 => 1 << 32,
        distance => u64::from(distance),
    }
}

/// All points of a server, without end.
fn points_of(name: &str) -> impl Iterator<Item = u32> {
    let (host, port) = host_and_port(name);
    let mut base = crc32fast::Hasher::new();
    base.update(host);
    base.update(&[0]);
    base.update(port);
    let base = base.finalize();
    let next = move |before: &u32| {
        let mut crc = crc32fast::Hasher::new_with_initial(base);
        crc.update(&before.to_le_bytes());
        Some(crc.finalize())
    };
    std::iter::successors(next(&0), next)
}

/// A name as nginx divides it for the ring: a socket has only a path; a port is what digits stand for behind the last colon.
fn host_and_port(name: &str) -> (&[u8], &[u8]) {
    let name = name.as_bytes();
    if let Some((scheme, path)) = name.split_at_checked(5)
        && scheme.eq_ignore_ascii_case(b"unix:")
    {
        return (path, b"");
    }
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, port) = name.split_at(name.len() - digits);
    before.strip_suffix(b":").map_or((name, b""), |host| (host, port))
}

/// For each server the first one of the same name.
fn first_of_name(names: &[&str]) -> Vec<u32> {
    let mut seen = FxHashMap::default();
    (0_u32..).zip(names).map(|(server, name)| *seen.entry(*name).or_insert(server)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_divided_as_by_nginx() {
        let divided = |name: &'static str| host_and_port(name);
        assert_eq!(divided("10.0.0.1:80"), (&b"10.0.0.1"[..], &b"80"[..]));
        assert_eq!(divided("[::1]:80"), (&b"[::1]"[..], &b"80"[..]));
        assert_eq!(divided("[::1]"), (&b"[::1]"[..], &b""[..]));
        assert_eq!(divided("web1"), (&b"web1"[..], &b""[..]));
        assert_eq!(divided("UNIX:/run/a:1"), (&b"/run/a:1"[..], &b""[..]));
    }

    /// The part of the busiest of n equal servers times n, in 200 pools: the median and the 95th percentile.
    fn busiest(servers: u32) -> (f64, f64) {
        let weights = vec![1; servers as usize];
        let mut busiest: Vec<f64> = (0..200_u32)
            .map(|pool| {
                let address =
                    |server| std::net::Ipv4Addr::from(0x0a00_0000 + (pool * servers + server) * 7919 % 0xff_ffff);
                let names: Vec<String> = (0..servers).map(|server| format!("{}:8080", address(server))).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let shares = consistent_hash_shares(&names, &weights, &[]).unwrap();
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                shares.into_iter().fold(0.0, f64::max) * f64::from(servers)
            })
            .collect();
        busiest.sort_by(f64::total_cmp);
        (busiest[100], busiest[190])
    }

    /// Research 3.7, "Real shares are not equal": 200 random pools of equal weights.
    #[test]
    fn equal_servers_do_not_get_equal_parts() {
        for (servers, median, percentile) in [(2, 1.04, 1.11), (3, 1.06, 1.15), (5, 1.09, 1.16), (10, 1.12, 1.21)] {
            let (m, p) = busiest(servers);
            assert!((m - median).abs() < 0.015 && (p - percentile).abs() < 0.035, "{servers}: {m} {p}");
        }
    }

    /// Research 3.7: three lines of which two are the same came to 164 and 136 of 300 keys, not to 200 and 100.
    #[test]
    fn a_line_written_twice_gets_one_part_of_the_ring() {
        let once = consistent_hash_shares(&["127.0.0.1:1", "127.0.0.1:2"], &[1, 1], &[]).unwrap();
        let twice = consistent_hash_shares(&["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:1"], &[1, 1, 3], &[]).unwrap();
        assert!((twice[0] * 3.0 - twice[2]).abs() < 1e-9, "{twice:?}");
        let of_second = consistent_hash_shares(&["127.0.0.1:1", "127.0.0.1:2"], &[3, 1], &[]).unwrap()[1];
        assert!((twice[1] - of_second).abs() < 1e-9, "the heavier line has the points of both");
        assert!((once[0] - 0.5).abs() < 0.1, "{once:?}");
    }

    /// The shares count what the lookup finds, also around the end and past servers that are down.
    #[test]
    fn shares_are_what_keys_find() {
        let (names, weights) = (["a:1", "b:2", "c", "unix:/d"], [1, 4, 2, 3]);
        let ring = Ring::new(&names, &weights).unwrap();
        for down in [&[][..], &[1], &[1, 3]] {
            let shares = ring.shares(down).unwrap();
            let mut found = [0.0; 4];
            let targets = (0..200_000_u32).map(|key| ring.target(down, &key.to_be_bytes()));
            // Round robin has less than one key in a thousand.
            targets.flatten().for_each(|target| found[target] += 1.0 / 200_000.0);
            assert!((0.999..1.000_1).contains(&found.iter().sum()), "{found:?}");
            let far = shares.iter().zip(found).map(|(share, found)| (share - found).abs()).fold(0.0, f64::max);
            assert!(far < 0.005, "{down:?}: {shares:?} {found:?}");
        }
    }

    #[test]
    fn rings_have_a_bound() {
        assert!(Ring::new(&["a", "b"], &[52_428, 1]).is_none());
        assert!(Ring::new(&[], &[]).is_none());
        assert!(Ring::new(&["a"], &[0]).is_none());
        assert_eq!(consistent_hash_shares(&["a"], &[1], &[]), Some(vec![1.0]));
        assert_eq!(consistent_hash_shares(&["a", "b"], &[1, 1], &[0, 1]), None);
        assert_eq!(consistent_hash_shares(&["a", "b"], &[1, 1], &[0]), Some(vec![0.0, 1.0]));
    }

    /// Points at the bound; asked for by name, since it is about time: `cargo test --release rings_are_fast -- --ignored`.
    #[test]
    #[ignore = "measures time"]
    fn rings_are_fast() {
        let start = std::time::Instant::now();
        let names: Vec<String> = (0..1000).map(|server| format!("10.0.{}.{}:80", server / 250, server % 250)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(consistent_hash_shares(&names, &[52; 1000], &[]).is_some());
        assert!(start.elapsed().as_secs() < 1, "{:?}", start.elapsed());
    }
}
