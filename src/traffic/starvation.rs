//! Targets that get nothing by arithmetic, although they are in service and have a weight.

use super::hash::envoy::{Maglev, normalized};
use super::hash::nginx::{IP_HASH_VALUES, KEY_HASH_VALUES};
use super::{PoolView, Prediction, ring_shares};
use crate::model::{AdministrativeState, Count, HashFunction, Locality, LocalityId, Method, Subsets, Target, Value};
use crate::source::Span;

/// Why a target gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starvation {
    /// The hash takes so many values, and the weights before the target add up to as many or more.
    Values(u64),
    /// The ring may have so many points, fewer than it takes to give everybody one.
    Ring(u32),
    /// The table has so many slots, fewer than there are targets.
    Table(u32),
    /// Its locality has no weight, and another one at this place has.
    Locality(Span),
}

/// Positions of targets that get nothing while all are alive, as predicted, in ascending order, and why. Empty where everybody gets
/// something, or where what decides it is not known.
pub fn starved(view: &PoolView<'_>, prediction: &Prediction) -> Vec<(u32, Starvation)> {
    let is_certain = |target: &Target| target.presence.is_certain();
    if !view.pool.completeness.is_complete() || !view.targets.iter().all(is_certain) {
        return Vec::new();
    }
    let by_locality = without_weight(view);
    if !by_locality.is_empty() {
        return by_locality;
    }
    let function = view.settings.hash_type.get().map(|hash_type| hash_type.function);
    match (view.method(), function) {
        (Some(Method::Hash(_)), Some(HashFunction::NginxAddress)) => behind(view, IP_HASH_VALUES as u64),
        (Some(Method::Hash(_)), Some(HashFunction::NginxCrc32)) => behind(view, KEY_HASH_VALUES),
        (Some(Method::Hash(_)), Some(HashFunction::EnvoyMaglev)) => without_slot(view),
        (Some(Method::Hash(_)), Some(HashFunction::EnvoyRing | HashFunction::EnvoyMurmurRing)) => {
            without_point(view, prediction)
        }
        _ => Vec::new(),
    }
}

/// nginx counts a value off along the weights of all servers, also of those that are down (research 3.5, 3.6). Where one is
/// down, `hash` adds further values, which may reach the others.
fn behind(view: &PoolView<'_>, values: u64) -> Vec<(u32, Starvation)> {
    let mut starved = Vec::new();
    let mut before: u64 = 0;
    for (position, target) in (0_u32..).zip(view.targets).filter(|(_, target)| target.tier == 0) {
        let Value::Known(weight) = target.weight.value else { return Vec::new() };
        if target.state != AdministrativeState::Up {
            return Vec::new();
        }
        if before >= values {
            starved.push((position, Starvation::Values(values)));
        }
        before += u64::from(weight);
    }
    starved
}

/// Envoy: localities without a weight beside others of their priority that have one (research 3.4).
fn without_weight(view: &PoolView<'_>) -> Vec<(u32, Starvation)> {
    let is_on = view.spread().is_some_and(|spread| spread.locality_weights.is(&true));
    if !is_on {
        return Vec::new();
    }
    let place = |target: &Target| view.settings_of(target).and_then(|settings| settings.locality);
    let starved = (0_u32..).zip(view.targets).filter_map(|(position, target)| {
        let heavier = heavier(view, place(target)?)?;
        let serves = target.state == AdministrativeState::Up;
        serves.then_some((position, Starvation::Locality(heavier)))
    });
    starved.collect()
}

/// The weight of another locality of the same tier, if this one has none.
fn heavier(view: &PoolView<'_>, id: LocalityId) -> Option<Span> {
    let own = view.unit.locality(id).filter(|locality| is_weightless(locality))?;
    let others = view.targets.iter().filter_map(|target| view.unit.locality(view.settings_of(target)?.locality?));
    let mut weighted = others.filter(|other| other.tier == own.tier && other.weight.get().is_some());
    weighted.find(|other| !is_weightless(other)).map(|other| other.weight.origin.at)
}

fn is_weightless(locality: &Locality) -> bool {
    matches!(locality.weight.get(), Some(None | Some(0)))
}

fn without_point(view: &PoolView<'_>, prediction: &Prediction) -> Vec<(u32, Starvation)> {
    let most = view.spread().and_then(|spread| spread.ring.get()).map(|ring| ring.most);
    let (Some(shares), Some(most)) = (ring_shares(view, prediction), most) else { return Vec::new() };
    unserved(&shares, Starvation::Ring(most))
}

/// A table with fewer slots than hosts leaves hosts out; any other gives each at least one, in the first round.
fn without_slot(view: &PoolView<'_>) -> Vec<(u32, Starvation)> {
    let slots = view.spread().and_then(|spread| {
        let is_flat = spread.locality_weights.is(&false) && spread.subsets.is(&Subsets::Off);
        spread.table.get().copied().filter(|_| is_flat && spread.ring.get().is_some())
    });
    let is_plain =
        |target: &Target| target.tier == 0 && target.state == AdministrativeState::Up && target.count == Count::One;
    let Some(slots) = slots.filter(|slots| (*slots as usize) < view.targets.len()) else { return Vec::new() };
    let weights: Option<Vec<u32>> = view.targets.iter().map(|target| target.weight.get().copied()).collect();
    let Some(weights) = weights.filter(|_| view.targets.iter().all(is_plain)) else { return Vec::new() };
    let names: Vec<&str> = view.targets.iter().map(|target| view.name_of(target)).collect();
    let table = Maglev::new(&names, &normalized(&weights, 1.0), slots);
    table.map_or_else(Vec::new, |table| unserved(&table.shares(), Starvation::Table(slots)))
}

fn unserved(shares: &[f64], why: Starvation) -> Vec<(u32, Starvation)> {
    (0_u32..).zip(shares).filter(|(_, share)| **share <= 0.0).map(|(position, _)| (position, why)).collect()
}
