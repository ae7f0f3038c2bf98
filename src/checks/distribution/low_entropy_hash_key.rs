//! A hash key that is always the same, or takes fewer values than there are targets.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Key, Method, Route, RouteKind, RouteSource};
use crate::source::{Dialect, Span};

/// See `docs/checks/low-entropy-hash-key.md`.
#[derive(Debug)]
pub(in crate::checks) struct LowEntropyHashKey;

const META: Meta = Meta {
    name: "low-entropy-hash-key",
    group: Group::Distribution,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "the key of a hash is always the same, or takes fewer values than there are targets",
    follows: &["one-target-takes-all", "starved-target"],
    page: include_str!("../../../docs/checks/low-entropy-hash-key.md"),
};

const HELP: Wording = Wording {
    haproxy: "",
    nginx: "hash what tells requests or clients apart: `hash $request_uri consistent`, or a session cookie",
    envoy: "hash what tells requests or clients apart: `header: {header_name: \":path\"}`, or a `cookie` with a `ttl`",
};

impl Check for LowEntropyHashKey {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(Method::Hash(key)) = pool.view.method() else { return };
        let servers = pool.prediction.shares.len();
        if servers < 2 || !pool.is_reached() {
            return;
        }
        let Some((values, severity)) = values(context, pool, key, servers) else { return };
        let message = match values {
            Some(1) => format!("all requests to `{}` go to one of its {servers} servers: {}", pool.name, says(key, 1)),
            Some(values) => format!(
                "at least {} of the {servers} servers of `{}` get nothing: {}",
                servers.saturating_sub(values),
                pool.name,
                says(key, values)
            ),
            None => format!(
                "most requests to `{}` go to one or two of its {servers} servers: {}",
                pool.name,
                says(key, servers)
            ),
        };
        let finding = Finding::new(&META, place(context, pool, key), context.subject(pool.name), message);
        findings.push(finding.because("the key of the hash").at_most(severity).help(HELP.of(context)));
    }
}

/// How many values the key takes, if they can be counted, and how bad that is; `None` if they are enough, or not known.
fn values(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    key: Key,
    servers: usize,
) -> Option<(Option<usize>, Severity)> {
    let counted = |values: usize, severity| (values < servers).then_some((Some(values), severity));
    match key {
        Key::Constant => Some((Some(1), Severity::Error)),
        Key::Few => Some((None, Severity::Warning)),
        Key::ListenerName => match names(context, pool, |_| Some(1))? {
            1 => Some((Some(1), Severity::Error)),
            values => counted(values, Severity::Warning),
        },
        // Requests for other names may come, too, where nothing else takes them.
        Key::Host => counted(names(context, pool, |route| route.hosts)?, Severity::Warning),
        _ => None,
    }
}

/// The number of names over all listeners, or virtual hosts, that lead to a pool.
fn names(context: &Context<'_>, pool: &PoolContext<'_>, of: impl Fn(&Route) -> Option<u32>) -> Option<usize> {
    if context.unit.computed_routes || context.unit.fragment {
        return None;
    }
    let mut sources: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for route in context.routes_to(pool.view.id).filter(|route| route.kind != RouteKind::Mirror) {
        let RouteSource::Listener(listener) = route.from else { return None };
        sources.insert((listener.0, route.scope), of(route)?);
    }
    let total: u32 = sources.values().sum();
    (total > 0).then_some(total as usize)
}

fn says(key: Key, values: usize) -> String {
    match key {
        Key::Host | Key::ListenerName if values == 1 => "the key is a host's name, and there is only one".to_owned(),
        Key::Host | Key::ListenerName => format!("the key is a host's name, and there are only {values}"),
        Key::Few => "the key takes few values, whatever clients there are".to_owned(),
        _ => "the key is always the same".to_owned(),
    }
}

/// Where the key is written: with the route, or with the policy.
fn place(context: &Context<'_>, pool: &PoolContext<'_>, key: Key) -> Span {
    let of_route = context.forwardings_to(pool.view.id).find(|(_, forwarding)| forwarding.hash_key.is(&Some(key)));
    of_route.map_or(pool.view.settings.policy.origin.at, |(_, forwarding)| forwarding.hash_key.origin.at)
}
