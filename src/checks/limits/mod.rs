//! Queues, connections, keepalive.

mod keepalive_defeated;

pub(super) use keepalive_defeated::KeepaliveDefeated;
