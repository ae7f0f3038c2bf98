//! Policies that look at the load of targets: what they do depends on how fast these are, so the answers are bounds.

use super::{proportional, ring, weights};
use crate::model::Method;
use crate::source::{Dialect, Version};
use crate::traffic::share::Prediction;
use crate::traffic::{PoolView, Scenario};

/// What every bound of this file needs.
const EQUALLY_FAST: &str = "all targets are equally fast";

/// From this version on HAProxy's `random` takes the target with fewer requests lately where two are equally busy
/// (research 3.7), so that shares follow weights also without load.
const COUNTS_REQUESTS: Version = Version::new(3, 4);

impl Method {
    /// Whether a target that answers, or fails, faster than others gets more requests.
    pub(in crate::traffic) fn follows_load(self) -> bool {
        matches!(self, Self::LeastConnections | Self::LeastTime | Self::RandomPair | Self::Random(2..))
    }
}

/// Fewest requests in flight by weight. Idle targets of HAProxy tie whatever their weights (research 3.8: one at a time 50/50
/// with weights 1 and 10; 44 at once 4/40); nginx and Envoy begin with the weights and under load come to their share of time.
pub(super) fn least_connections(view: &PoolView<'_>, positions: &[u32]) -> Prediction {
    let equal = 1.0 / positions.len().max(1) as f64;
    proportional(view, positions).between(|_, _| (equal, equal)).assuming(EQUALLY_FAST)
}

/// nginx Plus `least_time` (research 3.10): what the targets' answers take decides.
pub(super) fn least_time(view: &PoolView<'_>, positions: &[u32]) -> Prediction {
    proportional(view, positions).between(|_, _| (0.0, 1.0)).assuming(EQUALLY_FAST)
}

/// nginx `random two` (research 3.9): idle, the second of two different picks always wins; busy, shares follow weights.
pub(super) fn random_pair(view: &PoolView<'_>, positions: &[u32]) -> Prediction {
    let picked = proportional(view, positions);
    let odds: f64 = picked.shares.iter().map(|share| share.share / (1.0 - share.share)).sum();
    let second = move |share: f64| share * (odds - share / (1.0 - share));
    picked.between(|_, share| (second(share.share), second(share.share))).assuming(weights::DRAWN)
}

/// HAProxy `random(n)`: n picks on the ring of `hash-type consistent`, of which the least busy by weight is taken (research
/// 3.7): one pick follows the ring; more follow it as long as targets are idle and weights under load. nginx `random` follows
/// weights.
pub(super) fn random(view: &PoolView<'_>, positions: &[u32], draws: u32, scenario: Scenario<'_>) -> Prediction {
    let weighted = proportional(view, positions).assuming(weights::DRAWN);
    if view.unit.dialect != Dialect::Haproxy || (draws > 1 && view.unit.version >= COUNTS_REQUESTS) {
        return weighted;
    }
    let Some(rings) = ring::haproxy(view, positions, scenario.effort) else {
        return weighted.assuming(ring::NOT_BUILT);
    };
    if draws > 1 {
        return weighted.between(|place, _| rings.bounds_at(place)).assuming(EQUALLY_FAST);
    }
    rings.prediction(positions).assuming(weights::DRAWN)
}
