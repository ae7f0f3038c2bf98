//! Policies that hash a key: each target's part of all keys, from the table or ring as the program builds it.

use super::{few_keys, proportional, ring};
use crate::model::{Count, HashFunction, Key, Limit, Method};
use crate::traffic::eligible::Group;
use crate::traffic::hash::envoy::Maglev;
use crate::traffic::hash::nginx::{hash_shares, ip_hash_shares};
use crate::traffic::share::{Certainty, Prediction};
use crate::traffic::{PoolView, Scenario};

/// What holds for every hash.
const MANY_KEYS: &str = "many different keys, evenly used";
/// What holds where a table gives way to load.
const BALANCED: &str = "few requests in flight; under load the fullest targets give some away";
/// Lengths of keys over which nginx's second choice is taken: it depends on the length, not on the key.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 4..=36;

/// Each target's part of all keys.
pub(super) fn shares(view: &PoolView<'_>, group: &Group, scenario: Scenario<'_>) -> Prediction {
    let hashed = match view.method() {
        // Without a key Envoy draws a hash for each request (research 3.6).
        Some(Method::Hash(Key::Missing)) => table(view, group, scenario).assuming(super::weights::DRAWN),
        _ => table(view, group, scenario).assuming(MANY_KEYS),
    };
    if let Some(callers) = view.callers {
        return few_keys::shares(view, group, scenario, callers, hashed);
    }
    match view.settings.hash_balance.get() {
        Some(Limit::AtMost(percent)) => balanced(view, group, hashed, *percent as f64 / 100.0),
        _ => hashed,
    }
}

fn table(view: &PoolView<'_>, group: &Group, scenario: Scenario<'_>) -> Prediction {
    let weighted = || by_weights(view, group);
    let Some(hash_type) = view.settings.hash_type.get() else { return weighted() };
    match hash_type.function {
        HashFunction::NginxAddress => nginx(view, group, ip_hash_shares),
        HashFunction::NginxCrc32 => by_remainder(view, group),
        HashFunction::EnvoyMaglev => maglev(view, group).unwrap_or_else(weighted),
        // A map holds each target exactly as often as its weight says (research haproxy 3.4).
        _ if !hash_type.consistent => weighted(),
        _ => match ring::of(view, group, scenario) {
            Some(rings) => rings.prediction(&group.targets),
            None => weighted().assuming(ring::NOT_BUILT),
        },
    }
}

/// In proportion to weights: those of tables where localities have a say.
fn by_weights(view: &PoolView<'_>, group: &Group) -> Prediction {
    match &group.weights {
        Some(weights) => Prediction::of(Certainty::Exact, &group.targets, weights.iter().copied()),
        None => proportional(view, &group.targets),
    }
}

/// nginx: the primary servers with their places, of which those that are out of service keep theirs. `None` where a
/// statement stands for several.
pub(super) fn nginx_places(view: &PoolView<'_>, alive: &[u32]) -> Option<(Vec<u32>, Vec<u32>, Vec<u32>)> {
    let primary = (0_u32..).zip(view.targets).filter(|(_, target)| target.tier == 0);
    let (mut positions, mut weights, mut down) = (Vec::new(), Vec::new(), Vec::new());
    for (position, target) in primary {
        // One that may be there more than once has more places than one.
        if !matches!(target.count, Count::One | Count::AtLeastOne) {
            return None;
        }
        if alive.binary_search(&position).is_err() {
            down.push(positions.len() as u32);
        }
        positions.push(position);
        weights.push(target.weight.get().copied()?);
    }
    Some((positions, weights, down))
}

/// nginx: shares from the weights of all primary servers and the places of those that are down.
fn nginx(view: &PoolView<'_>, group: &Group, shares: impl Fn(&[u32], &[u32]) -> Option<Vec<f64>>) -> Prediction {
    let places = nginx_places(view, &group.targets);
    let found = places.and_then(|(positions, weights, down)| Some((positions, shares(&weights, &down)?)));
    match found {
        Some((positions, shares)) => {
            let mut all = Prediction::of(Certainty::Exact, &positions, shares);
            all.shares.retain(|share| group.targets.binary_search(&share.target).is_ok());
            all
        }
        None => by_weights(view, group),
    }
}

/// nginx `hash`: where targets are down, who takes their keys depends on the length of the keys.
fn by_remainder(view: &PoolView<'_>, group: &Group) -> Prediction {
    let of_length = |length: usize| nginx(view, group, |weights, down| hash_shares(weights, down, length));
    let primary = view.targets.iter().filter(|target| target.tier == 0).count();
    if primary == group.targets.len() {
        return of_length(*KEY_LENGTHS.start());
    }
    let all: Vec<Prediction> = KEY_LENGTHS.step_by(4).map(of_length).collect();
    let Some((first, others)) = all.split_first() else { return by_weights(view, group) };
    let number = all.len() as f64;
    let mut mean = first.clone();
    for (place, share) in mean.shares.iter_mut().enumerate() {
        for other in others.iter().filter_map(|other| other.shares.get(place)) {
            share.low = share.low.min(other.share);
            share.high = share.high.max(other.share);
            share.share += other.share;
        }
        share.share /= number;
    }
    mean.at_best(Certainty::Bounded)
}

/// Envoy `MAGLEV`: slots over all slots (research 3.6).
fn maglev(view: &PoolView<'_>, group: &Group) -> Option<Prediction> {
    let spread = view.spread()?;
    // Where names are hashed in place of addresses, the model does not hold them.
    let size = *spread.table.get().filter(|_| spread.ring.get().is_some())?;
    let weights = ring::envoy_weights(view, group)?;
    let names = ring::names(view, &group.targets)?;
    let table = Maglev::new(&names, &weights, size)?;
    Some(Prediction::of(Certainty::Exact, &group.targets, table.shares()))
}

/// Bounded loads: no target has more than `factor` times its fair part of the requests in flight (research haproxy 3.6,
/// envoy 3.6), so under load shares come nearer to the weights; without, they are those of the keys.
fn balanced(view: &PoolView<'_>, group: &Group, hashed: Prediction, factor: f64) -> Prediction {
    let fair = by_weights(view, group);
    let bounds = |place: usize, _| fair.shares.get(place).map_or((0.0, 1.0), |fair| (fair.share, fair.share * factor));
    hashed.between(bounds).assuming(BALANCED)
}
