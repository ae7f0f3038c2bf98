//! A request waits long for a host that is gone before another target is tried.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::phrases::{list, seconds};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Fact, Mode, Timeout};
use crate::source::{Dialect, Span};

/// See `docs/checks/slow-connect-timeout.md`.
#[derive(Debug)]
pub(in crate::checks) struct SlowConnectTimeout;

const META: Meta = Meta {
    name: "slow-connect-timeout",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "a connect timeout so long that requests wait for a host that is gone instead of using another",
    follows: &[],
    page: include_str!("../../../docs/checks/slow-connect-timeout.md"),
};

const HELP: Wording = Wording {
    haproxy: "a connection in a data centre takes milliseconds: `timeout connect 3s`",
    nginx: "a connection in a data centre takes milliseconds: `proxy_connect_timeout 3s;`",
};

impl Check for SlowConnectTimeout {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut slow: BTreeMap<Span, Slow<'_>> = BTreeMap::new();
        for pool in pools.iter().filter(|pool| pool.is_reached() && !pool.view.targets.is_empty()) {
            for fact in connect_timeouts(context, pool) {
                note(context, &mut slow, pool, &fact);
            }
        }
        findings.extend(slow.into_iter().map(|(at, slow)| finding(context, at, &slow)));
    }
}

/// One timeout and the pools that it holds up.
struct Slow<'p> {
    milliseconds: u64,
    pools: Vec<&'p PoolContext<'p>>,
    explicit: bool,
}

/// The connect timeouts of a pool: those of its routes, where routes set them.
fn connect_timeouts(context: &Context<'_>, pool: &PoolContext<'_>) -> Vec<Fact<Timeout>> {
    let of_routes: Vec<_> = context.forwardings_to(pool.view.id).map(|(_, forwarding)| forwarding.connect).collect();
    let speaks = pool.view.settings.mode.is(&Mode::Http) || pool.view.settings.mode.is(&Mode::Tcp);
    match of_routes.is_empty() {
        true if context.unit.dialect == Dialect::Nginx || !speaks => Vec::new(),
        true => vec![pool.view.settings.timeouts.connect],
        false => of_routes,
    }
}

fn note<'p>(
    context: &Context<'_>,
    slow: &mut BTreeMap<Span, Slow<'p>>,
    pool: &'p PoolContext<'p>,
    fact: &Fact<Timeout>,
) {
    let Some(&Timeout::After(milliseconds)) = fact.get() else { return };
    let several = pool.view.targets.len() > 1;
    let limit = if several { context.options.slow_connect_several } else { context.options.slow_connect_single };
    // On the same machine a connection is refused or made at once.
    let local = pool.view.targets.iter().all(|target| target.address.is_local());
    if milliseconds <= limit || local || context.is_open(fact.origin) || (!fact.origin.is_explicit() && !several) {
        return;
    }
    let explicit = fact.origin.is_explicit();
    let entry = slow.entry(fact.origin.at).or_insert(Slow { milliseconds, pools: Vec::new(), explicit });
    if entry.pools.last().is_none_or(|last| last.view.id != pool.view.id) {
        entry.pools.push(pool);
    }
}

fn finding(context: &Context<'_>, at: Span, slow: &Slow<'_>) -> Finding {
    let names = list(slow.pools.iter().map(|pool| pool.name));
    let wait = seconds(slow.milliseconds);
    let written = if slow.explicit { "" } else { ", the default" };
    let message =
        format!("when a host of {names} is gone, requests wait {wait}{written} before anything else happens to them");
    let subject = slow.pools.first().map_or_else(|| context.unit_subject(), |pool| context.subject(pool.name));
    let mut finding = Finding::new(&META, at, subject, message).because(format!("waits {wait} for a connection"));
    finding.subjects = slow.pools.iter().map(|pool| context.subject(pool.name)).collect();
    finding = finding.help(HELP.of(context));
    if slow.explicit { finding } else { finding.only_from(Profile::Strict) }
}
