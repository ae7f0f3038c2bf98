//! The answers to all questions about a unit: shares of each pool, what failures do, what users see at the listeners.

use rustc_hash::FxHashMap;

use super::entrance::{Entrance, PoolState, entrances, failed_of_members};
use super::share::Certainty;
use super::{Effort, Failure, FailureMode, Fraction, Outage, Outages, Peace, PoolView, Prediction, Reach};
use super::{hosts, localities};
use super::{peace, subset};
use crate::model::{Forwarding, Membership, PoolId, Unit};
use crate::source::Sources;

/// Which failures are asked about.
#[derive(Clone, Debug, Default)]
pub struct Questions {
    /// Single failures.
    pub each: Option<Each>,
    /// In which ways targets fail.
    pub modes: Vec<FailureMode>,
}

/// Which single failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Each {
    /// Also of all targets of a host together.
    pub hosts: bool,
    /// Also of all targets of a locality together.
    pub localities: bool,
}

/// What is known of a pool.
#[derive(Debug)]
pub struct PoolForecast<'a> {
    /// The pool.
    pub view: PoolView<'a>,
    /// Who gets its traffic.
    pub prediction: Prediction,
    /// What the failures do that were asked about, each with what users see then.
    pub failures: Vec<(Failure, Vec<Entrance>)>,
}

/// What is known of a unit.
#[derive(Debug)]
pub struct Forecast<'a> {
    /// Each pool.
    pub pools: Vec<PoolForecast<'a>>,
    /// What comes in at the listeners.
    pub entrances: Vec<Entrance>,
    /// The same while all outages last that were asked about, once they are noticed; by mode.
    pub afterwards: Vec<(FailureMode, Vec<Entrance>)>,
}

/// Answers for the pools that `wanted` lets through; `outages` are failures that happen together.
pub fn forecast<'a>(
    unit: &'a Unit,
    sources: &'a Sources,
    questions: &Questions,
    outages: &Outages,
    wanted: impl Fn(PoolId) -> bool,
) -> Forecast<'a> {
    let views = unit.pools().filter_map(|(id, _)| PoolView::new(unit, sources, id)).map(PoolView::one_by_one);
    let reach = Reach::new(unit);
    let asking =
        |view: PoolView<'a>| view.asking(subset::asked(&view, &forwardings(unit, &reach, view.id))).as_called();
    let mut pools: Vec<(PoolView<'a>, Prediction)> =
        views.map(asking).map(|view| (view, peace::prediction(&view, &reach))).collect();
    let routed = pools.iter().filter(|(view, _)| reach.routes_to(view.id).next().is_some());
    let peace: FxHashMap<PoolId, PoolState> = routed.map(|(view, prediction)| (view.id, state(prediction))).collect();
    for (view, prediction) in pools.iter_mut().filter(|(view, _)| view.pool.membership == Membership::OfPools) {
        *prediction = peace::of_members(view, failed_of_members(unit, sources, view.id, &peace));
    }
    let town = Town { unit, sources, reach, peace };
    let mut together = Together::new();
    let mut answers = Vec::with_capacity(pools.len());
    for (view, prediction) in pools {
        let outage = outages.of(view.id);
        let is_wanted = wanted(view.id);
        let each = questions.each.filter(|_| is_wanted);
        if is_wanted || outage.is_some() {
            let failures = town.failures(&view, each, &questions.modes, outage, &mut together);
            answers.push(PoolForecast { view, prediction, failures });
        }
    }
    let entrances = entrances(unit, sources, &town.peace);
    let afterwards = together.into_iter().map(|(mode, states)| (mode, town.with(states))).collect();
    Forecast { pools: answers, entrances, afterwards }
}

/// The state of each pool that an outage touches, by the way in which targets fail.
type Together = Vec<(FailureMode, FxHashMap<PoolId, PoolState>)>;

/// Remembers what a failure of an outage makes of its pool.
fn remember(together: &mut Together, id: PoolId, failure: &Failure) {
    let state = state_after(failure);
    match together.iter_mut().find(|(mode, _)| *mode == failure.mode) {
        Some((_, states)) => {
            states.insert(id, state);
        }
        None => together.push((failure.mode, FxHashMap::from_iter([(id, state)]))),
    }
}

/// How the routes that lead to a pool hand requests on; different ones once.
fn forwardings<'a>(unit: &'a Unit, reach: &Reach, id: PoolId) -> Vec<&'a Forwarding> {
    let mut found: Vec<&Forwarding> = Vec::new();
    for route in reach.routes_to(id).filter_map(|position| unit.routes.get(position as usize)) {
        if let Some(forwarding) = unit.forwarding(route)
            && !found.iter().any(|known| std::ptr::eq(*known, forwarding))
        {
            found.push(forwarding);
        }
    }
    found
}

impl Each {
    fn failures(self, view: &PoolView<'_>, peace: &Peace<'_>, modes: &[FailureMode]) -> Vec<Failure> {
        let mut failures = peace.each(modes);
        let hosts = if self.hosts { hosts(view) } else { Vec::new() };
        let localities = if self.localities { localities(view) } else { Vec::new() };
        failures.extend(hosts.iter().chain(&localities).flat_map(|group| peace.fail_in(group, modes)));
        failures
    }
}

/// A unit with its pools in peace, as far as routes lead to them.
struct Town<'a> {
    unit: &'a Unit,
    sources: &'a Sources,
    reach: Reach,
    peace: FxHashMap<PoolId, PoolState>,
}

impl Town<'_> {
    /// The single failures of a pool and its outage, each with what users see.
    fn failures(
        &self,
        view: &PoolView<'_>,
        each: Option<Each>,
        modes: &[FailureMode],
        outage: Option<&Outage>,
        together: &mut Together,
    ) -> Vec<(Failure, Vec<Entrance>)> {
        if each.is_none() && outage.is_none() {
            return Vec::new();
        }
        let forwardings = forwardings(self.unit, &self.reach, view.id);
        let peace = Peace::new(view, &forwardings, Effort::Full);
        let mut failures = each.map(|each| each.failures(view, &peace, modes)).unwrap_or_default();
        for failure in outage.iter().flat_map(|outage| peace.fail_in(&outage.down, &outage.modes)) {
            remember(together, view.id, &failure);
            failures.push(failure);
        }
        let with_seen = |failure: Failure| {
            let seen = self.seen(view.id, &failure);
            (failure, seen)
        };
        failures.into_iter().map(with_seen).collect()
    }

    /// What comes in at the listeners that lead to a pool, once its failure is noticed.
    fn seen(&self, id: PoolId, failure: &Failure) -> Vec<Entrance> {
        // Of large pools the listeners' share of each single failure would be most of the work.
        let is_reached = self.reach.routes_to(id).next().is_some();
        if !is_reached || self.reach.count() > MOST_ROUTES || failure.omitted > 0 {
            return Vec::new();
        }
        let mut entrances = self.with(FxHashMap::from_iter([(id, state_after(failure))]));
        entrances.retain(|entrance| entrance.parts.iter().any(|part| part.pool == id));
        entrances
    }

    fn with(&self, changed: FxHashMap<PoolId, PoolState>) -> Vec<Entrance> {
        let mut states = self.peace.clone();
        states.extend(changed);
        entrances(self.unit, self.sources, &states)
    }
}

/// Up to so many ways from routes to pools of a unit the listeners are asked about after each single failure.
const MOST_ROUTES: usize = 256;

fn state(prediction: &Prediction) -> PoolState {
    let failed = (!prediction.is_unknown()).then(|| Fraction::exactly(prediction.failed));
    PoolState { failed, empty: failed.is_some() && prediction.failed >= 1.0, down: Vec::new() }
}

fn state_after(failure: &Failure) -> PoolState {
    let failed = (failure.certainty != Certainty::Unknown).then_some(failure.failed);
    let noticed = failure.noticed.noticed == Some(true);
    let empty = noticed && failed.is_some_and(|failed| failed.low >= 1.0);
    PoolState { failed, empty, down: if noticed { failure.down.clone() } else { Vec::new() } }
}
