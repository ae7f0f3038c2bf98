//! The connections of a worker process are fewer than what the pools may take of them: one finding a unit.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Keepalive, Limit, Target, Workers};
use crate::source::Dialect;
use crate::traffic::thousands;

/// See `docs/checks/worker-connections-too-low.md`.
#[derive(Debug)]
pub(in crate::checks) struct WorkerConnectionsTooLow;

const META: Meta = Meta {
    name: "worker-connections-too-low",
    group: Group::Limits,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a worker process has fewer connections than its pools allow requests or idle connections",
    follows: &["contradictory-limits"],
    page: include_str!("../../../docs/checks/worker-connections-too-low.md"),
};

impl Check for WorkerConnectionsTooLow {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let capacity = context.unit.capacity.connections;
        let Some(Limit::AtMost(each)) = capacity.get().copied() else { return };
        if context.is_open(capacity.origin) {
            return;
        }
        let pools: Vec<&PoolContext<'_>> = pools.iter().filter(|pool| pool.is_reached()).collect();
        findings.extend(idle_ones(context, &pools, each).or_else(|| allowed_requests(context, &pools, each)));
    }
}

/// Idle connections to servers are connections of the worker, too.
fn idle_ones(context: &Context<'_>, pools: &[&PoolContext<'_>], each: u64) -> Option<Finding> {
    let idle = |pool: &PoolContext<'_>| match pool.view.settings.keepalive.get() {
        Some(Keepalive::Idle(idle)) if pool.view.settings.keepalive.origin.is_explicit() => Some(u64::from(*idle)),
        _ => None,
    };
    let keeping: Vec<(&&PoolContext<'_>, u64)> = pools.iter().filter_map(|pool| Some((pool, idle(pool)?))).collect();
    let sum: u64 = keeping.iter().map(|(_, idle)| *idle).sum();
    if sum <= each / 2 {
        return None;
    }
    let keep = if keeping.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{} {keep} to keep {} idle connections in each worker process, which hands on {} requests at a time at most: a request takes two of its {} connections, and idle ones take from the same number",
        list(keeping.iter().map(|(pool, _)| pool.name)),
        thousands(sum),
        thousands(each / 2),
        thousands(each)
    );
    let finding = Finding::new(&META, context.unit.capacity.connections.origin.at, context.unit_subject(), message);
    let mut finding = finding.because("for clients, servers and idle ones together");
    for (pool, idle) in keeping.iter().take(3) {
        finding = finding.related(pool.view.settings.keepalive.origin.at, format!("up to {idle} of them"));
    }
    finding.subjects = keeping.iter().map(|(pool, _)| context.subject(pool.name)).collect();
    Some(finding.help(format!(
        "write `worker_connections {};` or smaller numbers behind `keepalive`",
        (sum * 4).next_power_of_two()
    )))
}

/// A proxied request takes two connections: one to the client and one to the server.
fn allowed_requests(context: &Context<'_>, pools: &[&PoolContext<'_>], each: u64) -> Option<Finding> {
    let Some(Workers::Exactly(workers)) = context.unit.workers.get().copied() else { return None };
    let limited: Vec<(&&PoolContext<'_>, u64)> =
        pools.iter().filter_map(|pool| Some((pool, limit(pool, u64::from(workers))?))).collect();
    let sum: u64 = limited.iter().map(|(_, sum)| *sum).sum();
    let all = each.saturating_mul(u64::from(workers)) / 2;
    if sum <= all {
        return None;
    }
    let message = format!(
        "{} may serve {} requests at a time, and the worker processes can hand on {}: a request takes two of their {} connections",
        list(limited.iter().map(|(pool, _)| pool.name)),
        thousands(sum),
        thousands(all),
        thousands(all * 2)
    );
    let finding = Finding::new(&META, context.unit.capacity.connections.origin.at, context.unit_subject(), message);
    let mut finding = finding.because("of each worker process");
    finding.subjects = limited.iter().map(|(pool, _)| context.subject(pool.name)).collect();
    let needed = (sum * 2).div_ceil(u64::from(workers).max(1));
    Some(finding.help(format!("write `worker_connections {};`", (needed * 2).next_power_of_two())))
}

/// How many requests all servers of a pool take together, if all of them have a limit.
fn limit(pool: &PoolContext<'_>, workers: u64) -> Option<u64> {
    let (serving, _) = pool.view.serving_and_waiting();
    let of = |target: &Target| {
        let most = u64::from(*pool.view.settings_of(target)?.connections.get()?);
        (most > 0).then_some(most * u64::from(target.count.exactly().unwrap_or(1)))
    };
    let sum: u64 = serving.into_iter().map(of).sum::<Option<u64>>()?;
    let counted = if pool.view.settings.shared_state.is(&true) { 1 } else { workers };
    Some(sum * counted).filter(|sum| *sum > 0)
}
