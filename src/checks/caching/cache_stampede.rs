//! While one request fetches a page, all others for it reach the pool, too.

use super::cached::{Cached, Group, by_cause, working};
use crate::checks::phrases::lasting;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group as CheckGroup, Meta, Profile, Severity};
use crate::model::{CacheScope, Conditions, Timeout};
use crate::source::{Dialect, Span};

/// See `docs/checks/cache-stampede.md`.
#[derive(Debug)]
pub(in crate::checks) struct CacheStampede;

const META: Meta = Meta {
    name: "cache-stampede",
    group: CheckGroup::Caching,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a page that is not in the cache, or over its time, is fetched by all requests for it at once",
    follows: &[],
    page: include_str!("../../../docs/checks/cache-stampede.md"),
};

const LOCK: Wording = Wording {
    haproxy: "",
    nginx: "`proxy_cache_lock on;` lets one request fetch a page, `proxy_cache_use_stale updating;` answers from the old \
            one meanwhile",
    envoy: "",
};

const UPDATING: Wording = Wording {
    haproxy: "",
    nginx: "`proxy_cache_use_stale updating;`, and `proxy_cache_background_update on;` so that nobody waits",
    envoy: "",
};

const LONGER: Wording =
    Wording { haproxy: "", nginx: "as long as the slowest page takes (the default is 5 s)", envoy: "" };

impl Check for CacheStampede {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let fires = |cached: &Cached<'_>| gap(context, cached).is_some();
        let cause = |cached: &Cached<'_>| gap(context, cached).map_or(cached.route.at, |(at, _)| at);
        for (cause, group) in by_cause(working(context).filter(fires), cause) {
            let Some((_, gap)) = group.first().and_then(|first| gap(context, first)) else { continue };
            findings.push(finding(context, cause, gap, &group));
        }
    }
}

/// What nothing holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Neither for new pages nor for those over their time.
    All,
    /// For pages that are not in the cache; old ones are served while they are renewed.
    New,
    /// For pages over their time: a lock covers only what is not there at all.
    Expired,
    /// The others wait only so long.
    ShortLock(u64),
}

/// Where one line would close it, and what it is.
fn gap(context: &Context<'_>, cached: &Cached<'_>) -> Option<(Span, Gap)> {
    let cache = cached.cache();
    if cached.is_internal() {
        return None;
    }
    let lock = *cache.lock.get()?;
    let updating = cache.stale_on.get()?.has(Conditions::UPDATING);
    let (fact, gap) = match (lock, updating) {
        (false, false) => (cache.lock.origin, Gap::All),
        (false, true) => (cache.lock.origin, Gap::New),
        (true, false) => (cache.stale_on.origin, Gap::Expired),
        (true, true) => match cache.lock_timeout.get()? {
            Timeout::After(time) if *time < context.options.short_cache_lock => {
                (cache.lock_timeout.origin, Gap::ShortLock(*time))
            }
            Timeout::After(_) | Timeout::Never => return None,
        },
    };
    (!cached.is_open(context, fact)).then(|| (cached.cause(context, fact), gap))
}

fn finding(context: &Context<'_>, cause: Span, gap: Gap, group: &Group<'_>) -> Finding {
    let (caches, pools) = (group.caches(), group.pools());
    let again = every(group);
    let (message, because, help) = match gap {
        Gap::All => (
            format!(
                "of 100 requests at once for a page that is not in the cache {caches}, 100 reach {pools}, not 1; and \
                 again when it is over its time{again}"
            ),
            "nothing lets one request wait for another",
            LOCK,
        ),
        Gap::New => (
            format!(
                "of 100 requests at once for a page that is not in the cache {caches} yet, 100 reach {pools}, not 1"
            ),
            "nothing lets one request wait for another",
            LOCK,
        ),
        Gap::Expired => (
            format!(
                "when a page in the cache {caches} is over its time{again}, of 100 requests at once for it 100 reach \
                 {pools}, not 1: the lock covers only pages that are not there at all"
            ),
            "without `updating`, an old page is fetched by everybody who asks",
            UPDATING,
        ),
        Gap::ShortLock(time) => (
            format!(
                "requests for a page that is being fetched for the cache {caches} wait {time} ms, then all of them \
                 reach {pools}"
            ),
            "shorter than many pages take",
            LONGER,
        ),
    };
    let finding = Finding::new(&META, cause, context.unit_subject(), message).because(because);
    let finding = group.mark(context, finding);
    // Files are cheap to fetch, and a cold cache is rare.
    let mild = gap == Gap::New || group.routes.iter().all(|cached| cached.cache().scope == CacheScope::Files);
    let finding = finding.help(help.of(context));
    if mild { finding.at_most(Severity::Info) } else { finding }
}

/// How often that is: ", every 10 min".
fn every(group: &Group<'_>) -> String {
    let times = group.routes.iter().filter_map(|cached| match cached.cache().pages_for.get() {
        Some(Some(Timeout::After(time))) => Some(*time),
        _ => None,
    });
    times.min().map_or_else(String::new, |time| format!(", every {}", lasting(time)))
}
