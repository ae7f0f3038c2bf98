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
    &routing::BypassedPool,
    &caching::CacheDisabled,
    &distribution::ClientAddressHashBehindProxy,
    &validity::CoercedValue,
    &routing::ConflictingNames,
    &distribution::DnsMultipliesShare,
    &validity::DuplicateSetting,
    &distribution::DuplicateTarget,
    &validity::EmptyArgument,
    &failover::FailoverToItself,
    &routing::ForwardingLoop,
    &health::HealthCheckNotEnabled,
    &distribution::HugeWeights,
    &distribution::IgnoredWeights,
    &distribution::IncompleteSplit,
    &health::InertOutlierDetection,
    &validity::InvalidValue,
    &distribution::InvertedWeights,
    &limits::KeepaliveDefeated,
    &distribution::LowEntropyHashKey,
    &routing::MisorderedRules,
    &validity::MissingFinalNewline,
    &distribution::MissingHashKey,
    &validity::MissingInclude,
    &validity::MissingRequired,
    &retries::MissingTimeout,
    &routing::ModeMismatch,
    &distribution::ModuloHash,
    &routing::NoDefaultRoute,
    &distribution::NoEligibleTarget,
    &failover::NoFailoverHeadroom,
    &health::NoHealthCheck,
    &retries::NoRedispatch,
    &distribution::OneTargetTakesAll,
    &distribution::OverriddenPolicy,
    &health::PartialHealthCheck,
    &distribution::PerWorkerState,
    &distribution::PositionalHashIds,
    &distribution::PriorityGap,
    &validity::RemovedApi,
    &retries::RetriesDisabled,
    &distribution::RoundRobinDisabled,
    &routing::ShadowedName,
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
    &routing::TargetsNeverUsed,
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
    &routing::UnresolvableRoute,
    &routing::UnusedPool,
    &validity::VersionTrap,
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
