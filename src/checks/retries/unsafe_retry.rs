//! Requests are sent again that a server may have carried out already.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Conditions, Forwarding, Route, RouteSource};
use crate::source::{Dialect, Span};
use crate::traffic::{attempts, pool_repeats_writes, repeated_after, repeats_writes};

/// See `docs/checks/unsafe-retry.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnsafeRetry;

const META: Meta = Meta {
    name: "unsafe-retry",
    group: Group::Retries,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "requests that must not be repeated, such as POST, are sent again after a server may have carried them out",
    follows: &[],
    page: include_str!("../../../docs/checks/unsafe-retry.md"),
};

const ADVICE: Wording = Wording {
    haproxy: "write `http-request disable-l7-retry if METH_POST` in the backend, or `retry-on conn-failure`: it repeats only what was not sent",
    nginx: "remove `non_idempotent`: connections that fail are tried elsewhere all the same",
    envoy: "write `retry_on: \"connect-failure,refused-stream\"`, which repeats only what was not sent, and keep the rest for a route that matches `:method` GET",
};

impl Check for UnsafeRetry {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        let settings = pool.view.settings;
        let own = settings.retry_on.origin;
        if pool_repeats_writes(&pool.view) == Some(true) && own.is_explicit() && !is_spared(context, pool) {
            let sent = settings.retries.get().copied().unwrap_or(0).saturating_add(1);
            findings.push(finding(context, pool, own.at, settings.retry_on.get().copied(), sent));
        }
        let unsafe_routes = context.forwardings_to(pool.view.id);
        let mut places: Vec<(Span, &Forwarding)> = unsafe_routes
            .filter(|(_, forwarding)| repeats_writes(&pool.view, forwarding) == Some(true))
            .map(|(_, forwarding)| (forwarding.retry_on.origin.at, forwarding))
            .collect();
        places.sort_unstable_by_key(|(at, _)| *at);
        places.dedup_by_key(|(at, _)| *at);
        for (at, forwarding) in places {
            let on = repeated_after(&pool.view, forwarding);
            let sent = attempts(&pool.view, forwarding).unwrap_or(2);
            let found = finding(context, pool, at, on, sent);
            // Somebody wrote that such requests are meant, too; or all are, because nobody said which.
            let is_meant = on.is_some_and(|on| on.has(Conditions::NON_IDEMPOTENT));
            findings.push(if is_meant { found } else { found.at_most(Severity::Warning) });
        }
    }
}

/// Every rule that leads here lets only requests through that may be repeated, or excepts the others.
fn is_spared(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let rules = &context.unit.repeatable_rules;
    let spared = |route: &Route| {
        let excepted = match route.from {
            RouteSource::Listener(id) => context.unit.listener(id),
            RouteSource::Pool(_) => None,
        };
        let settings = excepted.and_then(|listener| context.unit.settings(listener.settings));
        rules.contains(&route.at) || settings.is_some_and(|settings| !settings.retry_exceptions.is(&false))
    };
    let mut routes = context.routes_to(pool.view.id).peekable();
    routes.peek().is_some() && routes.all(spared)
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, at: Span, on: Option<Conditions>, sent: u32) -> Finding {
    let message = format!(
        "a POST to `{}` {} is sent again: a server that had carried it out before does so up to {sent} times",
        pool.name,
        on.map_or("that fails", outcome)
    );
    let finding =
        Finding::new(&META, at, context.subject(pool.name), message).because("repeats requests of any method");
    finding.note(pool.reached_from(context)).help(ADVICE.of(context))
}

/// What it is repeated after, the commonest first.
fn outcome(on: Conditions) -> &'static str {
    match (on.meets(Conditions::TIMEOUT), on.meets(Conditions::STATUS_500)) {
        (true, true) => "that is answered with 500, or not in time,",
        (true, false) => "that is not answered in time",
        (false, true) => "that is answered with 500",
        (false, false) => match (on.meets(Conditions::STATUS_502), on.meets(Conditions::STATUS_504)) {
            (true, true) => "that is answered with 502 or 504",
            (true, false) => "that is answered with 502",
            (false, true) => "that is answered with 504",
            (false, false) => "whose connection breaks",
        },
    }
}
