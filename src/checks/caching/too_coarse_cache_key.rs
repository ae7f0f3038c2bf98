//! A key that leaves out what answers depend on: one request gets the answer of another.

use std::collections::BTreeMap;

use super::cached::{Cached, Group, by_cause, working};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group as CheckGroup, Meta, Profile, Severity};
use crate::model::{CacheKey, CacheScope, Guard, KeyParts, RouteKind, RouteSource};
use crate::source::{Dialect, Span};

/// See `docs/checks/too-coarse-cache-key.md`.
#[derive(Debug)]
pub(in crate::checks) struct TooCoarseCacheKey;

const META: Meta = Meta {
    name: "too-coarse-cache-key",
    group: CheckGroup::Caching,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "the key of a cache leaves out what answers depend on, so that requests get the answers of others",
    follows: &[],
    page: include_str!("../../../docs/checks/too-coarse-cache-key.md"),
};

const WHOLE: Wording = Wording { haproxy: "", nginx: "all of it: `$scheme$host$request_uri`", envoy: "" };

const RANGE: Wording = Wording { haproxy: "", nginx: "`$slice_range` in the key, too", envoy: "" };

const BODY: Wording = Wording {
    haproxy: "",
    nginx: "`$request_method$request_body` in the key, too, or no POST in the cache",
    envoy: "",
};

const METHOD: Wording = Wording { haproxy: "", nginx: "`$request_method` in the key, too", envoy: "" };

impl Check for TooCoarseCacheKey {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let known = |cached: &Cached<'_>| cached.cache().key.get().is_some() && !cached.is_internal();
        let incomplete = |cached: &Cached<'_>| omission(context, cached).is_some();
        let cause = |cached: &Cached<'_>| cached.cause(context, cached.cache().key.origin);
        for (cause, group) in by_cause(working(context).filter(known).filter(incomplete), cause) {
            let Some(omitted) = group.first().and_then(|first| omission(context, first)) else { continue };
            findings.push(finding(context, cause, omitted, &group));
        }
        findings.extend(sites(context, working(context).filter(known).filter(|cached| !incomplete(cached))));
    }
}

/// What a key leaves out, though answers differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Omission {
    /// The path.
    Path,
    /// The part of a large answer, by the statement that makes parts.
    Range(Span),
    /// The body of a request whose answer is kept, by the statement that says so.
    Body(Span),
    /// The method, where answers without a body are kept as such.
    Method(Span),
    /// What stands behind the path.
    Arguments,
}

fn omission(context: &Context<'_>, cached: &Cached<'_>) -> Option<Omission> {
    let cache = cached.cache();
    let (parts, differences) = (cache.key_parts, cache.differences);
    let lacks = |part: KeyParts| !parts.may_have(part);
    if context.is_open(cache.key.origin) {
        return None;
    }
    if lacks(KeyParts::PATH) && lacks(KeyParts::BODY) && cache.scope != CacheScope::OnePath {
        return Some(Omission::Path);
    }
    let by_difference = [
        (differences.range, KeyParts::RANGE, Omission::Range as fn(Span) -> Omission),
        (differences.body, KeyParts::BODY, Omission::Body),
        (differences.method, KeyParts::METHOD, Omission::Method),
    ];
    let lacking =
        by_difference.into_iter().find_map(|(at, part, omission)| Some(omission(at.filter(|_| lacks(part))?)));
    // Of a file, what stands behind `?` is rarely more than a number that says how new it is.
    let pages = cache.scope != CacheScope::Files && lacks(KeyParts::ARGUMENTS);
    lacking.or_else(|| pages.then_some(Omission::Arguments))
}

fn finding(context: &Context<'_>, cause: Span, omitted: Omission, group: &Group<'_>) -> Finding {
    let (caches, count, pools) = (group.caches(), group.count(), group.pools());
    let (message, because) = match omitted {
        Omission::Path => (
            format!(
                "the key of the cache {caches} leaves out the path: the first page of {pools} is the answer to all requests of {count}"
            ),
            "the same for every page",
        ),
        Omission::Range(_) => (
            format!(
                "the key of the cache {caches} leaves out the slice: the first part of an answer of {pools} is kept for all its parts, and no more of it arrives"
            ),
            "no `$slice_range`",
        ),
        Omission::Body(_) => (
            format!(
                "the key of the cache {caches} leaves out the body: the answer of {pools} to the first POST is the answer to all others to that path, and to GET"
            ),
            "no `$request_body`",
        ),
        Omission::Method(_) => (
            format!(
                "the key of the cache {caches} leaves out the method: after a HEAD request for a page of {pools}, GET gets an answer without its body"
            ),
            "no `$request_method`",
        ),
        Omission::Arguments => (
            format!(
                "the key of the cache {caches} leaves out what stands behind `?`: `?page=2` gets the answer of {pools} to `?page=1`"
            ),
            "the path only",
        ),
    };
    let is_default = group.first().is_some_and(Cached::has_default_key);
    let because = match omitted {
        Omission::Path if is_default => "no key is written: the same for every page".to_owned(),
        _ if is_default => format!("{because} in the default key"),
        _ => because.to_owned(),
    };
    let finding = Finding::new(&META, cause, context.unit_subject(), message).because(because);
    let mut finding = group.mark(context, finding);
    match omitted {
        Omission::Range(at) | Omission::Body(at) | Omission::Method(at) => {
            finding = finding.related(at, "what makes answers differ");
        }
        Omission::Path | Omission::Arguments => {}
    }
    let help = match omitted {
        Omission::Path | Omission::Arguments => WHOLE,
        Omission::Range(_) => RANGE,
        Omission::Body(_) => BODY,
        Omission::Method(_) => METHOD,
    };
    let finding = finding.help(help.of(context));
    match omitted {
        Omission::Path => finding,
        Omission::Range(_) | Omission::Body(_) | Omission::Method(_) => finding.at_most(Severity::Warning),
        Omission::Arguments => finding.at_most(Severity::Warning).only_from(Profile::Strict),
    }
}

/// What routes of different sites share: the cache, the key as written, and the condition of the location.
type Shared<'a> = (&'a str, &'a str, &'a str);

/// A cached location of a site that has a name.
struct Site<'a> {
    name: &'a str,
    cached: Cached<'a>,
}

/// Sites whose pages have one key.
fn sites<'a>(context: &Context<'a>, routes: impl Iterator<Item = Cached<'a>>) -> Vec<Finding> {
    let mut shared: BTreeMap<Shared<'a>, Vec<Site<'a>>> = BTreeMap::new();
    let without_host = routes.filter(|cached| !cached.cache().key_parts.may_have(KeyParts::HOST));
    for cached in without_host.filter(|cached| cached.cache().scope != CacheScope::OnePath) {
        let Some(name) = site(context, &cached) else { continue };
        let key = match cached.cache().key.get() {
            Some(CacheKey::Written(text)) => context.written(text.0),
            Some(CacheKey::Default) | None => "",
        };
        let location = match (cached.route.kind, &cached.route.guard) {
            (RouteKind::Default, _) => "/",
            (_, Guard::When { at, .. }) => context.written(*at),
            (_, Guard::Always | Guard::Never | Guard::Unmatched | Guard::Taken(_)) => "",
        };
        shared.entry((cached.name, key, location)).or_default().push(Site { name, cached });
    }
    shared.into_values().filter_map(|sites| confused(context, &sites)).collect()
}

/// The name of the site that a route belongs to, where it has one.
fn site<'a>(context: &Context<'a>, cached: &Cached<'a>) -> Option<&'a str> {
    let RouteSource::Listener(id) = cached.route.from else { return None };
    let listener = context.unit.listener(id)?;
    let is_address = listener.binds.iter().any(|bind| bind.at == listener.name.0) || listener.header == listener.name.0;
    let name = context.text(listener.name);
    // With and without `www.` are one site.
    (!is_address).then(|| name.strip_prefix("www.").unwrap_or(name))
}

/// The pages of one site are handed out as those of another.
fn confused(context: &Context<'_>, sites: &[Site<'_>]) -> Option<Finding> {
    let first = sites.first()?;
    let other = sites.iter().find(|site| !site.name.eq_ignore_ascii_case(first.name) && differ(first, site))?;
    let (cache, key) = (first.cached.cache(), first.cached.cache().key);
    let message = format!(
        "`{}` and `{}` share the cache `{}` and a key without the host: one gets the pages of the other",
        first.name, other.name, first.cached.name
    );
    let at = if key.origin.is_explicit() { key.origin.at } else { cache.store.origin.at };
    let because = if key.origin.is_explicit() { "no `$host`" } else { "by default, the key has no `$host`" };
    let mut finding = Finding::new(&META, at, context.unit_subject(), message).because(because);
    let mut names: Vec<&str> = [first, other].into_iter().flat_map(|site| site.cached.to.iter().copied()).collect();
    names.dedup();
    finding.subjects = names.into_iter().map(|name| context.subject(name).told_by(first.cached.name)).collect();
    for site in [first, other] {
        finding = finding.related(site.cached.route.at, format!("the pages of `{}`", site.name));
        if let Some(host) = site.cached.cache().differences.host.filter(|host| *host != at) {
            finding = finding.related(host, "the pool is told the host");
        }
    }
    Some(finding.help(WHOLE.of(context)).at_most(Severity::Warning).only_from(Profile::Strict))
}

/// Whether two sites have different pages under one key.
fn differ(one: &Site<'_>, other: &Site<'_>) -> bool {
    let told = |site: &Site<'_>| site.cached.cache().differences.host.is_some();
    let same_pool = one.cached.to == other.cached.to;
    let has_pool = one.cached.cache().key_parts.has(KeyParts::POOL);
    (same_pool && told(one) && told(other)) || (!same_pool && !has_pool)
}
