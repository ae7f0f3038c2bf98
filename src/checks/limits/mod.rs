//! Queues, connections, keepalive.

mod contradictory_limits;
mod hash_queues_on_one_target;
mod keepalive_defeated;
mod limit_without_queue;
mod no_connection_limit;
mod no_upstream_keepalive;
mod worker_connections_too_low;
mod zero_limit;

pub(super) use contradictory_limits::ContradictoryLimits;
pub(super) use hash_queues_on_one_target::HashQueuesOnOneTarget;
pub(super) use keepalive_defeated::KeepaliveDefeated;
pub(super) use limit_without_queue::LimitWithoutQueue;
pub(super) use no_connection_limit::NoConnectionLimit;
pub(super) use no_upstream_keepalive::NoUpstreamKeepalive;
pub(super) use worker_connections_too_low::WorkerConnectionsTooLow;
pub(super) use zero_limit::ZeroLimit;
