//! What a cache lets through to the pool.

mod cache_disabled;

pub(super) use cache_disabled::CacheDisabled;
