//! A pool with one target, where the configuration shows that balancing was meant.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::platform::is_platform_name;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Affinity, Method, OriginKind, PoolKind, Target};
use crate::source::Dialect;
use crate::source::Span;
use crate::traffic::Reached;

/// See `docs/checks/single-target.md`.
#[derive(Debug)]
pub(in crate::checks) struct SingleTarget;

const META: Meta = Meta {
    name: "single-target",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a pool has one target, traffic reaches it, and the configuration shows that balancing was meant",
    follows: &[],
    page: include_str!("../../../docs/checks/single-target.md"),
};

const HELP: Wording = Wording {
    haproxy: "add a second server line with another host",
    nginx: "add a second server line with another host",
    envoy: "add a second entry to `lb_endpoints`, with another host",
};

impl Check for SingleTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let census = Census::new(context);
        let single: Vec<Single<'_>> = pools.iter().filter_map(|pool| single(context, census, pool)).collect();
        let (meant, others): (Vec<_>, Vec<_>) = single.into_iter().partition(|single| single.evidence.is_some());
        findings.extend(finding(context, &meant));
        let quiet = finding(context, &others);
        findings.extend(quiet.map(|finding| finding.at_most(Severity::Info).only_from(Profile::Strict)));
    }
}

/// A pool that has one target.
struct Single<'a> {
    pool: &'a PoolContext<'a>,
    target: &'a Target,
    evidence: Option<(Span, &'static str)>,
}

fn single<'a>(context: &Context<'_>, census: Census, pool: &'a PoolContext<'a>) -> Option<Single<'a>> {
    let [target] = pool.view.targets else { return None };
    let complete = pool.view.pool.completeness.is_complete() && target.presence.is_certain();
    // A host in a pass directive is no pool that somebody made for several.
    let declared = pool.view.pool.kind != PoolKind::Implicit;
    let alone = declared && complete && pool.view.declared() == Some(1) && pool.reached == Reached::Yes;
    if !alone || pool.has_meant_number() || stands_for_many(context, target) {
        return None;
    }
    let evidence = evidence(census, pool, target);
    Some(Single { pool, target, evidence })
}

/// One finding a unit: a file in which many pools have one target has one habit, not many defects.
fn finding(context: &Context<'_>, all: &[Single<'_>]) -> Option<Finding> {
    let (first, others) = all.split_first()?;
    let target = context.text(first.target.name);
    let message = match others.len() {
        0 => format!(
            "`{target}` is the only target of `{}`: if it fails, all of the pool's traffic fails",
            first.pool.name
        ),
        _ => format!(
            "{} have one target each: if it fails, all of the pool's traffic fails",
            list(all.iter().map(|s| s.pool.name))
        ),
    };
    let mut finding = Finding::new(&META, first.target.statement, context.subject(first.pool.name), message);
    finding = finding.because("all requests go here");
    if let Some((at, why)) = first.evidence {
        finding = finding.related(at, why);
    }
    for other in others {
        finding.subjects.push(context.subject(other.pool.name));
    }
    for other in others.iter().take(3) {
        finding = finding.related(other.target.statement, "and here");
    }
    Some(finding.help(HELP.of(context)))
}

/// A name that a platform resolves to many targets, or a program on the same machine: one line is all there is to write.
fn stands_for_many(context: &Context<'_>, target: &Target) -> bool {
    let resolved = context.unit.target_settings(target.settings).is_some_and(|s| !s.resolved_at_run_time.is(&false));
    let platform = match target.address {
        Address::Host(name, _) => is_platform_name(context.text(name)),
        Address::Ip(ip, _) => ip.is_loopback(),
        Address::Any(_) | Address::Socket(_) | Address::Special(_) | Address::Unknown(_) => true,
    };
    resolved || platform
}

/// What shows that more than one target was meant: the place, and in words why.
fn evidence(census: Census, pool: &PoolContext<'_>, target: &Target) -> Option<(Span, &'static str)> {
    let (settings, policy) = (pool.view.settings, &pool.view.settings.policy);
    if let Some(at) = pool.view.pool.commented_target {
        return Some((at, "another target is commented out"));
    }
    if let (Some(Affinity::Cookie(_)), OriginKind::Written) = (settings.affinity.get(), settings.affinity.origin.kind) {
        return Some((settings.affinity.origin.at, "a cookie ties clients to one of several targets"));
    }
    // Every example of a cluster has ROUND_ROBIN.
    let by_habit =
        pool.view.pool.kind == PoolKind::Cluster && matches!(pool.view.method(), Some(Method::RoundRobin { .. }));
    if policy.origin.kind == OriginKind::Written && !by_habit && census.policies_mean_something() {
        return Some((policy.origin.at, "a policy is written, so several targets were meant"));
    }
    let checked =
        pool.view.settings_of(target).is_some_and(|s| s.checked.is(&true) && s.checked.origin.at == Span::default());
    (checked && census.siblings_have_several()).then_some((target.statement, "checked like the other pools' targets"))
}

/// How many pools of a unit have one target, and how many have several.
#[derive(Clone, Copy)]
struct Census {
    one: usize,
    several: usize,
}

impl Census {
    fn new(context: &Context<'_>) -> Self {
        let count =
            |wanted: fn(usize) -> bool| context.unit.pools.iter().filter(|pool| wanted(pool.targets.len())).count();
        Self { one: count(|targets| targets == 1), several: count(|targets| targets > 1) }
    }

    /// A policy is a sign only where it is not written in every section by habit: some pool of the unit has several
    /// targets, or there is no other pool.
    const fn policies_mean_something(self) -> bool {
        self.several > 0 || self.one == 1
    }

    /// Whether all the other pools of the unit that have targets have more than one.
    const fn siblings_have_several(self) -> bool {
        self.several > 0 && self.one == 1
    }
}
