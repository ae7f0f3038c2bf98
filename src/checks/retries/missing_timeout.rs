//! A timeout without which connections leak is missing.

use std::collections::BTreeMap;

use crate::checks::phrases::list;
use crate::checks::{Aspect, Check, Context, PoolContext};
use crate::finding::Subject;
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Fact, Forwarding, Mode, Pool, PoolSettings, Presence, Protocol, Timeout};
use crate::source::Dialect;
use crate::source::Span;

/// See `docs/checks/missing-timeout.md`.
#[derive(Debug)]
pub(in crate::checks) struct MissingTimeout;

const META: Meta = Meta {
    name: "missing-timeout",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Envoy],
    since: "0.1.0",
    summary: "a timeout is missing without which connections leak",
    follows: &[],
    page: include_str!("../../../docs/checks/missing-timeout.md"),
};

impl Check for MissingTimeout {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Timeouts]
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        if context.unit.headless {
            return;
        }
        let mut missing: BTreeMap<Span, Missing> = BTreeMap::new();
        // Where no pool has a server yet, connections are closed at once, and nothing can hang.
        let serves = |pool: &Pool| !pool.targets.is_empty() || !pool.completeness.is_complete() || pool.answers_itself;
        let waits = !context.unit.pools.is_empty() && !context.unit.pools.iter().any(serves);
        for listener in context.unit.listeners.iter().filter(|listener| !waits || listener.answers_itself) {
            let speaks = context.unit.settings(listener.settings).is_some_and(speaks);
            if speaks && listener.presence == Presence::Always && !listener.binds.is_empty() {
                note(&mut missing, "client", &listener.client_timeout, || context.subject(context.text(listener.name)));
            }
        }
        for pool in context.unit.pools.iter().filter(|pool| !pool.targets.is_empty()) {
            let Some(settings) = context.unit.settings(pool.settings).filter(|settings| speaks(settings)) else {
                continue;
            };
            let subject = || context.subject(context.name_of(pool));
            note(&mut missing, "connect", &settings.timeouts.connect, subject);
            note(&mut missing, "server", &settings.timeouts.server, subject);
        }
        findings.extend(missing.into_iter().map(|(at, missing)| finding(context, at, missing)));
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        for (_, forwarding) in context.forwardings_to(pool.view.id).filter(|(_, forwarding)| is_endless(forwarding)) {
            findings.push(endless_requests(context, pool, forwarding));
        }
    }
}

/// Somebody wrote that it never ends.
fn is_switched_off(timeout: &Fact<Timeout>) -> bool {
    timeout.is(&Timeout::Never) && timeout.origin.is_explicit()
}

/// Nothing ends a request that hangs, because somebody wrote so. Connections have no limit for all of it.
fn is_endless(forwarding: &Forwarding) -> bool {
    let is_stream = forwarding.protocol == Protocol::Stream;
    is_switched_off(&forwarding.read) && (is_stream || is_switched_off(&forwarding.total))
}

/// Requests of a route that nothing ends: neither a limit for all of it nor one for its pauses.
fn endless_requests(context: &Context<'_>, pool: &PoolContext<'_>, forwarding: &Forwarding) -> Finding {
    let message = format!(
        "nothing ends a request to `{}` that hangs: it holds its connections until the proxy is stopped",
        pool.name
    );
    let finding = Finding::new(&META, forwarding.read.origin.at, context.subject(pool.name), message);
    let mut finding = finding.because("pauses may last for ever");
    if forwarding.total.origin.is_explicit() {
        finding = finding.related(forwarding.total.origin.at, "and so may the whole");
    }
    finding.help(if forwarding.protocol == Protocol::Stream {
        "leave `idle_timeout` out: its hour ends what is silent"
    } else {
        "`stream_idle_timeout: 300s` ends what is silent, and lets streams last"
    })
}

/// Which timeouts one place leaves open, and for whom.
#[derive(Default)]
struct Missing {
    names: Vec<&'static str>,
    subjects: Vec<Subject>,
    zero: bool,
}

fn speaks(settings: &PoolSettings) -> bool {
    settings.mode.is(&Mode::Http) || settings.mode.is(&Mode::Tcp)
}

fn note(
    missing: &mut BTreeMap<Span, Missing>,
    name: &'static str,
    fact: &Fact<Timeout>,
    subject: impl Fn() -> Subject,
) {
    if !fact.is(&Timeout::Never) {
        return;
    }
    let entry = missing.entry(fact.origin.at).or_default();
    entry.zero |= fact.origin.is_explicit();
    if !entry.names.contains(&name) {
        entry.names.push(name);
    }
    let subject = subject().told_by(name);
    // What is named twice all the same is joined later.
    if entry.subjects.last() != Some(&subject) {
        entry.subjects.push(subject);
    }
}

fn finding(context: &Context<'_>, at: Span, missing: Missing) -> Finding {
    let timeouts: Vec<String> = missing.names.iter().map(|name| format!("timeout {name}")).collect();
    let what = list(timeouts.iter().map(String::as_str));
    let said = if missing.zero { "is 0, which means never" } else { "is not set" };
    let said = if missing.names.len() > 1 { said.replacen("is", "are", 1) } else { said.to_owned() };
    let mut pools: Vec<&str> = missing.subjects.iter().filter_map(|subject| subject.pool.as_deref()).collect();
    pools.dedup();
    let whom = list(pools);
    let message =
        format!("{what} {said} for {whom}: connections that hang are never closed and pile up until none is left");
    let subject = missing.subjects.first().cloned().unwrap_or_else(|| context.unit_subject());
    let mut finding = Finding::new(&META, at, subject, message).because("set it here");
    finding.subjects = missing.subjects;
    let values =
        missing.names.iter().map(|name| format!("timeout {name} {}", if *name == "connect" { "5s" } else { "30s" }));
    finding.help(format!("for example: {}", values.collect::<Vec<_>>().join(", ")))
}
