//! A request waits long for a host that is gone before another target is tried.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::phrases::{list, seconds};
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Fact, Forwarding, Mode, PoolKind, Redispatch, Timeout};
use crate::source::{Dialect, Span};
use crate::traffic::gives_up;

/// See `docs/checks/slow-connect-timeout.md`.
#[derive(Debug)]
pub(in crate::checks) struct SlowConnectTimeout;

const META: Meta = Meta {
    name: "slow-connect-timeout",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a connect timeout so long that requests wait for a host that is gone instead of using another",
    follows: &[],
    page: include_str!("../../../docs/checks/slow-connect-timeout.md"),
};

const HELP: Wording = Wording {
    haproxy: "a connection in a data centre takes milliseconds: `timeout connect 3s`",
    nginx: "a connection in a data centre takes milliseconds: `proxy_connect_timeout 3s;`",
    envoy: "a connection in a data centre takes milliseconds: `connect_timeout: 1s`",
};

impl Check for SlowConnectTimeout {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Timeouts]
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut slow = SlowOnes::new();
        for pool in pools.iter().filter(|pool| pool.is_reached() && !pool.view.targets.is_empty()) {
            note_all(context, &mut slow, pool);
        }
        findings.extend(slow.into_values().filter_map(|slow| finding(context, &slow)));
    }
}

/// One timeout, wherever it is written, and the pools that it holds up.
struct Slow<'p> {
    milliseconds: u64,
    /// When the routes end a request that still waits for its connection.
    end: Option<u64>,
    pools: Vec<&'p PoolContext<'p>>,
    places: Vec<Span>,
    explicit: bool,
}

/// By the timeout, whether it is written, and what ends it sooner: a file that repeats one in every block has one habit,
/// not many defects.
type SlowOnes<'p> = BTreeMap<(u64, bool, Option<u64>), Slow<'p>>;

/// Notes the connect timeouts of a pool: its own, and those of its routes where routes set them; the other is unknown.
fn note_all<'p>(context: &Context<'_>, slow: &mut SlowOnes<'p>, pool: &'p PoolContext<'p>) {
    let of_routes = || context.forwardings_to(pool.view.id).map(|(_, forwarding)| forwarding);
    let settings = pool.view.settings;
    if settings.mode.is(&Mode::Http) || settings.mode.is(&Mode::Tcp) {
        note(context, slow, pool, &settings.timeouts.connect, of_routes());
    }
    for forwarding in of_routes() {
        note(context, slow, pool, &forwarding.connect, std::iter::once(forwarding));
    }
}

/// When the last of these routes ends a request, where that is before a connection counts as failed; an error if that is
/// not known, or if it keeps a retry from happening: that is `retry-never-happens`.
fn ending<'f>(connect: u64, routes: impl Iterator<Item = &'f Forwarding>) -> Result<Option<u64>, ()> {
    let mut last = None;
    for forwarding in routes {
        let end = match *forwarding.total.get().ok_or(())? {
            Timeout::After(end) if end < connect => end,
            _ => return Ok(None),
        };
        if gives_up(forwarding) != Some(true) {
            return Err(());
        }
        last = last.max(Some(end));
    }
    Ok(last)
}

fn note<'p, 'f>(
    context: &Context<'_>,
    slow: &mut SlowOnes<'p>,
    pool: &'p PoolContext<'p>,
    fact: &Fact<Timeout>,
    routes: impl Iterator<Item = &'f Forwarding>,
) {
    let Some(&Timeout::After(milliseconds)) = fact.get() else { return };
    let several = pool.view.targets.len() > 1;
    let limit = if several { context.options.slow_connect_several } else { context.options.slow_connect_single };
    if milliseconds <= limit {
        return;
    }
    let Ok(end) = ending(milliseconds, routes) else { return };
    if end.is_some_and(|end| end <= limit) {
        return;
    }
    let explicit = fact.origin.is_explicit();
    // On the same machine a connection is refused or made at once; containers of one network are mostly found dead
    // within seconds, so nobody is told of a default because of them.
    let near = pool
        .view
        .is_beside_proxy(|name| context.is_localhost(name) || (!explicit && !context.text(name).contains('.')));
    if near || context.is_open(fact.origin) || (!explicit && !several) {
        return;
    }
    let new = || Slow { milliseconds, end, pools: Vec::new(), places: Vec::new(), explicit };
    let entry = slow.entry((milliseconds, explicit, end)).or_insert_with(new);
    entry.places.push(fact.origin.at);
    if entry.pools.last().is_none_or(|last| last.view.id != pool.view.id) {
        entry.pools.push(pool);
    }
}

/// A connection attempt without any answer ends by itself: after 135 s in the measurement on the page.
const SYSTEM_GIVES_UP: u64 = 127_000;

fn finding(context: &Context<'_>, slow: &Slow<'_>) -> Option<Finding> {
    let mut places = slow.places.clone();
    places.sort_unstable();
    places.dedup();
    let (first, others) = places.split_first()?;
    let names = list(slow.pools.iter().map(|pool| pool.name));
    let written = if slow.explicit { "" } else { " (the default)" };
    let implicit = slow.pools.iter().all(|pool| pool.view.pool.kind == PoolKind::Implicit);
    let gone = if implicit { names } else { format!("a host of {names}") };
    let message = match slow.end {
        None => format!("when {gone} is gone, requests wait {}{written} {}", time(slow), until(context, slow)),
        Some(end) => format!(
            "when {gone} is gone, requests wait up to {} and fail: connecting may take {}{written}, and the route's `timeout` is over before",
            seconds(end),
            seconds(slow.milliseconds)
        ),
    };
    let subject = slow.pools.first().map_or_else(|| context.unit_subject(), |pool| context.subject(pool.name));
    let because = format!("waits up to {} for a connection", seconds(slow.milliseconds));
    let mut finding = Finding::new(&META, *first, subject, message).because(because);
    for other in others.iter().take(3) {
        finding = finding.related(*other, "and here");
    }
    finding.subjects = slow.pools.iter().map(|pool| context.subject(pool.name)).collect();
    finding = finding.help(HELP.of(context));
    Some(if slow.explicit { finding } else { finding.only_from(Profile::Strict) })
}

/// How long one attempt takes.
fn time(slow: &Slow<'_>) -> String {
    if slow.milliseconds > SYSTEM_GIVES_UP {
        "about two minutes (then the system gives up)".to_owned()
    } else {
        seconds(slow.milliseconds)
    }
}

/// What comes after the wait, where that is the same for all pools.
fn until(context: &Context<'_>, slow: &Slow<'_>) -> String {
    let after = |pool: &&PoolContext<'_>| {
        let (redispatch, retries) = (pool.view.settings.redispatch.get(), pool.view.settings.retries.get());
        let elsewhere = pool.view.targets.len() > 1 && pool.tries_elsewhere(context) != Some(false);
        match (redispatch, retries) {
            (Some(Redispatch::Never), Some(0)) => Some("before they fail".to_owned()),
            (Some(Redispatch::Never), Some(retries)) => {
                Some(format!("in each of {} attempts before they fail", retries.saturating_add(1)))
            }
            (Some(Redispatch::Every(1)), _) if elsewhere => Some("before another server is tried".to_owned()),
            (Some(Redispatch::Every(1)), Some(0)) => Some("before they fail".to_owned()),
            _ => None,
        }
    };
    let mut outcomes = slow.pools.iter().map(after);
    let first = outcomes.next().flatten().filter(|first| outcomes.all(|next| next.as_ref() == Some(first)));
    first.unwrap_or_else(|| "before an attempt counts as failed".to_owned())
}
