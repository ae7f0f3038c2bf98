//! Queues, connections, keepalive.

mod keepalive_defeated;
mod zero_limit;

pub(super) use keepalive_defeated::KeepaliveDefeated;
pub(super) use zero_limit::ZeroLimit;
