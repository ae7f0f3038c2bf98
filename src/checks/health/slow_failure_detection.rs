//! A dead target is noticed, but late.

use crate::checks::PoolContext;
use crate::checks::context::failing;
use crate::checks::phrases::seconds;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Fact, Target, TargetSettings, Timeout};
use crate::source::{Dialect, Span};
use crate::traffic::{FailureMode, Notice, Noticed, percent};

/// See `docs/checks/slow-failure-detection.md`.
#[derive(Debug)]
pub(in crate::checks) struct SlowFailureDetection;

const META: Meta = Meta {
    name: "slow-failure-detection",
    group: Group::Health,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "the computed time to notice a dead target is long, or a failed one is left out for very long",
    follows: &["no-health-check"],
    page: include_str!("../../../docs/checks/slow-failure-detection.md"),
};

/// Of `health_check`, and of `check` of the module of that name.
const SHORTER_OF_NGINX: &str = "write a shorter `interval`, or fewer failures that count";

/// Where the checks after a failed one are fast already.
const SHORTER: Wording = Wording {
    haproxy: "write a shorter `inter`",
    nginx: SHORTER_OF_NGINX,
    envoy: "write a shorter `interval` and `timeout`",
};

const FASTER: Wording = Wording {
    haproxy: "write a shorter `inter`, or `fastinter 1s` for the checks after a failed one",
    nginx: "write `fail_timeout=10s`, or less",
    envoy: "write a shorter `interval` and `timeout`, or a lower `unhealthy_threshold`",
};

impl Check for SlowFailureDetection {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let alone = pool.view.targets.len() < 2;
        if !pool.is_reached() || alone || pool.view.elects() {
            return;
        }
        // Most targets of a pool share their settings, and what these say is the same for all that get traffic.
        let gets_traffic = |position| pool.prediction.share_of(position).is_some_and(|share| share > 0.0);
        let mut last = None;
        let mut targets = (0_u32..).zip(pool.view.targets).filter(|(position, target)| {
            let kind = (target.settings, gets_traffic(*position));
            last.replace(kind) != Some(kind)
        });
        let found = targets.find_map(|(position, target)| {
            by_check(context, pool, position, target).or_else(|| by_traffic(context, pool, target))
        });
        findings.extend(found.map(|finding| {
            let slow = |(position, target)| {
                let at = place(context, pool, target).filter(|_| gets_traffic(position))?;
                Some(context.subject_of(pool.name, target, at))
            };
            finding.about((0_u32..).zip(pool.view.targets).filter_map(slow))
        }));
    }
}

/// What makes the failure of a target be noticed late, or its recovery.
fn place(context: &Context<'_>, pool: &PoolContext<'_>, target: &Target) -> Option<Span> {
    let late = noticed_by_check(pool.noticed(target, FailureMode::Refused));
    let late = late.filter(|late| *late > context.options.slow_notice);
    let by_check = late.and_then(|_| slowest(context, target, pool.view.settings_of(target)?));
    let by_traffic = || by_traffic(context, pool, target).map(|finding| finding.primary.span);
    by_check.map(|(at, _)| at).or_else(by_traffic)
}

/// A health check needs long.
fn by_check(context: &Context<'_>, pool: &PoolContext<'_>, position: u32, target: &Target) -> Option<Finding> {
    let settings = pool.view.settings_of(target)?;
    let noticed = |mode| noticed_by_check(pool.noticed(target, mode));
    let late = noticed(FailureMode::Refused).filter(|late| *late > context.options.slow_notice)?;
    // Where nothing is written the time is short; what is written decides.
    let (place, because) = slowest(context, target, settings)?;
    let share = pool.prediction.share_of(position).filter(|share| *share > 0.0)?;
    let gone = noticed(FailureMode::Drop).filter(|gone| *gone > late);
    let stopped = pool.failure(position, FailureMode::Refused);
    let name = context.text(target.name);
    let meanwhile = if stopped.until.high > 0.0 && !pool.retries_are_open(context) {
        failing(&stopped)
    } else {
        format!("requests for its {} try it first", percent(share))
    };
    let gone = gone.map_or(String::new(), |gone| format!(" ({} if its host is gone)", seconds(gone)));
    let message = format!(
        "if `{name}` of `{}` stops, that is noticed after up to {}{gone}; until then {meanwhile}",
        pool.name,
        seconds(late)
    );
    let finding = Finding::new(&META, place, context.subject(pool.name), message).because(because);
    // Nor has nginx a pace of its own after a failed one.
    let is_fast = settings.fast_interval.origin.is_explicit() || context.unit.dialect == Dialect::Nginx;
    Some(finding.help(if is_fast { SHORTER } else { FASTER }.of(context)))
}

/// When a health check notices a failure at the latest, in milliseconds.
fn noticed_by_check(noticed: Noticed) -> Option<u64> {
    noticed.latest.filter(|_| noticed.by == Some(Notice::HealthCheck))
}

/// The setting that makes it slow, and what it says.
fn slowest(context: &Context<'_>, target: &Target, settings: &TargetSettings) -> Option<(Span, String)> {
    let at = |origin| target.origin_span(origin);
    let explicit = |fact: &Fact<Timeout>| fact.origin.is_explicit() && !context.is_open(fact.origin);
    let fall = *settings.fall.get()?;
    match settings.interval.get()? {
        Timeout::After(interval) if explicit(&settings.interval) => {
            Some((at(settings.interval.origin), rhythm(fall, *interval, settings)))
        }
        _ if settings.fall.origin.is_explicit() => Some((at(settings.fall.origin), format!("{fall} failed checks"))),
        _ => None,
    }
}

/// How often a check asks: "3 failed checks, 30.0 s apart"; with `fastinter` only the first one comes so late.
fn rhythm(fall: u32, interval: u64, settings: &TargetSettings) -> String {
    match settings.fast_interval.get() {
        Some(Timeout::After(fast)) if *fast != interval && fall > 1 => {
            format!("a check every {}, then {} more {} apart", seconds(interval), fall - 1, seconds(*fast))
        }
        _ => format!("{fall} failed checks, {} apart", seconds(interval)),
    }
}

/// One failure leaves a target out for so long that nobody remembers it (research nginx B28).
fn by_traffic(context: &Context<'_>, pool: &PoolContext<'_>, target: &Target) -> Option<Finding> {
    let settings = pool.view.settings_of(target).filter(|_| context.unit.dialect == Dialect::Nginx)?;
    let failures = settings.ejected_after.get().copied().filter(|failures| *failures > 0)?;
    let Timeout::After(time) = *settings.ejected_for.get()? else { return None };
    if time < context.options.long_exclusion || !settings.ejected_for.origin.is_explicit() {
        return None;
    }
    let name = context.text(target.name);
    let times = match failures {
        1 => format!("one failed request within {} leaves", seconds(time)),
        _ => format!("{failures} failed requests within {} leave", seconds(time)),
    };
    let message =
        format!("{times} `{name}` of `{}` out for {}, also when it has long recovered", pool.name, seconds(time));
    let place = target.origin_span(settings.ejected_for.origin);
    let finding = Finding::new(&META, place, context.subject(pool.name), message).because("left out for this long");
    Some(finding.help(FASTER.of(context)))
}
