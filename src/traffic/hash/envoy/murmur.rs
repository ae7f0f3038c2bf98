//! `MurmurHash2` for 64 bits, as the C++ library and Envoy have it.

/// The seed of Envoy and of `std::hash` in GNU's C++ library (`hash.h`, `STD_HASH_SEED`).
const SEED: u64 = 0xc70f_6907;
const FACTOR: u64 = 0xc6a4_a793_5bd1_e995;

/// The hash of a text (`hash.cc`, `murmurHash2_64`).
pub(super) fn murmur2(text: &[u8]) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    let mut hash = SEED ^ (text.len() as u64).wrapping_mul(FACTOR);
    for word in words {
        let word = mixed(u64::from_le_bytes(*word).wrapping_mul(FACTOR)).wrapping_mul(FACTOR);
        hash = (hash ^ word).wrapping_mul(FACTOR);
    }
    if !rest.is_empty() {
        let last = rest.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        hash = (hash ^ last).wrapping_mul(FACTOR);
    }
    mixed(mixed(hash).wrapping_mul(FACTOR))
}

const fn mixed(number: u64) -> u64 {
    number ^ (number >> 47)
}
