//! Does traffic reach the pool.

mod undefined_pool;
mod unreachable_route;
mod unused_pool;

pub(super) use undefined_pool::UndefinedPool;
pub(super) use unreachable_route::UnreachableRoute;
pub(super) use unused_pool::UnusedPool;
