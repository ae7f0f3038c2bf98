//! A hashing policy that gets no key, so that each request goes anywhere.

use crate::checks::PoolContext;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Count, Forwarding, Key, Method, Route};
use crate::source::Dialect;
use crate::traffic::Reached;

/// See `docs/checks/missing-hash-key.md`.
#[derive(Debug)]
pub(in crate::checks) struct MissingHashKey;

const META: Meta = Meta {
    name: "missing-hash-key",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "a hashing policy gets no key from its routes: each request goes to any target",
    follows: &[],
    page: include_str!("../../../docs/checks/missing-hash-key.md"),
};

impl Check for MissingHashKey {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let policy = &pool.view.settings.policy;
        let Some(Method::Hash(key)) = pool.view.method() else { return };
        let alone = pool.view.targets.len() < 2 && pool.view.targets.iter().all(|target| target.count == Count::One);
        if pool.reached != Reached::Yes || alone && pool.view.pool.completeness.is_complete() {
            return;
        }
        let all: Vec<(&Route, &Forwarding)> = context.forwardings_to(pool.view.id).collect();
        let without: Vec<&Route> =
            all.iter().filter(|(_, forwarding)| forwarding.hash_key.is(&None)).map(|(route, _)| *route).collect();
        let Some(first) = without.first() else { return };
        let finding = |message: String| Finding::new(&META, policy.origin.at, context.subject(pool.name), message);
        let word = policy.get().map_or("", |policy| policy.word);
        let finding = match key {
            Key::Missing if without.len() == all.len() => finding(format!(
                "requests to `{}` go to any server: {word} hashes what `hash_policy` of the route says, and no route has one",
                pool.name
            )),
            Key::Expression if without.len() < all.len() => finding(format!(
                "requests of {} of {} routes to `{}` go to any server: these routes have no `hash_policy`",
                without.len(),
                all.len(),
                pool.name
            ))
            .at_most(Severity::Info)
            .only_from(Profile::Strict),
            _ => return,
        };
        let finding = finding.because("gets no key").related(first.at, "no `hash_policy` here");
        findings.push(finding.help(
            "write `hash_policy` in the route, for example a `cookie` with a `ttl`; without affinity write `ROUND_ROBIN`",
        ));
    }
}
