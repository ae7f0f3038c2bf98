//! Envoy: how a pool's traffic is spread over its priorities (`load_balancer_impl.cc`, 1.40; research 3.3).

use super::eligible::{Doubt, Group, weight};
use super::{PoolView, Scenario, localities};
use crate::model::{AdministrativeState, Fact, Method, Spread, Target, Value, Why};

/// One priority of a pool, as it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Tier {
    /// All its targets, by position.
    pub(super) all: Vec<u32>,
    /// Those in service.
    pub(super) healthy: Vec<u32>,
    /// Those that are used after all others.
    pub(super) degraded: Vec<u32>,
    /// Number, or weight, of all of them, of those in service, of the degraded ones.
    counts: (u64, u64, u64),
}

/// The numbers of a spread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) overprovisioning: u64,
    counts_weights: bool,
    panic_below: u64,
    panic_fails: bool,
    pub(super) locality_weights: bool,
    dropped: f64,
}

/// The groups of targets that share a pool's traffic when those that the scenario names are known to be dead.
pub(super) fn groups(view: &PoolView<'_>, spread: &Spread, scenario: Scenario<'_>) -> Result<Vec<Group>, Doubt> {
    let numbers = Numbers::of(spread)?;
    let tiers = tiers(view, numbers, scenario)?;
    let loads = Loads::of(&tiers, numbers);
    let mut groups = Vec::new();
    for (tier, load) in tiers.iter().zip(&loads.tiers) {
        let part = |percent: u64| percent as f64 / 100.0 * (1.0 - numbers.dropped);
        if load.panic {
            if !numbers.panic_fails {
                let part = part(load.healthy + load.degraded);
                groups.extend(in_panic(view, tier, part, numbers)?);
            }
            continue;
        }
        groups.extend(localities::split(view, tier, false, part(load.healthy), numbers)?);
        groups.extend(localities::split(view, tier, true, part(load.degraded), numbers)?);
    }
    groups.retain(|group| group.part > 0.0 && !group.targets.is_empty());
    Ok(groups)
}

/// What each of several pools gets that follow each other: their priorities are one list (research 3.1). The members' panic
/// thresholds have no say there. `None` where the targets of one are not known.
pub(super) fn chained(pools: &[(PoolView<'_>, Scenario<'_>)]) -> Option<Vec<f64>> {
    let (mut owners, mut health) = (Vec::new(), Vec::new());
    for (place, (view, scenario)) in pools.iter().enumerate() {
        let complete = view.pool.completeness.is_complete();
        let numbers = Numbers::of(view.spread().filter(|_| complete)?).ok()?;
        for tier in tiers(view, numbers, *scenario).ok()? {
            owners.push(place);
            let factor = numbers.overprovisioning;
            health.push((tier.health(tier.counts.1, factor), tier.health(tier.counts.2, factor)));
        }
    }
    let total = health.iter().map(|(healthy, degraded)| healthy + degraded).sum::<u64>().min(100);
    let mut loads = vec![Load::default(); health.len()];
    if total > 0 {
        share_out(&mut loads, &health, total);
    } else if let Some(first) = loads.first_mut() {
        first.healthy = 100;
    }
    let mut parts = vec![0.0; pools.len()];
    for (owner, load) in owners.into_iter().zip(loads) {
        parts.iter_mut().skip(owner).take(1).for_each(|part| *part += (load.healthy + load.degraded) as f64 / 100.0);
    }
    Some(parts)
}

/// In panic all targets are used, dead ones too. Only tables that were built beforehand still know the localities' weights.
fn in_panic(view: &PoolView<'_>, tier: &Tier, part: f64, numbers: Numbers) -> Result<Vec<Group>, Doubt> {
    if matches!(view.method(), Some(Method::Hash(_))) {
        let everybody = Tier { healthy: tier.all.clone(), ..tier.clone() };
        return localities::split(view, &everybody, false, part, numbers);
    }
    Ok(vec![Group::plain(tier.all.clone(), part)])
}

fn tiers(view: &PoolView<'_>, numbers: Numbers, scenario: Scenario<'_>) -> Result<Vec<Tier>, Doubt> {
    let last = view.targets.iter().map(|target| target.tier).max().map_or(0, |tier| usize::from(tier) + 1);
    let mut tiers = vec![Tier::default(); last];
    for (position, target) in (0_u32..).zip(view.targets) {
        let Some(tier) = tiers.get_mut(usize::from(target.tier)) else { continue };
        if !view.is_asked_for(target) {
            continue;
        }
        match scenario.has(target.presence) {
            None => return Err((Why::Template, target.statement)),
            Some(false) => continue,
            Some(true) => {}
        }
        let weight = u64::from(weight(target)?);
        let counted = if numbers.counts_weights { weight } else { 1 };
        tier.add(position, target, counted, scenario.is_down(position));
    }
    Ok(tiers)
}

impl Tier {
    fn add(&mut self, position: u32, target: &Target, counted: u64, is_down: bool) {
        self.all.push(position);
        self.counts.0 += counted;
        match target.state {
            _ if is_down => {}
            AdministrativeState::Up => {
                self.healthy.push(position);
                self.counts.1 += counted;
            }
            AdministrativeState::Degraded => {
                self.degraded.push(position);
                self.counts.2 += counted;
            }
            AdministrativeState::Down | AdministrativeState::Drain => {}
        }
    }

    /// How healthy it is, in percent: at most 100, more targets than needed count as all.
    fn health(&self, alive: u64, factor: u64) -> u64 {
        (factor * alive).checked_div(self.counts.0).unwrap_or(0).min(100)
    }

    /// Whether fewer targets are alive than this many percent.
    const fn is_below(&self, percent: u64) -> bool {
        let alive = self.healthy.len() as u64 + self.degraded.len() as u64;
        100 * alive < percent * self.all.len() as u64 || (self.all.is_empty() && percent > 0)
    }
}

impl Numbers {
    fn of(spread: &Spread) -> Result<Self, Doubt> {
        // Without room for a request all are refused; connections are always allowed (1.40, measured; research 4, 33).
        let breakers = &spread.breakers;
        let refuses = breakers.requests.is(&0) || breakers.pending.is(&0);
        let dropped = f64::from(known(&spread.dropped)?) / 10_000.0;
        Ok(Self {
            overprovisioning: u64::from(known(&spread.overprovisioning)?),
            counts_weights: known(&spread.counts_weights)?,
            panic_below: u64::from(known(&spread.panic_below)?.min(100)),
            panic_fails: known(&spread.panic_fails)?,
            locality_weights: known(&spread.locality_weights)?,
            dropped: if refuses { 1.0 } else { dropped },
        })
    }
}

pub(super) fn known<T: Copy>(fact: &Fact<T>) -> Result<T, Doubt> {
    match fact.value {
        Value::Known(value) => Ok(value),
        Value::Unknown(why) => Err((why, fact.origin.at)),
    }
}

/// What a tier gets, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Load {
    healthy: u64,
    degraded: u64,
    panic: bool,
}

#[derive(Debug)]
struct Loads {
    tiers: Vec<Load>,
}

impl Loads {
    fn of(tiers: &[Tier], numbers: Numbers) -> Self {
        let factor = numbers.overprovisioning;
        let health: Vec<(u64, u64)> =
            tiers.iter().map(|tier| (tier.health(tier.counts.1, factor), tier.health(tier.counts.2, factor))).collect();
        let total = health.iter().map(|(healthy, degraded)| healthy + degraded).sum::<u64>().min(100);
        let in_panic = |tier: &Tier| total < 100 && tier.is_below(numbers.panic_below);
        if tiers.iter().all(in_panic) && numbers.panic_below > 0 {
            return Self::by_size(tiers);
        }
        let mut loads: Vec<Load> = tiers.iter().map(|tier| Load { panic: in_panic(tier), ..Load::default() }).collect();
        share_out(&mut loads, &health, total);
        Self { tiers: loads }
    }

    /// All in panic: each gets its part of all targets, what is left goes to the first that has any.
    fn by_size(tiers: &[Tier]) -> Self {
        let all: u64 = tiers.iter().map(|tier| tier.all.len() as u64).sum();
        let part = |tier: &Tier| (100 * tier.all.len() as u64).checked_div(all).unwrap_or(0);
        let left = 100 - tiers.iter().map(part).sum::<u64>().min(100);
        let first = tiers.iter().position(|tier| !tier.all.is_empty());
        let load = |(index, tier): (usize, &Tier)| {
            let rest = if Some(index) == first { left } else { 0 };
            Load { healthy: part(tier) + rest, degraded: 0, panic: true }
        };
        Self { tiers: tiers.iter().enumerate().map(load).collect() }
    }
}

/// First the healthy targets of all tiers in order, then the degraded ones; what rounding leaves goes to the first with any.
fn share_out(loads: &mut [Load], health: &[(u64, u64)], total: u64) {
    let mut left = 100;
    let mut take = |part: u64| {
        let taken = (part * 100).checked_div(total).unwrap_or(0).min(left);
        left -= taken;
        taken
    };
    for (load, (healthy, _)) in loads.iter_mut().zip(health) {
        load.healthy = take(*healthy);
    }
    for (load, (_, degraded)) in loads.iter_mut().zip(health) {
        load.degraded = take(*degraded);
    }
    if left == 0 {
        return;
    }
    if let Some(first) = health.iter().position(|(healthy, _)| *healthy > 0).and_then(|at| loads.get_mut(at)) {
        first.healthy += left;
    } else if let Some(first) = health.iter().position(|(_, degraded)| *degraded > 0).and_then(|at| loads.get_mut(at)) {
        first.degraded += left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: Numbers = Numbers {
        overprovisioning: 140,
        counts_weights: false,
        panic_below: 50,
        panic_fails: false,
        locality_weights: false,
        dropped: 0.0,
    };

    fn tier(all: u32, healthy: u32, degraded: u32) -> Tier {
        Tier {
            all: (0..all).collect(),
            healthy: (0..healthy).collect(),
            degraded: (healthy..healthy + degraded).collect(),
            counts: (u64::from(all), u64::from(healthy), u64::from(degraded)),
        }
    }

    fn loads(tiers: &[Tier], numbers: Numbers) -> Vec<(u64, u64)> {
        Loads::of(tiers, numbers).tiers.iter().map(|load| (load.healthy, load.degraded)).collect()
    }

    // The numbers are those of research/envoy.md 3.9, measured on Envoy 1.40.
    #[test]
    fn one_of_two_healthy_keeps_seventy_percent() {
        assert_eq!(loads(&[tier(2, 1, 0), tier(2, 2, 0)], DEFAULTS), [(70, 0), (30, 0)]);
    }

    #[test]
    fn one_healthy_and_two_degraded() {
        assert_eq!(loads(&[tier(3, 1, 2)], DEFAULTS), [(46, 54)]);
    }

    #[test]
    fn degraded_targets_wait_for_lower_priorities() {
        assert_eq!(loads(&[tier(2, 0, 2), tier(2, 2, 0)], DEFAULTS), [(0, 0), (100, 0)]);
    }

    #[test]
    fn two_priorities_at_a_quarter_panic_together() {
        let loads = Loads::of(&[tier(4, 1, 0), tier(4, 1, 0)], DEFAULTS).tiers;
        assert_eq!(loads, [Load { healthy: 50, degraded: 0, panic: true }; 2]);
    }

    #[test]
    fn without_overprovisioning_each_failure_spills() {
        let numbers = Numbers { overprovisioning: 100, ..DEFAULTS };
        assert_eq!(loads(&[tier(4, 3, 0), tier(4, 4, 0)], numbers), [(75, 0), (25, 0)]);
    }

    #[test]
    fn empty_priorities_are_passed_over() {
        let numbers = loads(&[tier(0, 0, 0), tier(2, 2, 0), tier(0, 0, 0), tier(1, 1, 0)], DEFAULTS);
        assert_eq!(numbers, [(0, 0), (100, 0), (0, 0), (0, 0)]);
    }
}
