//! Weights that are written and have no effect.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Locality, LocalityId, Method};
use crate::source::{Dialect, Span};
use crate::traffic::percent;

/// See `docs/checks/ignored-weights.md`.
#[derive(Debug)]
pub(in crate::checks) struct IgnoredWeights;

const META: Meta = Meta {
    name: "ignored-weights",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "weights are written and the policy does not use them",
    follows: &[],
    page: include_str!("../../../docs/checks/ignored-weights.md"),
};

impl Check for IgnoredWeights {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        findings.extend(of_targets(context, pool));
        let Some(spread) = pool.view.spread() else { return };
        let places = Places::new(pool);
        if spread.locality_weights.is(&false) && places.would_matter() {
            findings.extend(of_localities(context, pool, &places));
        } else {
            findings.extend(places.unread().map(|(at, locality)| unread(context, pool, at, locality)));
        }
    }
}

/// Weights of targets under a policy that does not look at them.
fn of_targets(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let policy = pool.view.settings.policy;
    let reason = match pool.view.method()? {
        Method::Uniform => "picks at random, each as often as the others",
        Method::Sticky => "stays with one",
        _ => return None,
    };
    let weighted = pool.view.targets.iter().find(|target| target.weight.origin.is_explicit())?;
    let differ = pool.view.targets.iter().any(|target| target.weight.value != weighted.weight.value);
    if !differ {
        return None;
    }
    let name = context.text(weighted.name);
    let share = pool.prediction.largest().filter(|top| (top.share - fair(pool)).abs() < 1e-9);
    let gets = share.map_or(String::new(), |share| format!(": `{name}` gets {} like the others", percent(share.share)));
    let word = policy.get().map_or("", |policy| policy.word);
    let message = format!("the weights of `{}` have no effect{gets}: {word} {reason}", pool.name);
    let at = weighted.origin_span(weighted.weight.origin);
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("not used");
    let finding = finding.related(policy.origin.at, "this policy has no weights");
    Some(finding.help("write `lb_policy: ROUND_ROBIN` or `LEAST_REQUEST`, which use them"))
}

fn fair(pool: &PoolContext<'_>) -> f64 {
    1.0 / pool.prediction.shares.len().max(1) as f64
}

/// The localities of a pool with the positions of the targets in each.
struct Places<'a> {
    all: Vec<(&'a Locality, Vec<u32>)>,
    /// How many groups of targets each tier has.
    groups: BTreeMap<u8, u32>,
}

impl<'a> Places<'a> {
    fn new(pool: &PoolContext<'a>) -> Self {
        let mut by_id: BTreeMap<LocalityId, Vec<u32>> = BTreeMap::new();
        for (position, target) in (0_u32..).zip(pool.view.targets) {
            if let Some(id) = pool.view.settings_of(target).and_then(|settings| settings.locality) {
                by_id.entry(id).or_default().push(position);
            }
        }
        let locality = |(id, targets)| Some((pool.view.unit.locality(id)?, targets));
        let all: Vec<(&Locality, Vec<u32>)> = by_id.into_iter().filter_map(locality).collect();
        let mut groups: BTreeMap<u8, u32> = BTreeMap::new();
        for (locality, _) in &all {
            *groups.entry(locality.tier).or_default() += locality.groups;
        }
        Self { all, groups }
    }

    /// Weights that are not read whatever the policy says, and that would count beside others.
    fn unread(&self) -> impl Iterator<Item = (Span, &'a Locality)> {
        let compared = self.all.iter().filter(|(one, _)| self.groups.get(&one.tier).is_some_and(|groups| *groups > 1));
        compared.filter_map(|(locality, _)| Some((locality.unread_weight?, *locality)))
    }

    /// Whether the weights of some tier would send traffic elsewhere than equal targets do.
    fn would_matter(&self) -> bool {
        let mut first: BTreeMap<u8, Option<u64>> = BTreeMap::new();
        let differs = |(locality, targets): &(&Locality, Vec<u32>)| {
            let own = ratio(locality, targets.len());
            *first.entry(locality.tier).or_insert(own) != own
        };
        self.all.iter().any(differs)
    }
}

/// Weight for each target, to two places; `None` without a weight.
fn ratio(locality: &Locality, targets: usize) -> Option<u64> {
    Some(u64::from(weight_of(locality)?) * 100 / targets.max(1) as u64)
}

fn weight_of(locality: &Locality) -> Option<u32> {
    locality.weight.get().copied().flatten()
}

fn of_localities(context: &Context<'_>, pool: &PoolContext<'_>, places: &Places<'_>) -> Option<Finding> {
    let weighted = |(locality, _): &&(&Locality, Vec<u32>)| locality.weight.origin.is_explicit();
    let (first, positions) = places.all.iter().find(weighted)?;
    let tier = places.all.iter().filter(|(locality, _)| locality.tier == first.tier);
    let total: u64 = tier.filter_map(|(locality, _)| weight_of(locality)).map(u64::from).sum();
    let meant = percent(f64::from(weight_of(first)?) / total.max(1) as f64);
    let share = pool.prediction.share_of_all(positions);
    let gets = share.map_or(String::new(), |share| format!(" gets {}, not {meant}", percent(share)));
    let name = context.text(first.name);
    let message = format!("the weights of the localities of `{}` have no effect: `{name}`{gets}", pool.name);
    let finding = Finding::new(&META, first.weight.origin.at, context.subject(pool.name), message);
    let mut finding = finding.because("not used");
    for (other, _) in places.all.iter().filter(weighted).skip(1).take(3) {
        finding = finding.related(other.weight.origin.at, "nor is this one");
    }
    Some(finding.help("write `common_lb_config: { locality_weighted_lb_config: {} }` in the cluster"))
}

/// A weight that another group of the same locality replaces, or of a group that names no locality.
fn unread(context: &Context<'_>, pool: &PoolContext<'_>, at: Span, locality: &Locality) -> Finding {
    let name = context.text(locality.name);
    let message = if locality.weight.origin.is_explicit() {
        format!("two groups of `{}` are one locality, `{name}`: the last weight counts for all of it", pool.name)
    } else {
        format!("a weight of `{}` is not read: its group of endpoints names no `locality`", pool.name)
    };
    let finding = Finding::new(&META, at, context.subject(pool.name).told_by(name), message).because("not read");
    let counts = locality.weight.origin;
    let finding = if counts.is_explicit() { finding.related(counts.at, "this one counts") } else { finding };
    finding.help("give each group a `locality` of its own, for example `locality: { zone: a }`")
}
