//! Does traffic reach the pool.

mod conflicting_names;
mod forwarding_loop;
mod misordered_rules;
mod mode_mismatch;
mod targets_never_used;
mod undefined_pool;
mod unreachable_route;
mod unresolvable_route;
mod unused_pool;

pub(super) use conflicting_names::ConflictingNames;
pub(super) use forwarding_loop::ForwardingLoop;
pub(super) use misordered_rules::MisorderedRules;
pub(super) use mode_mismatch::ModeMismatch;
pub(super) use targets_never_used::TargetsNeverUsed;
pub(super) use undefined_pool::UndefinedPool;
pub(super) use unreachable_route::UnreachableRoute;
pub(super) use unresolvable_route::UnresolvableRoute;
pub(super) use unused_pool::UnusedPool;
