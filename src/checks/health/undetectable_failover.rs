//! Targets that wait for others to fail, which nothing can notice.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Membership, Target};
use crate::source::Dialect;

/// See `docs/checks/undetectable-failover.md`.
#[derive(Debug)]
pub(in crate::checks) struct UndetectableFailover;

const META: Meta = Meta {
    name: "undetectable-failover",
    group: Group::Health,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Envoy],
    since: "0.1.0",
    summary: "targets wait for others to fail, and nothing notices when those do",
    follows: &["health-check-not-enabled", "inert-outlier-detection"],
    page: include_str!("../../../docs/checks/undetectable-failover.md"),
};

const WAITING: Wording =
    Wording { haproxy: "a backup that is never used", nginx: "", envoy: "a lower priority that is never used" };

const COUNTS_AS_UP: Wording = Wording {
    haproxy: "always counts as up (no `check`)",
    nginx: "",
    envoy: "always counts as healthy: neither `health_checks` nor `outlier_detection`",
};

const HELP: Wording = Wording {
    haproxy: "write `default-server check` above the servers",
    nginx: "",
    envoy: "write `health_checks` in the cluster",
};

impl Check for UndetectableFailover {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let complete = pool.view.pool.completeness.is_complete();
        if !complete || !pool.is_reached() || pool.view.pool.membership == Membership::Discovered {
            return;
        }
        let (serving, waiting) = pool.view.serving_and_waiting();
        let (Some(first), Some(spare)) = (serving.first(), waiting.first()) else { return };
        if serving.iter().all(|target| is_unwatched(pool, target)) {
            findings.push(finding(context, pool, first, spare, &waiting));
        }
    }
}

/// Nothing takes it out: no check, no failures of real traffic, and no name whose addresses change.
fn is_unwatched(pool: &PoolContext<'_>, target: &Target) -> bool {
    let settings = pool.view.settings_of(target);
    let renamed = settings.is_some_and(|settings| !settings.resolved_at_run_time.is(&false));
    let renamed = renamed && pool.view.pool.membership == Membership::Listed;
    pool.view.is_watched(target) == Some(false) && pool.view.is_ejected(target) == Some(false) && !renamed
}

fn finding(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    first: &Target,
    spare: &Target,
    waiting: &[&Target],
) -> Finding {
    let names = list(waiting.iter().map(|target| context.text(target.name)));
    let gets = if waiting.len() == 1 { "gets" } else { "get" };
    let message = format!(
        "{names} of `{}` never {gets} any traffic: nothing notices when the servers before {} fail",
        pool.name,
        if waiting.len() == 1 { "it" } else { "them" }
    );
    let finding =
        Finding::new(&META, spare.statement, context.subject(pool.name), message).because(WAITING.of(context));
    let finding = finding.about(context.target_subjects(pool.name, waiting.iter().copied()));
    let finding = finding.related(first.statement, COUNTS_AS_UP.of(context));
    let finding = finding.note(pool.reached_from(context)).help(HELP.of(context));
    // A name that has no address any more empties its tier.
    if pool.view.pool.membership == Membership::Resolved { finding.at_most(Severity::Warning) } else { finding }
}
