//! The table "field needs X": which fields are read only beside another one, and what to say where that is missing.

use crate::model::{Harm, Need};

/// Fields of a cluster about names that are looked up, and of one whose addresses are not.
pub(super) const OF_NAMES: [&str; 7] = [
    "dns_refresh_rate",
    "dns_failure_refresh_rate",
    "respect_dns_ttl",
    "dns_lookup_family",
    "dns_resolvers",
    "dns_resolution_config",
    "use_tcp_for_dns_lookups",
];

/// Fields of a `retry_policy` that say how often and where to, but not on what.
pub(super) const OF_RETRIES: [&str; 5] =
    ["num_retries", "retry_host_predicate", "retry_priority", "retry_back_off", "host_selection_retry_max_attempts"];

/// See [`OF_NAMES`].
pub(super) const NAMES: Need = Need::new(
    "a cluster of this type looks no name up",
    "no names",
    "write `type: STRICT_DNS`, or remove it",
    Harm::Leftover,
);
/// `load_assignment` of a cluster whose endpoints come from elsewhere.
pub(super) const LISTED: Need = Need::new(
    "the endpoints of this type come from `eds_cluster_config`, and those written here are not used",
    "discovered",
    "write `type: STATIC` (names: `STRICT_DNS`), or remove them",
    Harm::Misleads,
);
/// `lb_subset_config` without a selector.
pub(super) const SELECTORS: Need = Need::new(
    "without `subset_selectors` there are no subsets, and every endpoint gets all kinds of requests",
    "",
    "write `subset_selectors: [{ keys: [NAME] }]`",
    Harm::Misleads,
);
/// `consistent_hashing_lb_config` under a policy that does not hash.
pub(super) const HASHING: Need = Need::new(
    "the policy does not hash",
    "no hash",
    "write `lb_policy: RING_HASH` or `MAGLEV`, or remove it",
    Harm::Misleads,
);
/// `healthy_panic_threshold` where no endpoint is ever found unhealthy.
pub(super) const HEALTH: Need = Need::new(
    "no endpoint is ever found unhealthy (neither `health_checks` nor `outlier_detection`)",
    "",
    "write `health_checks`, or remove it",
    Harm::Leftover,
);
/// `outlier_detection` of a single endpoint.
pub(super) const SEVERAL: Need = Need::new(
    "there is one endpoint, and nowhere else to go when it is ejected",
    "",
    "add a second endpoint, or remove it",
    Harm::Leftover,
);
/// `retry_policy` without `retry_on`.
pub(super) const RETRY_ON: Need = Need::new(
    "no `retry_on` says on what, so nothing is tried again (unless a request asks for it by `x-envoy-retry-on`)",
    "",
    "write `retry_on: \"connect-failure,refused-stream\"` beside it",
    Harm::Misleads,
);
/// `retriable_status_codes` without their word in `retry_on`.
pub(super) const STATUS_WORD: Need = Need::new(
    "`retry_on` does not name `retriable-status-codes`, so no status is tried again because of it",
    "`retriable-status-codes` is missing",
    "add `retriable-status-codes` to `retry_on`",
    Harm::Misleads,
);
/// `retriable_headers` without their word in `retry_on`.
pub(super) const HEADER_WORD: Need = Need::new(
    "`retry_on` does not name `retriable-headers`, so no answer is tried again because of it",
    "`retriable-headers` is missing",
    "add `retriable-headers` to `retry_on`",
    Harm::Misleads,
);
/// `host_selection_retry_max_attempts` without a predicate.
pub(super) const PREDICATE: Need = Need::new(
    "no `retry_host_predicate` refuses a host, so the first choice is always taken, also the one that has just failed",
    "",
    "write `retry_host_predicate` with `envoy.retry_host_predicates.previous_hosts`",
    Harm::Misleads,
);
/// `hash_policy` of a route whose cluster does not hash.
pub(super) const HASHING_CLUSTER: Need = Need {
    called: "hash_policy",
    lacks: "the cluster that it leads to does not hash, so requests with the same key go to different endpoints",
    because: "no hash",
    write: "write `lb_policy: RING_HASH` or `MAGLEV` in the cluster, or remove it",
    harm: Harm::Misleads,
};
