//! What nginx does when nothing is written in a pool, by version.

use crate::grammar::rules::RuleId;
use crate::model::{
    Affinity, Conditions, Fact, HashFunction, HashType, HttpCheck, Keepalive, LabelsId, Limit, Method, Mode,
    OnFailures, Origin, Policy, PoolSettings, Probe, Queueing, Redispatch, RingKey, SavedState, TargetSettings,
    Timeout, Timeouts, Transport, Value, Verb, Why,
};
use crate::source::{Span, Version};

/// Version from which idle connections are kept without `keepalive` (nginx CHANGES, 1.29.7).
pub(super) const KEEPALIVE_BY_DEFAULT: Version = Version::release(1, 29, 7);

/// Weighted round robin; nginx has no directive for it. The word is that of its source file.
pub(super) const ROUND_ROBIN: Policy = Policy { word: "round_robin", method: Method::RoundRobin { fixed: false } };

/// The built-in settings of a pool whose statement is at `at`.
pub(super) fn pool_settings(at: Span, mode: Mode, version: Version) -> PoolSettings {
    let origin = |rule| Origin::default(at, rule);
    let off = origin(RuleId::NGINX_POOL_SETTING);
    let hash_type = HashType { consistent: false, function: HashFunction::NginxCrc32, avalanche: false };
    PoolSettings {
        mode: Fact::known(mode, Origin::written(at)),
        policy: Fact::known(ROUND_ROBIN, origin(RuleId::NGINX_POLICY)),
        hash_type: Fact::known(hash_type, off),
        hash_balance: Fact::known(Limit::Unlimited, off),
        // `ngx_http_upstream_hash_module.c`: a server that is full is passed over.
        hash_spills: Fact::known(true, off),
        probe: Fact::known(Probe::CONNECT, origin(RuleId::NGINX_CHECK)),
        http_check: HttpCheck::request(Verb::Get, origin(RuleId::NGINX_CHECK)),
        // Each attempt goes to another target; how many there are is the route's business.
        retries: Fact::known(0, origin(RuleId::NGINX_NEXT_UPSTREAM)),
        retry_on: Fact::known(Conditions::NONE, origin(RuleId::NGINX_NEXT_UPSTREAM)),
        retry_exceptions: Fact::known(false, off),
        redispatch: Fact::known(Redispatch::Every(1), origin(RuleId::NGINX_NEXT_UPSTREAM)),
        timeouts: timeouts(at),
        all_backups: Fact::known(true, origin(RuleId::NGINX_BACKUPS)),
        affinity: Fact::known(Affinity::None, off),
        saved_state: Fact::known(SavedState::No, off),
        full_load: Fact::known(Limit::Unlimited, off),
        keepalive: keepalive(at, version),
        shared_state: Fact::known(false, origin(RuleId::NGINX_ZONE)),
    }
}

fn keepalive(at: Span, version: Version) -> Fact<Keepalive> {
    if version >= KEEPALIVE_BY_DEFAULT {
        return Fact::known(Keepalive::Idle(32), Origin::default(at, RuleId::NGINX_KEEPALIVE_32));
    }
    Fact::known(Keepalive::Off, Origin::default(at, RuleId::NGINX_KEEPALIVE_OFF))
}

/// Towards targets they are the business of routes (see [`crate::model::Forwarding`]): a pool has none of its own.
fn timeouts(at: Span) -> Timeouts {
    let default = |timeout| Fact::known(timeout, Origin::default(at, RuleId::NGINX_TIMEOUT));
    let minute = default(Timeout::After(60_000));
    let of_routes = Fact::unknown(Why::Unsupported, Origin::default(at, RuleId::NGINX_TIMEOUT));
    Timeouts {
        connect: of_routes,
        server: of_routes,
        client: minute,
        queue: default(Timeout::Never),
        check: default(Timeout::Never),
        tunnel: default(Timeout::Never),
        http_request: minute,
    }
}

/// What a target starts from. An origin without a span means the target's own statement.
pub(super) fn target_settings() -> TargetSettings {
    let origin = |rule| Origin::default(Span::default(), rule);
    let off = origin(RuleId::NGINX_SERVER_PARAMETER);
    let never = Fact { value: Value::Known(Timeout::After(0)), origin: off };
    TargetSettings {
        checked: Fact::known(false, origin(RuleId::NGINX_CHECK)),
        agent: Fact::known(false, off),
        tracks: Fact::known(false, off),
        interval: never,
        fast_interval: never,
        fall: Fact::known(1, off),
        rise: Fact::known(1, off),
        connections: Fact::known(0, off),
        queueing: Queueing::off(off),
        resolved_at_run_time: Fact::known(false, origin(RuleId::NGINX_RESOLVE)),
        cookie: Fact::known(false, off),
        noted: Fact::known(true, off),
        observed: Fact::known(false, off),
        ejected_after: Fact::known(1, origin(RuleId::NGINX_MAX_FAILS)),
        ejected_for: Fact::known(Timeout::After(10_000), origin(RuleId::NGINX_FAIL_TIMEOUT)),
        slow_start: never,
        ring_key: Fact::known(RingKey::Address, off),
        // The scheme of the route decides.
        labels: Fact::known(LabelsId::NONE, off),
        assumed_up: Fact::known(true, origin(RuleId::NGINX_CHECK)),
        // Whether TLS is spoken to it is the business of routes.
        transport: Transport::unknown(Fact::unknown(Why::Unsupported, off)),
        on_failures: Fact::known(OnFailures::Nothing, off),
        locality: None,
    }
}
