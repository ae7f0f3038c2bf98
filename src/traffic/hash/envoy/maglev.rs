//! The table of `MAGLEV` (`maglev_lb.cc`).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use xxhash_rust::xxh64::xxh64;

/// `table_size` where none is written (`maglev_lb.h`, `DefaultTableSize`).
pub const DEFAULT_TABLE_SIZE: u32 = 65_537;
/// What `table_size` may be at most.
const LARGEST_TABLE: u32 = 5_000_011;

/// A table of slots, each with the host that gets the hashes of its residue.
#[derive(Debug)]
pub struct Maglev {
    slots: Vec<u32>,
    hosts: usize,
}

/// The slots that are taken, a bit each: most of the time goes into looking for one that is not.
struct Taken(Vec<u64>);

impl Taken {
    fn is_new(&mut self, slot: u32) -> bool {
        let bit = 1 << (slot % 64);
        let Some(word) = self.0.get_mut(slot as usize / 64) else { return false };
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

/// A host that takes slots in its own order of all slots.
struct Taker {
    host: u32,
    next: u32,
    skip: u32,
    weight: f64,
    wanted: f64,
}

impl Maglev {
    /// Builds the table of hosts with these keys and normalised weights (see [`super::normalized`]; keys are those of
    /// [`super::Ring::new`]). A host with weight 0 is left out.
    ///
    /// The hosts sorted by key take slots in rounds r = 1, 2, ...: each that has `r * weight >= wanted` takes the next free
    /// one of `(offset + n * skip) mod size` and wants the largest weight more; offset is xxHash64 of the key with seed 0,
    /// modulo size, and skip that with seed 1, modulo size - 1, plus 1. If the table is full in the first round, the
    /// last hosts get nothing. Equal keys stay in the given order here; which order Envoy has is not defined.
    ///
    /// `None` if the size is over 5,000,011, or is not prime and leaves a host without a slot: Envoy refuses both.
    pub fn new<K: AsRef<str>>(keys: &[K], weights: &[f64], size: u32) -> Option<Self> {
        let mut takers = takers(keys, weights, size)?;
        let largest = weights.iter().copied().fold(0.0, f64::max);
        // Ordered by round, then by key. Walking all hosts in every round would cost the largest weight by the mean one.
        let mut turns: BinaryHeap<_> = (0..takers.len()).map(|taker| Reverse((1_u64, taker))).collect();
        let mut slots = vec![0; size as usize];
        let mut taken = Taken(vec![0; size as usize / 64 + 1]);
        for _ in 0..size {
            let Some(mut turn) = turns.peek_mut() else { return Some(Self { slots: Vec::new(), hosts: keys.len() }) };
            let Reverse((round, taker)) = *turn;
            let host = takers.get_mut(taker)?;
            *slots.get_mut(host.take(&mut taken, size)? as usize)? = host.host;
            host.wanted += largest;
            *turn = Reverse((host.round_after(round), taker));
        }
        Some(Self { slots, hosts: keys.len() })
    }

    /// The share of each host: its slots of all slots.
    pub fn shares(&self) -> Vec<f64> {
        let mut counts = vec![0_u32; self.hosts];
        for host in &self.slots {
            if let Some(count) = counts.get_mut(*host as usize) {
                *count += 1;
            }
        }
        counts.into_iter().map(|count| f64::from(count) / self.slots.len().max(1) as f64).collect()
    }

    /// The position of the host that a request with this hash goes to.
    pub fn host(&self, hash: u64) -> Option<u32> {
        self.slots.get(hash.checked_rem(self.slots.len() as u64)? as usize).copied()
    }
}

/// The hosts with a weight, sorted by key.
fn takers<K: AsRef<str>>(keys: &[K], weights: &[f64], size: u32) -> Option<Vec<Taker>> {
    if !(2..=LARGEST_TABLE).contains(&size) {
        return None;
    }
    let mut hosts: Vec<_> = (0_u32..).zip(keys).zip(weights).filter(|(_, weight)| **weight > 0.0).collect();
    hosts.sort_by(|((_, key), _), ((_, other), _)| key.as_ref().cmp(other.as_ref()));
    let taker = |((host, key), weight): ((u32, &K), &f64)| {
        let hash = |seed| xxh64(key.as_ref().as_bytes(), seed);
        let next = (hash(0) % u64::from(size)) as u32;
        let skip = (hash(1) % u64::from(size - 1)) as u32 + 1;
        Taker { host, next, skip, weight: *weight, wanted: 0.0 }
    };
    Some(hosts.into_iter().map(taker).collect())
}

impl Taker {
    /// Takes the next slot of its order that is free. In a table of prime size there is one.
    fn take(&mut self, taken: &mut Taken, size: u32) -> Option<u32> {
        for _ in 0..size {
            let slot = self.next;
            self.next += self.skip;
            if self.next >= size {
                self.next -= size;
            }
            if taken.is_new(slot) {
                return Some(slot);
            }
        }
        None
    }

    /// The first round after this one in which it takes a slot. The quotient may be off by its last bits, and the
    /// product decides.
    #[expect(clippy::cast_sign_loss, reason = "neither is negative")]
    fn round_after(&self, round: u64) -> u64 {
        let takes = |round: u64| round as f64 * self.weight >= self.wanted;
        let mut next = ((self.wanted / self.weight) as u64).saturating_sub(1).max(round + 1);
        while !takes(next) {
            next += 1;
        }
        next
    }
}
