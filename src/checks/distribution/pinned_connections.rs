//! Connections that live for long are dealt out in turn: what a restart moved never comes back by itself.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Affinity, Fact, Method, Mode, Port, Protocol, Target, Timeout};
use crate::source::{Dialect, Span};
use crate::traffic::{percent, ports};

/// See `docs/checks/pinned-connections.md`.
#[derive(Debug)]
pub(in crate::checks) struct PinnedConnections;

const META: Meta = Meta {
    name: "pinned-connections",
    group: Group::Distribution,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    profile: Profile::Audit,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "long-lived connections are dealt out in turn, which cannot even them out after a failure",
    follows: &["one-target-takes-all", "skewed-weights"],
    page: include_str!("../../../docs/checks/pinned-connections.md"),
};

const HELP: Wording = Wording {
    haproxy: "write `balance leastconn`, so that new connections go to the server that has the fewest",
    nginx: "write `least_conn;`, so that new connections go to the server that has the fewest",
    envoy: "write `lb_policy: LEAST_REQUEST`, and `max_downstream_connection_duration` so that connections are made anew",
};

impl Check for PinnedConnections {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let takes_turns =
            matches!(pool.view.method(), Some(Method::RoundRobin { .. } | Method::Uniform | Method::Random(1)));
        let tied = pool.view.pool.sticks.is_some() || !pool.view.settings.affinity.is(&Affinity::None);
        if !takes_turns || tied || !pool.is_reached() || pool.view.elects() || !by_connection(context, pool) {
            return;
        }
        let serves = |target: &&Target| target.serves_first();
        let targets: Vec<&Target> = pool.view.targets.iter().filter(serves).collect();
        let sign = sign(context, pool, &targets);
        if let (Some(sign), [_, _, ..]) = (sign, targets.as_slice()) {
            findings.push(finding(context, pool, targets.len(), &sign));
        }
    }
}

/// Whether connections are dealt out, not requests.
fn by_connection(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let mut forwardings = context.forwardings_to(pool.view.id).peekable();
    match forwardings.peek() {
        Some(_) => forwardings.all(|(_, forwarding)| forwarding.protocol == Protocol::Stream),
        None => pool.view.settings.mode.is(&Mode::Tcp) && !context.is_open(pool.view.settings.mode.origin),
    }
}

/// What shows that connections live for long: the place, and in words why.
fn sign(context: &Context<'_>, pool: &PoolContext<'_>, targets: &[&Target]) -> Option<(Span, String)> {
    let is_long_lived =
        |target: &&&Target| matches!(target.address.port(), Some(Port::Number(port)) if ports::keeps_connections(port));
    if let Some(target) = targets.iter().find(is_long_lived) {
        return Some((target.address_at, "clients of this protocol keep their connections".to_owned()));
    }
    let timeouts = &pool.view.settings.timeouts;
    let of_routes = context.forwardings_to(pool.view.id).map(|(_, forwarding)| forwarding.read);
    let mut written = [timeouts.tunnel, timeouts.server].into_iter().chain(of_routes);
    let long = written.find(|timeout: &Fact<Timeout>| {
        let is_long = matches!(timeout.get(), Some(Timeout::After(time)) if *time >= context.options.long_connections);
        is_long && timeout.origin.is_explicit()
    })?;
    let Some(Timeout::After(time)) = long.get() else { return None };
    Some((long.origin.at, format!("a connection may be idle for {}", seconds(*time))))
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, targets: usize, sign: &(Span, String)) -> Finding {
    let word = pool.view.settings.policy.get().map_or("", |policy| policy.word);
    let message = format!(
        "connections of `{}` live for long and are dealt out by `{word}`: a server that restarts comes back with none of them, and gets {} of the new ones only",
        pool.name,
        percent(1.0 / targets as f64)
    );
    let policy = pool.view.settings.policy.origin;
    let finding =
        Finding::new(&META, policy.at, context.subject(pool.name), message).because("whatever each server has already");
    finding.related(sign.0, sign.1.clone()).help(HELP.of(context))
}
