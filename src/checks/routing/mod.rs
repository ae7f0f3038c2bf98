//! Does traffic reach the pool.

mod bypassed_pool;
mod conflicting_names;
mod database_role_not_checked;
mod forwarding_loop;
mod heavy_mirror;
mod misordered_rules;
mod mode_mismatch;
mod no_default_route;
mod places;
mod shadowed_name;
mod targets_never_used;
mod undefined_pool;
mod unmatchable_listener;
mod unreachable_route;
mod unresolvable_route;
mod unused_pool;

pub(super) use bypassed_pool::BypassedPool;
pub(super) use conflicting_names::ConflictingNames;
pub(super) use database_role_not_checked::DatabaseRoleNotChecked;
pub(super) use forwarding_loop::ForwardingLoop;
pub(super) use heavy_mirror::HeavyMirror;
pub(super) use misordered_rules::MisorderedRules;
pub(super) use mode_mismatch::ModeMismatch;
pub(super) use no_default_route::NoDefaultRoute;
pub(super) use shadowed_name::ShadowedName;
pub(super) use targets_never_used::TargetsNeverUsed;
pub(super) use undefined_pool::UndefinedPool;
pub(super) use unmatchable_listener::UnmatchableListener;
pub(super) use unreachable_route::UnreachableRoute;
pub(super) use unresolvable_route::UnresolvableRoute;
pub(super) use unused_pool::UnusedPool;
