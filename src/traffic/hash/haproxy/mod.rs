//! HAProxy `hash-type map-based` and `consistent`: who gets which part of all hashes, and who gets one key.

mod function;
mod key;
mod map;
mod ring;

pub use function::{Function, KeyHash, avalanche};
pub use key::{UriPart, domain, parameter, uri};
pub use map::{Map, map_shares, map_weights};
pub use ring::{Ring, ServerKey, ring_shares};
