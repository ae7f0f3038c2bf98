//! The small languages inside nginx words: numbers, times, sizes.

mod number;
mod size;
mod time;

pub use number::{fraction, number};
pub use size::{offset, size};
pub use time::{seconds, time};
