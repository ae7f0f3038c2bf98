//! What decides who gets the traffic.

mod client_address_hash_behind_proxy;
mod dns_multiplies_share;
mod duplicate_target;
mod huge_weights;
mod ignored_weights;
mod inverted_weights;
mod low_entropy_hash_key;
mod missing_hash_key;
mod no_eligible_target;
mod one_target_takes_all;
mod overridden_policy;
mod round_robin_disabled;
mod shared_bind_address;
mod single_target;
mod skewed_weights;
mod starved_target;
mod uneven_hash_ring;
mod weights;

pub(super) use client_address_hash_behind_proxy::ClientAddressHashBehindProxy;
pub(super) use dns_multiplies_share::DnsMultipliesShare;
pub(super) use duplicate_target::DuplicateTarget;
pub(super) use huge_weights::HugeWeights;
pub(super) use ignored_weights::IgnoredWeights;
pub(super) use inverted_weights::InvertedWeights;
pub(super) use low_entropy_hash_key::LowEntropyHashKey;
pub(super) use missing_hash_key::MissingHashKey;
pub(super) use no_eligible_target::NoEligibleTarget;
pub(super) use one_target_takes_all::OneTargetTakesAll;
pub(super) use overridden_policy::OverriddenPolicy;
pub(super) use round_robin_disabled::RoundRobinDisabled;
pub(super) use shared_bind_address::SharedBindAddress;
pub(super) use single_target::SingleTarget;
pub(super) use skewed_weights::SkewedWeights;
pub(super) use starved_target::StarvedTarget;
pub(super) use uneven_hash_ring::UnevenHashRing;
