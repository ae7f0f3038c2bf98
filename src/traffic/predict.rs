//! The share of each target: which targets are eligible, then what the policy in force makes of each group of them.

use super::cases::Cases;
use super::eligible::{Group, eligible};
use super::share::{Certainty, Prediction, Share};
use super::{Eligibility, PoolView, policy};
use crate::model::{Affinity, Arm, Count, Presence, SavedState, Target, TargetRules, Value, Why};

/// What is not as it should be, and how much may be computed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scenario<'a> {
    /// Targets that do not answer, by position in ascending order, after that has been noticed.
    pub down: &'a [u32],
    /// How large a ring may be that is built.
    pub effort: Effort,
    /// Which targets of undecided branches are there; the others are not.
    branches: Branches<'a>,
}

/// How large a ring may be that is built; of a larger one nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// 262,144 points, which cost some milliseconds: a look at a file may take no longer.
    #[default]
    Glance,
    /// 8,388,608 points, the most that Envoy allows.
    Full,
}

impl Effort {
    /// The most points of a ring.
    pub const fn most_points(self) -> u64 {
        match self {
            Self::Glance => 262_144,
            Self::Full => super::hash::MOST_POINTS as u64,
        }
    }
}

/// Which targets of undecided branches are there.
#[derive(Clone, Copy, Debug, Default)]
enum Branches<'a> {
    /// Not asked: a target that may be missing leaves the answer open.
    #[default]
    Open,
    /// Those of these arms.
    Taken(&'a [Arm]),
}

impl<'a> Scenario<'a> {
    /// These targets are down, in ascending order of position.
    pub fn down(down: &'a [u32]) -> Self {
        Self { down, ..Self::default() }
    }

    /// The same with rings of this size.
    #[must_use]
    pub const fn with(self, effort: Effort) -> Self {
        Self { effort, ..self }
    }

    pub(super) fn is_down(&self, position: u32) -> bool {
        self.down.binary_search(&position).is_ok()
    }

    /// Whether a target is there; `None` while that is open.
    pub(super) fn has(&self, presence: Presence) -> Option<bool> {
        match (presence, self.branches) {
            (Presence::Always, _) => Some(true),
            (Presence::Maybe(branch), Branches::Taken(taken)) => Some(taken.contains(&branch)),
            (Presence::Maybe(_), Branches::Open) | (Presence::Repeated(_), _) => None,
        }
    }
}

/// Predicts who gets a pool's traffic.
pub fn predict(view: &PoolView<'_>, scenario: Scenario<'_>) -> Prediction {
    let Some(cases) = Cases::of(view.targets).filter(|cases| cases.number() > 1) else {
        return decided(view, scenario);
    };
    let mut all: Option<Prediction> = None;
    // The shares are those of the first case.
    for taken in cases.each() {
        let one = decided(view, Scenario { branches: Branches::Taken(&taken), ..scenario });
        if one.is_unknown() {
            return one;
        }
        all = Some(all.map_or_else(|| one.clone(), |all| all.or(&one)));
    }
    let open = Prediction::unknown(Why::Condition, view.pool.header);
    all.map_or(open, |all| all.assuming(cases.assumption()).at_best(Certainty::Bounded))
}

impl Prediction {
    /// Bounds that hold for both; the shares are those of `self`.
    fn or(mut self, other: &Self) -> Self {
        for share in &mut self.shares {
            let theirs = other.shares.iter().find(|theirs| theirs.target == share.target);
            let (low, high) = theirs.map_or((0.0, 0.0), |theirs| (theirs.low, theirs.high));
            (share.low, share.high) = (share.low.min(low), share.high.max(high));
        }
        for theirs in other.shares.iter().chain(&other.elsewhere) {
            if !self.shares.iter().any(|share| share.target == theirs.target) {
                match self.elsewhere.iter_mut().find(|share| share.target == theirs.target) {
                    Some(share) => share.high = share.high.max(theirs.high),
                    None => self.elsewhere.push(Share { share: 0.0, low: 0.0, ..*theirs }),
                }
            }
        }
        self.add_assumptions(&other.assumptions);
        self
    }
}

/// Who gets the traffic, with nothing left open about which targets there are.
fn decided(view: &PoolView<'_>, scenario: Scenario<'_>) -> Prediction {
    let groups = match eligible(view, scenario) {
        Eligibility::Groups(groups) => groups,
        Eligibility::Unknown(why, at) => return Prediction::unknown(why, at),
    };
    if view.elects() && groups.iter().any(|group| group.targets.len() > 1) {
        return Prediction::unknown(Why::Remote, view.settings.probe.origin.at);
    }
    match groups.as_slice() {
        [] => Prediction::nobody(),
        [group] if group.part >= 1.0 => in_order(in_group(view, group, scenario)).under(view),
        several => together(view, several, scenario).under(view),
    }
}

/// Who gets the traffic of one group.
fn in_group(view: &PoolView<'_>, group: &Group, scenario: Scenario<'_>) -> Prediction {
    match (view.settings.policy.value, group.targets.as_slice()) {
        (_, []) => Prediction::nobody(),
        (_, [only]) => Prediction::all_to(*only),
        (Value::Unknown(why), _) => Prediction::unknown(why, view.settings.policy.origin.at),
        (Value::Known(policy), _) => policy::shares(view, policy.method, group, scenario),
    }
}

/// Each group's shares in proportion to its part; what no group has fails.
fn together(view: &PoolView<'_>, groups: &[Group], scenario: Scenario<'_>) -> Prediction {
    let mut all = Prediction { failed: 1.0, ..Prediction::nobody() };
    for group in groups {
        let of_group = in_group(view, group, scenario);
        if of_group.is_unknown() {
            return of_group;
        }
        all.failed -= group.part;
        all.certainty = all.certainty.max(of_group.certainty);
        all.add_assumptions(&of_group.assumptions);
        all.shares.extend(of_group.shares.into_iter().map(|share| share.scaled(group.part)));
    }
    all.failed = all.failed.max(0.0);
    all.shares.sort_by_key(|share| share.target);
    all.shares.dedup_by(merge);
    all
}

/// Tables hold the targets of one locality after the other, which need not be the order of the pool.
fn in_order(mut prediction: Prediction) -> Prediction {
    prediction.shares.sort_by_key(|share| share.target);
    prediction
}

/// Whether it is there because somebody said what its name stands for. Slots that discovery fills would not be counted else.
fn is_answered(view: &PoolView<'_>, target: &Target) -> bool {
    match target.count {
        Count::Answers(..) => true,
        Count::Copies(..) => view.settings_of(target).is_some_and(|settings| !settings.resolved_at_run_time.is(&false)),
        Count::One | Count::Slots(..) | Count::AtLeastOne => false,
    }
}

/// One target may be in several groups: the localities of two tiers.
fn merge(more: &mut Share, first: &mut Share) -> bool {
    if more.target == first.target {
        first.share += more.share;
        first.low += more.low;
        first.high += more.high;
    }
    more.target == first.target
}

impl Prediction {
    /// Adds what holds for every policy of the pool: saved state, agents and ties between clients and targets.
    fn under(mut self, view: &PoolView<'_>) -> Self {
        let some = |is: fn(&crate::model::TargetSettings) -> bool| {
            view.targets.iter().any(|target| view.settings_of(target).is_some_and(is))
        };
        if !view.settings.saved_state.is(&SavedState::No) {
            self = self.assuming("no saved state");
        }
        if some(|settings| !settings.agent.is(&false)) {
            self = self.assuming("the agents change no weight");
        }
        if view.pool.sticks.is_some() || !view.settings.affinity.is(&Affinity::None) {
            self = self.assuming("clients that are not tied to a target yet");
        }
        if view.targets.iter().any(|target| target.count == Count::AtLeastOne) {
            self = self.assuming("each name stands for one address");
        }
        if view.targets.iter().any(|target| is_answered(view, target)) {
            self = self.assuming("names have the addresses that [dns] states");
        }
        if view.pool.target_rules != TargetRules::None {
            self = self.assuming("requests that no rule sends to a given target");
        }
        self
    }
}
