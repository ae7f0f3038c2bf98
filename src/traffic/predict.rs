//! The share of each target, with how well it is known.
//!
//! Shares are weight sums; rings, tables and load-dependent policies say in their assumptions what that leaves out.

use super::{Eligibility, Group, PoolView, eligible};
use crate::model::{Method, SavedState, Value, Why};
use crate::source::Span;

/// How well a prediction is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It follows from the configuration alone.
    Exact,
    /// It holds under the assumptions that are listed.
    Assumed,
    /// It lies between two values.
    Bounded,
    /// It cannot be said.
    Unknown,
}

/// What part of a pool's requests a target gets; `low` and `high` bound it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The target's position in its pool.
    pub target: u32,
    /// The share, between 0 and 1.
    pub share: f64,
    /// It is at least this.
    pub low: f64,
    /// It is at most this.
    pub high: f64,
}

impl Share {
    /// The same share of a part of the traffic.
    fn scaled(self, part: f64) -> Self {
        Self { share: self.share * part, low: self.low * part, high: self.high * part, ..self }
    }
}

/// Who gets a pool's traffic.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// How well it is known.
    pub certainty: Certainty,
    /// Under which assumptions.
    pub assumptions: Vec<&'static str>,
    /// What keeps it from being known.
    pub because: Option<(Why, Span)>,
    /// The shares of the eligible targets; the others get nothing. Empty if unknown.
    pub shares: Vec<Share>,
    /// The fraction that no target serves.
    pub failed: f64,
}

/// What is not as it should be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scenario<'a> {
    /// Targets that do not answer, by position, after that has been noticed.
    pub down: &'a [u32],
}

/// Predicts who gets a pool's traffic.
pub fn predict(view: &PoolView<'_>, scenario: Scenario<'_>) -> Prediction {
    let groups = match eligible(view, scenario.down) {
        Eligibility::Groups(groups) => groups,
        Eligibility::Unknown(why, at) => return Prediction::unknown(why, at),
    };
    if view.elects() && groups.iter().any(|group| group.targets.len() > 1) {
        return Prediction::unknown(Why::Remote, view.settings.probe.origin.at);
    }
    match groups.as_slice() {
        [] => Prediction::nobody(),
        [group] if group.part >= 1.0 => in_group(view, &group.targets).under(view),
        several => together(view, several).under(view),
    }
}

/// Who gets the traffic of one group.
fn in_group(view: &PoolView<'_>, positions: &[u32]) -> Prediction {
    match (view.settings.policy.value, positions) {
        (_, []) => Prediction::nobody(),
        (_, [only]) => Prediction::all_to(*only),
        (Value::Unknown(why), _) => Prediction::unknown(why, view.settings.policy.origin.at),
        (Value::Known(policy), _) => by_method(view, policy.method, positions),
    }
}

/// Each group's shares in proportion to its part; what no group has fails.
fn together(view: &PoolView<'_>, groups: &[Group]) -> Prediction {
    let mut all = Prediction { failed: 1.0, ..Prediction::nobody() };
    for group in groups {
        let of_group = in_group(view, &group.targets);
        if of_group.certainty == Certainty::Unknown {
            return of_group;
        }
        all.failed -= group.part;
        all.certainty = all.certainty.max(of_group.certainty);
        all.add_assumptions(of_group.assumptions);
        all.shares.extend(of_group.shares.into_iter().map(|share| share.scaled(group.part)));
    }
    all.failed = all.failed.max(0.0);
    all.shares.sort_by_key(|share| share.target);
    all
}

fn by_method(view: &PoolView<'_>, method: Method, positions: &[u32]) -> Prediction {
    let proportional = |certainty| Prediction::proportional(view, positions, certainty);
    match method {
        Method::RoundRobin { .. } => proportional(Certainty::Exact),
        Method::LeastConnections => {
            proportional(Certainty::Bounded).between_equal_and_weighted().assuming("all targets are equally fast")
        }
        Method::LeastTime => {
            proportional(Certainty::Bounded).between_nothing_and_all().assuming("all targets are equally fast")
        }
        Method::RandomPair => proportional(Certainty::Bounded).or_the_second_of_two().assuming("bounds: idle and busy"),
        Method::Uniform => Prediction::equal(positions),
        Method::Elsewhere => Prediction::unknown(Why::Remote, view.settings.policy.origin.at),
        Method::First => first(view, positions),
        Method::Sticky => positions.first().map_or_else(Prediction::nobody, |first| Prediction::all_to(*first)),
        Method::Random(_) => {
            proportional(Certainty::Assumed).assuming("shares follow weights; the ring is not computed")
        }
        Method::Hash(_) => {
            let hashed = proportional(Certainty::Assumed).assuming("many different keys, evenly used");
            let consistent = view.settings.hash_type.get().is_none_or(|hash_type| hash_type.consistent);
            if consistent { hashed.assuming("shares follow weights; the ring is not computed") } else { hashed }
        }
    }
}

/// HAProxy `first` (research 3.9): the lowest number with room; without a limit of its own it takes everything.
fn first(view: &PoolView<'_>, positions: &[u32]) -> Prediction {
    let number = |position: &&u32| view.targets.get(**position as usize).map(|target| target.number);
    let Some(&first) = positions.iter().min_by_key(number) else { return Prediction::nobody() };
    let target = view.targets.get(first as usize);
    let limit = target.and_then(|target| view.settings_of(target)).map(|settings| settings.connections);
    match limit.map(|limit| (limit.value, limit.origin.at)) {
        Some((Value::Known(0), _)) => Prediction::all_to(first),
        Some((Value::Known(_), at)) => Prediction::unknown(Why::Unsupported, at),
        Some((Value::Unknown(why), at)) => Prediction::unknown(why, at),
        None => Prediction::nobody(),
    }
}

impl Prediction {
    fn unknown(why: Why, at: Span) -> Self {
        Self {
            certainty: Certainty::Unknown,
            assumptions: Vec::new(),
            because: Some((why, at)),
            shares: Vec::new(),
            failed: 0.0,
        }
    }

    fn nobody() -> Self {
        Self { certainty: Certainty::Exact, assumptions: Vec::new(), because: None, shares: Vec::new(), failed: 1.0 }
    }

    fn all_to(target: u32) -> Self {
        Self { shares: vec![Share { target, share: 1.0, low: 1.0, high: 1.0 }], failed: 0.0, ..Self::nobody() }
    }

    fn equal(targets: &[u32]) -> Self {
        let share = 1.0 / targets.len().max(1) as f64;
        let shares = targets.iter().map(|&target| Share { target, share, low: share, high: share });
        Self { shares: shares.collect(), failed: 0.0, ..Self::nobody() }
    }

    /// Shares in proportion to weights; a statement that stands for n targets counts n times.
    fn proportional(view: &PoolView<'_>, positions: &[u32], certainty: Certainty) -> Self {
        let weight = |position: u32| view.targets.get(position as usize).map_or(0.0, weight_of);
        let total: f64 = positions.iter().copied().map(weight).sum();
        let share = |&target: &u32| {
            let share = weight(target) / total;
            Share { target, share, low: share, high: share }
        };
        Self { certainty, shares: positions.iter().map(share).collect(), failed: 0.0, ..Self::nobody() }
    }

    fn between_equal_and_weighted(mut self) -> Self {
        let equal = 1.0 / self.shares.len().max(1) as f64;
        for share in &mut self.shares {
            share.low = share.share.min(equal);
            share.high = share.share.max(equal);
        }
        self
    }

    fn between_nothing_and_all(mut self) -> Self {
        for share in &mut self.shares {
            (share.low, share.high) = (0.0, 1.0);
        }
        self
    }

    /// nginx `random two` (research 3.9): idle, the second of two different picks always wins; busy, shares follow weights.
    fn or_the_second_of_two(mut self) -> Self {
        let odds: f64 = self.shares.iter().map(|share| share.share / (1.0 - share.share)).sum();
        for share in &mut self.shares {
            let second = share.share * (odds - share.share / (1.0 - share.share));
            share.low = share.share.min(second);
            share.high = share.share.max(second);
        }
        self
    }

    fn add_assumptions(&mut self, assumptions: Vec<&'static str>) {
        let new: Vec<_> = assumptions.into_iter().filter(|one| !self.assumptions.contains(one)).collect();
        self.assumptions.extend(new);
    }

    fn assuming(mut self, assumption: &'static str) -> Self {
        self.assumptions.push(assumption);
        self
    }

    /// Adds what holds for every policy of the pool: saved state, agents and ties between clients and targets.
    fn under(mut self, view: &PoolView<'_>) -> Self {
        if !view.settings.saved_state.is(&SavedState::No) {
            self = self.assuming("no saved state").at_best(Certainty::Assumed);
        }
        if view.targets.iter().any(|target| view.settings_of(target).is_some_and(|s| !s.agent.is(&false))) {
            self = self.assuming("the agents change no weight").at_best(Certainty::Assumed);
        }
        if view.pool.sticks.is_some() || !view.settings.affinity.is(&crate::model::Affinity::None) {
            self = self.assuming("clients that are not tied to a target yet").at_best(Certainty::Assumed);
        }
        if view.targets.iter().any(|target| target.count == crate::model::Count::AtLeastOne) {
            self = self.assuming("each name stands for one address").at_best(Certainty::Assumed);
        }
        if view.pool.target_rules {
            self = self.assuming("requests that no rule sends to a given target").at_best(Certainty::Assumed);
        }
        self
    }

    fn at_best(mut self, certainty: Certainty) -> Self {
        self.certainty = self.certainty.max(certainty);
        self
    }

    /// The largest share and who gets it; the first of equals.
    pub fn largest(&self) -> Option<Share> {
        self.shares.iter().copied().rev().max_by(|a, b| a.share.total_cmp(&b.share))
    }

    /// The smallest share and who gets it.
    pub fn smallest(&self) -> Option<Share> {
        self.shares.iter().copied().min_by(|a, b| a.share.total_cmp(&b.share))
    }

    /// What the targets at these positions, in ascending order, get together; `None` if unknown.
    pub fn share_of_all(&self, positions: &[u32]) -> Option<f64> {
        if self.certainty == Certainty::Unknown {
            return None;
        }
        let wanted = self.shares.iter().filter(|share| positions.binary_search(&share.target).is_ok());
        Some(wanted.map(|share| share.share).sum())
    }

    /// The share of the target at this position; 0 if it is not eligible, `None` if unknown.
    pub fn share_of(&self, position: u32) -> Option<f64> {
        if self.certainty == Certainty::Unknown {
            return None;
        }
        Some(self.shares.iter().find(|share| share.target == position).map_or(0.0, |share| share.share))
    }
}

fn weight_of(target: &crate::model::Target) -> f64 {
    f64::from(target.weight.get().copied().unwrap_or(0)) * f64::from(target.count.exactly().unwrap_or(1))
}
