//! Servers take a limited number of connections, and nobody wrote what becomes of the requests above it.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::phrases::{list, seconds};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Limit, Mode, Timeout};
use crate::source::{Dialect, Span};
use crate::traffic::thousands;

/// See `docs/checks/limit-without-queue.md`.
#[derive(Debug)]
pub(in crate::checks) struct LimitWithoutQueue;

const META: Meta = Meta {
    name: "limit-without-queue",
    group: Group::Limits,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "servers have a limit of connections, and what is above it fails at once, or waits for a time that nobody chose",
    follows: &["contradictory-limits"],
    page: include_str!("../../../docs/checks/limit-without-queue.md"),
};

/// What becomes of a request while all servers are full; `{}` stands for the time to connect.
const ABOVE: Wording = Wording {
    haproxy: "waits {} for a place (the connect timeout, as no `timeout queue` is set) and fails",
    nginx: "fails at once: there is no queue",
    envoy: "",
};

const BECAUSE: Wording = Wording { haproxy: "no `timeout queue` for the pools here", nginx: "no `queue`", envoy: "" };

const ADVICE: Wording = Wording {
    haproxy: "write how long a client is ready to wait, for example `timeout queue 10s`",
    nginx: "`queue 100 timeout=10s;` needs NGINX Plus; without it let `limit_conn` answer 503 or 429 before the servers are full, or leave `max_conns` out",
    envoy: "",
};

impl Check for LimitWithoutQueue {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// Pools for which one line would say it are one finding.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut places: BTreeMap<(Span, Option<u64>), Vec<Limited<'_>>> = BTreeMap::new();
        for pool in pools {
            if let Some(limited) = limited(context, pool) {
                places.entry((limited.decisive, limited.waits())).or_default().push(limited);
            }
        }
        findings.extend(places.values().filter_map(|alike| finding(context, alike)));
    }
}

/// A pool of which every server has a limit.
struct Limited<'p> {
    pool: &'p PoolContext<'p>,
    /// All of them together; `None` where a template or an answer says how many they are.
    sum: Option<u64>,
    /// Where the first one is written.
    at: Span,
    /// The place where a time to wait would be written.
    decisive: Span,
    /// How long a request waits instead; `None` where that is not the pool's business.
    wait: Option<Timeout>,
}

impl Limited<'_> {
    /// How many milliseconds a request waits; `None` without end, or where it does not wait at all.
    const fn waits(&self) -> Option<u64> {
        match self.wait {
            Some(Timeout::After(milliseconds)) => Some(milliseconds),
            Some(Timeout::Never) | None => None,
        }
    }
}

fn limited<'p>(context: &Context<'_>, pool: &'p PoolContext<'p>) -> Option<Limited<'p>> {
    let settings = pool.view.settings;
    let queue = settings.timeouts.queue;
    let speaks = matches!(settings.mode.get()?, Mode::Http | Mode::Tcp);
    if !speaks
        || !pool.is_reached()
        || queue.get().is_none()
        || queue.origin.is_explicit()
        || context.is_open(queue.origin)
    {
        return None;
    }
    let (serving, _) = pool.view.serving_and_waiting();
    let mut sum = 0;
    for target in &serving {
        let most = u64::from(*pool.view.settings_of(target)?.connections.get()?);
        // One without a limit takes what the others do not.
        sum += Some(most).filter(|most| *most > 0)? * u64::from(target.count.exactly().unwrap_or(1));
    }
    if pool.view.elects() {
        sum /= serving.len().max(1) as u64;
    }
    let is_exact = pool.view.pool.completeness.is_complete()
        && serving.iter().all(|target| target.presence.is_certain() && target.count.exactly().is_some());
    // The process lets no more in.
    if matches!(context.unit.capacity.connections.get(), Some(Limit::AtMost(all)) if *all <= sum) {
        return None;
    }
    let first = serving.first()?;
    let at = first.origin_span(pool.view.settings_of(first)?.connections.origin);
    let wait = settings.timeouts.connect.get().copied();
    Some(Limited { pool, sum: is_exact.then_some(sum), at, decisive: queue.origin.at, wait })
}

fn finding(context: &Context<'_>, alike: &[Limited<'_>]) -> Option<Finding> {
    let (first, others) = alike.split_first()?;
    let wait = first.waits().map_or(String::new(), |wait| format!(" {}", seconds(wait)));
    let above = match first.wait {
        Some(Timeout::Never) => {
            "waits for a place without end, as neither `timeout queue` nor `timeout connect` is set".to_owned()
        }
        _ => ABOVE.of(context).replace(" {}", &wait),
    };
    let what = if first.pool.view.settings.mode.is(&Mode::Tcp) { "connection" } else { "request" };
    let full = first.sum.map(|sum| format!("{} {what}{}", thousands(sum), if sum == 1 { "" } else { "s" }));
    let names = list(alike.iter().map(|limited| limited.pool.name));
    let message = match full {
        Some(full) if others.is_empty() => {
            format!("while {names} serves {full}, which is its limit, another one {above}")
        }
        Some(full) => {
            format!("while the servers of {names} are full ({full} for `{}`), another one {above}", first.pool.name)
        }
        None => format!("while the servers of {names} are full, another one {above}"),
    };
    let finding = Finding::new(&META, first.decisive, context.subject(first.pool.name), message);
    let mut finding = finding.because(BECAUSE.of(context)).related(first.at, "the first of these limits");
    finding.subjects = alike.iter().map(|limited| context.subject(limited.pool.name)).collect();
    Some(finding.help(ADVICE.of(context)))
}
