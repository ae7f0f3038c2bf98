//! A target is a listener of the same unit, and what it takes comes back.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{
    Address, AdministrativeState, Bind, Effect, Listener, ListenerId, Mode, PoolId, Port, Reads, Route, RouteKind,
    RouteSource, RuleSection, Stage, StagedRule, Target, Unit,
};
use crate::source::{Dialect, Span};

/// See `docs/checks/forwarding-loop.md`.
#[derive(Debug)]
pub(in crate::checks) struct ForwardingLoop;

const META: Meta = Meta {
    name: "forwarding-loop",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a pool sends its traffic to a listener of the same proxy, whose default leads back to the pool",
    follows: &[],
    page: include_str!("../../../docs/checks/forwarding-loop.md"),
};

impl Check for ForwardingLoop {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let graph = Graph::new(context);
        if graph.is_empty() {
            return;
        }
        for circle in graph.circles(pools.iter().filter(|pool| pool.is_reached()).map(|pool| pool.view.id)) {
            // Every pool of a circle is on it; the one that it leads back to tells the story.
            let pool = circle.last().and_then(|hop| pools.get(hop.to.0 as usize));
            findings.extend(pool.map(|pool| finding(context, pool, &circle)));
        }
    }
}

/// From a pool over one of its targets and the default of the listener there to the next pool.
#[derive(Clone, Copy)]
struct Hop {
    target: Span,
    route: Span,
    to: PoolId,
}

/// For each pool with a target on this machine the hops from it.
struct Graph {
    hops: FxHashMap<PoolId, Vec<Hop>>,
}

impl Graph {
    fn new(context: &Context<'_>) -> Self {
        let unit = context.unit;
        let listeners = listeners_by_address(context);
        let ended = ended(context);
        let mut defaults = defaults(unit);
        defaults.retain(|id, _| unit.listener(*id).is_none_or(|listener| !ended.contains(&listener.header)));
        let only_loopback = listeners.keys().all(|(ip, _)| ip.is_loopback() || ip.is_unspecified());
        let mut hops: FxHashMap<PoolId, Vec<Hop>> = FxHashMap::default();
        for (id, pool) in unit.pools().filter(|(_, pool)| !ended.contains(&pool.header)) {
            for target in unit.targets_of(pool).iter().filter(|target| takes_part(target)) {
                // Most targets are other machines.
                if only_loopback && matches!(target.address, Address::Ip(ip, _) if !unit.runs_at(ip)) {
                    continue;
                }
                let at = address(context, target).and_then(|place| {
                    let any = || listeners.get(&wildcard(place)).filter(|_| unit.runs_at(place.0));
                    listeners.get(&place).or_else(any)
                });
                // Several listeners on one address are told apart by what the request says.
                let [listener] = at.map_or(&[][..], Vec::as_slice) else { continue };
                let leads = defaults.get(listener).into_iter().flatten();
                hops.entry(id).or_default().extend(leads.map(|(route, to)| Hop {
                    target: target.statement,
                    route: *route,
                    to: *to,
                }));
            }
        }
        Self { hops }
    }

    fn is_empty(&self) -> bool {
        self.hops.is_empty()
    }

    /// The circles that can be entered from these pools, each as the hops from one of its pools back to itself.
    fn circles(&self, pools: impl Iterator<Item = PoolId>) -> Vec<Vec<Hop>> {
        let mut seen: FxHashSet<PoolId> = FxHashSet::default();
        pools.filter_map(|start| self.circle_from(start, &mut seen)).collect()
    }

    /// Follows the hops from a pool until they end, or lead to a pool that was seen: on this way, then there is a circle.
    fn circle_from(&self, start: PoolId, seen: &mut FxHashSet<PoolId>) -> Option<Vec<Hop>> {
        let mut way: Vec<(PoolId, Hop)> = Vec::new();
        let mut at = start;
        while seen.insert(at) {
            // Where a pool leads on by several ways, none of them is the one to name.
            let [hop] = self.hops.get(&at)?.as_slice() else { return None };
            way.push((at, *hop));
            at = hop.to;
        }
        let entered = way.iter().position(|(pool, _)| *pool == at)?;
        Some(way.get(entered..)?.iter().map(|(_, hop)| *hop).collect())
    }
}

/// The headers of the sections that answer or refuse every request before a server is chosen.
fn ended(context: &Context<'_>) -> FxHashSet<Span> {
    let unit = context.unit;
    let sections = unit.rule_sections.iter().filter(|section| ends_all(context, section, unit.rules_of(section)));
    sections.map(|section| section.header).collect()
}

fn ends_all(context: &Context<'_>, section: &RuleSection, rules: &[StagedRule]) -> bool {
    let is_http = context.unit.settings(section.settings).is_some_and(|settings| settings.mode.is(&Mode::Http));
    let is_asked = |rule: &StagedRule| rule.stage <= Stage::Content || (is_http && rule.stage < Stage::Route);
    // Plain requests come back, so a condition that only reads whether there is TLS holds for all of them or for none. Who
    // is asked for a password sends it along.
    let is_end = |rule: &StagedRule| {
        matches!(rule.effect, Effect::Answers | Effect::Refuses)
            && (!rule.conditional || rule.reads == Reads::TLS)
            && context.written(rule.at).split_whitespace().nth(1) != Some("auth")
    };
    // What an earlier rule of its stage lets pass does not meet it.
    let is_passed = |at: usize, rule: &StagedRule| {
        rules.iter().take(at).any(|earlier| earlier.stage == rule.stage && earlier.effect == Effect::Passes)
    };
    rules.iter().enumerate().any(|(at, rule)| is_asked(rule) && is_end(rule) && !is_passed(at, rule))
}

type Place = (IpAddr, u16);

/// The listeners of each address.
fn listeners_by_address(context: &Context<'_>) -> FxHashMap<Place, Vec<ListenerId>> {
    let mut listeners: FxHashMap<Place, Vec<ListenerId>> = FxHashMap::default();
    for (id, listener) in (0..).map(ListenerId).zip(&context.unit.listeners) {
        for place in places(listener) {
            let entry = listeners.entry(place).or_default();
            if !entry.contains(&id) {
                entry.push(id);
            }
        }
    }
    listeners
}

fn places(listener: &Listener) -> impl Iterator<Item = Place> {
    let open = !listener.disabled && listener.presence.is_certain();
    // Where TLS or a PROXY header is expected, plain requests end.
    let takes = move |bind: &&Bind| open && bind.presence.is_certain() && !bind.datagrams && !bind.wrapped;
    listener.binds.iter().filter(takes).filter_map(|bind| match bind.address {
        Address::Any(Port::Number(port)) => Some((IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)),
        Address::Ip(ip, Port::Number(port)) => Some((ip, port)),
        _ => None,
    })
}

/// Whether it gets traffic while all is well; what only a failure leads to is left alone.
fn takes_part(target: &Target) -> bool {
    target.state == AdministrativeState::Up && target.tier == 0
}

fn address(context: &Context<'_>, target: &Target) -> Option<Place> {
    match target.address {
        Address::Ip(ip, Port::Number(port)) => Some((ip, port)),
        Address::Host(name, Port::Number(port)) if context.is_localhost(name) => {
            Some((IpAddr::V4(Ipv4Addr::LOCALHOST), port))
        }
        _ => None,
    }
}

/// The wildcard that takes connections to an address of this machine, where nothing listens on the address itself.
const fn wildcard((ip, port): Place) -> Place {
    match ip {
        IpAddr::V4(_) => (IpAddr::V4(Ipv4Addr::UNSPECIFIED), port),
        IpAddr::V6(_) => (IpAddr::V6(Ipv6Addr::UNSPECIFIED), port),
    }
}

/// For each listener the pools that its default leads to.
fn defaults(unit: &Unit) -> FxHashMap<ListenerId, Vec<(Span, PoolId)>> {
    let mut defaults: FxHashMap<ListenerId, Vec<(Span, PoolId)>> = FxHashMap::default();
    let takes_the_rest = |route: &&Route| route.kind != RouteKind::Rule && route.presence.is_certain();
    for route in unit.routes.iter().filter(takes_the_rest) {
        let RouteSource::Listener(id) = route.from else { continue };
        defaults.entry(id).or_default().extend(route.to.pools().filter_map(|(_, pool)| Some((route.at, pool?))));
    }
    defaults
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, circle: &[Hop]) -> Finding {
    let (first, last) = (circle.first().map_or(pool.view.pool.header, |hop| hop.target), circle.last());
    let others: Vec<&str> = circle
        .iter()
        .filter(|hop| hop.to != pool.view.id)
        .filter_map(|hop| context.unit.pool(hop.to))
        .map(|pool| context.name_of(pool))
        .collect();
    let over = if others.is_empty() { String::new() } else { format!(" over {}", list(others)) };
    // A pool with another target lets some requests out of the circle.
    let passed = circle.iter().map(|hop| hop.to).filter_map(|to| context.unit.pool(to));
    let closed = passed.map(|pool| context.unit.targets_of(pool)).all(|targets| targets.len() == 1);
    let (what, end) = if closed {
        ("requests", "each one goes round until connections or time run out")
    } else {
        ("part of its requests", "each of them takes further connections until it meets another server")
    };
    let message = format!("`{}` sends {what} to this proxy itself, and they come back{over}: {end}", pool.name);
    let mut finding =
        Finding::new(&META, first, context.subject(pool.name), message).because("a listener of this proxy");
    let own = pool.view.targets.iter().filter(|target| target.statement == first);
    finding = finding.about(context.target_subjects(pool.name, own));
    for hop in circle.iter().skip(1).take(3) {
        finding = finding.related(hop.target, "and this one, too");
    }
    if let Some(hop) = last.filter(|hop| hop.route != first) {
        finding = finding.related(hop.route, "leads back");
    }
    finding.help("write the address of the server that is meant")
}
