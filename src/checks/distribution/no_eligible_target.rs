//! A route leads to a pool in which no target can receive traffic.

use crate::checks::PoolContext;
use crate::checks::validity::placeholder::is_filled_in_later;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Membership, Mode, PoolKind, RouteKind};
use crate::source::Dialect;
use crate::traffic::Reached;

/// See `docs/checks/no-eligible-target.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoEligibleTarget;

const META: Meta = Meta {
    name: "no-eligible-target",
    group: Group::Distribution,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "no target can receive traffic although a route leads there",
    follows: &[],
    page: include_str!("../../../docs/checks/no-eligible-target.md"),
};

const STATUS: Wording = Wording {
    haproxy: "is answered with 503",
    nginx: "fails (502, no live upstreams)",
    envoy: "is answered with 503 (no healthy upstream)",
};

const REASON: Wording = Wording {
    haproxy: "every server has weight 0 or is disabled",
    nginx: "every server is `down`",
    envoy: "every endpoint is `UNHEALTHY` or `DRAINING`, and no panic threshold lets them serve",
};

const EMPTY: Wording = Wording { haproxy: "it has no server", nginx: "it has no server", envoy: "it has no endpoint" };

const HELP: Wording = Wording {
    haproxy: "add a server, or give one a weight and take `disabled` away",
    nginx: "take `down` away from a server that is alive, or answer with `return 503` while all of them are out",
    envoy: "add an endpoint, or take `health_status` away; a `direct_response` answers while there is none",
};

/// The same for connections, which get no status.
const CONNECTIONS: Wording = Wording {
    nginx: "take `down` away from a server that is alive, or the `server` block while all of them are out",
    ..HELP
};

impl Check for NoEligibleTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let nobody = pool.view.pool.completeness.is_complete() && pool.prediction.failed >= 1.0;
        let routed = matches!(pool.reached, Reached::Yes | Reached::AsFallback) && pool.view.pool.presence.is_certain();
        // Other pools serve what comes to such a one.
        let hands_on = pool.view.pool.membership == Membership::OfPools;
        if !nobody || hands_on || !routed || pool.view.pool.answers_itself || pool.view.pool.disabled {
            return;
        }
        let (why, at) = match pool.view.targets {
            // nginx refuses such a pool; that is said elsewhere.
            [] if pool.view.pool.kind == PoolKind::Upstream => return,
            [] => (EMPTY.of(context), pool.view.pool.header),
            [first, ..] => (REASON.of(context), first.statement),
        };
        let rest = if hands_on_some(context, pool) { " that none of its rules sends elsewhere" } else { "" };
        let is_tcp = pool.view.settings.mode.is(&Mode::Tcp);
        let message = if is_tcp {
            format!("every connection to `{}`{rest} is closed at once: {why}", pool.name)
        } else {
            format!("every request to `{}`{rest} {}: {why}", pool.name, STATUS.of(context))
        };
        let finding = Finding::new(&META, at, context.subject(pool.name), message).because(why);
        let routes = context.routes_to(pool.view.id).take(2);
        let finding = routes.fold(finding, |finding, route| finding.related(route.at, "traffic comes from here"));
        let waits = pool.view.targets.is_empty() && is_filled_in_later(context, at);
        let finding = if waits { finding.at_most(Severity::Info).only_from(Profile::Strict) } else { finding };
        findings.push(finding.help(if is_tcp { CONNECTIONS } else { HELP }.of(context)));
    }
}

/// Whether rules of the section itself, a listener and a pool in one, send some of what comes to other pools.
fn hands_on_some(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let routes = &context.unit.routes;
    // The rules of a section stand before the way to its own servers.
    context.reach.routes_to(pool.view.id).any(|position| {
        let (own, before) = (routes.get(position as usize), position.checked_sub(1));
        let before = before.and_then(|before| routes.get(before as usize));
        own.zip(before).is_some_and(|(own, before)| own.kind == RouteKind::Own && own.from == before.from)
    })
}
