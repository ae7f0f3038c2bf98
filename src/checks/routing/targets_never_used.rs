//! A section has servers, and its own rules keep all traffic from them.

use rustc_hash::FxHashMap;

use crate::checks::phrases::list;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Effect, Mode, PoolId, PoolKind, Route, RouteKind, RouteSource, Stage, StagedRule};
use crate::source::{Dialect, Span};

/// See `docs/checks/targets-never-used.md`.
#[derive(Debug)]
pub(in crate::checks) struct TargetsNeverUsed;

const META: Meta = Meta {
    name: "targets-never-used",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a section's own servers never get a request, because its rules send all of them elsewhere or answer them",
    follows: &[],
    page: include_str!("../../../docs/checks/targets-never-used.md"),
};

impl Check for TargetsNeverUsed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let defaults = defaults(context);
        for pool in pools.iter().filter(|pool| pool.view.pool.kind == PoolKind::Listen) {
            let default = defaults.get(&pool.view.pool.header);
            findings.extend(default.and_then(|route| behind_default(context, pool, route)));
        }
        for section in &context.unit.rule_sections {
            let Some(PoolId(id)) = section.pool else { continue };
            let Some(pool) = pools.get(id as usize) else { continue };
            findings.extend(answered(context, pool, context.unit.rules_of(section)));
        }
    }
}

/// The default of each listener that leads to another pool, by the place of the listener.
fn defaults<'a>(context: &Context<'a>) -> FxHashMap<Span, &'a Route> {
    let unit = context.unit;
    let routes = unit.routes.iter().filter(|route| route.kind == RouteKind::Default && route.presence.is_certain());
    let by_listener = |route: &'a Route| match route.from {
        RouteSource::Listener(id) => Some((unit.listener(id)?.header, route)),
        RouteSource::Pool(_) => None,
    };
    routes.filter_map(by_listener).collect()
}

fn has_targets(pool: &PoolContext<'_>) -> bool {
    !pool.view.targets.is_empty() && !pool.view.pool.disabled && pool.view.pool.presence.is_certain()
}

/// `default_backend` in a section with servers: it always wins.
fn behind_default(context: &Context<'_>, pool: &PoolContext<'_>, route: &Route) -> Option<Finding> {
    // Another section may send it traffic.
    if !has_targets(pool) || context.routes_to(pool.view.id).next().is_some() || context.unit.computed_routes {
        return None;
    }
    let to = route.to.pools().next().map(|(name, _)| context.text(name))?;
    let targets = targets(context, pool);
    let message = format!("`{}` sends all its traffic to `{to}`: {targets} never used", pool.name);
    let finding = Finding::new(&META, route.at, context.subject(pool.name), message)
        .because("always wins over the servers of its section");
    let finding = finding.related(pool.view.pool.header, "this section has servers of its own");
    Some(finding.help(
        "remove the servers, or the `default_backend`; with rules, write a `frontend` and two `backend` sections",
    ))
}

fn targets(context: &Context<'_>, pool: &PoolContext<'_>) -> String {
    let names = list(pool.view.targets.iter().map(|target| context.text(target.name)));
    match pool.view.targets.len() {
        1 => format!("its server {names} is"),
        count => format!("its {count} servers {names} are"),
    }
}

/// A rule without a condition that answers every request, or refuses it.
fn answered(context: &Context<'_>, pool: &PoolContext<'_>, rules: &[StagedRule]) -> Option<Finding> {
    let is_http = pool.view.settings.mode.is(&Mode::Http);
    if !is_http || !has_targets(pool) || !pool.is_reached() {
        return None;
    }
    let of_stage = |rule: &&StagedRule| matches!(rule.stage, Stage::Request | Stage::Redirect);
    let mut rules = rules.iter().filter(of_stage);
    let is_end = |rule: &StagedRule| matches!(rule.effect, Effect::Answers | Effect::Refuses) && !rule.conditional;
    // What an earlier rule lets pass is not asked again.
    let rule = rules.find(|rule| rule.effect == Effect::Passes || is_end(rule)).filter(|rule| is_end(rule))?;
    // Who is asked for a password comes back with it.
    if context.written(rule.at).split_whitespace().nth(1) == Some("auth") {
        return None;
    }
    let what = if rule.effect == Effect::Refuses { "refuses" } else { "answers" };
    let targets = targets(context, pool);
    let message = format!("a rule without a condition {what} every request for `{}`: {targets} never used", pool.name);
    let finding = Finding::new(&META, rule.at, context.subject(pool.name), message).because("has no condition");
    let first = pool.view.targets.first()?;
    let finding =
        finding.related(first.statement, "gets nothing").help("give the rule a condition, or remove the servers");
    Some(finding.at_most(Severity::Warning))
}
