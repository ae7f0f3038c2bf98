//! A key so particular that requests hardly ever share an answer.

use super::cached::{Cached, Group, by_cause, working};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group as CheckGroup, Meta, Profile, Severity};
use crate::model::{Variety, WidestPart};
use crate::source::{Dialect, Span};

/// See `docs/checks/fragmented-cache-key.md`.
#[derive(Debug)]
pub(in crate::checks) struct FragmentedCacheKey;

const META: Meta = Meta {
    name: "fragmented-cache-key",
    group: CheckGroup::Caching,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "the key of a cache differs for each request or client, so that nearly every request misses",
    follows: &[],
    page: include_str!("../../../docs/checks/fragmented-cache-key.md"),
};

const HELP: Wording = Wording {
    haproxy: "",
    nginx: "only what answers depend on: `proxy_cache_key $scheme$host$request_uri;` keep pages that are not for \
            everybody out with `proxy_no_cache` and `proxy_cache_bypass`",
    envoy: "",
};

const FEWER: Wording = Wording {
    haproxy: "",
    nginx: "a `map` to the few values that answers depend on: `map $http_accept_language $language { default en; ~^de de; }`",
    envoy: "",
};

impl Check for FragmentedCacheKey {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        // What the proxy itself asks, such as whether a client may, is often one answer for each client.
        let widens = |cached: &Cached<'_>| cached.cache().widest.is_some() && !cached.is_internal();
        let cause = |cached: &Cached<'_>| cached.cache().key.origin.at;
        for (cause, group) in by_cause(working(context).filter(widens), cause) {
            let Some(widest) = group.first().and_then(|first| first.cache().widest) else { continue };
            findings.push(finding(context, cause, widest, &group));
        }
    }
}

fn finding(context: &Context<'_>, key: Span, widest: WidestPart, group: &Group<'_>) -> Finding {
    let (caches, count, pools) = (group.caches(), group.count(), group.pools());
    let variable = format!("`${}`", widest.variable);
    let consequence = match widest.variety {
        Variety::Request => format!("100 % of the requests of {count} miss and reach {pools}"),
        Variety::Second => {
            format!("a page is kept for others for one second at most, then requests of {count} reach {pools}")
        }
        Variety::Connection => {
            format!("only requests of one connection share an answer; all others of {count} miss and reach {pools}")
        }
        Variety::Client => format!(
            "a page that 1,000 clients ask for is fetched from {pools} 1,000 times and kept 1,000 times, not once"
        ),
        Variety::Session => {
            format!("a page that 1,000 visitors with a session ask for is fetched from {pools} 1,000 times, not once")
        }
        Variety::Browser => format!("each page is fetched from {pools} once for each of its many spellings"),
    };
    let message = format!("the key of the cache {caches} holds {variable}, {}: {consequence}", what(widest.variety));
    let at = if key.encloses(widest.at) { widest.at } else { key };
    let finding = Finding::new(&META, at, context.unit_subject(), message).because(what(widest.variety));
    let mut finding = group.mark(context, finding);
    if at != widest.at {
        finding = finding.related(widest.at, format!("holds {variable}"));
    }
    match widest.variety {
        Variety::Browser => finding.help(FEWER.of(context)).at_most(Severity::Info).only_from(Profile::Strict),
        Variety::Session => Finding { confidence: Confidence::Medium, ..finding.help(HELP.of(context)) },
        Variety::Client | Variety::Connection | Variety::Second | Variety::Request => finding.help(HELP.of(context)),
    }
}

/// How often a part of a key changes.
const fn what(variety: Variety) -> &'static str {
    match variety {
        Variety::Request => "another one for each request",
        Variety::Second => "another one every second",
        Variety::Connection => "another one for each connection",
        Variety::Client => "another one for each client",
        Variety::Session => "another one for each session",
        Variety::Browser => "which browsers spell in many ways",
    }
}
