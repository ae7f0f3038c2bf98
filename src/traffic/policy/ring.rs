//! Rings of points: what each target of a group owns, and who inherits it.

use super::hash::nginx_places;
use crate::model::{AdministrativeState, Count, HashFunction, Method, RingKey, RingSize as Written, Target};
use crate::source::Version;
use crate::traffic::eligible::Group;
use crate::traffic::hash::Takeovers;
use crate::traffic::hash::envoy::{PointHash, Ring as EnvoyRing, RingSize, normalized};
use crate::traffic::hash::haproxy::{Ring as HaproxyRing, ServerKey};
use crate::traffic::hash::nginx_ring::Ring as NginxRing;
use crate::traffic::predict::Effort;
use crate::traffic::share::{Certainty, Prediction};
use crate::traffic::{PoolView, Scenario};

/// What is said where the ring is not known or too large.
pub(super) const NOT_BUILT: &str = "shares follow weights; the ring is not computed";
/// What is said where the version leaves two rings open.
const TWO_RINGS: &str = "one of two rings, by patch level (HAProxy commit 03e9a5a1e)";

/// Points for each unit of weight, of HAProxy and of nginx.
const POINTS: (u64, u64) = (16, 160);

/// The versions of HAProxy of which some patch levels mix a server's number and others multiply it (commit 03e9a5a1e, October
/// 2025, marked for them): the ring is one of two.
const UNDECIDED: std::ops::RangeInclusive<Version> = Version::new(3, 0)..=Version::line(3, 2);

/// What each target of a group owns of the ring, or of each of the rings that there may be.
#[derive(Debug)]
pub(super) struct Rings {
    alternatives: Vec<Vec<f64>>,
}

impl Rings {
    fn one(shares: Vec<f64>) -> Self {
        Self { alternatives: vec![shares] }
    }

    /// What a target owns at least and at most.
    pub(super) fn bounds_at(&self, place: usize) -> (f64, f64) {
        let owned = || self.alternatives.iter().filter_map(|shares| shares.get(place).copied());
        (owned().fold(1.0, f64::min), owned().fold(0.0, f64::max))
    }

    /// The shares of these targets; of two rings the middle.
    pub(super) fn prediction(&self, positions: &[u32]) -> Prediction {
        if let [shares] = self.alternatives.as_slice() {
            return Prediction::of(Certainty::Exact, positions, shares.iter().copied());
        }
        let middle = |(low, high): (f64, f64)| f64::midpoint(low, high);
        let middles = (0..positions.len()).map(|place| middle(self.bounds_at(place)));
        Prediction::of(Certainty::Bounded, positions, middles)
            .between(|place, _| self.bounds_at(place))
            .assuming(TWO_RINGS)
    }
}

/// The ring of a group's targets; `None` if it is not known, or larger than the scenario allows.
pub(super) fn of(view: &PoolView<'_>, group: &Group, scenario: Scenario<'_>) -> Option<Rings> {
    match view.settings.hash_type.get()?.function {
        HashFunction::EnvoyRing | HashFunction::EnvoyMurmurRing => {
            Some(Rings::one(envoy(view, group, scenario.effort)?.shares()))
        }
        HashFunction::NginxRing => {
            let (positions, weights, down) = nginx_places(view, &group.targets)?;
            let shares = nginx(view, &positions, &weights, scenario.effort)?.shares(&down)?;
            let alive = (0_u32..).zip(shares).filter(|(place, _)| down.binary_search(place).is_err());
            Some(Rings::one(alive.map(|(_, share)| share).collect()))
        }
        _ => haproxy(view, &group.targets, scenario.effort),
    }
}

/// HAProxy: the ring of servers with their numbers, or both where the version leaves two open.
pub(super) fn haproxy(view: &PoolView<'_>, positions: &[u32], effort: Effort) -> Option<Rings> {
    let alternatives = haproxy_rings(view, positions, effort)?;
    Some(Rings { alternatives: alternatives.iter().map(HaproxyRing::shares).collect() })
}

/// HAProxy: the place among these targets of the one that a hash leads to; `None` where two rings are possible and differ.
pub(super) fn haproxy_server(view: &PoolView<'_>, positions: &[u32], effort: Effort, hash: u32) -> Option<usize> {
    let rings = haproxy_rings(view, positions, effort)?;
    let (first, others) = rings.split_first()?;
    let place = first.server(hash);
    others.iter().all(|ring| ring.server(hash) == place).then_some(place)
}

fn haproxy_rings(view: &PoolView<'_>, positions: &[u32], effort: Effort) -> Option<Vec<HaproxyRing>> {
    let numbered =
        |target: &Target| view.settings_of(target).is_some_and(|settings| settings.ring_key.is(&RingKey::Number));
    if !members(view, positions).all(|target| target.is_some_and(numbered)) {
        return None;
    }
    let servers: Vec<(u32, u32)> =
        members(view, positions).map(|target| Some((target?.number, weight(target?)?))).collect::<Option<_>>()?;
    if !is_small(servers.iter().map(|(_, weight)| *weight), POINTS.0, effort) {
        return None;
    }
    let ring = |key: fn(u32) -> ServerKey| {
        HaproxyRing::new(&servers.iter().map(|(number, weight)| (key(*number), *weight)).collect::<Vec<_>>())
    };
    if UNDECIDED.contains(&view.unit.version) {
        return Some(vec![ring(ServerKey::from_id)?, ring(ServerKey::from_mixed_id)?]);
    }
    Some(vec![ring(ServerKey::from_id)?])
}

/// nginx: the ring of all primary servers, by the text of their addresses.
fn nginx<'w>(view: &PoolView<'_>, positions: &[u32], weights: &'w [u32], effort: Effort) -> Option<NginxRing<'w>> {
    if !is_small(weights.iter().copied(), POINTS.1, effort) {
        return None;
    }
    NginxRing::new(&names(view, positions)?, weights)
}

fn envoy(view: &PoolView<'_>, group: &Group, effort: Effort) -> Option<EnvoyRing> {
    let hash = match view.settings.hash_type.get()?.function {
        HashFunction::EnvoyMurmurRing => PointHash::Murmur2,
        _ => PointHash::XxHash,
    };
    let Written { least, most } = view.spread()?.ring.get().copied()?;
    let weights = envoy_weights(view, group)?;
    if !is_small_for_envoy(&weights, least, most, effort) {
        return None;
    }
    EnvoyRing::new(&names(view, &group.targets)?, &weights, RingSize { minimum: least, maximum: most }, hash)
}

/// Weights that sum up to 1, as Envoy's tables are built from them.
pub(super) fn envoy_weights(view: &PoolView<'_>, group: &Group) -> Option<Vec<f64>> {
    if let Some(weights) = &group.weights {
        return Some(weights.clone());
    }
    let weights: Vec<u32> = members(view, &group.targets).map(|target| weight(target?)).collect::<Option<_>>()?;
    Some(normalized(&weights, 1.0))
}

/// The names of targets, where each stands for one.
pub(super) fn names<'v>(view: &PoolView<'v>, positions: &[u32]) -> Option<Vec<&'v str>> {
    members(view, positions).map(|target| target.map(|target| view.name_of(target))).collect()
}

/// Targets that are one each.
fn members<'v>(view: &PoolView<'v>, positions: &[u32]) -> impl Iterator<Item = Option<&'v Target>> {
    positions.iter().map(|position| view.target(*position).filter(|target| target.count == Count::One))
}

fn weight(target: &Target) -> Option<u32> {
    target.weight.get().copied()
}

/// Whether a ring with so many points for each unit of weight may be built.
fn is_small(weights: impl Iterator<Item = u32>, points: u64, effort: Effort) -> bool {
    weights.map(u64::from).sum::<u64>().saturating_mul(points) <= effort.most_points()
}

/// The same for Envoy, where the lightest host gets a whole number of points (research/envoy.md 3.6).
fn is_small_for_envoy(weights: &[f64], least: u32, most: u32, effort: Effort) -> bool {
    let lightest = weights.iter().copied().fold(1.0, f64::min);
    let points = ((lightest * f64::from(least)).ceil() / lightest).min(f64::from(most));
    lightest > 0.0 && points <= effort.most_points() as f64
}

/// What each target of a group leaves to which others when it alone fails; `None` where that is no matter of a ring.
pub(in crate::traffic) fn takeovers(view: &PoolView<'_>, group: &Group, effort: Effort) -> Option<Takeovers> {
    let is_hashed = matches!(view.method(), Some(Method::Hash(_)));
    let hash_type = view.settings.hash_type.get().filter(|hash_type| is_hashed && hash_type.consistent)?;
    let takeovers = match hash_type.function {
        HashFunction::EnvoyRing | HashFunction::EnvoyMurmurRing => envoy(view, group, effort)?.takeovers(),
        HashFunction::NginxRing => {
            let (positions, weights, down) = nginx_places(view, &group.targets)?;
            nginx(view, &positions, &weights, effort).filter(|_| down.is_empty())?.takeovers()?
        }
        HashFunction::EnvoyMaglev => return None,
        _ => match haproxy_rings(view, &group.targets, effort)?.as_slice() {
            [ring] => ring.takeovers(),
            _ => return None,
        },
    };
    Some(takeovers.renumbered(&group.targets))
}

/// What each target of a pool gets of evenly spread keys, where its prediction comes from the points of its ring; in the
/// order of the targets.
///
/// `None` if the pool has no ring, or if what decides it is not known: targets that are out of service or come from
/// elsewhere, several tiers, names that stand for several addresses, keys of points that the model does not hold, a version
/// that leaves two rings open.
pub fn ring_shares(view: &PoolView<'_>, prediction: &Prediction) -> Option<Vec<f64>> {
    let hash_type = view.settings.hash_type.get().filter(|hash_type| hash_type.consistent)?;
    let is_ring = matches!(view.method(), Some(Method::Hash(_))) && hash_type.function != HashFunction::EnvoyMaglev;
    let is_built = prediction.certainty == Certainty::Assumed && !prediction.assumptions.contains(&NOT_BUILT);
    let weighted = view.spread().is_some_and(|spread| !spread.locality_weights.is(&false));
    let is_plain = |target: &Target| {
        let is_up = target.state == AdministrativeState::Up && target.presence.is_certain();
        target.tier == 0 && is_up && target.count == Count::One
    };
    let whole = prediction.shares.len() == view.targets.len() && view.targets.len() > 1;
    let is_known = is_ring && is_built && !weighted && whole && view.targets.iter().all(is_plain);
    is_known.then(|| prediction.shares.iter().map(|share| share.share).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rings_that_can_be_uneven_are_computed() {
        let glance = Effort::Glance;
        assert!(is_small([1; 1000].into_iter(), POINTS.1, glance));
        assert!(!is_small([u32::MAX; 3].into_iter(), POINTS.0, glance));
        let most = 8_388_608;
        assert!(is_small_for_envoy(&normalized(&[1; 50], 1.0), 1024, most, glance));
        assert!(is_small_for_envoy(&normalized(&[1; 50], 1.0), 65_536, most, glance));
        assert!(!is_small_for_envoy(&normalized(&[1; 50], 1.0), most, most, glance));
        assert!(is_small_for_envoy(&normalized(&[1; 50], 1.0), most, most, Effort::Full));
        // The lightest host has one point, and the other a million.
        assert!(!is_small_for_envoy(&normalized(&[1, 1_000_000], 1.0), 1024, most, glance));
        assert!(is_small_for_envoy(&normalized(&[1, 1_000_000], 1.0), 1024, 4096, glance));
    }
}
