//! A failing pool takes the pages in the cache with it.

use super::cached::{Cached, Group, by_cause, working};
use crate::checks::phrases::lasting;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group as CheckGroup, Meta, Profile, Severity};
use crate::model::{Conditions, Timeout};
use crate::source::{Dialect, Span};

/// See `docs/checks/no-stale-on-error.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoStaleOnError;

const META: Meta = Meta {
    name: "no-stale-on-error",
    group: CheckGroup::Caching,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "when the pool fails, expired pages become errors although copies of them are in the cache",
    follows: &[],
    page: include_str!("../../../docs/checks/no-stale-on-error.md"),
};

const HELP: Wording = Wording {
    haproxy: "",
    nginx: "`proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;`",
    envoy: "",
};

/// Answers of a pool that fails.
const STATUSES: [Conditions; 4] =
    [Conditions::STATUS_500, Conditions::STATUS_502, Conditions::STATUS_503, Conditions::STATUS_504];

impl Check for NoStaleOnError {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let fires = |cached: &Cached<'_>| lacks(context, cached).is_some();
        let cause = |cached: &Cached<'_>| cached.cause(context, cached.cache().stale_on.origin);
        for (cause, group) in by_cause(working(context).filter(fires), cause) {
            let Some(lack) = group.first().and_then(|first| lacks(context, first)) else { continue };
            findings.push(finding(context, cause, lack, &group));
        }
    }
}

/// Which failures copies do not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    /// Servers that are gone, whatever else is covered.
    Gone,
    /// Servers that do not answer in time.
    Slow,
    /// Answers that are errors.
    Errors,
}

fn lacks(context: &Context<'_>, cached: &Cached<'_>) -> Option<Lack> {
    let stale_on = cached.cache().stale_on;
    let conditions = *stale_on.get()?;
    // Whether an old permission still holds is a question of its own.
    if cached.is_internal() || cached.is_open(context, stale_on.origin) {
        return None;
    }
    let answers = STATUSES.into_iter().any(|status| conditions.has(status));
    match (conditions.has(Conditions::ERROR), conditions.has(Conditions::TIMEOUT), answers) {
        (false, ..) => Some(Lack::Gone),
        (true, false, _) => Some(Lack::Slow),
        (true, true, false) => Some(Lack::Errors),
        (true, true, true) => None,
    }
}

fn finding(context: &Context<'_>, cause: Span, lack: Lack, group: &Group<'_>) -> Finding {
    let (caches, pools) = (group.caches(), group.pools());
    let when = match lack {
        Lack::Gone => format!("when no server of {pools} can be reached"),
        Lack::Slow => format!("when {pools} does not answer in time"),
        Lack::Errors => format!("when {pools} answers with 500 to 504"),
    };
    let until = times(group, |cached| cached.cache().pages_for.get().copied().flatten())
        .max()
        .map_or_else(String::new, |time| format!(", all of them after {}", lasting(time)));
    let message =
        format!("{when}, pages of the cache {caches} become errors as they expire{until}, although copies are there");
    let because = match lack {
        Lack::Gone => "without `error`, nothing is served from the cache then",
        Lack::Slow => "without `timeout`, nothing is served from the cache then",
        Lack::Errors => "without `http_500` and its like, the errors are passed on",
    };
    let finding = Finding::new(&META, cause, context.unit_subject(), message).because(because);
    let finding = group.mark(context, finding);
    let kept = times(group, |cached| cached.cache().zone?.inactive.get().copied()).min();
    let kept = kept.map_or_else(String::new, |time| {
        format!("copies are there for {} after somebody asked for them last (`inactive`)", lasting(time))
    });
    let finding = finding.note(kept).help(HELP.of(context));
    if lack == Lack::Gone { finding } else { finding.at_most(Severity::Info) }
}

fn times<'g>(
    group: &'g Group<'_>,
    time: impl Fn(&Cached<'_>) -> Option<Timeout> + 'g,
) -> impl Iterator<Item = u64> + 'g {
    group.routes.iter().filter_map(move |cached| match time(cached)? {
        Timeout::After(time) => Some(time),
        Timeout::Never => None,
    })
}
