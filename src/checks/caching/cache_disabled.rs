//! A cache is configured and cannot store anything.

use crate::checks::phrases::list;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{CacheStore, Forwarding, Route};
use crate::source::Dialect;

/// See `docs/checks/cache-disabled.md`.
#[derive(Debug)]
pub(in crate::checks) struct CacheDisabled;

const META: Meta = Meta {
    name: "cache-disabled",
    group: Group::Caching,
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

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let disabled: Vec<Disabled<'_>> = pools.iter().flat_map(|pool| disabled(context, pool)).collect();
        let mut told = Vec::new();
        for one in &disabled {
            let cause = one.forwarding.buffers_answers.origin.at;
            if told.contains(&cause) {
                continue;
            }
            told.push(cause);
            let same: Vec<&Disabled<'_>> =
                disabled.iter().filter(|other| other.forwarding.buffers_answers.origin.at == cause).collect();
            findings.extend(finding(context, &same));
        }
    }
}

/// A route whose answers go past its cache.
struct Disabled<'a> {
    pool: &'a str,
    route: &'a Route,
    forwarding: &'a Forwarding,
    cache: &'a str,
}

/// nginx keeps only answers that it buffers (measured with 1.22.1: of 20 requests for one page 20 reach the server).
fn disabled<'a>(context: &Context<'a>, pool: &PoolContext<'a>) -> Vec<Disabled<'a>> {
    let name = pool.name;
    let cache = |forwarding: &Forwarding| match forwarding.cache.store.get() {
        Some(CacheStore::Named(name)) => Some(context.text(*name)),
        Some(CacheStore::None) | None => None,
    };
    let unbuffered =
        context.forwardings_to(pool.view.id).filter(|(_, forwarding)| forwarding.buffers_answers.is(&false));
    unbuffered
        .filter_map(|(route, forwarding)| Some(Disabled { pool: name, route, forwarding, cache: cache(forwarding)? }))
        .collect()
}

fn finding(context: &Context<'_>, same: &[&Disabled<'_>]) -> Option<Finding> {
    let first = same.first()?;
    let cause = first.forwarding.buffers_answers.origin.at;
    let written = context.written(cause);
    let mut pools: Vec<&str> = same.iter().map(|one| one.pool).collect();
    pools.sort_unstable();
    pools.dedup();
    let mut caches: Vec<&str> = same.iter().map(|one| one.cache).collect();
    caches.sort_unstable();
    caches.dedup();
    let places = if same.len() == 1 { "one route".to_owned() } else { format!("{} routes", same.len()) };
    let message = format!(
        "`{written}` keeps the cache {} from storing: 100 % of the requests of {places} reach {}",
        list(caches),
        list(pools.iter().copied())
    );
    let mut finding =
        Finding::new(&META, cause, context.subject(first.pool), message).because("nothing is kept without it");
    finding.subjects = pools.iter().map(|pool| context.subject(pool)).collect();
    for one in same.iter().take(4) {
        finding = finding.related(one.forwarding.cache.store.origin.at, "asks for a cache");
    }
    let routes = same.iter().map(|one| context.line(one.route.at).to_string()).take(6).collect::<Vec<_>>().join(", ");
    Some(
        finding
            .note(format!("sent on in line {routes}"))
            .help("buffering on where the cache is used; off only where answers are streams"),
    )
}
