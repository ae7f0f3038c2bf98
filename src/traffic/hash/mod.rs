//! What the hash tables of the programs give to each target, computed point by point.

pub mod nginx;
pub mod nginx_ring;
