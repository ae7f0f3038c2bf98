//! The routes of a unit that ask a cache before the pool.

use std::collections::BTreeMap;

use crate::checks::Context;
use crate::checks::phrases::list;
use crate::finding::{Finding, Subject};
use crate::model::{CacheKey, CacheScope, CacheStore, Caching, Destination, Forwarding, Guard, Origin, Route};
use crate::source::Span;

/// A route whose answers may come from a cache.
#[derive(Clone, Debug)]
pub(super) struct Cached<'a> {
    pub(super) route: &'a Route,
    pub(super) forwarding: &'a Forwarding,
    /// The name of the cache.
    pub(super) name: &'a str,
    /// The names of the pools behind it, or how they are computed.
    pub(super) to: Vec<&'a str>,
}

/// The routes that ask a cache.
pub(super) fn routes<'a>(context: &Context<'a>) -> impl Iterator<Item = Cached<'a>> {
    let unit = context.unit;
    let live = |route: &&Route| {
        !matches!(route.guard, Guard::Never | Guard::Unmatched | Guard::Taken(_)) && route.presence.is_certain()
    };
    unit.routes.iter().filter(live).filter_map(move |route| {
        let forwarding = unit.forwarding(route)?;
        let CacheStore::Named(name) = *forwarding.cache.store.get()? else { return None };
        let to = match route.to {
            Destination::Computed(_, at) => vec![context.written(at)],
            Destination::Pool(..) | Destination::Split(_) => {
                route.to.pools().map(|(name, _)| context.text(name)).collect()
            }
        };
        Some(Cached { route, forwarding, name: context.text(name), to })
    })
}

/// The same, as far as nothing keeps the cache from working at all: that is another finding.
pub(super) fn working<'a>(context: &Context<'a>) -> impl Iterator<Item = Cached<'a>> {
    routes(context).filter(|cached| {
        let cache = &cached.forwarding.cache;
        cached.forwarding.buffers_answers.is(&true) && cache.obstacle.is(&None)
    })
}

impl<'a> Cached<'a> {
    /// What is set for the cache.
    pub(super) const fn cache(&self) -> &'a Caching {
        &self.forwarding.cache
    }

    /// Whether it is the proxy that asks, for authorisation and the like.
    pub(super) fn is_internal(&self) -> bool {
        self.cache().scope == CacheScope::Internal
    }

    /// Whether a default may have been changed in a file that is not known. Who makes the cache in a file says there, too,
    /// how it is used.
    pub(super) fn is_open(&self, context: &Context<'_>, origin: Origin) -> bool {
        context.is_open(origin) && self.cache().zone.is_none()
    }

    /// Where a line would decide it: what is written, else the outermost block, else beside the statement that makes the cache.
    pub(super) fn cause(&self, context: &Context<'_>, origin: Origin) -> Span {
        let beside = self.cache().zone.filter(|_| context.is_open(origin));
        beside.map_or(origin.at, |zone| zone.at)
    }

    /// Whether the key is the program's own.
    pub(super) fn has_default_key(&self) -> bool {
        self.cache().key.is(&CacheKey::Default)
    }
}

/// Routes with one cause: what a finding speaks of.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) routes: Vec<Cached<'a>>,
}

/// Routes by the place of what is decisive for them.
pub(super) fn by_cause<'a>(
    routes: impl Iterator<Item = Cached<'a>>,
    cause: impl Fn(&Cached<'a>) -> Span,
) -> Vec<(Span, Group<'a>)> {
    let mut groups: BTreeMap<Span, Group<'a>> = BTreeMap::new();
    for cached in routes {
        groups.entry(cause(&cached)).or_insert_with(|| Group { routes: Vec::new() }).routes.push(cached);
    }
    groups.into_iter().collect()
}

impl<'a> Group<'a> {
    /// The first of the routes; a group is never empty.
    pub(super) fn first(&self) -> Option<&Cached<'a>> {
        self.routes.first()
    }

    /// The caches, as a sentence names them.
    pub(super) fn caches(&self) -> String {
        list(sorted(self.routes.iter().map(|cached| cached.name)))
    }

    /// The pools behind them, as a sentence names them.
    pub(super) fn pools(&self) -> String {
        list(self.pool_names())
    }

    fn pool_names(&self) -> Vec<&'a str> {
        sorted(self.routes.iter().flat_map(|cached| cached.to.iter().copied()))
    }

    /// Adds what the finding is about, and the first few places that ask for the cache.
    pub(super) fn mark(&self, context: &Context<'_>, mut finding: Finding) -> Finding {
        finding.subjects = self.subjects(context);
        let mut places: Vec<Span> = self.routes.iter().map(|cached| cached.cache().store.origin.at).collect();
        places.sort_unstable();
        places.dedup();
        places.retain(|place| *place != finding.primary.span);
        places.into_iter().take(4).fold(finding, |finding, place| finding.related(place, "asks for a cache"))
    }

    fn subjects(&self, context: &Context<'_>) -> Vec<Subject> {
        let of = |cached: &Cached<'a>| (cached.name, cached.to.clone());
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for (cache, pools) in self.routes.iter().map(of) {
            pairs.extend(pools.into_iter().map(|pool| (pool, cache)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.into_iter().map(|(pool, cache)| context.subject(pool).told_by(cache)).collect()
    }

    /// "one route", "3 routes".
    pub(super) fn count(&self) -> String {
        if self.routes.len() == 1 { "one route".to_owned() } else { format!("{} routes", self.routes.len()) }
    }

    /// Where requests are sent on: "sent on in line 4, 9".
    pub(super) fn places(&self, context: &Context<'_>) -> String {
        let lines = self.routes.iter().map(|cached| context.line(cached.route.at).to_string());
        format!("sent on in line {}", lines.take(6).collect::<Vec<_>>().join(", "))
    }
}

fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}
