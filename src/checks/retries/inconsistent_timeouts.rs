//! A timeout inside another one is longer than it: the outer one never gets its time, or the inner one never acts.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::retries::limited;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Forwarding, Protocol};
use crate::source::{Dialect, Span};

/// See `docs/checks/inconsistent-timeouts.md`.
#[derive(Debug)]
pub(in crate::checks) struct InconsistentTimeouts;

const META: Meta = Meta {
    name: "inconsistent-timeouts",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a timeout that lies within another one is longer, so that one of them never acts",
    follows: &["retry-never-happens", "missing-timeout", "slow-connect-timeout"],
    page: include_str!("../../../docs/checks/inconsistent-timeouts.md"),
};

impl Check for InconsistentTimeouts {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        let mut places: Vec<Span> = Vec::new();
        for (_, forwarding) in context.forwardings_to(pool.view.id) {
            let found = ended_by_silence(context, pool, forwarding)
                .or_else(|| connecting_outlasts(context, pool, forwarding))
                .or_else(|| connecting_longer_than_answering(context, pool, forwarding));
            if let Some(finding) = found.filter(|finding| !places.contains(&finding.primary.span)) {
                places.push(finding.primary.span);
                findings.push(finding);
            }
        }
    }
}

/// Somebody gave a request much time, and a pause without a byte may last less long.
fn ended_by_silence(context: &Context<'_>, pool: &PoolContext<'_>, forwarding: &Forwarding) -> Option<Finding> {
    let (total, pause) = (limited(&forwarding.total)?, limited(&forwarding.read)?);
    let origin = forwarding.total.origin;
    if forwarding.protocol == Protocol::Stream || pause >= total || !origin.is_explicit() {
        return None;
    }
    let message = format!(
        "a request to `{}` that works for long before it answers is ended after {}, not after {}: nothing passes on it for that time",
        pool.name,
        seconds(pause),
        seconds(total)
    );
    let finding =
        Finding::new(&META, origin.at, context.subject(pool.name), message).because("never reached in silence");
    let idle = forwarding.read.origin;
    let finding = if idle.is_explicit() { finding.related(idle.at, "ends it before") } else { finding };
    Some(finding.help(format!("write `idle_timeout: {}s` beside `timeout`", total.div_ceil(1000))))
}

/// A request ends while its connection is still being made.
fn connecting_outlasts(context: &Context<'_>, pool: &PoolContext<'_>, forwarding: &Forwarding) -> Option<Finding> {
    let fact = pool.view.settings.timeouts.connect;
    let (connect, total) = (limited(&fact)?, limited(&forwarding.total)?);
    let near = pool.view.is_beside_proxy(|_| false);
    let written = fact.origin.is_explicit() || forwarding.total.origin.is_explicit();
    if connect < total || near || !written || forwarding.protocol == Protocol::Stream {
        return None;
    }
    let message = format!(
        "when a host of `{}` is gone, the requests that wait for it end with 504 or 503 after {} at most, and no other host is tried for them: the attempt to connect may take {}",
        pool.name,
        seconds(total),
        seconds(connect)
    );
    let (at, other) = if forwarding.total.origin.is_explicit() {
        (forwarding.total.origin.at, fact)
    } else {
        (fact.origin.at, forwarding.total)
    };
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("one within the other");
    let finding = if other.origin.is_explicit() { finding.related(other.origin.at, "the other one") } else { finding };
    Some(finding.help("let an attempt to connect end well before the request does: 1 to 3 s"))
}

/// To connect takes milliseconds, to answer takes seconds; who gives the first more time has mixed them up.
fn connecting_longer_than_answering(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    forwarding: &Forwarding,
) -> Option<Finding> {
    let (connect, read) = (limited(&forwarding.connect)?, limited(&forwarding.read)?);
    let both = forwarding.connect.origin.is_explicit() && forwarding.read.origin.is_explicit();
    let near = pool.view.is_beside_proxy(|_| false);
    if connect <= read || !both || near || forwarding.protocol == Protocol::Stream {
        return None;
    }
    let message = format!(
        "a host of `{}` that is gone is waited for longer ({}) than one that hangs ({})",
        pool.name,
        seconds(connect),
        seconds(read)
    );
    let at = forwarding.connect.origin.at;
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("to connect");
    let finding = finding.related(forwarding.read.origin.at, "for an answer");
    Some(finding.help("a connection is made in milliseconds: `proxy_connect_timeout 3s;`"))
}
