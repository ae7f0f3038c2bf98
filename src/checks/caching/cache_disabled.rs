//! A cache is configured and cannot store anything, or nothing is ever answered from it.

use super::cached::{Cached, Group, by_cause, routes};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group as CheckGroup, Meta, Profile, Severity};
use crate::model::{Lifetime, Obstacle};
use crate::source::{Dialect, Span};

/// See `docs/checks/cache-disabled.md`.
#[derive(Debug)]
pub(in crate::checks) struct CacheDisabled;

const META: Meta = Meta {
    name: "cache-disabled",
    group: CheckGroup::Caching,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a cache is configured and cannot store, so that every request reaches the pool",
    follows: &[],
    page: include_str!("../../../docs/checks/cache-disabled.md"),
};

impl Check for CacheDisabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let with_reason = |cached: &Cached<'_>| reason(context, cached).is_some();
        let cause = |cached: &Cached<'_>| reason(context, cached).map_or(cached.route.at, |(at, _)| at);
        for (cause, group) in by_cause(routes(context).filter(with_reason), cause) {
            let Some((_, why)) = group.first().and_then(|first| reason(context, first)) else { continue };
            findings.push(finding(context, cause, why, &group));
        }
    }
}

/// Why a cache does not do what it is there for.
#[derive(Clone, Copy, Debug)]
enum Reason {
    /// Only answers that are buffered are kept.
    Unbuffered,
    /// By conditions or lifetimes.
    Obstacle(Obstacle),
    /// All that is written is a lifetime of 0.
    NoTime,
    /// Answers are kept only when they have been asked for so many times.
    ManyUses(u32),
    /// No lifetime is written: only what the answers themselves say counts.
    Unsaid,
}

/// Where the decisive text stands, and what it does.
fn reason(context: &Context<'_>, cached: &Cached<'_>) -> Option<(Span, Reason)> {
    let (forwarding, cache) = (cached.forwarding, cached.cache());
    if forwarding.buffers_answers.is(&false) {
        return Some((forwarding.buffers_answers.origin.at, Reason::Unbuffered));
    }
    if let Some(obstacle) = cache.obstacle.get().copied().flatten() {
        return Some((cache.obstacle.origin.at, Reason::Obstacle(obstacle)));
    }
    if let Some(uses) = cache.min_uses.get().filter(|uses| **uses >= context.options.cache_min_uses) {
        return Some((cache.min_uses.origin.at, Reason::ManyUses(*uses)));
    }
    let nothing = cache.pages_for.is(&None) && cache.errors_for.is(&None);
    match cache.lifetime.get()? {
        Lifetime::FromAnswers if cached.is_open(context, cache.lifetime.origin) => None,
        Lifetime::FromAnswers => Some((cache.store.origin.at, Reason::Unsaid)),
        // A lifetime of 0 is how some write that the answers decide.
        _ if nothing && cache.pages_for.origin.is_explicit() => Some((cache.pages_for.origin.at, Reason::NoTime)),
        Lifetime::Written | Lifetime::WrittenForAll => None,
    }
}

const BUFFER: Wording = Wording {
    haproxy: "",
    nginx: "buffering on where the cache is used; off only where answers are streams",
    envoy: "",
};

const CONDITION: Wording = Wording {
    haproxy: "",
    nginx: "a condition on the request, such as `$cookie_session`, or `proxy_cache off;` where nothing is to be kept",
    envoy: "",
};

const LIFETIME: Wording = Wording { haproxy: "", nginx: "say how long: `proxy_cache_valid 200 10m;`", envoy: "" };

const USES: Wording =
    Wording { haproxy: "", nginx: "1 (the default), or 2 to leave out what is asked for once", envoy: "" };

fn finding(context: &Context<'_>, cause: Span, why: Reason, group: &Group<'_>) -> Finding {
    let (message, because) = words(context, cause, why, group);
    let finding = Finding::new(&META, cause, context.unit_subject(), message).because(because);
    let finding = group.mark(context, finding);
    let help = match why {
        Reason::Unbuffered => BUFFER,
        Reason::Obstacle(Obstacle::NeverKept | Obstacle::NeverUsed) => CONDITION,
        Reason::Obstacle(Obstacle::NoLifetime { .. }) | Reason::NoTime | Reason::Unsaid => LIFETIME,
        Reason::ManyUses(_) => USES,
    };
    let finding = finding.note(group.places(context)).help(help.of(context));
    match why {
        // The applications behind it may well say it.
        Reason::Unsaid | Reason::NoTime => finding.at_most(Severity::Info).only_from(Profile::Strict),
        _ => finding,
    }
}

/// The message, and what the decisive words have to do with it.
fn words(context: &Context<'_>, cause: Span, why: Reason, group: &Group<'_>) -> (String, String) {
    let (written, caches, count, pools) = (context.written(cause), group.caches(), group.count(), group.pools());
    let all = format!("100 % of the requests of {count} reach {pools}");
    match why {
        Reason::Unbuffered => (
            format!("`{written}` keeps the cache {caches} from storing: {all}"),
            "nothing is kept without it".to_owned(),
        ),
        Reason::Obstacle(Obstacle::NeverKept) => {
            let because = "holds for every request: no answer is kept".to_owned();
            (format!("`{written}` keeps everything out of the cache {caches}: {all}"), because)
        }
        Reason::Obstacle(Obstacle::NeverUsed) => {
            let because = "holds for every request: none is answered from the cache".to_owned();
            (format!("`{written}` leads every request past the cache {caches}: {all}"), because)
        }
        Reason::Obstacle(Obstacle::NoLifetime { but }) => {
            let but = but.map_or_else(String::new, |header| format!(", unless an answer has the header `{header}`"));
            let message = format!(
                "the cache {caches} never learns how long to keep an answer: what answers say is ignored, and no \
                 lifetime is written; {all}{but}"
            );
            (message, "what answers say of their lifetime does not count".to_owned())
        }
        Reason::ManyUses(uses) => {
            let message = format!(
                "the cache {caches} keeps an answer only when it has been asked for {uses} times: the first {uses} \
                 requests for each page of {count} reach {pools}"
            );
            (message, "counts again when a page was removed".to_owned())
        }
        Reason::NoTime => {
            let message = format!(
                "the cache {caches} keeps pages for 0 s: {all}, unless the answers say how long they are valid"
            );
            (message, "0 is not at all".to_owned())
        }
        Reason::Unsaid => {
            let message = format!(
                "no lifetime is written for the cache {caches}: {all}, unless the answers say how long they are valid"
            );
            (message, "keeps what has `Cache-Control`, `Expires` or `X-Accel-Expires`, nothing else".to_owned())
        }
    }
}
