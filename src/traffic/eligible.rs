//! Which targets can be picked at all, and how much of the pool's traffic each group of them shares.

use super::{PoolView, priorities};
use crate::model::{AdministrativeState, Subsets, Target, Value, Why};
use crate::source::Span;

/// Targets that the policy picks from, and the part of the pool's traffic that they share.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Their positions in the pool.
    pub targets: Vec<u32>,
    /// Their part of the pool's traffic, between 0 and 1.
    pub part: f64,
}

/// The groups of targets that traffic is balanced over; what is missing to 1 nobody serves.
#[derive(Clone, Debug, PartialEq)]
pub enum Eligibility {
    /// These.
    Groups(Vec<Group>),
    /// Not known, for this reason, to be read at this place.
    Unknown(Why, Span),
}

/// The eligible targets when those at the positions `down` do not answer and that has been noticed.
///
/// HAProxy (research 3.1, verified on 2.6.12): usable targets of the first tier; if there is none, the first usable backup,
/// or all of them with `option allbackups`. A target of weight 0 is not usable. Envoy: see `priorities.rs`.
pub fn eligible(view: &PoolView<'_>, down: &[u32]) -> Eligibility {
    if let crate::model::Completeness::Incomplete(why, at) = view.pool.completeness {
        return Eligibility::Unknown(why, at);
    }
    if let Some(spread) = view.spread() {
        // Which targets a request can have is its own business.
        match spread.subsets.value {
            Value::Known(Subsets::Off) => {}
            Value::Known(_) => return Eligibility::Unknown(Why::Request, spread.subsets.origin.at),
            Value::Unknown(why) => return Eligibility::Unknown(why, spread.subsets.origin.at),
        }
        return priorities::groups(view, spread, down)
            .map_or_else(|(why, at)| Eligibility::Unknown(why, at), Eligibility::Groups);
    }
    let mut active = Vec::new();
    let mut backups = Vec::new();
    for (position, target) in view.targets.iter().enumerate() {
        let position = position as u32;
        match usable(target) {
            Err((why, at)) => return Eligibility::Unknown(why, at),
            Ok(false) => {}
            Ok(true) if down.contains(&position) => {}
            Ok(true) if target.tier == 0 => active.push(position),
            Ok(true) => backups.push(position),
        }
    }
    if active.is_empty() {
        let all = view.settings.all_backups.is(&true);
        backups.truncate(if all { backups.len() } else { 1 });
        return Eligibility::Groups(vec![Group { targets: backups, part: 1.0 }]);
    }
    Eligibility::Groups(vec![Group { targets: active, part: 1.0 }])
}

/// Whether a target can be picked, or why that is not known.
fn usable(target: &Target) -> Result<bool, (Why, Span)> {
    if !target.presence.is_certain() {
        return Err((Why::Condition, target.statement));
    }
    if target.state != AdministrativeState::Up {
        return Ok(false);
    }
    weight(target).map(|weight| weight > 0)
}

/// A target's weight, or why it is not known.
pub(super) fn weight(target: &Target) -> Result<u32, (Why, Span)> {
    match target.weight.value {
        Value::Known(weight) => Ok(weight),
        Value::Unknown(why) => Err((why, target.origin_span(target.weight.origin))),
    }
}
