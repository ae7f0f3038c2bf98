//! Every check, in alphabetical order of names.

use super::{Check, affinity, caching, distribution, failover, health, limits, operations, retries, routing, validity};

/// Every check.
pub fn all() -> &'static [&'static dyn Check] {
    CHECKS
}

/// The check of this name.
pub fn find(name: &str) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.meta().name == name)
}

const CHECKS: &[&dyn Check] = &[
    &affinity::AffinityTableLimits,
    &failover::AllTrafficToBackupOnOneError,
    &failover::BackupWithoutEffect,
    &failover::BrokenAggregate,
    &validity::BrokenFragment,
    &routing::BypassedPool,
    &caching::CacheDisabled,
    &caching::CacheKeepsErrors,
    &caching::CacheSplitAcrossNodes,
    &caching::CacheStampede,
    &distribution::ClientAddressHashBehindProxy,
    &validity::CoercedValue,
    &routing::ConflictingNames,
    &limits::ContradictoryLimits,
    &distribution::DnsMultipliesShare,
    &affinity::DuplicateCookieValue,
    &failover::DrillLeftIn,
    &validity::DuplicateSetting,
    &distribution::DuplicateTarget,
    &validity::EmptyArgument,
    &operations::ExposedAdmin,
    &failover::FailoverToItself,
    &failover::FirstAddressOnly,
    &routing::ForwardingLoop,
    &caching::FragmentedCacheKey,
    &limits::HashQueuesOnOneTarget,
    &health::HealthCheckNotEnabled,
    &routing::HeavyMirror,
    &distribution::HugeWeights,
    &distribution::IgnoredWeights,
    &affinity::IncompleteAffinity,
    &distribution::ImplicitPolicy,
    &distribution::IncompleteSplit,
    &retries::InconsistentTimeouts,
    &health::InertOutlierDetection,
    &validity::InvalidValue,
    &distribution::InvertedWeights,
    &limits::KeepaliveDefeated,
    &limits::LimitWithoutQueue,
    &distribution::LowEntropyHashKey,
    &routing::MisorderedRules,
    &validity::MissingFinalNewline,
    &distribution::MissingHashKey,
    &validity::MissingInclude,
    &validity::MissingRequired,
    &retries::MissingTimeout,
    &routing::ModeMismatch,
    &distribution::ModuloHash,
    &limits::NoConnectionLimit,
    &routing::NoDefaultRoute,
    &distribution::NoEligibleTarget,
    &failover::NoFailoverHeadroom,
    &health::NoHealthCheck,
    &retries::NoRedispatch,
    &caching::NoStaleOnError,
    &limits::NoUpstreamKeepalive,
    &distribution::OneTargetTakesAll,
    &distribution::OverriddenPolicy,
    &health::PartialHealthCheck,
    &distribution::PerWorkerState,
    &distribution::PinnedConnections,
    &distribution::PositionalHashIds,
    &distribution::PriorityGap,
    &validity::RemovedApi,
    &operations::ReplicasDisagree,
    &retries::RetriesDisabled,
    &retries::RetryAmplification,
    &retries::RetryNeverHappens,
    &distribution::RoundRobinDisabled,
    &routing::ShadowedName,
    &distribution::SameHostTargets,
    &health::ShallowHealthCheck,
    &distribution::SharedBindAddress,
    &failover::SingleBackupTakesAll,
    &distribution::SingleTarget,
    &distribution::SkewedWeights,
    &retries::SlowConnectTimeout,
    &health::SlowFailureDetection,
    &failover::StaleDns,
    &distribution::StarvedTarget,
    &failover::StuckOnBackup,
    &failover::SubsetWithoutFallback,
    &validity::SyntaxError,
    &routing::TargetsNeverUsed,
    &caching::TooCoarseCacheKey,
    &validity::TooNew,
    &health::UncheckedBackup,
    &routing::UndefinedPool,
    &validity::UndefinedReference,
    &health::UndetectableFailover,
    &distribution::UnevenHashRing,
    &distribution::UnevenLocalities,
    &validity::UnknownDirective,
    &routing::UnmatchableListener,
    &routing::UnreachableRoute,
    &failover::UnresolvableNameStopsStart,
    &routing::UnresolvableRoute,
    &retries::UnsafeRetry,
    &routing::UnusedPool,
    &validity::VersionTrap,
    &limits::WorkerConnectionsTooLow,
    &limits::ZeroLimit,
    &distribution::ZoneRoutingWithoutEffect,
];

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn names_are_sorted_and_unique() {
        let names: Vec<&str> = all().iter().map(|check| check.meta().name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }
}
