//! Localities whose weights and numbers of targets disagree, so that a target of one carries a multiple of the other's.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Count, Locality, LocalityId, Subsets};
use crate::source::Dialect;
use crate::traffic::percent;

/// See `docs/checks/uneven-localities.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnevenLocalities;

const META: Meta = Meta {
    name: "uneven-localities",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "weights of localities and their numbers of endpoints disagree: an endpoint of one carries more than twice the load",
    follows: &["starved-target", "one-target-takes-all", "skewed-weights"],
    page: include_str!("../../../docs/checks/uneven-localities.md"),
};

impl Check for UnevenLocalities {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let counts = pool
            .view
            .spread()
            .is_some_and(|spread| spread.locality_weights.is(&true) && spread.subsets.is(&Subsets::Off));
        if !counts || !pool.is_reached() || !pool.view.pool.completeness.is_complete() {
            return;
        }
        let Some(places) = places(pool) else { return };
        for tier in places.chunk_by(|one, other| one.locality.tier == other.locality.tier) {
            let fullest = tier.iter().max_by(|a, b| a.load().total_cmp(&b.load()));
            let emptiest = tier.iter().min_by(|a, b| a.load().total_cmp(&b.load()));
            if let (Some(fullest), Some(emptiest)) = (fullest, emptiest)
                && fullest.load() > emptiest.load() * context.options.uneven_localities
            {
                findings.push(finding(context, pool, tier, fullest, emptiest));
            }
        }
    }
}

/// A locality with what its endpoints weigh together.
struct Place<'a> {
    locality: &'a Locality,
    weight: u32,
    endpoints: u32,
    capacity: u64,
}

impl Place<'_> {
    /// The load of an endpoint of weight 1, in units of the locality's weight.
    fn load(&self) -> f64 {
        f64::from(self.weight) / self.capacity.max(1) as f64
    }
}

/// The localities with a weight, by priority; `None` where something about them is not known.
fn places<'a>(pool: &PoolContext<'a>) -> Option<Vec<Place<'a>>> {
    let mut all: BTreeMap<(u8, LocalityId), Place<'a>> = BTreeMap::new();
    for target in pool.view.targets {
        if target.state != AdministrativeState::Up {
            continue;
        }
        let id = pool.view.settings_of(target)?.locality?;
        let locality = pool.view.unit.locality(id)?;
        let weight = (*locality.weight.get()?)?;
        let capacity = u64::from(*target.weight.get().filter(|_| target.count == Count::One)?);
        let new = Place { locality, weight, endpoints: 0, capacity: 0 };
        let place = all.entry((target.tier, id)).or_insert(new);
        place.endpoints += 1;
        place.capacity += capacity;
    }
    Some(all.into_values().filter(|place| place.weight > 0).collect())
}

fn finding(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    tier: &[Place<'_>],
    fullest: &Place<'_>,
    emptiest: &Place<'_>,
) -> Finding {
    let total: f64 = tier.iter().map(|place| f64::from(place.weight)).sum();
    let part = |place: &Place<'_>| percent(f64::from(place.weight) / total);
    let name = |place: &Place<'_>| context.text(place.locality.name);
    let plural = |place: &Place<'_>| if place.endpoints == 1 { "" } else { "s" };
    let message = format!(
        "an endpoint of locality `{}` carries {:.1} x what one of `{}` does in `{}`: {} of the traffic for {} endpoint{}, {} for {}",
        name(fullest),
        fullest.load() / emptiest.load(),
        name(emptiest),
        pool.name,
        part(fullest),
        fullest.endpoints,
        plural(fullest),
        part(emptiest),
        emptiest.endpoints
    );
    let finding = Finding::new(&META, fullest.locality.weight.origin.at, context.subject(pool.name), message);
    let finding = finding.because(format!("{} endpoint{}", fullest.endpoints, plural(fullest)));
    let related = format!("{} endpoint{}", emptiest.endpoints, plural(emptiest));
    let finding = finding.related(emptiest.locality.weight.origin.at, related);
    finding.help("write weights in proportion to the endpoints of the localities, or no `locality_weighted_lb_config`")
}
