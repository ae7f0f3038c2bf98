//! Envoy: how a priority's traffic is spread over its localities, where their weights count (research 3.4).

use super::PoolView;
use super::eligible::{Doubt, Group, weight as weight_of};
use super::hash::envoy::normalized;
use super::priorities::{Numbers, Tier, known};
use crate::model::{LocalityId, Method};

/// The healthy, or the degraded, targets of one tier by locality; one flat group where localities have no say.
pub(super) fn split(
    view: &PoolView<'_>,
    tier: &Tier,
    degraded: bool,
    part: f64,
    numbers: Numbers,
) -> Result<Vec<Group>, Doubt> {
    let usable = if degraded { &tier.degraded } else { &tier.healthy };
    let flat = || vec![Group::plain(usable.clone(), part)];
    if !numbers.locality_weights || part <= 0.0 {
        return Ok(flat());
    }
    let mut places = Vec::new();
    for (locality, all) in by_locality(view, &tier.all) {
        let targets: Vec<u32> = all.iter().copied().filter(|position| usable.binary_search(position).is_ok()).collect();
        let weight = weight(view, locality)?;
        places.push((weight * health(view, &targets, &all, numbers), targets));
    }
    let total: f64 = places.iter().map(|(weight, _)| weight).sum();
    if total <= 0.0 {
        return Ok(flat());
    }
    if matches!(view.method(), Some(Method::Hash(_))) {
        return one_table(view, &places, total, part).map(|group| vec![group]);
    }
    Ok(places.into_iter().map(|(weight, targets)| Group::plain(targets, part * weight / total)).collect())
}

/// A table or ring holds the targets of all localities that have a weight, one locality after the other: each with its part
/// of its locality's part (`thread_aware_lb_impl.cc`, `normalizeHostWeights`).
fn one_table(view: &PoolView<'_>, places: &[(f64, Vec<u32>)], total: f64, part: f64) -> Result<Group, Doubt> {
    let (mut targets, mut weights) = (Vec::new(), Vec::new());
    for (weight, members) in places.iter().filter(|(weight, _)| *weight > 0.0) {
        let own: Vec<u32> = members
            .iter()
            .filter_map(|position| view.target(*position))
            .map(weight_of)
            .collect::<Result<_, Doubt>>()?;
        targets.extend_from_slice(members);
        weights.extend(normalized(&own, weight / total));
    }
    Ok(Group { targets, part, weights: Some(weights) })
}

/// Positions by locality, in the order of the text.
fn by_locality(view: &PoolView<'_>, positions: &[u32]) -> Vec<(Option<LocalityId>, Vec<u32>)> {
    let mut groups: Vec<(Option<LocalityId>, Vec<u32>)> = Vec::new();
    let mut places: rustc_hash::FxHashMap<Option<LocalityId>, usize> = rustc_hash::FxHashMap::default();
    for &position in positions {
        let target = view.targets.get(position as usize);
        let locality = target.and_then(|target| view.settings_of(target)).and_then(|settings| settings.locality);
        let place = *places.entry(locality).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, group)) => group.push(position),
            None => groups.push((locality, vec![position])),
        }
    }
    groups
}

/// A locality without a weight has weight 0.
fn weight(view: &PoolView<'_>, locality: Option<LocalityId>) -> Result<f64, Doubt> {
    let Some(locality) = locality.and_then(|id| view.unit.locality(id)) else { return Ok(0.0) };
    known(&locality.weight).map(|weight| f64::from(weight.unwrap_or(0)))
}

/// A locality loses weight with its targets once overprovisioning cannot make up for them. Tables are built without that.
fn health(view: &PoolView<'_>, usable: &[u32], all: &[u32], numbers: Numbers) -> f64 {
    if usable.is_empty() {
        return 0.0;
    }
    if matches!(view.method(), Some(Method::Hash(_))) {
        return 1.0;
    }
    let alive = usable.len() as f64 / all.len().max(1) as f64;
    (numbers.overprovisioning as f64 / 100.0 * alive).min(1.0)
}
