//! Nothing notices a dead target.

use crate::checks::PoolContext;
use crate::checks::phrases::{list, seconds};
use crate::checks::platform::is_platform_name;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Conditions, Forwarding, Membership, Mode, PoolKind, Redispatch, Target};
use crate::source::Dialect;
use crate::traffic::{chooses_another, gives_up, one_in, pauses, percent};

/// See `docs/checks/no-health-check.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoHealthCheck;

const META: Meta = Meta {
    name: "no-health-check",
    group: Group::Health,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a pool has two or more targets and nothing notices a dead one",
    follows: &["health-check-not-enabled", "inert-outlier-detection", "undetectable-failover"],
    page: include_str!("../../../docs/checks/no-health-check.md"),
};

const MISSING: Wording = Wording {
    haproxy: "no `check` for the servers here",
    nginx: "`max_fails=0`: failures are not counted",
    envoy: "neither `health_checks` nor `outlier_detection`",
};

const HELP: Wording = Wording {
    haproxy: "write `default-server check` above the servers, and `option httpchk` if they speak HTTP",
    nginx: "write `max_fails=3 fail_timeout=10s` on the servers, so that failing ones are left out for a while",
    envoy: "write `health_checks` in the cluster; `outlier_detection` alone needs `max_ejection_percent` of 100 / endpoints",
};

impl Check for NoHealthCheck {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let usable = |target: &&Target| target.is_usable();
        let targets: Vec<_> = pool.view.targets.iter().filter(usable).collect();
        let unwatched = targets.iter().all(|target| is_unwatched(pool, target));
        let resolved = targets
            .iter()
            .any(|target| pool.view.settings_of(target).is_some_and(|s| !s.resolved_at_run_time.is(&false)));
        // What resolves or tells the members while running watches them, more or less.
        let resolved = resolved && pool.view.pool.membership == Membership::Listed;
        let log = pool.view.settings.mode.is(&Mode::Log);
        // Where code or a module brings the targets, it may watch them, too.
        let complete = pool.view.pool.completeness.is_complete();
        // Targets that are one and the same do not die one by one.
        if targets.len() < 2
            || pool.view.is_one_place()
            || !unwatched
            || resolved
            || log
            || !pool.is_reached()
            || !complete
            || pool.is_served_here(context)
        {
            return;
        }
        let Some(first) = targets.first() else { return };
        if pool.view.settings_of(first).is_some_and(|settings| context.is_open(settings.checked.origin)) {
            return;
        }
        let at =
            pool.view.settings_of(first).map_or(first.statement, |settings| first.origin_span(settings.checked.origin));
        let message = format!("nothing notices when a server of `{}` dies: {}", pool.name, consequence(context, pool));
        let mut finding = Finding::new(&META, at, context.subject(pool.name), message).because(MISSING.of(context));
        if first.statement != at {
            finding = finding.related(first.statement, "always counts as up");
        }
        if pool.tries_elsewhere(context) == Some(true) {
            finding = finding.at_most(Severity::Warning);
        }
        finding = finding.note(retries(context, pool)).help(HELP.of(context));
        findings.push(limited(context, pool, finding));
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let passive: Vec<&PoolContext<'_>> = pools.iter().filter(|pool| is_passive(context, pool)).collect();
        let Some(first) = passive.first() else { return };
        let names = list(passive.iter().map(|pool| pool.name));
        let message = format!("{names}: a server that answers every request with an error stays in the pool");
        let mut finding = Finding::new(&META, first.view.pool.header, context.subject(first.name), message);
        finding.subjects = passive.iter().map(|pool| context.subject(pool.name)).collect();
        finding = finding.because("only failed connections and timeouts count").at_most(Severity::Info);
        findings.push(finding.only_from(Profile::Audit).help(
            "with `max_fails=3`, `proxy_next_upstream error timeout http_502 http_503` counts these answers, too",
        ));
    }
}

/// Membership that is looked up while running loses a target that is gone for good, sooner or later; a platform and a
/// control plane know more than the configuration.
fn limited(context: &Context<'_>, pool: &PoolContext<'_>, finding: Finding) -> Finding {
    let by_platform =
        |target: &Target| matches!(target.address, Address::Host(name, _) if is_platform_name(context.text(name)));
    // A program beside its Envoy: who started one started the other.
    let beside =
        |target: &Target| matches!(target.address, Address::Any(_)) || pool.view.unit.is_beside(target.address);
    let beside = pool.view.pool.kind == PoolKind::Cluster && pool.view.targets.iter().all(beside);
    match pool.view.pool.membership {
        Membership::Listed if !beside => finding,
        Membership::Resolved if !beside && !pool.view.targets.iter().all(by_platform) => {
            finding.at_most(Severity::Warning)
        }
        _ => finding.at_most(Severity::Info).only_from(Profile::Strict),
    }
}

/// What retries do about it, where they leave to chance which target they meet.
fn retries(context: &Context<'_>, pool: &PoolContext<'_>) -> &'static str {
    let mut forwardings = context.forwardings_to(pool.view.id);
    let retries = |forwarding: &Forwarding| gives_up(forwarding) == Some(false);
    let blind = |forwarding: &Forwarding| chooses_another(&pool.view, forwarding) != Some(true);
    if forwardings.any(|(_, forwarding)| retries(forwarding) && blind(forwarding)) {
        "retries help only as far as they meet another server: nothing makes them avoid the dead one"
    } else {
        ""
    }
}

/// Neither a check nor failures of real traffic take it out.
fn is_unwatched(pool: &PoolContext<'_>, target: &Target) -> bool {
    pool.view.is_watched(target) == Some(false) && pool.view.is_ejected(target) == Some(false)
}

/// Only failures of real traffic are counted, and answers that are errors are none.
fn is_passive(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let counts = |on: &Conditions| on.has(Conditions::STATUS_500) || on.has(Conditions::STATUS_503);
    let mut forwardings = context.forwardings_to(pool.view.id).peekable();
    // Where pools say how many are left out, answers that are errors count.
    let by_connection = pool.view.spread().is_none();
    let several = by_connection && pool.view.targets.len() > 1 && pool.is_reached() && forwardings.peek().is_some();
    let ejected =
        |target: &Target| pool.view.is_watched(target) == Some(false) && pool.view.is_ejected(target) == Some(true);
    several
        && pool.view.targets.iter().all(ejected)
        && forwardings.all(|(_, forwarding)| forwarding.retry_on.get().is_some_and(|on| !counts(on)))
}

/// What a dead server costs: the share that fails and how long it takes to fail, or that it is tried in vain.
fn consequence(context: &Context<'_>, pool: &PoolContext<'_>) -> String {
    let settings = pool.view.settings;
    let doubled = pool.view.distinct_places() < pool.view.targets.len();
    let dead = match (pool.prediction.largest(), pool.prediction.smallest()) {
        _ if doubled => "its share of the requests".to_owned(),
        (Some(top), Some(bottom)) if (top.share - bottom.share).abs() < 1e-9 => one_in(top.share),
        (Some(top), Some(bottom)) => {
            format!("between {} and {} of the traffic", percent(bottom.share), percent(top.share))
        }
        _ => "its share of the requests".to_owned(),
    };
    match (settings.redispatch.get(), settings.retries.get()) {
        (Some(Redispatch::Never), Some(0)) => format!("{dead} fails at once for as long as it is down"),
        (Some(Redispatch::Never), Some(_)) => {
            let wait = pauses(settings).map_or(String::new(), |wait| format!(", each after {}", seconds(wait)));
            format!("{dead} fails{wait}, for as long as it is down")
        }
        _ => match pool.tries_elsewhere(context) {
            Some(true) => format!("{dead} tries it in vain first, for as long as it is down"),
            Some(false) => format!("{dead} fails for as long as it is down"),
            None => format!("{dead} may fail for as long as it is down"),
        },
    }
}
