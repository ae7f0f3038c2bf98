//! Requests are not rotated over the targets: one finding a unit.

use super::one_target_takes_all::is_standby;
use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Affinity, Key, Method, Mode};
use crate::source::Dialect;
use crate::source::Span;

/// See `docs/checks/round-robin-disabled.md`.
#[derive(Debug)]
pub(in crate::checks) struct RoundRobinDisabled;

const META: Meta = Meta {
    name: "round-robin-disabled",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "requests are not rotated over the targets: the client address, or the order of the lines, decides",
    follows: &["one-target-takes-all", "client-address-hash-behind-proxy"],
    page: include_str!("../../../docs/checks/round-robin-disabled.md"),
};

const HELP: Wording = Wording {
    haproxy: "write `balance roundrobin` or `balance leastconn`; if sessions need one server, a `cookie`",
    nginx: "remove the method or write `least_conn`; if sessions need one server, `hash` a session cookie, `consistent`",
    envoy: "write `lb_policy: ROUND_ROBIN` or `LEAST_REQUEST`; if sessions need one server, hash a `cookie` with a `ttl`",
};

/// The same for connections, which carry no cookie.
const CONNECTIONS: Wording = Wording {
    haproxy: "write `balance roundrobin` or `balance leastconn`; if clients need one server, `stick on src`",
    nginx: "remove the method or write `least_conn`",
    envoy: "write `lb_policy: ROUND_ROBIN` or `LEAST_REQUEST`",
};

/// The same where clients are tied to a server already, so that the method is for new ones only.
const NEW_CLIENTS: Wording = Wording {
    haproxy: "the `cookie` keeps clients where they are: write `balance roundrobin` or `balance leastconn` for new ones",
    nginx: "`sticky` keeps clients where they are: for new ones remove the method, or write `least_conn`",
    envoy: "the session keeps clients where they are: write `lb_policy: ROUND_ROBIN` or `LEAST_REQUEST` for new ones",
};

impl Check for RoundRobinDisabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Policy]
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let pools = pools.iter().filter_map(|pool| Some((pool, reason(pool)?)));
        let is_meant = |pool: &PoolContext<'_>| ties_connections(pool) || is_declared(context, place(pool));
        let (declared, others): (Vec<_>, Vec<_>) = pools.partition(|(pool, _)| is_meant(pool));
        findings.extend(finding(context, &others));
        let wanted = finding(context, &declared);
        findings.extend(wanted.map(|one| one.at_most(Severity::Info).only_from(Profile::Strict)));
    }
}

/// One finding for all pools.
fn finding(context: &Context<'_>, pools: &[(&PoolContext<'_>, &'static str)]) -> Option<Finding> {
    let (first, reason) = pools.first()?;
    let names = list(pools.iter().map(|(pool, _)| pool.name));
    let message = format!("requests to {names} are not rotated over the servers: {reason}");
    let mut finding = Finding::new(&META, place(first), context.subject(first.name), message);
    finding = finding.because(*reason);
    let mut told = vec![place(first)];
    for (pool, reason) in pools.iter().skip(1) {
        finding.subjects.push(context.subject(pool.name));
        if !told.contains(&place(pool)) && told.len() < 6 {
            told.push(place(pool));
            finding = finding.related(place(pool), *reason);
        }
    }
    Some(finding.help(advice(pools).of(context)))
}

fn advice(pools: &[(&PoolContext<'_>, &'static str)]) -> Wording {
    if pools.iter().any(|(pool, _)| pool.view.settings.mode.is(&Mode::Tcp)) {
        CONNECTIONS
    } else if pools.iter().all(|(pool, _)| is_tied(pool)) {
        NEW_CLIENTS
    } else {
        HELP
    }
}

/// Whether a session, for example a cookie, ties known clients to a target.
fn is_tied(pool: &PoolContext<'_>) -> bool {
    matches!(pool.view.settings.affinity.get(), Some(Affinity::Cookie(_) | Affinity::Other))
}

/// Connections carry no cookie: a hash of addresses, or one server after another, is the only way to keep clients where
/// they are, and whoever writes it means it. Beside a session cookie the policy is for new clients only.
fn ties_connections(pool: &PoolContext<'_>) -> bool {
    pool.view.settings.mode.is(&Mode::Tcp) || is_standby(pool) || is_tied(pool)
}

/// Whether a comment on the line of a statement, or directly above it, says that clients are to stay with one server.
/// All dialects begin a comment with `#`.
fn is_declared(context: &Context<'_>, at: Span) -> bool {
    const SIGNS: [&str; 6] = ["session", "sticky", "stick to", "affinity", "websocket", "persisten"];
    let Some((_, source)) = context.sources.at(at.start) else { return false };
    let view = source.view();
    let local = at.local(view.base);
    let before = view.text.get(..local.start).unwrap_or_default();
    let behind = view.text.get(local.end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let above = before.lines().rev().skip(usize::from(!before.ends_with('\n')));
    let comments = above.map(str::trim).take_while(|line| line.is_empty() || line.starts_with('#'));
    let own = behind.split_once('#').map(|(_, comment)| comment);
    own.into_iter().chain(comments).any(|comment| {
        let comment = comment.to_ascii_lowercase();
        SIGNS.iter().any(|sign| comment.contains(sign))
    })
}

fn place(pool: &PoolContext<'_>) -> Span {
    pool.view.settings.policy.origin.at
}

/// Why a pool of several targets does not rotate; `None` where it does, or where affinity to a content is the point.
fn reason(pool: &PoolContext<'_>) -> Option<&'static str> {
    let active = pool.view.targets.iter().filter(|target| target.tier == 0).count();
    if !pool.is_reached()
        || active < 2
        || pool.is_meant_to_tie()
        || pool.view.elects()
        || !pool.view.settings.policy.origin.is_explicit()
    {
        return None;
    }
    match pool.view.method()? {
        Method::Hash(Key::ClientAddress) => Some("a client's address picks the server"),
        Method::First => Some("the first server with room takes them"),
        Method::Sticky => Some("one server takes them until it fails"),
        Method::RoundRobin { .. }
        | Method::LeastConnections
        | Method::LeastTime
        | Method::Random(_)
        | Method::RandomPair
        | Method::Uniform
        | Method::Elsewhere
        | Method::Hash(_) => None,
    }
}
