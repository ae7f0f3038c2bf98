//! A target in service, with a weight, that no value of the hash or no weight of a locality ever leads to.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::Target;
use crate::source::{Dialect, Span};
use crate::traffic::{Starvation, starved, thousands};

/// See `docs/checks/starved-target.md`.
#[derive(Debug)]
pub(in crate::checks) struct StarvedTarget;

const META: Meta = Meta {
    name: "starved-target",
    group: Group::Distribution,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a target in service gets nothing by arithmetic: hash values, points, slots or weights end before it",
    follows: &[],
    page: include_str!("../../../docs/checks/starved-target.md"),
};

impl Check for StarvedTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        let starved = starved(&pool.view, &pool.prediction);
        let targets: Vec<&Target> = starved.iter().filter_map(|(position, _)| pool.target(*position)).collect();
        if let (Some((_, why)), Some(first)) = (starved.first(), targets.first()) {
            findings.push(finding(context, pool, *why, first, &targets));
        }
    }
}

fn finding(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    why: Starvation,
    first: &Target,
    targets: &[&Target],
) -> Finding {
    let names = list(targets.iter().map(|target| context.text(target.name)));
    let gets = if targets.len() == 1 { "gets" } else { "get" };
    let message = format!("{names} of `{}` {gets} nothing: {}", pool.name, reason(pool, why));
    let finding = Finding::new(&META, place(pool, why, first), context.subject(pool.name), message);
    let finding = finding.about(context.target_subjects(pool.name, targets.iter().copied()));
    match why {
        Starvation::Values(values) => {
            let policy = pool.view.settings.policy.origin.at;
            let heavy = heaviest(pool);
            let finding = finding.because("no value of the hash leads here");
            let finding = finding.related(policy, format!("{} values", thousands(values)));
            let finding = heavy.map_or(finding.clone(), |at| finding.related(at, "takes the values"));
            finding.help("divide all weights by their greatest common divisor: only their ratio counts")
        }
        Starvation::Ring(_) => finding
            .because("too few points")
            .related(first.statement, "gets none")
            .help("leave `maximum_ring_size` away (8,388,608), and write `minimum_ring_size: 65536` for an even ring"),
        Starvation::Table(_) => finding
            .because("too few slots")
            .related(first.statement, "gets none")
            .help("leave `table_size` away (65,537), or write a prime number of at least 100 times the endpoints"),
        Starvation::Locality(heavier) => finding
            .because("no weight: 0")
            .related(heavier, "has a weight")
            .help("write `load_balancing_weight` for every locality of the priority"),
    }
}

fn reason(pool: &PoolContext<'_>, why: Starvation) -> String {
    let targets = pool.view.targets.len();
    match why {
        Starvation::Values(values) => {
            let word = pool.view.settings.policy.get().map_or("the hash", |policy| policy.word);
            let weights = pool.view.targets.iter().filter(|target| target.tier == 0);
            let total: u64 = weights.map(|target| u64::from(target.weight.get().copied().unwrap_or(0))).sum();
            format!("`{word}` has {} values, and the weights add up to {}", thousands(values), thousands(total))
        }
        Starvation::Ring(most) => {
            format!("the ring has at most {} points for {targets} endpoints", thousands(most.into()))
        }
        Starvation::Table(slots) => {
            format!("the table has {} slots for {targets} endpoints", thousands(slots.into()))
        }
        Starvation::Locality(_) => "its locality has no weight, which is 0 where another one has a weight".to_owned(),
    }
}

/// The weight of the heaviest target, where one is written.
fn heaviest(pool: &PoolContext<'_>) -> Option<Span> {
    let written = pool.view.targets.iter().filter(|target| target.tier == 0 && target.weight.origin.is_explicit());
    let heaviest = written.rev().max_by_key(|target| target.weight.get().copied())?;
    Some(heaviest.origin_span(heaviest.weight.origin))
}

fn place(pool: &PoolContext<'_>, why: Starvation, first: &Target) -> Span {
    let locality = pool.view.settings_of(first).and_then(|settings| pool.view.unit.locality(settings.locality?));
    match (why, pool.view.spread(), locality) {
        (Starvation::Ring(_), Some(spread), _) => spread.ring.origin.at,
        (Starvation::Table(_), Some(spread), _) => spread.table.origin.at,
        (Starvation::Locality(_), _, Some(locality)) => locality.at,
        _ => first.statement,
    }
}
