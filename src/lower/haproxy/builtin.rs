//! What HAProxy does when nothing is written, by version.

use super::draft::{CheckPath, CheckRules, Draft, OnError, ServerDraft};
use super::logging::LogDraft;
use super::needs::Traits;
use super::operations::StatsDraft;
use crate::grammar::rules::RuleId;
use crate::model::{
    AdministrativeState, Affinity, Conditions, Fact, HashFunction, HashType, HttpCheck, LabelsId, Limit, Method, Mode,
    OnFailures, Origin, Policy, PoolSettings, Probe, Queueing, Redispatch, RingKey, SavedState, TargetSettings,
    Timeout, Timeouts, Transport, Value, Verb, Why,
};
use crate::source::{Span, Version};

/// Version from which `balance` defaults to `random` (commit 93cc18ac4, first in 3.3).
const RANDOM_BY_DEFAULT: Version = Version::new(3, 3);

/// The built-in settings; one line at `at` would change any of them.
pub(super) fn builtin(at: Span, version: Version) -> Draft {
    Draft {
        settings: pool_settings(at, version),
        server: server_settings(at),
        monitor: None,
        check: CheckRules::default(),
        default_pool: None,
        connections: Fact::known(Limit::Unlimited, Origin::default(at, RuleId::HAPROXY_LIMIT)),
        disabled: false,
        answers_itself: false,
        carrier: None,
        makes_values: false,
        stats: StatsDraft::default(),
        log: LogDraft::builtin(at),
    }
}

fn pool_settings(at: Span, version: Version) -> PoolSettings {
    let hash_type = HashType { consistent: false, function: HashFunction::Sdbm, avalanche: false };
    PoolSettings {
        mode: Fact::known(Mode::Tcp, Origin::default(at, RuleId::HAPROXY_MODE)),
        policy: default_policy(at, version),
        hash_type: Fact::known(hash_type, Origin::default(at, RuleId::HAPROXY_HASH_TYPE)),
        hash_balance: Fact::known(Limit::Unlimited, Origin::default(at, RuleId::HAPROXY_HASH_BALANCE)),
        hash_spills: Fact::known(false, Origin::default(at, RuleId::HAPROXY_HASH_BALANCE)),
        probe: Fact::known(Probe::CONNECT, Origin::default(at, RuleId::HAPROXY_PROBE)),
        http_check: http_check(at),
        retries: Fact::known(3, Origin::default(at, RuleId::HAPROXY_RETRIES)),
        retry_on: Fact::known(Conditions::CONNECT, Origin::default(at, RuleId::HAPROXY_RETRY_ON)),
        retry_exceptions: Fact::known(false, Origin::default(at, RuleId::HAPROXY_RETRY_ON)),
        redispatch: Fact::known(Redispatch::Never, Origin::default(at, RuleId::HAPROXY_REDISPATCH)),
        timeouts: timeouts(at),
        all_backups: Fact::known(false, Origin::default(at, RuleId::HAPROXY_ALLBACKUPS)),
        affinity: Fact::known(Affinity::None, Origin::default(at, RuleId::HAPROXY_COOKIE)),
        saved_state: Fact::known(SavedState::No, Origin::default(at, RuleId::HAPROXY_SAVED_STATE)),
        full_load: Fact::known(Limit::Unlimited, Origin::default(at, RuleId::HAPROXY_LIMIT)),
        // `http-reuse`, `pool-max-conn` and threads are not modelled.
        keepalive: Fact::unknown(Why::Unsupported, Origin::default(at, RuleId::NONE)),
        shared_state: Fact::known(true, Origin::default(at, RuleId::HAPROXY_THREADS)),
    }
}

/// The policy without `balance`, and with `balance` alone on its line.
pub(super) fn default_policy(at: Span, version: Version) -> Fact<Policy> {
    if version >= RANDOM_BY_DEFAULT {
        let policy = Policy { word: "random", method: Method::Random(2) };
        return Fact::known(policy, Origin::default(at, RuleId::HAPROXY_BALANCE_RANDOM));
    }
    Fact::known(ROUND_ROBIN, Origin::default(at, RuleId::HAPROXY_BALANCE_ROUNDROBIN))
}

/// `balance roundrobin`, which is also what an algorithm that cannot act is replaced by.
pub(super) const ROUND_ROBIN: Policy = Policy { word: "roundrobin", method: Method::RoundRobin { fixed: false } };

/// What `option httpchk` alone sends: `OPTIONS / HTTP/1.0` without a host; 2xx and 3xx are good (2.6.12, measured; manual
/// 4.2, `option httpchk` and `http-check expect`).
pub(super) fn http_check(at: Span) -> HttpCheck {
    HttpCheck::request(Verb::Options, Origin::default(at, RuleId::HAPROXY_PROBE))
}

fn timeouts(at: Span) -> Timeouts {
    let never = Fact::known(Timeout::Never, Origin::default(at, RuleId::HAPROXY_TIMEOUT));
    Timeouts {
        connect: never,
        server: never,
        client: never,
        queue: never,
        check: never,
        tunnel: never,
        http_request: never,
    }
}

fn server_settings(at: Span) -> ServerDraft {
    let off = Fact::known(false, Origin::default(at, RuleId::HAPROXY_SERVER_PARAMETER));
    let origin = |rule| Origin::default(at, rule);
    let interval = Fact::known(Timeout::After(2000), origin(RuleId::HAPROXY_INTER));
    ServerDraft {
        settings: TargetSettings {
            checked: Fact::known(false, origin(RuleId::HAPROXY_CHECK)),
            agent: off,
            tracks: off,
            interval,
            fast_interval: interval,
            fall: Fact::known(3, origin(RuleId::HAPROXY_FALL)),
            rise: Fact::known(2, origin(RuleId::HAPROXY_RISE)),
            connections: Fact::known(0, origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            queueing: Queueing::off(origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            resolved_at_run_time: Fact::known(false, origin(RuleId::HAPROXY_RESOLVERS)),
            cookie: off,
            noted: Fact::known(true, origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            observed: off,
            ejected_after: Fact::known(0, origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            ejected_for: Fact::known(Timeout::After(0), origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            slow_start: Fact::known(Timeout::After(0), origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            ring_key: Fact::known(RingKey::Number, origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            labels: Fact::known(LabelsId::NONE, origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            assumed_up: Fact::known(true, origin(RuleId::HAPROXY_CHECK)),
            transport: Transport::unknown(off),
            on_failures: Fact::known(OnFailures::Nothing, origin(RuleId::HAPROXY_SERVER_PARAMETER)),
            locality: None,
        },
        weight: Fact::known(1, origin(RuleId::HAPROXY_WEIGHT)),
        backup: off,
        state: AdministrativeState::Up,
        number: 0,
        session: None,
        check: CheckPath::default(),
        // Manual 5.2, `error-limit`: 10.
        on_error: OnError { takes_out: false, limit: Value::Known(10) },
        traits: Traits::default(),
    }
}
