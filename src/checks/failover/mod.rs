//! What happens when a target fails.

mod no_failover_headroom;
mod stale_dns;

pub(super) use no_failover_headroom::NoFailoverHeadroom;
pub(super) use stale_dns::StaleDns;
