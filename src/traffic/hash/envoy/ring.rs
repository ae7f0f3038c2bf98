//! The ring of `RING_HASH` (`ring_hash_lb.cc`).

use rayon::slice::ParallelSliceMut as _;
use xxhash_rust::xxh64::xxh64;

use super::murmur::murmur2;
use crate::traffic::hash::takeover::{Takeovers, clockwise};

/// Most points of a ring that is built: what `maximum_ring_size` may be at most.
pub const LARGEST_RING: u32 = 8_388_608;

/// How many hashes there are.
const TURN: u128 = 1 << 64;

/// How many points a ring has (`ring_hash_lb_config`, or the extension of the same name).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingSize {
    /// `minimum_ring_size`.
    pub minimum: u32,
    /// `maximum_ring_size`.
    pub maximum: u32,
}

impl Default for RingSize {
    /// `DefaultMinRingSize`, `DefaultMaxRingSize` (`ring_hash_lb.h`).
    fn default() -> Self {
        Self { minimum: 1024, maximum: LARGEST_RING }
    }
}

/// What hashes the points of a ring (`hash_function`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PointHash {
    /// `XX_HASH`: xxHash64 with seed 0.
    #[default]
    XxHash,
    /// `MURMUR_HASH_2`.
    Murmur2,
}

/// A ring of points, each with the host that gets the hashes up to it.
#[derive(Debug)]
pub struct Ring {
    /// Hash and host in one number, which sorts faster than a pair.
    points: Vec<u128>,
    hosts: usize,
}

impl Ring {
    /// Builds the ring of hosts with these keys and normalised weights (see [`super::normalized`]), both in Envoy's order:
    /// that of the text, or by localities where their weights count. A host with weight 0 is left out.
    ///
    /// A key is `address:port`, or the host name where `use_hostname_for_hashing` is set, or the endpoint's metadata
    /// `envoy.lb: {hash_key}`. With m for the least weight there are `min(ceil(m * minimum) / m, maximum)` points, handed
    /// out along the running sum of the weights; the k-th point of a host is the hash of `<key>_<k>`, from 0.
    /// Equal points of two hosts belong to the first one here; which one Envoy takes is not defined.
    ///
    /// `None` if that are more than [`LARGEST_RING`] points, which no valid `maximum_ring_size` allows. A point takes
    /// 16 bytes while the ring exists.
    pub fn new<K: AsRef<str>>(keys: &[K], weights: &[f64], size: RingSize, hash: PointHash) -> Option<Self> {
        let scale = scale(weights, size);
        let mut points = Vec::with_capacity(room(scale, weights)?);
        let mut wanted = 0.0;
        let mut text = Vec::new();
        for ((host, key), weight) in (0_u32..).zip(keys).zip(weights) {
            wanted += scale * weight;
            text.clear();
            text.extend_from_slice(key.as_ref().as_bytes());
            text.extend_from_slice(b"_0");
            let number = text.len() - 1;
            while (points.len() as f64) < wanted {
                points.push(u128::from(hash.of(&text)) << 32 | u128::from(host));
                increment(&mut text, number);
            }
        }
        points.par_sort_unstable();
        Some(Self { points, hosts: keys.len() })
    }

    /// The share of each host: the arcs that end at its points, of the 2^64 hashes. A host that gets no point has 0; all
    /// have if there are no points.
    pub fn shares(&self) -> Vec<f64> {
        let mut arcs = vec![0_u128; self.hosts];
        let mut before = self.points.last().copied().map_or(0, hash_of);
        for point in self.points.iter().copied() {
            // The last point stands one turn before the first one.
            let end = hash_of(point) + TURN;
            if let Some(sum) = arcs.get_mut(host_of(point) as usize) {
                *sum += end - before;
            }
            before = end;
        }
        arcs.into_iter().map(|arc| arc as f64 / TURN as f64).collect()
    }

    /// What each host leaves to which others when it fails: the arcs that end at its points go on to the next one.
    pub fn takeovers(&self) -> Takeovers {
        let mut before = self.points.last().copied().map_or(0, hash_of);
        let arcs = self.points.iter().copied().map(|point| {
            let end = hash_of(point) + TURN;
            let arc = end - before;
            before = end;
            (host_of(point), arc as f64 / TURN as f64)
        });
        clockwise(self.hosts, &arcs.collect::<Vec<_>>())
    }

    /// The position of the host that a request with this hash goes to: that of the first point not below it, or of the
    /// first one of all.
    pub fn host(&self, hash: u64) -> Option<u32> {
        let place = self.points.partition_point(|point| hash_of(*point) < u128::from(hash));
        self.points.get(place).or(self.points.first()).copied().map(host_of)
    }

    /// The points in order: hash, and the position of the host.
    pub fn points(&self) -> impl Iterator<Item = (u64, u32)> {
        self.points.iter().map(|point| (hash_of(*point) as u64, host_of(*point)))
    }
}

impl PointHash {
    fn of(self, text: &[u8]) -> u64 {
        match self {
            Self::XxHash => xxh64(text, 0),
            Self::Murmur2 => murmur2(text),
        }
    }
}

const fn hash_of(point: u128) -> u128 {
    point >> 32
}

const fn host_of(point: u128) -> u32 {
    point as u32
}

/// How many points weights of 1 in all would get.
fn scale(weights: &[f64], size: RingSize) -> f64 {
    let least = weights.iter().copied().filter(|weight| *weight > 0.0).fold(1.0, f64::min);
    ((least * f64::from(size.minimum)).ceil() / least).min(f64::from(size.maximum))
}

/// How many points there will be, or one more; the sum of the weights may be more than 1 by its last bits.
#[expect(clippy::cast_sign_loss, reason = "neither is negative")]
fn room(scale: f64, weights: &[f64]) -> Option<usize> {
    let points = (scale * weights.iter().sum::<f64>()).ceil();
    (points <= f64::from(LARGEST_RING + 1)).then_some(points as usize + 1)
}

/// Counts one up in the decimal number that begins at `start`.
fn increment(text: &mut Vec<u8>, start: usize) {
    for digit in text.iter_mut().skip(start).rev() {
        if *digit != b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    text.insert(start, b'1');
}
