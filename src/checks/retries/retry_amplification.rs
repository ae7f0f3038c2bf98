//! One request becomes many, or waits many times, before it has failed.

use rustc_hash::FxHashMap;

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Conditions, Forwarding, Mode, Protocol, Timeout};
use crate::source::{Dialect, Span};
use crate::traffic::{attempts, gives_up};

/// See `docs/checks/retry-amplification.md`.
#[derive(Debug)]
pub(in crate::checks) struct RetryAmplification;

const META: Meta = Meta {
    name: "retry-amplification",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a request that a server cannot answer is handed to many, or waits many times",
    follows: &["retry-never-happens"],
    page: include_str!("../../../docs/checks/retry-amplification.md"),
};

const ADVICE: Wording = Wording {
    haproxy: "write `retries 2`, or `retry-on conn-failure`: a server that answers is not asked again",
    nginx: "write `proxy_next_upstream_tries 2;` and `proxy_next_upstream_timeout`, or leave the statuses out",
    envoy: "write `num_retries: 2`, or a `retry_budget` in the cluster's `circuit_breakers`",
};

/// Answers of a server that is there, and too busy or broken by the very request.
const ANSWERS: Conditions = Conditions::INVALID
    .with(Conditions::STATUS_500)
    .with(Conditions::STATUS_502)
    .with(Conditions::STATUS_503)
    .with(Conditions::STATUS_504);

impl Check for RetryAmplification {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// What a hundred pools inherit is told of the first one, and names the others: to put it into words for each costs more
    /// than to find it.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut told: FxHashMap<Span, usize> = FxHashMap::default();
        for pool in pools.iter().filter(|pool| pool.is_reached()) {
            findings.extend(of_pool(context, pool));
            let mut places: Vec<(Span, &Forwarding)> = context
                .forwardings_to(pool.view.id)
                .filter(|(_, forwarding)| multiplies(context, pool, forwarding))
                .map(|(_, forwarding)| (forwarding.retry_on.origin.at, forwarding))
                .collect();
            places.sort_unstable_by_key(|(at, _)| *at);
            places.dedup_by_key(|(at, _)| *at);
            for (at, forwarding) in places {
                if let Some(earlier) = told.get(&at).and_then(|place| findings.get_mut(*place)) {
                    earlier.subjects.push(context.subject(pool.name));
                } else if let Some(finding) = finding(context, pool, at, forwarding) {
                    told.insert(at, findings.len());
                    findings.push(finding);
                }
            }
        }
    }
}

/// What a pool's own settings multiply (HAProxy).
fn of_pool(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let settings = pool.view.settings;
    let (attempts, on) = (settings.retries.get()?.saturating_add(1), *settings.retry_on.get()?);
    let meets = on.meets(ANSWERS) && settings.mode.is(&Mode::Http);
    if attempts < context.options.many_tries || !meets || !settings.retries.origin.is_explicit() {
        return None;
    }
    let message = format!(
        "a request to `{}` that no server answers well is sent {attempts} times: when the pool is overloaded, its load grows up to {attempts} times",
        pool.name
    );
    let at = settings.retries.origin.at;
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because(format!("{attempts} attempts"));
    let finding = finding.related(settings.retry_on.origin.at, "after each of these");
    Some(finding.help(ADVICE.of(context)))
}

/// Whether one request reaches so many servers; fewer are enough where nobody wrote how many.
fn multiplies(context: &Context<'_>, pool: &PoolContext<'_>, forwarding: &Forwarding) -> bool {
    let Some(attempts) = attempts(&pool.view, forwarding) else { return false };
    let options = &context.options;
    let written = forwarding.tries.origin.is_explicit() && !forwarding.tries.is(&0);
    let most = if written { options.many_tries } else { options.many_servers };
    let meets = |on: &Conditions| on.meets(ANSWERS.with(Conditions::TIMEOUT));
    let open = context.is_open(forwarding.retry_on.origin) || context.is_open(forwarding.tries.origin);
    // Time that is limited limits the number as well, where each attempt waits.
    let bounded = matches!(forwarding.retry_for.get(), Some(Timeout::After(_)) | None);
    let answers = forwarding.retry_on.get().is_some_and(|on| on.meets(ANSWERS));
    attempts >= most
        && gives_up(forwarding) == Some(false)
        && forwarding.protocol != Protocol::Stream
        && forwarding.retry_on.get().is_some_and(meets)
        && (answers || !bounded)
        && !open
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, at: Span, forwarding: &Forwarding) -> Option<Finding> {
    let attempts = attempts(&pool.view, forwarding)?;
    let on = *forwarding.retry_on.get()?;
    let answers = on.meets(ANSWERS);
    let waits = if on.has(Conditions::TIMEOUT) { time(forwarding, attempts) } else { None };
    let message = match (answers, waits) {
        (true, Some(all)) => format!(
            "a request to `{}` that no server answers well is handed to {attempts} of them, or waits {all} in all: when the pool is overloaded, its load grows up to {attempts} times",
            pool.name
        ),
        (true, None) => format!(
            "a request to `{}` that no server answers well is handed to {attempts} of them: when the pool is overloaded, its load grows up to {attempts} times",
            pool.name
        ),
        (false, Some(all)) => format!(
            "a request that takes too long keeps {attempts} servers of `{}` busy, one after another, and its client waits {all}",
            pool.name
        ),
        (false, None) => return None,
    };
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("after each of these");
    let mut finding = finding.help(ADVICE.of(context));
    if forwarding.tries.origin.is_explicit() {
        finding = finding.related(forwarding.tries.origin.at, format!("{attempts} attempts"));
    }
    // Envoy repeats no more than a few requests at a time, unless that is raised.
    let few = pool.view.spread().is_some_and(|spread| spread.breakers.retries.get().is_some_and(|most| *most <= 3));
    Some(if !forwarding.retry_on.origin.is_explicit() {
        finding.at_most(Severity::Info).only_from(Profile::Audit)
    } else if few {
        finding.note("the cluster allows 3 retries at a time, which limits what comes of it").at_most(Severity::Info)
    } else {
        finding
    })
}

/// How long a client waits while every attempt runs into its timeout: "240.0 s (4 x 60.0 s)".
fn time(forwarding: &Forwarding, attempts: u32) -> Option<String> {
    let each = match (forwarding.per_try.get()?, forwarding.read.get()?) {
        (Timeout::After(each), _) | (Timeout::Never, Timeout::After(each)) if *each > 0 => *each,
        _ => return None,
    };
    let ended = [forwarding.retry_for, forwarding.total].iter().any(|fact| !fact.is(&Timeout::Never));
    (!ended).then(|| format!("{} ({attempts} x {})", seconds(each.saturating_mul(u64::from(attempts))), seconds(each)))
}
