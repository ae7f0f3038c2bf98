//! An earlier rule takes everything that a later one is for.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Destination, Guard, Route, RouteKind, RouteSource};
use crate::source::Dialect;
use crate::source::Span;

/// See `docs/checks/unreachable-route.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnreachableRoute;

const META: Meta = Meta {
    name: "unreachable-route",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "an earlier rule takes all the traffic that a later one is for",
    follows: &[],
    page: include_str!("../../../docs/checks/unreachable-route.md"),
};

impl Check for UnreachableRoute {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        if context.unit.dialect == Dialect::Nginx {
            return answered(context, findings);
        }
        for routes in context.unit.routes.chunk_by(|a, b| (a.from, a.scope) == (b.from, b.scope)) {
            let certain: Vec<&Route> = routes.iter().filter(|route| route.presence.is_certain()).collect();
            let is_taker = |route: &&Route| route.kind == RouteKind::Rule && route.guard == Guard::Always;
            if let Some(taker) = certain.iter().position(is_taker) {
                behind_unconditional(context, &certain, taker, findings);
            } else {
                behind_another(context, &certain, findings);
                repeated_conditions(context, &certain, findings);
                findings.extend(certain.iter().filter_map(|route| without_slash(context, route)));
            }
        }
    }
}

/// A `return` of a `server` of nginx answers before any location is looked for.
fn answered(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut dead: BTreeMap<Span, Vec<&Route>> = BTreeMap::new();
    for route in &context.unit.routes {
        if let Guard::Taken(answer) = route.guard {
            dead.entry(answer).or_default().push(route);
        }
    }
    for (answer, routes) in dead {
        let Some(first) = routes.first() else { continue };
        let what = match routes.len() {
            1 => format!("the pass directive in line {} never applies", context.line(first.at)),
            count => format!("its {count} pass directives never apply"),
        };
        let message =
            format!("`{}` answers every request to `{}`: {what}", context.written(answer), context.owner(first));
        let finding =
            Finding::new(&META, answer, subject(context, first, first), message).because("before any location");
        let finding = finding.about(routes.iter().map(|route| subject(context, route, route)));
        let related = |finding: Finding, route: &&Route| finding.related(route.at, "never reached");
        let finding = routes.iter().take(4).fold(finding, related).at_most(Severity::Warning);
        findings.push(finding.help("move it into `location /`, or take the locations away"));
    }
}

/// Everything behind a rule without a condition is dead; only a default that names the same pool does no harm.
fn behind_unconditional(context: &Context<'_>, routes: &[&Route], taker: usize, findings: &mut Vec<Finding>) {
    let (Some(rule), Some(later)) = (routes.get(taker), routes.get(taker + 1..)) else { return };
    // A name that is computed and unknown falls through to the default (measured, 2.6.12), not to a later rule.
    let computed = matches!(rule.to, Destination::Computed(..));
    let passed_over = |route: &Route| route.kind != RouteKind::Rule && (computed || is_inherited(context, route));
    let reached = |route: &Route| same_pool(context, route, rule) || passed_over(route);
    let dead: Vec<&&Route> = later.iter().filter(|route| !reached(route)).collect();
    let Some(first) = dead.first() else { return };
    let only_default = dead.iter().all(|route| route.kind != RouteKind::Rule);
    let count = if dead.len() == 1 { "the rule".to_owned() } else { format!("{} rules", dead.len()) };
    let message = format!(
        "`{}` takes everything: {count} behind it in `{}` never applies",
        context.written(rule.at),
        context.owner(rule)
    );
    let message = if dead.len() > 1 { message.replacen("never applies", "never apply", 1) } else { message };
    let mut finding = Finding::new(&META, rule.at, subject(context, rule, first), message).because("has no condition");
    finding = finding.about(dead.iter().map(|dead| subject(context, rule, dead)));
    for route in dead.iter().take(4) {
        finding = finding.related(route.at, "never reached");
    }
    finding = finding.help("put it last as `default_backend`, or give it a condition");
    findings.push(if only_default { finding.at_most(Severity::Warning) } else { finding });
}

/// Whether a default is the one of `defaults`: a section that sends everything elsewhere means to replace it.
fn is_inherited(context: &Context<'_>, route: &Route) -> bool {
    let RouteSource::Listener(id) = route.from else { return false };
    context.unit.listener(id).is_some_and(|listener| route.at.start < listener.header.start)
}

/// Rules behind one that takes all that they would match, unless both lead to the same pool.
fn behind_another(context: &Context<'_>, routes: &[&Route], findings: &mut Vec<Finding>) {
    let mut dead: FxHashMap<Span, Vec<&Route>> = FxHashMap::default();
    let mut takers: Vec<Span> = Vec::new();
    let by_place: FxHashMap<Span, &Route> = routes.iter().map(|route| (route.at, *route)).collect();
    for route in routes.iter().filter(|route| route.kind != RouteKind::Mirror) {
        let Guard::Taken(taker) = route.guard else { continue };
        if by_place.get(&taker).is_some_and(|taker| same_pool(context, taker, route)) {
            continue;
        }
        let entry = dead.entry(taker).or_default();
        if entry.is_empty() {
            takers.push(taker);
        }
        entry.push(route);
    }
    for taker in takers {
        findings.extend(dead.get(&taker).and_then(|dead| taken(context, taker, dead)));
    }
}

fn taken(context: &Context<'_>, taker: Span, dead: &[&Route]) -> Option<Finding> {
    let first = dead.first()?;
    let what = match dead.len() {
        1 => format!("all that the rule in line {} is for: it never applies", context.line(first.at)),
        count => format!("all that {count} rules behind it are for: they never apply"),
    };
    let message = format!("this rule of `{}` takes {what}", context.owner(first));
    let mut finding = Finding::new(&META, taker, subject(context, first, first), message).because("matches first");
    finding = finding.about(dead.iter().map(|dead| subject(context, first, dead)));
    for route in dead.iter().take(4) {
        finding = finding.related(route.at, "never reached");
    }
    Some(finding.help("put the narrower rule first: the first one that matches wins"))
}

/// A rule whose condition stands word for word in an earlier rule.
fn repeated_conditions(context: &Context<'_>, routes: &[&Route], findings: &mut Vec<Finding>) {
    let mut seen: FxHashMap<String, &Route> = FxHashMap::default();
    for route in routes.iter().filter(|route| route.kind != RouteKind::Mirror) {
        let Guard::When { at, .. } = route.guard else { continue };
        let condition = normal_form(context, at);
        match seen.get(&condition) {
            None => {
                seen.insert(condition, route);
            }
            Some(first) if same_pool(context, first, route) => {}
            Some(first) => {
                let line = context.line(first.at);
                let message = format!(
                    "this rule of `{}` never applies: line {line} has the same condition",
                    context.owner(route)
                );
                let finding = Finding::new(&META, route.at, subject(context, route, route), message);
                let finding = finding.because("never reached").related(first.at, "takes the same traffic first");
                findings.push(finding.help("correct one of the conditions, or remove this rule"));
            }
        }
    }
}

/// A rule for paths that do not begin with a slash: no request has one.
fn without_slash(context: &Context<'_>, route: &Route) -> Option<Finding> {
    if route.guard != Guard::Unmatched || route.kind == RouteKind::Mirror {
        return None;
    }
    let message = format!(
        "this rule of `{}` never applies: the path of every request begins with `/`, and what it asks for does not",
        context.owner(route)
    );
    let finding = Finding::new(&META, route.at, subject(context, route, route), message).because("matches no path");
    Some(finding.help("write `/` in front of the path"))
}

fn normal_form(context: &Context<'_>, at: Span) -> String {
    context.written(at).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn same_pool(context: &Context<'_>, a: &Route, b: &Route) -> bool {
    match (&a.to, &b.to) {
        (Destination::Pool(a, _), Destination::Pool(b, _)) => context.text(*a) == context.text(*b),
        _ => false,
    }
}

fn subject(context: &Context<'_>, route: &Route, dead: &Route) -> crate::finding::Subject {
    let discriminator = context.written(dead.at).to_owned();
    crate::finding::Subject { discriminator, ..context.subject(context.owner(route)) }
}
