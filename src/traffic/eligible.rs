//! Which targets can be picked at all, while all of them are alive.

use super::PoolView;
use crate::model::{AdministrativeState, Target, Why};
use crate::source::Span;

/// The targets that traffic is balanced over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Eligibility {
    /// These, by position in the pool.
    Targets(Vec<u32>),
    /// Not known, for this reason, to be read at this place.
    Unknown(Why, Span),
}

/// The eligible targets when those at the positions `down` do not answer and that has been noticed.
///
/// HAProxy (research 3.1, verified on 2.6.12): usable targets of the first tier; if there is none, the first usable backup,
/// or all of them with `option allbackups`. A target of weight 0 is not usable.
pub fn eligible(view: &PoolView<'_>, down: &[u32]) -> Eligibility {
    if let crate::model::Completeness::Incomplete(why, at) = view.pool.completeness {
        return Eligibility::Unknown(why, at);
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
        return Eligibility::Targets(backups);
    }
    Eligibility::Targets(active)
}

/// Whether a target can be picked, or why that is not known.
fn usable(target: &Target) -> Result<bool, (Why, Span)> {
    if !target.presence.is_certain() {
        return Err((Why::Condition, target.statement));
    }
    if target.state != AdministrativeState::Up {
        return Ok(false);
    }
    match target.weight.value {
        crate::model::Value::Known(weight) => Ok(weight > 0),
        crate::model::Value::Unknown(why) => Err((why, target.origin_span(target.weight.origin))),
    }
}
