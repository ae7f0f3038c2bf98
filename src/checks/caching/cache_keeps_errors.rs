//! Errors of a bad moment are kept and handed out long after it.

use super::cached::{Cached, Group, by_cause, working};
use crate::checks::phrases::lasting;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group as CheckGroup, Meta, Profile, Severity};
use crate::model::{Conditions, Lifetime, Timeout};
use crate::source::{Dialect, Span};

/// See `docs/checks/cache-keeps-errors.md`.
#[derive(Debug)]
pub(in crate::checks) struct CacheKeepsErrors;

const META: Meta = Meta {
    name: "cache-keeps-errors",
    group: CheckGroup::Caching,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "errors of the pool are kept in the cache and outlive the fault",
    follows: &[],
    page: include_str!("../../../docs/checks/cache-keeps-errors.md"),
};

const HELP: Wording = Wording {
    haproxy: "",
    nginx: "lifetimes for good answers only, and a short one where a page is missing: `proxy_cache_valid 200 301 302 10m;`, \
            `proxy_cache_valid 404 10s;`",
    envoy: "",
};

/// So short that a cache of errors protects more than it harms, in milliseconds.
const SHORT: u64 = 10_000;

impl Check for CacheKeepsErrors {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let keeps = |cached: &Cached<'_>| time(cached).is_some_and(|time| time > SHORT);
        let cause = |cached: &Cached<'_>| cached.cache().errors_for.origin.at;
        for (cause, group) in by_cause(working(context).filter(keeps), cause) {
            let Some(time) = group.first().and_then(time) else { continue };
            findings.push(finding(context, cause, time, &group));
        }
    }
}

/// How long errors are kept, in milliseconds.
fn time(cached: &Cached<'_>) -> Option<u64> {
    match cached.cache().errors_for.get().copied().flatten()? {
        Timeout::After(time) => Some(time),
        Timeout::Never => None,
    }
}

fn finding(context: &Context<'_>, cause: Span, time: u64, group: &Group<'_>) -> Finding {
    let (caches, pools, time_in_words) = (group.caches(), group.pools(), lasting(time));
    let message = format!(
        "a page that is asked for during a failure of {pools} is answered with that error for {time_in_words}, also when \
         {pools} is back: the cache {caches} keeps it"
    );
    let any = group.first().is_some_and(|first| first.cache().lifetime.is(&Lifetime::WrittenForAll));
    let because = if any { "`any` is 500 to 504, too" } else { "keeps errors of a failing pool" };
    let finding = Finding::new(&META, cause, context.unit_subject(), message).because(because);
    let finding = group.mark(context, finding);
    let stale = |cached: &Cached<'_>| cached.cache().stale_on.get().is_some_and(|on| on.has(Conditions::ERROR));
    let covered = group.routes.iter().all(stale);
    let covered = if covered { "pages that were in the cache before are served instead (`use_stale`)" } else { "" };
    let finding = finding.note(covered).help(HELP.of(context));
    // `any 1m` is the manual's own example.
    if time > context.options.long_kept_errors { finding } else { finding.at_most(Severity::Info) }
}
