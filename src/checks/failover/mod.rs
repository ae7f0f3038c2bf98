//! What happens when a target fails.

mod stale_dns;

pub(super) use stale_dns::StaleDns;
