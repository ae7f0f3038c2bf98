//! Exact shares of the tables and rings by which the programs map hashes to targets, from names, numbers and weights alone.

pub mod envoy;
pub mod haproxy;
mod networks;
pub mod nginx;
pub mod nginx_ring;
mod takeover;

pub use takeover::Takeovers;

/// The largest table or ring that is built; where more points would be needed, the answer is `None`.
pub const MOST_POINTS: usize = 8_388_608;
