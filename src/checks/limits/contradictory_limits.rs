//! Two limits contradict each other: the lower of two is above the upper, the inner one above the outer, or one waits for
//! another that is not there.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Fact, Limit, Listener, Target, TargetSettings};
use crate::source::{Dialect, Span};
use crate::traffic::thousands;

/// See `docs/checks/contradictory-limits.md`.
#[derive(Debug)]
pub(in crate::checks) struct ContradictoryLimits;

const META: Meta = Meta {
    name: "contradictory-limits",
    group: Group::Limits,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "two limits contradict each other, so that one of them never counts",
    follows: &[],
    page: include_str!("../../../docs/checks/contradictory-limits.md"),
};

impl Check for ContradictoryLimits {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let mut places: Vec<Span> = Vec::new();
        for target in pool.view.targets {
            let Some(settings) = pool.view.settings_of(target) else { continue };
            let Some(found) = of_target(context, pool, target, settings) else { continue };
            if !places.contains(&found.primary.span) {
                places.push(found.primary.span);
                findings.push(found);
            }
        }
        findings.extend(second_thresholds(context, pool));
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        findings.extend(listeners(context));
        findings.extend(files(context));
    }
}

/// What the limits of a target make of each other.
struct Contradiction {
    decisive: Fact<u32>,
    message: String,
    because: &'static str,
    help: String,
}

fn of_target(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    target: &Target,
    settings: &TargetSettings,
) -> Option<Finding> {
    let found = contradiction(context.text(target.name), pool.name, settings)?;
    let at = target.origin_span(found.decisive.origin);
    let finding =
        Finding::new(&META, at, context.subject_of(pool.name, target, at), found.message).because(found.because);
    Some(finding.help(found.help))
}

/// `minconn` and `maxqueue` beside `maxconn` (HAProxy 2.6.12, measured; `src/server.c`).
fn contradiction(target: &str, pool: &str, settings: &TargetSettings) -> Option<Contradiction> {
    let (least, waiting) = (settings.queueing.least, settings.queueing.waiting);
    let (low, most, queue) = (*least.get()?, *settings.connections.get()?, *waiting.get()?);
    if low > 0 && most > 0 && low > most {
        let message = format!(
            "`{target}` of `{pool}` gets up to {low} connections, not {most}: `minconn` above `maxconn` takes its place"
        );
        let help = format!("write `minconn` below `maxconn`, or leave it out: `maxconn {most}`");
        return Some(Contradiction { decisive: least, message, because: "the limit that counts", help });
    }
    if low > 0 && most == 0 {
        let message = format!(
            "`{target}` of `{pool}` gets {low} connections at most, however busy the pool is: without `maxconn`, `minconn` is a limit that never grows"
        );
        let help = format!("write the limit for full load beside it, or what it is: `maxconn {low}`");
        return Some(Contradiction { decisive: least, message, because: "a fixed limit", help });
    }
    (queue > 0 && most == 0 && low == 0).then(|| Contradiction {
        decisive: waiting,
        message: format!("`maxqueue {queue}` of `{target}` in `{pool}` never counts: without `maxconn` no request waits, and all go to the server at once"),
        because: "nothing waits",
        help: "write the number of connections from which on requests wait: `maxconn 100`".to_owned(),
    })
}

/// A listener may have more connections than the whole process.
fn listeners(context: &Context<'_>) -> Vec<Finding> {
    let process = context.unit.capacity.connections;
    let Some(Limit::AtMost(all)) = process.get().copied() else { return Vec::new() };
    let mut places: BTreeMap<Span, (u64, Vec<&Listener>)> = BTreeMap::new();
    for listener in context.unit.listeners.iter().filter(|listener| !listener.binds.is_empty()) {
        match listener.connections.get() {
            Some(Limit::AtMost(most)) if *most > all && listener.connections.origin.is_explicit() => {
                places.entry(listener.connections.origin.at).or_insert_with(|| (*most, Vec::new())).1.push(listener);
            }
            _ => {}
        }
    }
    places.into_iter().map(|(at, (most, listeners))| {
        let names: Vec<&str> = listeners.iter().map(|listener| context.text(listener.name)).collect();
        let message = format!(
            "the limit of {} connections for {} is never reached: the process takes {}, and then no listener accepts any more",
            thousands(most),
            list(names.iter().copied()),
            thousands(all)
        );
        let first = names.first().map_or_else(|| context.unit_subject(), |name| context.subject(name));
        let mut finding = Finding::new(&META, at, first, message).because("above the limit of the process");
        finding.subjects = names.iter().map(|name| context.subject(name).told_by("listener")).collect();
        finding.related(process.origin.at, "for all listeners together")
            .help("write a limit of the process that leaves room for all listeners, statistics included")
    }).collect()
}

/// A process may have more connections than open files (nginx).
fn files(context: &Context<'_>) -> Option<Finding> {
    let capacity = context.unit.capacity;
    let (Limit::AtMost(connections), Limit::AtMost(files)) = (*capacity.connections.get()?, *capacity.files.get()?)
    else {
        return None;
    };
    if files >= connections || context.is_open(capacity.connections.origin) {
        return None;
    }
    let message = format!(
        "each worker process may have {} open files, so its {} connections are never reached: at {} proxied requests at once `accept()` fails with \"too many open files\"",
        thousands(files),
        thousands(connections),
        thousands(files / 2)
    );
    let finding = Finding::new(&META, capacity.files.origin.at, context.unit_subject(), message);
    let finding = finding
        .because("fewer files than connections")
        .related(capacity.connections.origin.at, "connections of each worker process");
    Some(
        finding.help(format!("write `worker_rlimit_nofile {};`, twice the connections", connections.saturating_mul(2))),
    )
}

/// Limits that are written a second time for requests of the same kind (Envoy 1.40.0: the first ones count).
fn second_thresholds(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let unread = pool.view.spread()?.breakers.unread?;
    let message = format!(
        "the second list of limits for `{}` is never read: the first one of the same priority counts",
        pool.name
    );
    let finding = Finding::new(&META, unread, context.subject(pool.name).told_by("thresholds"), message)
        .because("without effect");
    Some(finding.help("write all limits of a priority in one entry of `thresholds`"))
}
