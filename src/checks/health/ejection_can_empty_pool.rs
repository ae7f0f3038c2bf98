//! Failures of real traffic can take every target of a pool out.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Conditions, Forwarding, OnFailures, Origin, Target, Timeout};
use crate::source::Dialect;

/// See `docs/checks/ejection-can-empty-pool.md`.
#[derive(Debug)]
pub(in crate::checks) struct EjectionCanEmptyPool;

const META: Meta = Meta {
    name: "ejection-can-empty-pool",
    group: Group::Health,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "failures of real traffic can take every target of a pool out",
    follows: &["inert-outlier-detection"],
    page: include_str!("../../../docs/checks/ejection-can-empty-pool.md"),
};

const HELP: Wording = Wording {
    haproxy: "leave `on-error` out: then failures only make the next check come sooner, and the check decides",
    nginx: "write `max_fails=3` on the servers, and `proxy_next_upstream_tries 2`: one request then reaches two of them",
    envoy: "write `max_ejection_percent: 50`, or `healthy_panic_threshold` above 0, so that somebody is always asked",
};

impl Check for EjectionCanEmptyPool {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() || !pool.view.pool.completeness.is_complete() {
            return;
        }
        let found = if pool.view.spread().is_some() {
            by_outliers(context, pool)
        } else {
            by_errors(context, pool).or_else(|| by_retries(context, pool))
        };
        findings.extend(found);
    }
}

/// The targets that serve.
fn serving<'a>(pool: &PoolContext<'a>) -> impl Iterator<Item = &'a Target> {
    pool.view.targets.iter().filter(|target| target.is_usable())
}

/// HAProxy `observe` with `on-error mark-down`: so many errors in a row, whoever caused them.
fn by_errors(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let out = |target: &Target| match pool.view.settings_of(target)?.on_failures.get()? {
        OnFailures::TakesOut(limit) => Some(*limit),
        OnFailures::Nothing | OnFailures::Hastens => None,
    };
    let first = serving(pool).next()?;
    let limit = serving(pool).map(out).try_fold(0, |most, limit| Some(limit?.max(most)))?;
    let settings = pool.view.settings_of(first)?;
    let back = match (settings.rise.get(), settings.interval.get()) {
        (Some(rise), Some(Timeout::After(interval))) => {
            format!(" until {rise} good checks bring one back, {} later", seconds(interval * u64::from(*rise)))
        }
        _ => String::new(),
    };
    let message = format!(
        "{limit} errors of real traffic in a row take a server of `{}` out, the last one as well: a request that fails \
         everywhere, sent again and again, leaves nobody, and all requests get a 503{back}",
        pool.name
    );
    let at = first.origin_span(settings.on_failures.origin);
    let finding = Finding::new(&META, at, context.subject(pool.name), message);
    Some(finding.because("errors of requests take it out, whoever sent them").help(HELP.of(context)))
}

/// nginx: an answer that counts as a failure is tried on the next one, until all but one are left out; the next such
/// request takes the last one (1.22.1, measured).
fn by_retries(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let targets = serving(pool).count() as u32;
    let once = |target: &Target| {
        let settings = pool.view.settings_of(target);
        settings.is_some_and(|settings| settings.ejected_after.is(&1)) && pool.view.is_ejected(target) == Some(true)
    };
    if targets < 2 || !serving(pool).all(once) {
        return None;
    }
    let (statuses, origin) =
        context.forwardings_to(pool.view.id).find_map(|(_, forwarding)| reaches_all(forwarding, targets))?;
    let settings = pool.view.settings_of(serving(pool).next()?)?;
    let Timeout::After(time) = *settings.ejected_for.get()? else { return None };
    let message = format!(
        "two requests that fail everywhere ({statuses}) take all {targets} servers of `{}` out for {}: the first one is \
         tried on each of them, and one failure is enough (`max_fails={}`)",
        pool.name,
        seconds(time),
        settings.ejected_after.get().copied().unwrap_or(1)
    );
    let finding = Finding::new(&META, origin.at, context.subject(pool.name), message);
    Some(finding.because("tried on the next server, and counted").help(HELP.of(context)))
}

/// The answers that count as failures and are tried on every target, and where that is written.
fn reaches_all(forwarding: &Forwarding, targets: u32) -> Option<(String, Origin)> {
    let on = forwarding.retry_on.get()?;
    let names = [
        (Conditions::STATUS_500, "500"),
        (Conditions::STATUS_502, "502"),
        (Conditions::STATUS_503, "503"),
        (Conditions::STATUS_504, "504"),
        (Conditions::STATUS_429, "429"),
    ];
    let statuses: Vec<&str> = names.iter().filter(|(status, _)| on.has(*status)).map(|(_, name)| *name).collect();
    let tries = *forwarding.tries.get()?;
    let all = (tries == 0 || tries >= targets) && !statuses.is_empty();
    all.then(|| (statuses.join(", "), forwarding.retry_on.origin))
}

/// Envoy: the limit allows all of them.
fn by_outliers(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let spread = pool.view.spread()?;
    let observed = |target: &Target| pool.view.settings_of(target).is_some_and(|settings| settings.observed.is(&true));
    let limit = *spread.ejection_limit.get()?;
    if limit < 100 || !serving(pool).next().is_some_and(observed) {
        return None;
    }
    let panic = *spread.panic_below.get()?;
    let declared = pool.view.declared();
    if declared == Some(1) {
        return None;
    }
    let all = declared.map_or("all endpoints".to_owned(), |number| format!("all {number} endpoints"));
    let fails = panic == 0 || spread.panic_fails.is(&true);
    // With further priorities, or an unknown number of addresses, it hardly comes to that.
    if !fails && (declared.is_none() || serving(pool).any(|target| target.tier > 0)) {
        return None;
    }
    let time = serving(pool).next().and_then(|target| pool.view.settings_of(target)?.ejected_for.get().copied());
    let time = match time {
        Some(Timeout::After(time)) => format!(" for {} or more", seconds(time)),
        _ => String::new(),
    };
    let message = if fails {
        format!("outlier detection may eject {all} of `{}`, and then every request gets a 503{time}", pool.name)
    } else {
        format!(
            "outlier detection may eject {all} of `{}`: with fewer than {panic} % left, traffic goes to all of them again, \
             those that fail as well",
            pool.name
        )
    };
    let finding = Finding::new(&META, spread.ejection_limit.origin.at, context.subject(pool.name), message);
    let finding = finding.because("all of them").help(HELP.of(context));
    Some(if fails {
        finding.related(spread.panic_below.origin.at, "nobody is asked then")
    } else {
        finding.at_most(Severity::Info)
    })
}
