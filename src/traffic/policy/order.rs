//! Policies that take the first target that can take a request.

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

fn in_turn(limits: &[(u32, Option<u32>)], positions: &[u32]) -> Prediction {
    let sum = |limits: &[(u32, Option<u32>)]| limits.iter().map(|(_, limit)| limit.map(f64::from)).sum::<Option<f64>>();
    let of = |position: u32| {
        let Some(place) = limits.iter().position(|(one, _)| *one == position) else {
            return Share::sure(position, 0.0);
        };
        let limit = limits.get(place).and_then(|(_, limit)| *limit).map(f64::from);
        let before = sum(limits.get(..=place).unwrap_or_default());
        // Behind it may be one without a limit, which takes any number.
        let part = |whole: Option<f64>| limit.zip(whole).map_or(0.0, |(limit, whole)| limit / whole);
        if place == 0 {
            return Share { target: position, share: 1.0, low: part(sum(limits)), high: 1.0 };
        }
        let high = if limit.is_some() { part(before) } else { 1.0 };
        Share { target: position, share: 0.0, low: 0.0, high }
    };
    let shares = positions.iter().map(|&position| of(position)).collect();
    Prediction { certainty: Certainty::Bounded, shares, failed: 0.0, ..Prediction::nobody() }
        .assuming("few requests in flight")
}
