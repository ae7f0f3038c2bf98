//! What a cache lets through to the pool.

mod cache_disabled;
mod cache_keeps_errors;
mod cache_split_across_nodes;
mod cache_stampede;
mod cached;
mod fragmented_cache_key;
mod no_stale_on_error;
mod too_coarse_cache_key;

pub(super) use cache_disabled::CacheDisabled;
pub(super) use cache_keeps_errors::CacheKeepsErrors;
pub(super) use cache_split_across_nodes::CacheSplitAcrossNodes;
pub(super) use cache_stampede::CacheStampede;
pub(super) use fragmented_cache_key::FragmentedCacheKey;
pub(super) use no_stale_on_error::NoStaleOnError;
pub(super) use too_coarse_cache_key::TooCoarseCacheKey;
