//! A pool with one target, where the configuration shows that balancing was meant.

use crate::checks::PoolContext;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Affinity, OriginKind, Target};
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
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a pool has one target, traffic reaches it, and the configuration shows that balancing was meant",
    follows: &[],
    page: include_str!("../../../docs/checks/single-target.md"),
};

impl Check for SingleTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let [target] = pool.view.targets else { return };
        let complete = pool.view.pool.completeness.is_complete() && target.presence.is_certain();
        if !complete
            || pool.view.declared() != Some(1)
            || pool.reached != Reached::Yes
            || stands_for_many(context, target)
        {
            return;
        }
        let name = context.text(target.name);
        let message =
            format!("`{name}` is the only target of `{}`: if it fails, all of the pool's traffic fails", pool.name);
        let mut finding = Finding::new(&META, target.statement, context.subject(pool.name), message);
        match evidence(context, pool, target) {
            Some((at, why)) => finding = finding.related(at, why),
            None => finding = finding.at_most(Severity::Info).only_from(Profile::Strict),
        }
        findings.push(finding.because("all requests go here").help("add a second server line with another host"));
    }
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

/// Container and Kubernetes service names, `localhost`, and names that a service discovery answers.
fn is_platform_name(name: &str) -> bool {
    const SUFFIXES: [&str; 7] = [".svc", ".local", ".consul", ".internal", ".localhost", ".docker", ".mesh"];
    !name.contains('.') || name.contains(".svc.") || SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// What shows that more than one target was meant: the place, and in words why.
fn evidence(context: &Context<'_>, pool: &PoolContext<'_>, target: &Target) -> Option<(Span, &'static str)> {
    let (settings, policy) = (pool.view.settings, &pool.view.settings.policy);
    if let Some(at) = pool.view.pool.commented_target {
        return Some((at, "another target is commented out"));
    }
    if let (Some(Affinity::Cookie(_)), OriginKind::Written) = (settings.affinity.get(), settings.affinity.origin.kind) {
        return Some((settings.affinity.origin.at, "a cookie ties clients to one of several targets"));
    }
    if policy.origin.kind == OriginKind::Written {
        return Some((policy.origin.at, "a policy is written, so several targets were meant"));
    }
    let checked =
        pool.view.settings_of(target).is_some_and(|s| s.checked.is(&true) && s.checked.origin.at == Span::default());
    (checked && siblings_have_several(context, pool))
        .then_some((target.statement, "checked like the other pools' targets"))
}

/// Whether all the other pools of the unit that have targets have more than one.
fn siblings_have_several(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let mut siblings =
        context.unit.pools().filter(|(id, other)| *id != pool.view.id && !other.targets.is_empty()).peekable();
    siblings.peek().is_some() && siblings.all(|(_, other)| other.targets.len() > 1)
}
