//! Which targets can be picked at all, and how much of the pool's traffic each group of them shares.

use super::{Asked, PoolView, Scenario, priorities};
use crate::model::{AdministrativeState, Completeness, Method, Spread, Subsets, Target, Value, Why};
use crate::source::Span;

/// Why something is not known, and where to read it.
pub(super) type Doubt = (Why, Span);

/// Targets that the policy picks from, and the part of the pool's traffic that they share.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Their positions in the pool.
    pub targets: Vec<u32>,
    /// Their part of the pool's traffic, between 0 and 1.
    pub part: f64,
    /// Weights that sum up to 1, where tables are built from others than the targets' own: those of localities count.
    pub weights: Option<Vec<f64>>,
}

impl Group {
    /// Targets with their own weights.
    pub(super) const fn plain(targets: Vec<u32>, part: f64) -> Self {
        Self { targets, part, weights: None }
    }
}

/// The groups of targets that traffic is balanced over; what is missing to 1 nobody serves.
#[derive(Clone, Debug, PartialEq)]
pub enum Eligibility {
    /// These.
    Groups(Vec<Group>),
    /// Not known, for this reason, to be read at this place.
    Unknown(Why, Span),
}

/// The eligible targets when those that the scenario names do not answer and that has been noticed.
///
/// HAProxy (research 3.1, verified on 2.6.12): usable targets of the first tier; if there is none, the first usable backup,
/// or all of them with `option allbackups`. A target of weight 0 is not usable. Envoy: see `priorities.rs`.
pub fn eligible(view: &PoolView<'_>, scenario: Scenario<'_>) -> Eligibility {
    if let Completeness::Incomplete(why, at) = view.pool.completeness {
        return Eligibility::Unknown(why, at);
    }
    let found = match view.spread() {
        Some(spread) => whole(view, spread).and_then(|()| priorities::groups(view, spread, scenario)),
        None => in_two_tiers(view, scenario).map(|group| vec![group]),
    };
    found.map_or_else(|(why, at)| Eligibility::Unknown(why, at), Eligibility::Groups)
}

/// Which targets a request can have is its own business where there are subsets, unless all ask for the same.
fn whole(view: &PoolView<'_>, spread: &Spread) -> Result<(), Doubt> {
    if let Some(at) = prefers_its_zone(view, spread) {
        return Err((Why::Unsupported, at));
    }
    match spread.subsets.value {
        Value::Known(Subsets::Off) => Ok(()),
        _ if view.asked != Asked::Open => Ok(()),
        Value::Known(_) => Err((Why::Request, spread.subsets.origin.at)),
        Value::Unknown(why) => Err((why, spread.subsets.origin.at)),
    }
}

/// Where it is written that targets in the proxy's own zone come first (research envoy 3.4): how many proxies and targets each
/// zone has decides, and where this one runs. Weights of localities take its place, and tables know nothing of it.
fn prefers_its_zone(view: &PoolView<'_>, spread: &Spread) -> Option<Span> {
    let at = view.unit.own_cluster?;
    let mut places = view.targets.iter().filter_map(|target| view.settings_of(target)?.locality);
    let first = places.next()?;
    let several = places.any(|place| place != first);
    let is_table = matches!(view.method(), Some(Method::Hash(_)));
    (several && !is_table && !spread.locality_weights.is(&true)).then_some(at)
}

fn in_two_tiers(view: &PoolView<'_>, scenario: Scenario<'_>) -> Result<Group, Doubt> {
    let (mut active, mut backups) = (Vec::new(), Vec::new());
    for (position, target) in (0_u32..).zip(view.targets) {
        if !is_usable(target, scenario)? || scenario.is_down(position) {
            continue;
        }
        if target.tier == 0 { &mut active } else { &mut backups }.push(position);
    }
    if active.is_empty() {
        let all = view.settings.all_backups.is(&true);
        backups.truncate(if all { backups.len() } else { 1 });
        return Ok(Group::plain(backups, 1.0));
    }
    Ok(Group::plain(active, 1.0))
}

/// Whether a target can be picked, or why that is not known.
fn is_usable(target: &Target, scenario: Scenario<'_>) -> Result<bool, Doubt> {
    match scenario.has(target.presence) {
        None => return Err((Why::Condition, target.statement)),
        Some(false) => return Ok(false),
        Some(true) => {}
    }
    if target.state != AdministrativeState::Up {
        return Ok(false);
    }
    weight(target).map(|weight| weight > 0)
}

/// A target's weight, or why it is not known.
pub(super) fn weight(target: &Target) -> Result<u32, Doubt> {
    match target.weight.value {
        Value::Known(weight) => Ok(weight),
        Value::Unknown(why) => Err((why, target.origin_span(target.weight.origin))),
    }
}
