//! Envoy 1.40: the ring of `RING_HASH`, the table of `MAGLEV`, and the hash of a request (research 3.6).

mod maglev;
mod murmur;
mod ring;

#[cfg(test)]
mod tests;

pub use maglev::{DEFAULT_TABLE_SIZE, Maglev};
pub use ring::{LARGEST_RING, PointHash, Ring, RingSize};

use xxhash_rust::xxh64::xxh64;

/// The hash of a request whose only hash policy is a header (or another text) with this value: xxHash64 with seed 0
/// (`hash_policy.cc`).
pub fn request_hash(value: &[u8]) -> u64 {
    xxh64(value, 0)
}

/// The normalised weights of the hosts of one locality, or of all of them, where `part` is the locality's share of the
/// weights of all localities, or 1 where these do not count: `weight * part / sum of weights`
/// (`thread_aware_lb_impl.cc`, `normalizeHostWeights`; the last bits matter, so the order of the operations does).
pub fn normalized(weights: &[u32], part: f64) -> Vec<f64> {
    let sum: u64 = weights.iter().copied().map(u64::from).sum();
    weights.iter().map(|weight| f64::from(*weight) * part / sum as f64).collect()
}
