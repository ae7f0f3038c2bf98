//! A pool of several targets gives a request up after the first one.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Conditions, Forwarding, Origin, Route};
use crate::source::{Dialect, Span};
use crate::traffic::{gives_up, one_in};

/// See `docs/checks/retries-disabled.md`.
#[derive(Debug)]
pub(in crate::checks) struct RetriesDisabled;

const META: Meta = Meta {
    name: "retries-disabled",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a pool of several targets gives a request up after the first one",
    follows: &["no-health-check"],
    page: include_str!("../../../docs/checks/retries-disabled.md"),
};

impl Check for RetriesDisabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let alive = pool.view.targets.iter().filter(|target| target.state == AdministrativeState::Up).count();
        if alive < 2 || !pool.is_reached() {
            return;
        }
        let all: Vec<(&Route, &Forwarding)> = context.forwardings_to(pool.view.id).collect();
        let giving_up = all.iter().filter(|(_, forwarding)| gives_up(forwarding) == Some(true));
        let mut causes: Vec<Span> = giving_up.clone().map(|(_, forwarding)| cause(forwarding).at).collect();
        causes.sort_unstable();
        causes.dedup();
        // Some requests of a pool may not be repeated: then somebody chose which ones.
        let chosen = giving_up.count() < all.len();
        for at in causes {
            let finding = finding(context, pool, at);
            findings.push(if chosen { finding.at_most(Severity::Info).only_from(Profile::Strict) } else { finding });
        }
    }
}

/// The statement that ends it: the conditions, if they leave out failed connections, else the number of tries.
fn cause(forwarding: &Forwarding) -> Origin {
    match forwarding.retry_on.get() {
        Some(on) if !on.has(Conditions::ERROR) => forwarding.retry_on.origin,
        _ => forwarding.tries.origin,
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, at: Span) -> Finding {
    let fraction = pool.prediction.largest().map(|top| one_in(top.share));
    let dead = fraction.unwrap_or_else(|| "its share of the requests".to_owned());
    let ejected: Vec<&str> = pool
        .view
        .targets
        .iter()
        .filter(|target| pool.view.is_ejected(target) == Some(true) || pool.view.is_watched(target) == Some(true))
        .map(|target| context.text(target.name))
        .collect();
    let until = if ejected.is_empty() {
        "for as long as it is down"
    } else {
        "until it is left out, and again when it is tried"
    };
    let message = format!(
        "a request of `{}` that meets a dead server fails although others are alive: {dead} {until}",
        pool.name
    );
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("no other server is tried");
    let finding = finding.related(pool.view.pool.header, format!("has {} servers", pool.view.targets.len()));
    let finding = finding.note(if ejected.is_empty() {
        String::new()
    } else {
        format!("left out for a while after failures: {}", list(ejected))
    });
    finding.help(
        "`proxy_next_upstream error timeout;` with `proxy_next_upstream_tries 2;` repeats only what is safe to repeat",
    )
}
