//! Every check, in alphabetical order of names.

use super::{Check, caching, distribution, failover, health, limits, retries, routing, validity};

/// Every check.
pub fn all() -> &'static [&'static dyn Check] {
    CHECKS
}

/// The check of this name.
pub fn find(name: &str) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.meta().name == name)
}

const CHECKS: &[&dyn Check] = &[
    &validity::BrokenFragment,
    &health::AssumedUpAfterReload,
    &health::BrokenHealthCheck,
    &caching::CacheDisabled,
    &distribution::ClientAddressHashBehindProxy,
    &validity::CoercedValue,
    &limits::ContradictoryLimits,
    &routing::DatabaseRoleNotChecked,
    &distribution::DnsMultipliesShare,
    &validity::DuplicateSetting,
    &distribution::DuplicateTarget,
    &health::EjectionCanEmptyPool,
    &validity::EmptyArgument,
    &failover::FailoverToItself,
    &health::FlappingHealthCheck,
    &routing::ForwardingLoop,
    &limits::HashQueuesOnOneTarget,
    &health::HealthBlindEndpoint,
    &health::HealthCheckNotEnabled,
    &distribution::HugeWeights,
    &distribution::IgnoredWeights,
    &distribution::IncompleteSplit,
    &retries::InconsistentTimeouts,
    &health::InertOutlierDetection,
    &validity::InvalidValue,
    &distribution::InvertedWeights,
    &limits::KeepaliveDefeated,
    &limits::LimitWithoutQueue,
    &distribution::LowEntropyHashKey,
    &validity::MissingFinalNewline,
    &distribution::MissingHashKey,
    &validity::MissingInclude,
    &validity::MissingRequired,
    &retries::MissingTimeout,
    &distribution::ModuloHash,
    &limits::NoConnectionLimit,
    &distribution::NoEligibleTarget,
    &failover::NoFailoverHeadroom,
    &health::NoHealthCheck,
    &retries::NoRedispatch,
    &limits::NoUpstreamKeepalive,
    &distribution::OneTargetTakesAll,
    &distribution::OverriddenPolicy,
    &health::PanicThreshold,
    &health::PartialHealthCheck,
    &distribution::PerWorkerState,
    &distribution::PositionalHashIds,
    &distribution::PriorityGap,
    &validity::RemovedApi,
    &retries::RetriesDisabled,
    &retries::RetryAmplification,
    &retries::RetryNeverHappens,
    &distribution::RoundRobinDisabled,
    &health::ShallowHealthCheck,
    &distribution::SharedBindAddress,
    &failover::SingleBackupTakesAll,
    &distribution::SingleTarget,
    &distribution::SkewedWeights,
    &retries::SlowConnectTimeout,
    &health::SlowFailureDetection,
    &failover::StaleDns,
    &distribution::StarvedTarget,
    &failover::SubsetWithoutFallback,
    &validity::SyntaxError,
    &validity::TooNew,
    &health::UncheckedBackup,
    &routing::UndefinedPool,
    &validity::UndefinedReference,
    &health::UndetectableFailover,
    &distribution::UnevenHashRing,
    &distribution::UnevenLocalities,
    &validity::UnknownDirective,
    &routing::UnreachableRoute,
    &routing::UnresolvableRoute,
    &retries::UnsafeRetry,
    &routing::UnusedPool,
    &validity::VersionTrap,
    &limits::WorkerConnectionsTooLow,
    &limits::ZeroLimit,
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
