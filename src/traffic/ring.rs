//! The ring of a pool that hashes consistently: what each target gets of evenly spread keys.

use super::hash::envoy::{PointHash, Ring, RingSize, normalized};
use super::hash::haproxy::{ServerKey, ring_shares as haproxy_ring};
use super::hash::nginx_ring::consistent_hash_shares;
use super::{PoolView, eligible};
use crate::model::{AdministrativeState, Count, HashFunction, Method, RingKey, RingSize as Written, Subsets, Target};
use crate::source::{Sources, Version};

/// The most points that are computed for a pool: larger rings are even, and cost more than a look at a file may.
const MOST_POINTS: f64 = 262_144.0;
/// Points for each unit of weight, of HAProxy and of nginx.
const POINTS: (f64, f64) = (16.0, 160.0);

/// The versions of HAProxy of which some patch levels mix a server's number and others multiply it (commit 03e9a5a1e, October
/// 2025, marked for them): the ring is one of two.
const UNDECIDED: std::ops::RangeInclusive<Version> = Version::new(3, 0)..=Version::line(3, 2);

/// What each target of a pool gets of evenly spread keys, computed from the points of its ring; in the order of the targets.
///
/// `None` if the pool has no ring, or if what decides it is not known: targets that are out of service or come from
/// elsewhere, several tiers, names that stand for several addresses, keys of points that the model does not hold.
pub fn ring_shares(view: &PoolView<'_>, sources: &Sources) -> Option<Vec<f64>> {
    let hash_type = view.settings.hash_type.get().filter(|hash_type| hash_type.consistent)?;
    let is_plain = |target: &Target| {
        target.tier == 0
            && target.state == AdministrativeState::Up
            && target.presence.is_certain()
            && target.count == Count::One
    };
    let is_whole = view.pool.completeness.is_complete() && view.targets.iter().all(is_plain);
    if !matches!(view.method(), Some(Method::Hash(_))) || !is_whole || view.targets.len() < 2 {
        return None;
    }
    let weights: Vec<u32> = view.targets.iter().map(|target| target.weight.get().copied()).collect::<Option<_>>()?;
    let names: Vec<&str> = view.targets.iter().map(|target| view.unit.texts.get(target.name, sources)).collect();
    match hash_type.function {
        HashFunction::EnvoyRing => envoy(view, &names, &weights, PointHash::XxHash),
        HashFunction::EnvoyMurmurRing => envoy(view, &names, &weights, PointHash::Murmur2),
        HashFunction::NginxRing if is_small(&weights, POINTS.1) => consistent_hash_shares(&names, &weights, &[]),
        HashFunction::EnvoyMaglev | HashFunction::NginxAddress | HashFunction::NginxCrc32 | HashFunction::NginxRing => {
            None
        }
        _ => haproxy(view, &weights),
    }
}

/// Whether a ring with so many points for each unit of weight is worth its cost.
fn is_small(weights: &[u32], points: f64) -> bool {
    weights.iter().map(|weight| f64::from(*weight)).sum::<f64>() * points <= MOST_POINTS
}

/// The same for Envoy, where the lightest host gets a whole number of points (research/envoy.md 3.6).
fn is_small_for_envoy(weights: &[f64], least: u32) -> bool {
    let lightest = weights.iter().copied().fold(1.0, f64::min);
    lightest > 0.0 && (lightest * f64::from(least)).ceil() / lightest <= MOST_POINTS
}

fn envoy(view: &PoolView<'_>, names: &[&str], weights: &[u32], hash: PointHash) -> Option<Vec<f64>> {
    let spread = view.spread()?;
    let is_flat = spread.locality_weights.is(&false) && spread.subsets.is(&Subsets::Off);
    let Written { least, most } = spread.ring.get().copied().filter(|_| is_flat)?;
    let super::Eligibility::Groups(groups) = eligible(view, &[]) else { return None };
    let weights = normalized(weights, 1.0);
    if groups.len() != 1 || !is_small_for_envoy(&weights, least) {
        return None;
    }
    Some(Ring::new(names, &weights, RingSize { minimum: least, maximum: most }, hash)?.shares())
}

fn haproxy(view: &PoolView<'_>, weights: &[u32]) -> Option<Vec<f64>> {
    let by_number =
        |target: &Target| view.settings_of(target).is_some_and(|settings| settings.ring_key.is(&RingKey::Number));
    let numbered = view.targets.iter().all(by_number);
    if UNDECIDED.contains(&view.unit.version) || !numbered || !is_small(weights, POINTS.0) {
        return None;
    }
    let numbers = view.targets.iter().map(|target| ServerKey::from_id(target.number));
    haproxy_ring(&numbers.zip(weights.iter().copied()).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rings_that_can_be_uneven_are_computed() {
        assert!(is_small(&[1; 1000], POINTS.1));
        assert!(!is_small(&[u32::MAX; 3], POINTS.0));
        assert!(is_small_for_envoy(&normalized(&[1; 50], 1.0), 1024));
        assert!(is_small_for_envoy(&normalized(&[1; 50], 1.0), 65_536));
        assert!(!is_small_for_envoy(&normalized(&[1; 50], 1.0), 8_388_608));
        // The lightest host has one point, and the other a million.
        assert!(!is_small_for_envoy(&normalized(&[1, 1_000_000], 1.0), 1024));
    }
}
