//! How many networks of three octets have each value of nginx's `ip_hash`; computed once, by the compiler.

#![expect(
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    reason = "evaluated by the compiler: what is out of range, or too large, does not build"
)]

use super::nginx::{IP_HASH_START, IP_HASH_VALUES, ip_hash_step};

/// How many networks of three octets have each value.
///
/// An octet adds 0 to 255 to the value times 113: all counts move to 113 times their place, and then each place gets what
/// stands on the 256 places up to it, around the end.
pub(super) static NETWORKS_BY_VALUE: [u32; IP_HASH_VALUES] = {
    let mut counts = [0; IP_HASH_VALUES];
    counts[IP_HASH_START] = 1;
    let mut octet = 0;
    while octet < 3 {
        counts = sums_of_256(&moved(&counts));
        octet += 1;
    }
    counts
};

/// Each count at 113 times its place.
const fn moved(counts: &[u32; IP_HASH_VALUES]) -> [u32; IP_HASH_VALUES] {
    let mut moved = [0; IP_HASH_VALUES];
    let mut value = 0;
    while value < IP_HASH_VALUES {
        moved[ip_hash_step(value, 0)] = counts[value];
        value += 1;
    }
    moved
}

/// For each place what stands on the 256 places up to it, around the end.
const fn sums_of_256(places: &[u32; IP_HASH_VALUES]) -> [u32; IP_HASH_VALUES] {
    let mut sums = [0; IP_HASH_VALUES];
    let mut sum = 0;
    let mut place = IP_HASH_VALUES - 256;
    while place < IP_HASH_VALUES {
        sum += places[place];
        place += 1;
    }
    place = 0;
    while place < IP_HASH_VALUES {
        sum = sum + places[place] - places[(place + IP_HASH_VALUES - 256) % IP_HASH_VALUES];
        sums[place] = sum;
        place += 1;
    }
    sums
}
