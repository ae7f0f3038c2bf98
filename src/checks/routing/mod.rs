//! Does traffic reach the pool.

mod database_role_not_checked;
mod forwarding_loop;
mod undefined_pool;
mod unreachable_route;
mod unresolvable_route;
mod unused_pool;

pub(super) use database_role_not_checked::DatabaseRoleNotChecked;
pub(super) use forwarding_loop::ForwardingLoop;
pub(super) use undefined_pool::UndefinedPool;
pub(super) use unreachable_route::UnreachableRoute;
pub(super) use unresolvable_route::UnresolvableRoute;
pub(super) use unused_pool::UnusedPool;
