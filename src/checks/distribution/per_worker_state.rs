//! Counters that mean something only together are kept by each worker process for itself: one finding a unit.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Method, PoolKind, Target, Workers};
use crate::source::{Dialect, Span};

/// See `docs/checks/per-worker-state.md`.
#[derive(Debug)]
pub(in crate::checks) struct PerWorkerState;

const META: Meta = Meta {
    name: "per-worker-state",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "connections, limits or failures are counted by each worker process for itself",
    follows: &[],
    page: include_str!("../../../docs/checks/per-worker-state.md"),
};

impl Check for PerWorkerState {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Policy]
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let workers = match context.unit.workers.get() {
            Some(Workers::Exactly(workers)) if *workers > 1 => format!("each of the {workers} worker processes"),
            Some(Workers::OnePerCore) => "each worker process, one for each core,".to_owned(),
            _ => return,
        };
        let counted: Vec<(&PoolContext<'_>, Counted)> =
            pools.iter().filter_map(|pool| Some((pool, counted(pool)?))).collect();
        let Some((first, what)) = counted.first() else { return };
        let names = list(counted.iter().map(|(pool, _)| pool.name));
        let message = format!("{workers} counts for itself in {names}: {}", what.consequence);
        let mut finding = Finding::new(&META, what.at, context.subject(first.name), message).because(what.counts);
        for (_, what) in counted.iter().skip(1).take(3) {
            finding = finding.related(what.at, what.counts);
        }
        finding.subjects = counted.iter().map(|(pool, _)| context.subject(pool.name)).collect();
        let finding = finding.related(context.unit.workers.origin.at, "several processes");
        findings.push(finding.help("write `zone NAME 64k;` in the upstream, so that the workers count together"));
    }
}

/// What a pool counts that its workers ought to count together.
struct Counted {
    counts: &'static str,
    consequence: &'static str,
    at: Span,
}

fn counted(pool: &PoolContext<'_>) -> Option<Counted> {
    let apart = pool.view.settings.shared_state.is(&false) && pool.view.pool.kind == PoolKind::Upstream;
    let serves = |target: &&Target| target.state == AdministrativeState::Up;
    let several = pool.view.targets.iter().filter(serves).count() > 1;
    if !apart || !several || !pool.is_reached() || !pool.view.pool.completeness.is_complete() {
        return None;
    }
    limited(pool).or_else(|| balanced(pool)).or_else(|| ejected(pool))
}

fn limited(pool: &PoolContext<'_>) -> Option<Counted> {
    let limits = |target: &&Target| {
        pool.view.settings_of(target).is_some_and(|settings| settings.connections.get().is_some_and(|most| *most > 0))
    };
    let at = pool.view.targets.iter().find(limits)?.statement;
    let consequence = "a server gets up to `max_conns` connections from every one of them";
    Some(Counted { counts: "`max_conns` for each worker", consequence, at })
}

fn balanced(pool: &PoolContext<'_>) -> Option<Counted> {
    let at = pool.view.settings.policy.origin.at;
    let by_load = matches!(pool.view.method()?, Method::LeastConnections | Method::RandomPair | Method::LeastTime);
    let consequence = "the least busy server is that of one worker's own requests, not of all";
    by_load.then_some(Counted { counts: "by what each worker sees", consequence, at })
}

fn ejected(pool: &PoolContext<'_>) -> Option<Counted> {
    let after = |target: &&Target| {
        let failures = pool.view.settings_of(target).and_then(|settings| settings.ejected_after.get());
        failures.is_some_and(|failures| *failures > 1)
    };
    let at = pool.view.targets.iter().find(after)?.statement;
    let consequence = "a dead server costs `max_fails` failures in every one of them before all leave it out";
    Some(Counted { counts: "`max_fails` for each worker", consequence, at })
}
