//! `hash-type consistent` (and `balance random`): points of all servers on a circle of 32 bits; the nearest one wins.

use std::net::Ipv4Addr;

use super::avalanche;
use crate::traffic::hash::MOST_POINTS;
use crate::traffic::hash::takeover::{Collector, Takeovers};

/// Points for each unit of weight (HAProxy `BE_WEIGHT_SCALE`, `include/haproxy/backend-t.h`; research 3.2).
const POINTS_PER_WEIGHT: u32 = 16;
/// What a server's number is multiplied with: the points of the heaviest server (HAProxy `SRV_EWGHT_RANGE`).
const POINTS_PER_SERVER: u32 = 256 * POINTS_PER_WEIGHT;
/// How many hashes there are.
const HASHES: f64 = 4_294_967_296.0;

/// Where a server's points begin before they are mixed (HAProxy `chash_compute_server_key`, `src/lb_chash.c`; research 3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ServerKey(u32);

impl ServerKey {
    /// `hash-key id`, the default: from the server's `id`, or its position from 1.
    pub const fn from_id(id: u32) -> Self {
        Self(id.wrapping_mul(POINTS_PER_SERVER))
    }

    /// The same in 3.0 to 3.2, which mix the number instead (until the correction of October 2025, commit 03e9a5a1e).
    pub const fn from_mixed_id(id: u32) -> Self {
        Self(avalanche(id))
    }

    /// `hash-key id32` (since 3.4), on a machine that stores the low byte first.
    pub const fn from_id32(id: u32) -> Self {
        Self(avalanche(id.swap_bytes()))
    }

    /// `hash-key addr` (since 3.0), on a machine that stores the low byte first.
    pub const fn from_address(address: Ipv4Addr) -> Self {
        Self(avalanche(address.to_bits().swap_bytes()))
    }

    /// `hash-key addr-port` (since 3.0), on a machine that stores the low byte first.
    pub const fn from_address_and_port(address: Ipv4Addr, port: u16) -> Self {
        Self(avalanche(avalanche(port as u32).wrapping_add(address.to_bits().swap_bytes())))
    }

    /// The place on the circle of one of the server's points.
    const fn point(self, number: u32) -> u32 {
        avalanche(self.0.wrapping_add(number))
    }
}

/// The shares of eligible servers with these keys and configured weights, under evenly spread hashes: [`Ring::shares`].
/// `None` if there is no point or more than [`MOST_POINTS`].
pub fn ring_shares(servers: &[(ServerKey, u32)]) -> Option<Vec<f64>> {
    Ring::new(servers).map(|ring| ring.shares())
}

/// All points in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// The place in the high half, the server's position in the low one: in order, the servers of one place stand as
    /// the program inserts them.
    points: Vec<u64>,
    servers: usize,
}

impl Ring {
    /// Builds the circle of eligible servers with these keys and configured weights, in the order of their declaration
    /// (HAProxy 2.6.12, `chash_init_server_tree` in `src/lb_chash.c`; research 3.6): point j of 16 for each unit of
    /// weight is at `full_hash(key + j)`. `None` if there is no point or more than [`MOST_POINTS`].
    pub fn new(servers: &[(ServerKey, u32)]) -> Option<Self> {
        let count = |&(_, weight): &(ServerKey, u32)| u64::from(weight) * u64::from(POINTS_PER_WEIGHT);
        let total: u64 = servers.iter().map(count).sum();
        if total == 0 || total > MOST_POINTS as u64 {
            return None;
        }
        let mut points = Vec::with_capacity(total as usize);
        for (server, &(key, weight)) in (0_u64..).zip(servers) {
            points.extend((0..weight * POINTS_PER_WEIGHT).map(|number| u64::from(key.point(number)) << 32 | server));
        }
        points.sort_unstable();
        Some(Self { points, servers: servers.len() })
    }

    /// Which server the hash leads to (HAProxy 2.6.12, `chash_get_server_hash` in `src/lb_chash.c`; research 3.6):
    /// that of the nearest point, of the lower one where both are equally far.
    pub fn server(&self, hash: u32) -> usize {
        let at = self.points.partition_point(|&point| place(point) < hash);
        let (Some(&first), Some(&last)) = (self.points.first(), self.points.last()) else { return 0 };
        let next = self.points.get(at).copied().unwrap_or(first);
        let previous = at.checked_sub(1).and_then(|before| self.points.get(before)).copied().unwrap_or(last);
        let down = hash.wrapping_sub(place(previous));
        let up = place(next).wrapping_sub(hash);
        server(if down <= up { previous } else { next })
    }

    /// The part of all 2^32 hashes that leads to each server, exactly: half of each gap belongs to the point on either
    /// side, and an odd one to the upper, whose own place is in it.
    pub fn shares(&self) -> Vec<f64> {
        let mut hashes = vec![0_u64; self.servers];
        let mut add = |point: u64, count: u32| {
            if let Some(sum) = hashes.get_mut(server(point)) {
                *sum += u64::from(count);
            }
        };
        let mut previous = self.points.last().copied().unwrap_or_default();
        for &next in &self.points {
            let gap = place(next).wrapping_sub(place(previous));
            add(previous, gap / 2);
            add(next, gap - gap / 2);
            previous = next;
        }
        hashes.into_iter().map(|count| count as f64 / HASHES).collect()
    }
}

impl Ring {
    /// What each server leaves to which others when it fails: the gap between the points around a run of its own is
    /// halved again between their servers.
    pub fn takeovers(&self) -> Takeovers {
        let mut collector = Collector::new(self.servers);
        for run in self.runs() {
            let (up_to, from) = (place(run.next).wrapping_sub(place(run.before)), server(run.first));
            let kept = |gap: u32| gap / 2;
            let below = kept(up_to) - kept(place(run.first).wrapping_sub(place(run.before)));
            let above = place(run.next).wrapping_sub(place(run.last));
            let above = (up_to - kept(up_to)) - (above - kept(above));
            collector.add(from as u32, server(run.before) as u32, f64::from(below) / HASHES);
            collector.add(from as u32, server(run.next) as u32, f64::from(above) / HASHES);
        }
        collector.finish()
    }

    /// Points of one server that follow each other, with the points of others before and behind them.
    fn runs(&self) -> impl Iterator<Item = Run> {
        let starts =
            |at: &usize| server(self.around(*at)) != server(self.around(at.wrapping_add(self.points.len() - 1)));
        let starts: Vec<usize> = (0..self.points.len()).filter(starts).collect();
        let count = starts.len();
        (0..count).filter(move |_| count > 1).map(move |run| {
            let at = |run: usize| starts.get(run % count).copied().unwrap_or_default();
            let (start, end) = (at(run), at(run + 1));
            let behind = |place: usize| self.around(place + self.points.len() - 1);
            Run { before: behind(start), first: self.around(start), last: behind(end), next: self.around(end) }
        })
    }

    fn around(&self, at: usize) -> u64 {
        self.points.get(at % self.points.len().max(1)).copied().unwrap_or_default()
    }
}

/// The first and the last point of a run, and those around it.
struct Run {
    before: u64,
    first: u64,
    last: u64,
    next: u64,
}

const fn place(point: u64) -> u32 {
    (point >> 32) as u32
}

const fn server(point: u64) -> usize {
    point as u32 as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(weights: &[u32]) -> Vec<(ServerKey, u32)> {
        (1..).zip(weights).map(|(id, &weight)| (ServerKey::from_id(id), weight)).collect()
    }

    /// Shares in percent with one decimal.
    fn percent(weights: &[u32]) -> Vec<String> {
        let shares = ring_shares(&numbered(weights)).unwrap();
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        shares.iter().map(|share| format!("{:.1}", share * 100.0)).collect()
    }

    /// The smallest and the largest.
    fn range(weights: &[u32]) -> [String; 2] {
        let mut shares = ring_shares(&numbered(weights)).unwrap();
        shares.sort_by(f64::total_cmp);
        [shares[0], shares[shares.len() - 1]].map(|share| format!("{:.1}", share * 100.0))
    }

    #[test]
    fn shares_are_those_of_the_research() {
        // Research 3.6, line 187: ids 1..n, equal weights, then 1:2:3 and fifty times that.
        assert_eq!(percent(&[1, 1]), ["43.1", "56.9"]);
        assert_eq!(range(&[1; 3]), ["29.5", "35.4"]);
        assert_eq!(range(&[1; 5]), ["15.3", "24.0"]);
        assert_eq!(range(&[1; 10]), ["7.1", "13.4"]);
        assert_eq!(range(&[10; 5]), ["18.7", "21.4"]);
        assert_eq!(range(&[100; 5]), ["19.7", "20.4"]);
        assert_eq!(percent(&[1, 2, 3]), ["21.5", "32.1", "46.4"]);
        assert_eq!(percent(&[50, 100, 150]), ["15.8", "34.4", "49.8"]);
    }

    #[test]
    fn shares_are_how_many_hashes_lead_to_each_server() {
        // Numbers 2^20 apart have the same points: the first takes the lower half of each, the last the upper.
        let same = [1, 1 + (1 << 20), 2].map(|id| (ServerKey::from_id(id), 2));
        for servers in [numbered(&[1, 2, 3]), same.to_vec()] {
            let ring = Ring::new(&servers).unwrap();
            let mut counts = vec![0_u64; servers.len()];
            // Hashes between two of these all lead to one server: places and middles, and what follows them.
            let places = ring.points.iter().map(|&point| place(point));
            let next = places.clone().cycle().skip(1);
            let ends = places
                .zip(next)
                .flat_map(|(low, high)| [low.wrapping_sub(1), low, low.wrapping_add(high.wrapping_sub(low) / 2)]);
            let mut ends: Vec<u32> = ends.collect();
            ends.sort_unstable();
            ends.dedup();
            let mut before = *ends.last().unwrap();
            for end in ends {
                assert_eq!(ring.server(end), ring.server(before.wrapping_add(1)));
                counts[ring.server(end)] += u64::from(end.wrapping_sub(before));
                before = end;
            }
            assert_eq!(counts.iter().sum::<u64>(), 1 << 32);
            let counted: Vec<f64> = counts.iter().map(|&count| count as f64 / 2_f64.powi(32)).collect();
            assert_eq!(ring.shares(), counted);
        }
    }

    /// The part of many hashes, in percent, that lead to another server; servers are known by name.
    fn moved(old: (&[u32], &[char]), new: (&[u32], &[char])) -> f64 {
        const HASHES: u32 = 1 << 18;
        let ring = |ids: &[u32]| {
            let servers: Vec<_> = ids.iter().map(|&id| (ServerKey::from_id(id), 10)).collect();
            Ring::new(&servers).unwrap()
        };
        let (before, after) = (ring(old.0), ring(new.0));
        let moves = |hash: &u32| old.1[before.server(*hash)] != new.1[after.server(*hash)];
        (0..HASHES).map(avalanche).filter(moves).count() as f64 / f64::from(HASHES) * 100.0
    }

    #[test]
    fn numbers_decide_how_many_keys_move() {
        let names = ['a', 'b', 'c', 'd', 'e', 'f'];
        let (five, six) = ((&[1, 2, 3, 4, 5][..], &names[..5]), (&[1, 2, 3, 4, 5, 6][..], &names[..]));
        let inserted = moved(five, (six.0, &['f', 'a', 'b', 'c', 'd', 'e']));
        let (appended, removed) = (moved(five, six), moved(five, (&five.0[..4], &names[..4])));
        // Research 3.6, line 188: 96.7, 16.1 and 20.0 %, from a sample of keys.
        for (moved, sampled) in [(inserted, 96.7), (appended, 16.1), (removed, 20.0)] {
            assert!((moved - sampled).abs() < 0.6, "{moved} instead of about {sampled}");
        }
        // On a ring exactly the share of the server that comes or goes moves.
        let share = |weights: &[u32]| *ring_shares(&numbered(weights)).unwrap().last().unwrap() * 100.0;
        assert!((appended - share(&[10; 6])).abs() < 0.2, "{appended}");
        assert!((removed - share(&[10; 5])).abs() < 0.2, "{removed}");
    }

    #[test]
    fn too_many_points_are_not_built() {
        assert!(Ring::new(&numbered(&[256; 2048])).is_some());
        assert!(Ring::new(&numbered(&[256; 2049])).is_none());
        assert!(Ring::new(&numbered(&[0, 0])).is_none());
        assert!(Ring::new(&[(ServerKey::from_id(1), u32::MAX)]).is_none());
    }
}
