//! The small languages inside nginx words: numbers, times, sizes, addresses.

mod address;
mod number;
mod size;
mod time;

pub use address::{AddressError, Host, ParsedAddress, Place, parse_address, strip_prefix_ignoring_case};
pub use number::{fraction, number};
pub use size::{offset, size};
pub use time::{seconds, time};
