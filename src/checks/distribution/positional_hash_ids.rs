//! Places on the ring that follow the order of the lines: a server that is added above moves all keys below it.

use crate::checks::PoolContext;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Count, Method, RingKey, Target};
use crate::source::Dialect;
use crate::traffic::hash::haproxy::{Ring, ServerKey};

/// See `docs/checks/positional-hash-ids.md`.
#[derive(Debug)]
pub(in crate::checks) struct PositionalHashIds;

const META: Meta = Meta {
    name: "positional-hash-ids",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "places on the ring follow the order of the lines: a server that is added above moves the keys below it",
    follows: &["one-target-takes-all"],
    page: include_str!("../../../docs/checks/positional-hash-ids.md"),
};

/// The most units of weight whose ring is computed, 16 points each.
const MOST_WEIGHT: u64 = 8192;

impl Check for PositionalHashIds {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let consistent = pool.view.settings.hash_type.get().is_some_and(|hash_type| hash_type.consistent);
        let hashes = matches!(pool.view.method(), Some(Method::Hash(_)));
        let targets = pool.view.targets;
        // Members that are discovered fill slots, whose numbers stay.
        let listed = pool.view.pool.completeness.is_complete();
        if !consistent || !hashes || !listed || targets.len() < 2 || !pool.is_reached() {
            return;
        }
        let positional = |target: &&Target| {
            let by_number =
                pool.view.settings_of(target).is_some_and(|settings| settings.ring_key.is(&RingKey::Number));
            by_number && !target.numbered && target.count == Count::One && target.presence.is_certain()
        };
        let Some(first) = targets.iter().find(positional) else { return };
        let share = moved(targets).map_or("nearly all".to_owned(), |moved| format!("about {:.0} %", moved * 100.0));
        let message = format!(
            "the places on the ring of `{}` follow the order of the lines: a server above `{}` moves {share} of the keys",
            pool.name,
            context.text(first.name)
        );
        let finding = Finding::new(&META, place(pool), context.subject(pool.name), message);
        let finding = finding.because("on the ring a server stands where its number says");
        let finding = finding.related(first.statement, "no `id`: number 1 is that of the first line without one");
        findings.push(finding.help(
            "write `id 1`, `id 2` and so on to the servers and keep them, or `default-server hash-key addr` (3.0)",
        ));
    }
}

/// Where the ring is asked for.
fn place(pool: &PoolContext<'_>) -> crate::source::Span {
    pool.view.settings.hash_type.origin.at
}

/// The part of the keys that move when a server of weight 1 is added as the first line, over evenly spread hashes; `None`
/// where some number is written, or the ring is large.
fn moved(targets: &[Target]) -> Option<f64> {
    const HASHES: u32 = 8192;
    let weights: Option<Vec<u32>> = targets.iter().map(|target| target.weight.get().copied()).collect();
    let weights = weights.filter(|_| targets.iter().all(|target| !target.numbered))?;
    if weights.iter().copied().map(u64::from).sum::<u64>() > MOST_WEIGHT {
        return None;
    }
    let ring = |weights: &[u32]| {
        let servers: Vec<(ServerKey, u32)> = (1..).map(ServerKey::from_id).zip(weights.iter().copied()).collect();
        Ring::new(&servers)
    };
    let added = *weights.first()?;
    let (before, after) = (ring(&weights)?, ring(&[&[added], weights.as_slice()].concat())?);
    let hash = |number: u32| number * (u32::MAX / HASHES);
    let moves = |number: &u32| after.server(hash(*number)) != before.server(hash(*number)) + 1;
    Some((0..HASHES).filter(moves).count() as f64 / f64::from(HASHES))
}
