//! Several caches behind a policy that does not look at what is asked for: each fetches everything for itself.

use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Count, Key, Method, Mode, Port, Protocol, Target};
use crate::source::Dialect;
use crate::traffic::{percent, ports};

/// See `docs/checks/cache-split-across-nodes.md`.
#[derive(Debug)]
pub(in crate::checks) struct CacheSplitAcrossNodes;

const META: Meta = Meta {
    name: "cache-split-across-nodes",
    group: Group::Caching,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "several caches behind a policy that does not look at what is asked for: each misses by itself",
    follows: &["one-target-takes-all"],
    page: include_str!("../../../docs/checks/cache-split-across-nodes.md"),
};

const HELP: Wording = Wording {
    haproxy: "`balance uri` and `hash-type consistent`: a page has one home, and one cache that fails moves only its own pages",
    nginx: "`hash $request_uri consistent;`, or the key that is looked up: one cache that fails moves only its own pages",
    envoy: "",
};

/// Words of names that mean a cache of pages.
const CACHES: [&str; 8] = ["varnish", "squid", "cache", "caches", "pagecache", "nuster", "trafficserver", "cdn"];

/// Words that mean something else beside them.
const OTHERS: [&str; 12] =
    ["redis", "api", "service", "session", "sessions", "purge", "ban", "admin", "manager", "dns", "db", "no"];

impl Check for CacheSplitAcrossNodes {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let policy = pool.view.settings.policy;
        let blind = pool.view.method().is_some_and(is_blind);
        if !blind || !pool.is_reached() || context.is_open(policy.origin) {
            return;
        }
        let targets = caches(pool);
        if targets.len() < 2 {
            return;
        }
        let n = targets.len();
        let (message, confidence) = if holds_keys(context, pool, &targets) {
            let misses = percent((n - 1) as f64 / n as f64);
            let message = format!(
                "a key is kept on one of the {n} servers of `{}` and looked up on any: up to {misses} of the look-ups miss",
                pool.name
            );
            (message, Confidence::High)
        } else if holds_pages(context, pool, &targets) {
            let message = format!(
                "each of the {n} caches of `{}` fetches a page for itself: {n} requests for one page instead of 1, and \
                 together they hold no more than one of them",
                pool.name
            );
            (message, Confidence::Medium)
        } else {
            return;
        };
        let word = policy.get().map_or("", |policy| policy.word);
        let finding = Finding::new(&META, policy.origin.at, context.subject(pool.name), message)
            .because(format!("{word}: whatever is asked for"))
            .help(HELP.of(context));
        findings.push(Finding { confidence, ..finding });
    }
}

/// Whether it picks a target without a look at what is asked for.
const fn is_blind(method: Method) -> bool {
    method.rotates() || matches!(method, Method::Hash(Key::ClientAddress | Key::Few | Key::Missing))
}

/// The targets that share the work, if all of them are known.
fn caches<'a>(pool: &PoolContext<'a>) -> Vec<&'a Target> {
    let shares = |target: &&Target| target.serves_first();
    let targets: Vec<&Target> = pool.view.targets.iter().filter(shares).collect();
    let known = targets
        .iter()
        .all(|target| target.presence.is_certain() && matches!(target.count, Count::One | Count::AtLeastOne));
    if known { targets } else { Vec::new() }
}

/// Whether the targets keep what others put there: memcached.
fn holds_keys(context: &Context<'_>, pool: &PoolContext<'_>, targets: &[&Target]) -> bool {
    let spoken = context.forwardings_to(pool.view.id).any(|(_, forwarding)| forwarding.protocol == Protocol::Memcached);
    spoken || targets.iter().all(|target| target.address.port() == Some(Port::Number(ports::MEMCACHED)))
}

/// Whether they are caches of pages, by their names or that of the pool.
fn holds_pages(context: &Context<'_>, pool: &PoolContext<'_>, targets: &[&Target]) -> bool {
    let of_target = |target: &&Target| {
        let host = match target.address {
            Address::Host(name, _) => is_cache(context.text(name).split('.').next().unwrap_or_default()),
            _ => false,
        };
        host || is_cache(pool.view.name_of(target))
    };
    pool.view.settings.mode.is(&Mode::Http) && (is_cache(pool.name) || targets.iter().all(of_target))
}

/// Whether a name says that it is a cache: `varnish-pool`, `cache01`.
fn is_cache(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = || name.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words().any(|word| CACHES.contains(&word)) && !words().any(|word| OTHERS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::is_cache;

    #[test]
    fn names_tell_of_caches() {
        for name in ["varnish", "varnish_pool", "cache01", "bk-page-cache", "CDN"] {
            assert!(is_cache(name), "{name}");
        }
        for name in ["redis-cache", "cacher", "web", "cache-api", "no-cache", "10.0.0.1:80"] {
            assert!(!is_cache(name), "{name}");
        }
    }
}
