//! A retry is written, and something ends the request before it.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::phrases::{list, seconds};
use crate::checks::retries::limited;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Conditions, Fact, Forwarding, Membership, Protocol, Route, Step, Timeout};
use crate::source::{Dialect, Span};
use crate::traffic::{attempts, gives_up};

/// See `docs/checks/retry-never-happens.md`.
#[derive(Debug)]
pub(in crate::checks) struct RetryNeverHappens;

const META: Meta = Meta {
    name: "retry-never-happens",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "retries are written, and a timeout, a limit or a word that is not known keeps them from happening",
    follows: &[],
    page: include_str!("../../../docs/checks/retry-never-happens.md"),
};

/// What ends the request.
const TOTAL: Wording = Wording { haproxy: "", nginx: "the time for further tries", envoy: "the route's `timeout`" };

impl Check for RetryNeverHappens {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        findings.extend(hosts_that_are_gone(context, pools));
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        let mut found: Vec<Finding> = Vec::new();
        for (route, forwarding) in context.forwardings_to(pool.view.id) {
            if attempts(&pool.view, forwarding).is_some_and(|attempts| attempts > 1) {
                found.extend(of_route(context, pool, route, forwarding));
            }
        }
        found.sort_by_key(|finding| finding.primary.span);
        found.dedup_by(|a, b| a.primary == b.primary && a.message == b.message);
        findings.extend(found);
    }
}

fn of_route(context: &Context<'_>, pool: &PoolContext<'_>, route: &Route, forwarding: &Forwarding) -> Vec<Finding> {
    let mut found = unread_words(context, pool, forwarding);
    found.extend(none_at_once(context, pool, route, forwarding));
    if connecting(context, pool, forwarding).is_none() {
        found.extend(waiting(context, pool, forwarding));
    }
    found
}

/// What ends a request, or keeps further targets from being tried, and when; the sooner one of the two.
fn end(forwarding: &Forwarding) -> Option<(Fact<Timeout>, u64)> {
    let both = [forwarding.retry_for, forwarding.total];
    both.into_iter().filter_map(|fact| Some((fact, limited(&fact)?))).min_by_key(|(_, end)| *end)
}

/// Words of the condition that mean nothing to the program, or nothing without a list beside it.
fn unread_words(context: &Context<'_>, pool: &PoolContext<'_>, forwarding: &Forwarding) -> Vec<Finding> {
    let origin = forwarding.retry_on.origin;
    let unread = context.unit.stories.of(origin).iter().filter_map(|step| match step {
        Step::Unread(at) => Some(*at),
        Step::Replaces(_) | Step::FallsBack(_) | Step::TakesAway(_) => None,
    });
    let needs_list = |at: &Span| context.written(*at).starts_with("retriable-");
    let (lists, unknown): (Vec<Span>, Vec<Span>) = unread.partition(needs_list);
    let words = context.written(origin.at).matches(',').count() + 1;
    let all = words == lists.len() + unknown.len();
    let mut found = Vec::new();
    found.extend(without_effect(context, pool, &unknown, ("Envoy knows no such condition", all), WORDS));
    // Lists of all words there are get copied; what has no list beside it does no harm there.
    let listless =
        without_effect(context, pool, &lists, ("what is to be retried is not written beside it", all), LISTS);
    found.extend(listless.map(
        |finding| {
            if all { finding } else { finding.at_most(Severity::Info).only_from(Profile::Strict) }
        },
    ));
    found
}

const WORDS: &str = "the words are `5xx`, `gateway-error`, `reset`, `connect-failure`, `refused-stream`, `retriable-status-codes` and the like";
const LISTS: &str = "write `retriable_status_codes: [503]`, or the `retriable_headers`, beside `retry_on`";

fn without_effect(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    words: &[Span],
    (why, all): (&str, bool),
    help: &str,
) -> Option<Finding> {
    let first = words.first()?;
    let names = list(words.iter().map(|at| context.written(*at)));
    let make = if words.len() == 1 { "makes" } else { "make" };
    let rest = if all { "nothing is ever tried again" } else { "the other conditions count alone" };
    let message = format!("{names} {make} no request to `{}` be tried again: {why}, and {rest}", pool.name);
    let finding = Finding::new(&META, *first, context.subject(pool.name), message).because("has no effect");
    let finding = finding.about(words.iter().map(|at| context.subject(pool.name).told_by(context.written(*at))));
    Some(finding.help(help))
}

/// A limit of no retries at a time.
fn none_at_once(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    route: &Route,
    forwarding: &Forwarding,
) -> Option<Finding> {
    let limit = pool.view.spread()?.breakers.retries;
    if !limit.is(&0) || !limit.origin.is_explicit() || !forwarding.retry_on.origin.is_explicit() {
        return None;
    }
    let message = format!("no request to `{}` is ever tried again: its cluster allows 0 retries at a time", pool.name);
    let finding = Finding::new(&META, limit.origin.at, context.subject(pool.name), message).because("none at a time");
    let finding = finding.related(forwarding.retry_on.origin.at, "asks for retries").related(route.at, "of this route");
    Some(finding.help("remove it (the default is 3), or write a `retry_budget`"))
}

/// An attempt to connect that lasts as long as all of a request may.
struct Endless<'p> {
    pool: &'p PoolContext<'p>,
    connect: (Fact<Timeout>, u64),
    ending: (Fact<Timeout>, u64),
}

/// A host that is gone: the attempt to connect lasts as long as all of the request may.
fn connecting<'p>(context: &Context<'_>, pool: &'p PoolContext<'p>, forwarding: &Forwarding) -> Option<Endless<'p>> {
    let of_pool = pool.view.settings.timeouts.connect;
    let fact = if forwarding.connect.get().is_some() { forwarding.connect } else { of_pool };
    let (ending, end) = end(forwarding)?;
    let connect = limited(&fact)?;
    let on = forwarding.retry_on.get()?;
    let asked = on.has(Conditions::CONNECT) || on.has(Conditions::TIMEOUT);
    let near = pool.view.is_beside_proxy(|_| false) || is_alone(pool);
    let written = fact.origin.is_explicit() || ending.origin.is_explicit();
    let counts = connect >= end && asked && written && !near;
    (counts && gives_up(forwarding) == Some(false) && !open(context, &fact, &ending)).then_some(Endless {
        pool,
        connect: (fact, connect),
        ending: (ending, end),
    })
}

impl Endless<'_> {
    /// What is to be changed: the end of the request if somebody wrote it, else the time to connect.
    fn place(&self) -> Span {
        let ((connect, _), (ending, _)) = (&self.connect, &self.ending);
        if ending.origin.is_explicit() { ending.origin.at } else { connect.origin.at }
    }
}

/// What lasts equally long is one finding: every cluster of a file may have been given the same time.
fn hosts_that_are_gone(context: &Context<'_>, pools: &[PoolContext<'_>]) -> Vec<Finding> {
    let mut alike: BTreeMap<(u64, u64), Vec<Endless<'_>>> = BTreeMap::new();
    for pool in pools.iter().filter(|pool| pool.is_reached()) {
        let mut found: Vec<Endless<'_>> = context
            .forwardings_to(pool.view.id)
            .filter(|(_, forwarding)| attempts(&pool.view, forwarding).is_some_and(|attempts| attempts > 1))
            .filter_map(|(_, forwarding)| connecting(context, pool, forwarding))
            .collect();
        found.sort_by_key(Endless::place);
        found.dedup_by_key(|endless| endless.place());
        for endless in found {
            alike.entry((endless.connect.1, endless.ending.1)).or_default().push(endless);
        }
    }
    alike.values().filter_map(|alike| gone(context, alike)).collect()
}

fn gone(context: &Context<'_>, alike: &[Endless<'_>]) -> Option<Finding> {
    let first = alike.iter().min_by_key(|endless| endless.place())?;
    let mut names: Vec<&str> = alike.iter().map(|endless| endless.pool.name).collect();
    names.dedup();
    let (what, end) = (TOTAL.of(context), seconds(first.ending.1));
    let message = format!(
        "when a host of {} is gone, no other one is tried: connecting may take {}, and {what} ({end}) is over by then",
        list(names.iter().copied()),
        seconds(first.connect.1)
    );
    let finding = Finding::new(&META, first.place(), context.subject(first.pool.name), message);
    let mut finding = finding.because("over before the next attempt");
    let mut places: Vec<Span> = alike.iter().map(Endless::place).filter(|at| *at != first.place()).collect();
    places.sort_unstable();
    places.dedup();
    for at in places.into_iter().take(3) {
        finding = finding.related(at, "and here");
    }
    if first.ending.0.origin.is_explicit() && first.connect.0.origin.is_explicit() {
        finding = finding.related(first.connect.0.origin.at, "as long as this");
    }
    finding.subjects = names.iter().map(|name| context.subject(name)).collect();
    Some(finding.help(format!("let an attempt to connect end well before {end}: after 1 to 3 s")))
}

/// There is no other one to try.
fn is_alone(pool: &PoolContext<'_>) -> bool {
    let several = pool.view.targets.len() > 1 || pool.view.pool.membership != Membership::Listed;
    !several || pool.view.pool.membership == Membership::FirstAddress
}

/// A place that is written, too.
fn beside(finding: Finding, other: &Fact<Timeout>, text: &str) -> Finding {
    if other.origin.is_explicit() { finding.related(other.origin.at, text) } else { finding }
}

fn open(context: &Context<'_>, one: &Fact<Timeout>, other: &Fact<Timeout>) -> bool {
    context.is_open(one.origin) || context.is_open(other.origin)
}

/// A host that hangs: the answer is awaited as long as all of the request may last.
fn waiting(context: &Context<'_>, pool: &PoolContext<'_>, forwarding: &Forwarding) -> Option<Finding> {
    let (ending, end) = end(forwarding)?;
    let on = forwarding.retry_on.get()?;
    if forwarding.protocol == Protocol::Stream || !on.has(Conditions::TIMEOUT) || gives_up(forwarding) != Some(false) {
        return None;
    }
    match limited(&forwarding.per_try) {
        Some(attempt) if attempt >= end => Some(attempt_is_all(context, pool, forwarding, (attempt, end))),
        Some(attempt) => some_do_not_fit(context, pool, forwarding, (attempt, end)),
        None => {
            let read = limited(&forwarding.read).unwrap_or(u64::MAX);
            let hangs =
                read >= end && !open(context, &forwarding.read, &ending) && forwarding.retry_on.origin.is_explicit();
            (hangs || (read >= end && ending.origin.is_explicit()))
                .then(|| no_limit_of_its_own(context, pool, forwarding, (&ending, end)))
        }
    }
}

/// One attempt may take all the time there is.
fn attempt_is_all(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    forwarding: &Forwarding,
    (attempt, end): (u64, u64),
) -> Finding {
    let message = format!(
        "a request to `{}` that gets no answer is never tried again: one attempt may take {}, and {} ({}) is over by then",
        pool.name,
        seconds(attempt),
        TOTAL.of(context),
        seconds(end)
    );
    let at = forwarding.per_try.origin.at;
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("all the time there is");
    let finding = beside(finding, &forwarding.total, "for all attempts together");
    finding.help(format!("write `per_try_timeout: {}`, or a longer `timeout`", in_words(end / 3)))
}

/// `0.667s`
fn in_words(milliseconds: u64) -> String {
    format!("{}s", (milliseconds / 10) as f64 / 100.0)
}

/// Fewer attempts than written have time.
fn some_do_not_fit(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    forwarding: &Forwarding,
    (attempt, end): (u64, u64),
) -> Option<Finding> {
    let tries = *forwarding.tries.get()?;
    let fit = end.div_ceil(attempt);
    if u64::from(tries) <= fit || !forwarding.tries.origin.is_explicit() {
        return None;
    }
    let message = format!(
        "of {tries} attempts for a request to `{}` that gets no answer, {fit} fit into {} ({}), each with {}",
        pool.name,
        TOTAL.of(context),
        seconds(end),
        seconds(attempt)
    );
    let at = forwarding.tries.origin.at;
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("more than have time");
    let finding = finding.related(forwarding.per_try.origin.at, "for each attempt");
    let finding = beside(finding, &forwarding.total, "for all of them");
    let finding = finding.at_most(Severity::Info).only_from(Profile::Strict);
    Some(finding.help(format!("write `per_try_timeout: {}` to make room for all", in_words(end / u64::from(tries)))))
}

/// Nothing but the end of all ends an attempt.
fn no_limit_of_its_own(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    forwarding: &Forwarding,
    (ending, end): (&Fact<Timeout>, u64),
) -> Finding {
    let message = format!(
        "a request to `{}` that gets no answer is not tried again: the first attempt lasts until {} ({}) is over",
        pool.name,
        TOTAL.of(context),
        seconds(end)
    );
    let ended_by_tries = limited(&forwarding.retry_for) == Some(end);
    let at = if ended_by_tries { ending.origin.at } else { forwarding.retry_on.origin.at };
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("has no time for a second one");
    let finding = finding.at_most(Severity::Info).only_from(Profile::Strict);
    finding.help(if ended_by_tries {
        format!("let an answer be awaited for less than {}, or leave `timeout` out of the conditions", seconds(end))
    } else {
        format!("write `per_try_timeout: {}` beside `retry_on`", in_words(end / 3))
    })
}
