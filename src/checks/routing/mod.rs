//! Does traffic reach the pool.

mod shared_bind_address;
mod undefined_pool;
mod unreachable_route;
mod unused_pool;

pub(super) use shared_bind_address::SharedBindAddress;
pub(super) use undefined_pool::UndefinedPool;
pub(super) use unreachable_route::UnreachableRoute;
pub(super) use unused_pool::UnusedPool;
