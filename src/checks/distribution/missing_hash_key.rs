//! A hashing policy that gets no key, so that each request goes anywhere.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Affinity, Count, Forwarding, Key, Method, Route};
use crate::source::{Dialect, Version};
use crate::traffic::{Reached, percent};

/// See `docs/checks/missing-hash-key.md`.
#[derive(Debug)]
pub(in crate::checks) struct MissingHashKey;

const META: Meta = Meta {
    name: "missing-hash-key",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a hashing policy gets no key: each request without one goes to any target",
    follows: &[],
    page: include_str!("../../../docs/checks/missing-hash-key.md"),
};

const NO_KEY: Wording = Wording {
    haproxy: "",
    nginx: "the key of `hash` is empty, and nginx rotates then",
    envoy: "the policy hashes what `hash_policy` of the route says, and no route has one",
};

const LABEL: Wording = Wording { haproxy: "", nginx: "leads to it", envoy: "no `hash_policy` here" };

const WRITE_KEY: Wording = Wording {
    haproxy: "",
    nginx: "write a key such as `$request_uri`; without affinity remove the method",
    envoy: "write `hash_policy` in the route, for example a `cookie` with a `ttl`; without affinity write `ROUND_ROBIN`",
};

const WRITE_DEFAULT: Wording = Wording {
    haproxy: "",
    nginx: "give requests without it a key of their own: `map KEY $key { '' $remote_addr; default KEY; }`, \
            then `hash $key consistent`",
    envoy: "",
};

/// From here on nginx rotates requests whose key is empty; before, all of them go to one server (its CHANGES).
const ROTATES: Version = Version::release(1, 17, 1);

impl Check for MissingHashKey {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(Method::Hash(key)) = pool.view.method() else { return };
        let alone = pool.view.targets.len() < 2 && pool.view.targets.iter().all(|target| target.count == Count::One);
        if pool.reached != Reached::Yes || alone && pool.view.pool.completeness.is_complete() {
            return;
        }
        findings.extend(match key {
            Key::Missing | Key::Expression => without_policy(context, pool, key),
            Key::Cookie | Key::Header | Key::Parameter => optional(context, pool, key),
            _ => None,
        });
    }
}

/// No key at all, or none for some of the routes.
fn without_policy(context: &Context<'_>, pool: &PoolContext<'_>, key: Key) -> Option<Finding> {
    let all: Vec<(&Route, &Forwarding)> = context.forwardings_to(pool.view.id).collect();
    let without: Vec<&Route> =
        all.iter().filter(|(_, forwarding)| forwarding.hash_key.is(&None)).map(|(route, _)| *route).collect();
    let first = without.first()?;
    let finding = match key {
        Key::Missing if without.len() == all.len() => {
            finding(context, pool, format!("requests to `{}` go to any server: {}", pool.name, NO_KEY.of(context)))
        }
        Key::Expression if without.len() < all.len() => finding(
            context,
            pool,
            format!(
                "requests of {} of {} routes to `{}` go to any server: these routes have no `hash_policy`",
                without.len(),
                all.len(),
                pool.name
            ),
        )
        .at_most(Severity::Info)
        .only_from(Profile::Strict),
        _ => return None,
    };
    Some(finding.because("gets no key").related(first.at, LABEL.of(context)).help(WRITE_KEY.of(context)))
}

/// A key of the pool itself that not every request brings (nginx). What routes hash is `incomplete-affinity`'s matter.
fn optional(context: &Context<'_>, pool: &PoolContext<'_>, key: Key) -> Option<Finding> {
    let tied = matches!(pool.view.settings.affinity.get(), Some(Affinity::Cookie(_) | Affinity::Other));
    let mut forwardings = context.forwardings_to(pool.view.id);
    if tied || pool.prediction.shares.len() < 2 || !forwardings.all(|(_, one)| one.hash_key.is(&None)) {
        return None;
    }
    let (servers, name) = (pool.prediction.shares.len(), pool.name);
    let (what, because) = match key {
        Key::Cookie => ("cookie", "a new client has no such cookie"),
        Key::Header => ("header", "not every request has such a header"),
        _ => ("argument", "not every request has such an argument"),
    };
    let written = context.written(pool.view.settings.policy.origin.at);
    let variable = written.split_whitespace().find(|word| word.starts_with('$')).unwrap_or("$key_of_the_hash");
    let advice = WRITE_DEFAULT.of(context).replace("KEY", variable);
    let of_empty = finding(context, pool, String::new()).because(because).help(advice);
    if context.unit.version < ROTATES {
        let message = format!("all requests to `{name}` without the {what} go to one of its {servers} servers");
        return Some(Finding { message, ..of_empty });
    }
    let moves = if key == Key::Cookie { moved(pool) } else { String::new() };
    let message = format!("requests to `{name}` without the {what} go to any of its {servers} servers{moves}");
    Some(Finding { message, ..of_empty }.at_most(Severity::Info).only_from(Profile::Strict))
}

/// How many clients change the server once: the one that gives them the cookie is drawn by share, the one that the cookie's
/// hash leads to is drawn so, too, and they are the same by chance.
fn moved(pool: &PoolContext<'_>) -> String {
    let same: f64 = pool.prediction.shares.iter().map(|share| share.share * share.share).sum();
    format!(", and {} of the clients that get it from one of them go to another one then", percent(1.0 - same))
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, message: String) -> Finding {
    Finding::new(&META, pool.view.settings.policy.origin.at, context.subject(pool.name), message)
}
