//! The ring of a pool that hashes consistently: what each target gets of evenly spread keys.

use super::hash::envoy::{PointHash, Ring, RingSize, normalized};
use super::hash::haproxy::{ServerKey, ring_shares as haproxy_ring};
use super::hash::nginx_ring::consistent_hash_shares;
use super::{PoolView, eligible};
use crate::model::{AdministrativeState, Count, HashFunction, Method, RingSize as Written, Subsets, Target};
use crate::source::{Sources, Version};

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
        HashFunction::EnvoyMaglev | HashFunction::NginxAddress | HashFunction::NginxCrc32 => None,
        HashFunction::NginxRing => consistent_hash_shares(&names, &weights, &[]),
        _ => haproxy(view, &weights),
    }
}

fn envoy(view: &PoolView<'_>, names: &[&str], weights: &[u32], hash: PointHash) -> Option<Vec<f64>> {
    let spread = view.spread()?;
    let is_flat = spread.locality_weights.is(&false) && spread.subsets.is(&Subsets::Off);
    let Written { least, most } = spread.ring.get().copied().filter(|_| is_flat)?;
    let super::Eligibility::Groups(groups) = eligible(view, &[]) else { return None };
    let size = RingSize { minimum: least, maximum: most };
    let ring = Ring::new(names, &normalized(weights, 1.0), size, hash).filter(|_| groups.len() == 1)?;
    Some(ring.shares())
}

fn haproxy(view: &PoolView<'_>, weights: &[u32]) -> Option<Vec<f64>> {
    if UNDECIDED.contains(&view.unit.version) {
        return None;
    }
    let numbers = view.targets.iter().map(|target| ServerKey::from_id(target.number));
    haproxy_ring(&numbers.zip(weights.iter().copied()).collect::<Vec<_>>())
}
