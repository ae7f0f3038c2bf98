//! What Envoy does when nothing is written in a cluster.

use crate::grammar::rules::RuleId;
use crate::model::{
    Affinity, Breakers, Conditions, Fact, HashFunction, HashType, HttpCheck, Keepalive, LabelsId, Limit, Method, Mode,
    OnFailures, Origin, Policy, PoolSettings, Probe, Queueing, RingKey, RingSize, SavedState, Selectors, Spread,
    Subsets, TargetSettings, Timeout, Timeouts, Transport, Verb, Why,
};
use crate::source::Span;

/// Weighted round robin.
pub(super) const ROUND_ROBIN: Policy = Policy { word: "ROUND_ROBIN", method: Method::RoundRobin { fixed: false } };
/// The ring with its default hash function.
pub(super) const RING: HashType = HashType { consistent: true, function: HashFunction::EnvoyRing, avalanche: false };

/// `table_size` of `MAGLEV` (`maglev_lb.h`, `DefaultTableSize`).
pub(super) const DEFAULT_TABLE: u32 = 65_537;

/// The built-in settings of a cluster whose first line is at `at`.
pub(super) fn pool_settings(at: Span) -> PoolSettings {
    let origin = |rule| Origin::default(at, rule);
    let off = origin(RuleId::ENVOY_SETTING);
    PoolSettings {
        // Listeners decide; a cluster serves both.
        mode: Fact::known(Mode::Http, off),
        policy: Fact::known(ROUND_ROBIN, origin(RuleId::ENVOY_POLICY)),
        hash_type: Fact::known(RING, off),
        hash_balance: Fact::known(Limit::Unlimited, off),
        hash_spills: Fact::known(false, off),
        probe: Fact::known(Probe::CONNECT, origin(RuleId::ENVOY_CHECK)),
        http_check: HttpCheck::request(Verb::Get, origin(RuleId::ENVOY_CHECK)),
        // Whether and where a request is tried again is the route's business.
        retries: Fact::known(0, origin(RuleId::ENVOY_RETRY_POLICY)),
        retry_on: Fact::known(Conditions::NONE, origin(RuleId::ENVOY_RETRY_POLICY)),
        retry_exceptions: Fact::known(false, off),
        redispatch: Fact::unknown(Why::Unsupported, origin(RuleId::ENVOY_RETRY_POLICY)),
        timeouts: timeouts(at),
        all_backups: Fact::known(true, off),
        affinity: Fact::known(Affinity::None, off),
        saved_state: Fact::known(SavedState::No, off),
        full_load: Fact::known(Limit::Unlimited, off),
        keepalive: Fact::known(Keepalive::Idle(u32::MAX), origin(RuleId::ENVOY_IDLE_TIMEOUT)),
        shared_state: Fact::known(true, off),
    }
}

fn timeouts(at: Span) -> Timeouts {
    let default = |timeout, rule| Fact::known(timeout, Origin::default(at, rule));
    let hour = default(Timeout::After(3_600_000), RuleId::ENVOY_IDLE_TIMEOUT);
    let never = default(Timeout::Never, RuleId::ENVOY_SETTING);
    Timeouts {
        connect: default(Timeout::After(5000), RuleId::ENVOY_CONNECT_TIMEOUT),
        server: hour,
        client: hour,
        queue: never,
        check: never,
        tunnel: hour,
        http_request: never,
    }
}

/// The built-in spread over priorities and localities.
pub(super) fn spread(at: Span) -> Spread {
    let origin = |rule| Origin::default(at, rule);
    Spread {
        overprovisioning: Fact::known(140, origin(RuleId::ENVOY_OVERPROVISIONING)),
        counts_weights: Fact::known(false, origin(RuleId::ENVOY_SETTING)),
        panic_below: Fact::known(50, origin(RuleId::ENVOY_PANIC)),
        panic_fails: Fact::known(false, origin(RuleId::ENVOY_SETTING)),
        locality_weights: Fact::known(false, origin(RuleId::ENVOY_LOCALITY_BALANCING)),
        ejection_limit: Fact::known(10, origin(RuleId::ENVOY_EJECTION_LIMIT)),
        ejects_one: Fact::known(false, origin(RuleId::ENVOY_EJECTS_ONE)),
        dropped: Fact::known(0, origin(RuleId::ENVOY_SETTING)),
        subsets: Fact::known(Subsets::Off, origin(RuleId::ENVOY_SETTING)),
        selectors: Selectors::default(),
        ring: Fact::known(RingSize { least: 1024, most: 8_388_608 }, origin(RuleId::ENVOY_SETTING)),
        table: Fact::known(DEFAULT_TABLE, origin(RuleId::ENVOY_SETTING)),
        breakers: breakers(at),
        zones: None,
    }
}

fn breakers(at: Span) -> Breakers {
    let default = |limit| Fact::known(limit, Origin::default(at, RuleId::ENVOY_CIRCUIT_BREAKERS));
    Breakers {
        connections: default(1024),
        pending: default(1024),
        requests: default(1024),
        retries: default(3),
        unread: None,
    }
}

/// What a target of the cluster whose first line is at `at` starts from. An origin without a span means the target's own
/// statement.
pub(super) fn target_settings(at: Span) -> TargetSettings {
    let origin = |rule| Origin::default(Span::default(), rule);
    let of_cluster = |rule| Origin::default(at, rule);
    let off = origin(RuleId::ENVOY_SETTING);
    let at_once = Fact::known(Timeout::After(0), off);
    TargetSettings {
        checked: Fact::known(false, of_cluster(RuleId::ENVOY_CHECK)),
        agent: Fact::known(false, off),
        tracks: Fact::known(false, off),
        interval: at_once,
        fast_interval: at_once,
        fall: Fact::known(1, off),
        rise: Fact::known(1, off),
        connections: Fact::known(0, off),
        queueing: Queueing::off(off),
        resolved_at_run_time: Fact::known(false, off),
        cookie: Fact::known(false, off),
        noted: Fact::known(true, off),
        observed: Fact::known(false, of_cluster(RuleId::ENVOY_OUTLIER_DETECTION)),
        ejected_after: Fact::known(0, of_cluster(RuleId::ENVOY_OUTLIER_DETECTION)),
        ejected_for: at_once,
        slow_start: at_once,
        ring_key: Fact::known(RingKey::Address, off),
        labels: Fact::known(LabelsId::NONE, off),
        // With active checks an endpoint waits for its first one (1.40, `FAILED_ACTIVE_HC` at start).
        assumed_up: Fact::known(false, of_cluster(RuleId::ENVOY_CHECK)),
        transport: Transport::unknown(Fact::known(false, of_cluster(RuleId::ENVOY_SETTING))),
        on_failures: Fact::known(OnFailures::Nothing, off),
        locality: None,
    }
}
