//! Logs do not show which target served a request.

use std::collections::BTreeMap;

use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Fact, Logging, Mode, Origin, PoolKind, RouteKind};
use crate::source::{Dialect, Span};

/// See `docs/checks/invisible-distribution.md`.
#[derive(Debug)]
pub(in crate::checks) struct InvisibleDistribution;

const META: Meta = Meta {
    name: "invisible-distribution",
    group: Group::Operations,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Audit,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "logs do not show which target served a request",
    follows: &[],
    page: include_str!("../../../docs/checks/invisible-distribution.md"),
};

const HELP: Wording = Wording {
    haproxy: "write `log` with a level of `info` or none, and `option httplog` (`option tcplog` for connections), or `%s` in the `log-format`",
    nginx: "write `$upstream_addr $upstream_status $upstream_response_time` in the `log_format` that `access_log` names",
    envoy: "",
};

impl Check for InvisibleDistribution {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut causes: BTreeMap<(Span, bool), Vec<&PoolContext<'_>>> = BTreeMap::new();
        for pool in pools {
            if let Some((origin, logging)) = blind(context, pool) {
                causes.entry((origin.at, logging == Logging::Nothing)).or_default().push(pool);
            }
        }
        findings.extend(causes.into_iter().filter_map(|((at, nothing), pools)| finding(context, at, nothing, &pools)));
    }
}

/// What leaves open which target of a pool served a request: where no log of a route that leads there says it.
fn blind(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<(Origin, Logging)> {
    let view = &pool.view;
    let speaks = matches!(view.settings.mode.get(), Some(Mode::Http | Mode::Tcp));
    if view.targets.len() < 2 || !speaks || !pool.is_reached() || view.pool.kind == PoolKind::Implicit {
        return None;
    }
    let mut blind: Option<(Origin, Logging)> = None;
    let routes = context.routes_to(view.id).filter(|route| route.kind != RouteKind::Mirror);
    for fact in routes.map(|route| context.unit.logging(route)) {
        let Fact { origin, .. } = fact?;
        let logging = *fact?.get().filter(|logging| **logging != Logging::WithTarget && !context.is_open(origin))?;
        // A route that logs shows where the line is missed; one that does not may be meant so.
        if blind.is_none_or(|(_, other)| other == Logging::Nothing && logging == Logging::WithoutTarget) {
            blind = Some((origin, logging));
        }
    }
    blind
}

fn finding(context: &Context<'_>, at: Span, nothing: bool, pools: &[&PoolContext<'_>]) -> Option<Finding> {
    let first = pools.first()?;
    let names = list(pools.iter().map(|pool| pool.name));
    let whose = if pools.len() == 1 { "its" } else { "their" };
    let whose =
        number_of_targets(pools).map_or(format!("{whose} targets"), |number| format!("{whose} {number} targets"));
    let connections = pools.iter().all(|pool| pool.view.settings.mode.is(&Mode::Tcp));
    let traffic = if connections { "connections" } else { "requests" };
    let message = if nothing {
        format!("{traffic} to {names} are not logged: nobody can tell which of {whose} served one, or failed to")
    } else {
        format!(
            "the log of {traffic} to {names} does not say which of {whose} served one: when one of them fails, every line could be its own"
        )
    };
    let because = if nothing { "nothing is logged" } else { "no target in the log" };
    let mut finding = Finding::new(&META, at, context.subject(first.name), message).because(because);
    finding.subjects = pools.iter().map(|pool| context.subject(pool.name)).collect();
    Some(finding.help(HELP.of(context)))
}

/// How many targets pools have, if each of them is surely there.
fn number_of_targets(pools: &[&PoolContext<'_>]) -> Option<usize> {
    let mut targets = pools.iter().flat_map(|pool| pool.view.targets);
    let known = pools.iter().all(|pool| pool.view.pool.completeness.is_complete());
    let certain = known && targets.all(|target| target.presence.is_certain());
    certain.then(|| pools.iter().map(|pool| pool.view.targets.len()).sum())
}
