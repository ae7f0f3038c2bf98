//! One failed check, or one bad answer, takes a target out of a small pool.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Conditions, Fact, Forwarding, Origin, Target, TargetSettings, Timeout};
use crate::source::{Dialect, Span};
use crate::traffic::percent;

/// See `docs/checks/flapping-health-check.md`.
#[derive(Debug)]
pub(in crate::checks) struct FlappingHealthCheck;

const META: Meta = Meta {
    name: "flapping-health-check",
    group: Group::Health,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "one failed check or one bad answer takes a target out of a small pool",
    follows: &["broken-health-check", "health-check-not-enabled", "ejection-can-empty-pool"],
    page: include_str!("../../../docs/checks/flapping-health-check.md"),
};

const MORE_CHECKS: Wording = Wording {
    haproxy: "write `fall 3`; a shorter `fastinter` keeps the time to notice",
    nginx: "write `fall=3`, or `fails=3` in nginx Plus",
    envoy: "write `unhealthy_threshold: 3`",
};

const MORE_ANSWERS: Wording = Wording {
    haproxy: "",
    nginx: "write `max_fails=3` on the servers",
    envoy: "write `consecutive_5xx: 5`, which is also what holds without it",
};

const MORE_TIME: Wording = Wording {
    haproxy: "write `timeout check 2s`; times without a unit are milliseconds",
    nginx: "write `timeout=1000`: milliseconds",
    envoy: "write `timeout: 1s`",
};

/// What makes a target leave.
enum Trigger {
    /// So many failed checks are enough: one.
    Check(Fact<u32>),
    /// One bad answer of real traffic is enough, which is written here.
    Answer(Origin),
    /// A check must be answered within so many milliseconds.
    Haste(u64, Origin),
}

impl Check for FlappingHealthCheck {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let active = pool.view.targets.iter().filter(|target| target.serves_first()).count();
        let small = active <= context.options.small_pool as usize && pool.view.declared().is_some();
        if !pool.is_reached() || pool.view.elects() || !small || !pool.view.pool.completeness.is_complete() {
            return;
        }
        let mut found = (0_u32..).zip(pool.view.targets).filter(|(_, target)| target.serves_first());
        let trigger = |target| trigger(context, pool, target, pool.view.settings_of(target)?);
        let found = found.find_map(|(position, target)| Some((position, target, trigger(target)?)));
        if let Some((position, target, first)) = found {
            let finding = finding(context, pool, position, target, &first);
            let serving = pool.view.targets.iter().filter(|target| target.serves_first());
            let subject = |target| Some(context.subject_of(pool.name, target, trigger(target)?.place(target)));
            findings.push(finding.about(serving.filter_map(subject)));
        }
    }
}

impl Trigger {
    fn place(&self, target: &Target) -> Span {
        match self {
            Self::Check(fall) => target.origin_span(fall.origin),
            Self::Answer(origin) | Self::Haste(_, origin) => target.origin_span(*origin),
        }
    }
}

fn trigger(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    target: &Target,
    settings: &TargetSettings,
) -> Option<Trigger> {
    // A lone endpoint of Envoy is asked in a panic, whatever its checks say.
    let alone = pool.view.declared() == Some(1);
    let asked_anyway = alone && pool.view.spread().is_some_and(|spread| !spread.panic_below.is(&0));
    let checked = settings.checked.is(&true) && !asked_anyway;
    if checked && settings.fall.is(&1) && settings.fall.origin.is_explicit() {
        return Some(Trigger::Check(settings.fall));
    }
    if let Some((limit, origin)) = bound(pool, settings).filter(|_| checked)
        && limit < context.options.hasty_check
    {
        return Some(Trigger::Haste(limit, origin));
    }
    let several = pool.view.declared().is_some_and(|declared| declared > 1);
    if !several || !settings.ejected_after.is(&1) || pool.view.is_ejected(target) != Some(true) {
        return None;
    }
    if settings.observed.is(&true) && settings.ejected_after.origin.is_explicit() {
        return Some(Trigger::Answer(settings.ejected_after.origin));
    }
    let mut counted = context.forwardings_to(pool.view.id).filter_map(|(_, forwarding)| counts_answers(forwarding));
    counted.next().map(Trigger::Answer)
}

/// Where a route says that an answer with an error counts as a failure and is tried elsewhere.
fn counts_answers(forwarding: &Forwarding) -> Option<Origin> {
    let on = forwarding.retry_on.get()?;
    let statuses = [Conditions::STATUS_500, Conditions::STATUS_502, Conditions::STATUS_503, Conditions::STATUS_504];
    let counts = statuses.into_iter().any(|status| on.has(status)) && !forwarding.tries.is(&1);
    counts.then_some(forwarding.retry_on.origin)
}

/// Within how many milliseconds a check must be answered, where that is written: HAProxy without `timeout check` takes
/// `inter` (2.6.12, measured).
fn bound(pool: &PoolContext<'_>, settings: &TargetSettings) -> Option<(u64, Origin)> {
    let written = |fact: Fact<Timeout>| match fact.get() {
        Some(Timeout::After(limit)) if fact.origin.is_explicit() && *limit > 0 => Some((*limit, fact.origin)),
        _ => None,
    };
    match pool.view.settings.timeouts.check.get()? {
        Timeout::After(_) => written(pool.view.settings.timeouts.check),
        Timeout::Never => written(settings.interval),
    }
}

/// "`web1` leaves, and the others take over its 50.0 %", or that nobody is left.
fn consequence(pool: &PoolContext<'_>, position: u32) -> String {
    match pool.prediction.share_of(position) {
        Some(share) if share > 0.999 && pool.view.targets.len() > 1 => {
            "all its traffic goes to those behind it".to_owned()
        }
        Some(share) if share > 0.999 => "nobody is left and every request fails".to_owned(),
        Some(share) => {
            format!(
                "the others take over its {} and get {:.1} times their traffic",
                percent(share),
                1.0 / (1.0 - share)
            )
        }
        None => "the others take over its traffic".to_owned(),
    }
}

/// How long it is gone at least.
fn back(settings: Option<&TargetSettings>) -> String {
    let times = settings.and_then(|settings| Some((*settings.rise.get()?, *settings.interval.get()?)));
    match times {
        Some((rise, Timeout::After(interval))) if interval > 0 => {
            format!(", for {} or more", seconds(interval * u64::from(rise)))
        }
        _ => String::new(),
    }
}

fn finding(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    position: u32,
    target: &Target,
    trigger: &Trigger,
) -> Finding {
    let (name, settings) = (context.text(target.name), pool.view.settings_of(target));
    let consequence = consequence(pool, position);
    let (at, message, because, help): (Span, String, &str, &str) = match trigger {
        Trigger::Check(fall) => {
            let back = back(settings);
            let message = format!("one failed check takes `{name}` out of `{}`{back}: {consequence}", pool.name);
            (target.origin_span(fall.origin), message, "after one failed check", MORE_CHECKS.of(context))
        }
        Trigger::Answer(origin) => {
            let time = match settings.and_then(|settings| settings.ejected_for.get().copied()) {
                Some(Timeout::After(time)) => format!(" for {}", seconds(time)),
                _ => String::new(),
            };
            let message =
                format!("one answer with an error takes `{name}` out of `{}`{time}: {consequence}", pool.name);
            (target.origin_span(*origin), message, "one such answer is enough", MORE_ANSWERS.of(context))
        }
        Trigger::Haste(limit, origin) => {
            let message = format!(
                "a check of `{}` fails that is not answered within {}: one slow moment and {consequence}",
                pool.name,
                seconds(*limit)
            );
            (target.origin_span(*origin), message, "the time that a check may take", MORE_TIME.of(context))
        }
    };
    Finding::new(&META, at, context.subject(pool.name), message).because(because).help(help)
}
