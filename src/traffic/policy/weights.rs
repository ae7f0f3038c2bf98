//! Policies that follow weights: round robin, maps of hashes, random picks.

use crate::model::Target;
use crate::traffic::PoolView;
use crate::traffic::share::{Certainty, Prediction};

/// What holds where chance picks.
pub(super) const DRAWN: &str = "many requests: targets are drawn at random";

/// Shares in proportion to weights; a statement that stands for n targets counts n times.
///
/// HAProxy `roundrobin`, `static-rr` (research 3.3, 3.4), nginx (3.3) and Envoy `ROUND_ROBIN` (3.5) deal so over each full turn.
pub(super) fn proportional(view: &PoolView<'_>, positions: &[u32]) -> Prediction {
    let weight = |position: &u32| view.target(*position).map_or(0.0, weight_of);
    let total: f64 = positions.iter().map(weight).sum();
    Prediction::of(Certainty::Exact, positions, positions.iter().map(|position| weight(position) / total))
}

/// The weight of all targets that a statement stands for.
fn weight_of(target: &Target) -> f64 {
    f64::from(target.weight.get().copied().unwrap_or(0)) * f64::from(target.count.exactly().unwrap_or(1))
}
