//! Policies that take the first target that can take a request.

use rustc_hash::FxHashMap;

use crate::model::{Target, Value};
use crate::traffic::PoolView;
use crate::traffic::share::{Certainty, Prediction, Share};

/// HAProxy `sticky` (research 3.1): the first that is usable, whatever the weights.
pub(super) fn sticky(positions: &[u32]) -> Prediction {
    positions.first().map_or_else(Prediction::nobody, |first| Prediction::all_to(*first))
}

/// HAProxy `first` (research 3.9): the lowest number with room; without a limit of its own it takes everything.
///
/// With limits the next one gets requests only while all before it are full: if all are equally fast, none gets more than
/// its part of the limits up to its own, and the first not less than its part of all.
pub(super) fn first(view: &PoolView<'_>, positions: &[u32]) -> Prediction {
    let mut order: Vec<(u32, &Target)> =
        positions.iter().filter_map(|&position| Some((position, view.target(position)?))).collect();
    order.sort_by_key(|(_, target)| target.number);
    let mut limits = Vec::with_capacity(order.len());
    for &(position, target) in &order {
        match limit(view, target) {
            Ok(limit) => limits.push((position, limit)),
            Err(unknown) => return unknown,
        }
        if limits.last().is_some_and(|(_, limit)| limit.is_none()) {
            break;
        }
    }
    match limits.as_slice() {
        [] => Prediction::nobody(),
        [(first, None), ..] => Prediction::all_to(*first),
        several => in_turn(several, positions),
    }
}

/// The most requests of a target; `None` for no limit.
fn limit(view: &PoolView<'_>, target: &Target) -> Result<Option<u32>, Prediction> {
    let Some(settings) = view.settings_of(target) else { return Err(Prediction::nobody()) };
    match settings.connections.value {
        Value::Known(0) => Ok(None),
        Value::Known(limit) => Ok(Some(limit)),
        Value::Unknown(why) => Err(Prediction::unknown(why, settings.connections.origin.at)),
    }
}

/// Shares of targets in their order, each with its limit; only the last one may have none.
fn in_turn(limits: &[(u32, Option<u32>)], positions: &[u32]) -> Prediction {
    let all: u64 = limits.iter().filter_map(|(_, limit)| *limit).map(u64::from).sum();
    let is_bounded = limits.iter().all(|(_, limit)| limit.is_some());
    let part = |limit: u32, whole: u64| f64::from(limit) / whole as f64;
    let mut upto = 0;
    let mut shares: FxHashMap<u32, Share> = FxHashMap::default();
    for (place, &(target, limit)) in limits.iter().enumerate() {
        upto += limit.map_or(0, u64::from);
        // Behind the first may be one without a limit, which takes any number.
        let low = limit.filter(|_| is_bounded && place == 0).map_or(0.0, |limit| part(limit, all));
        let high = limit.filter(|_| place > 0).map_or(1.0, |limit| part(limit, upto));
        shares.insert(target, Share { target, share: if place == 0 { 1.0 } else { 0.0 }, low, high });
    }
    let of = |position: &u32| shares.get(position).copied().unwrap_or(Share::sure(*position, 0.0));
    let shares = positions.iter().map(of).collect();
    Prediction { certainty: Certainty::Bounded, shares, failed: 0.0, ..Prediction::nobody() }
        .assuming("few requests in flight")
}
