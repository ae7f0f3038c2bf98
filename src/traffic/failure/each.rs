//! Every single failure of a pool from one pass: targets that are alike fail alike, and rings tell who inherits.

use rustc_hash::FxHashMap;

use super::outcome::Peace;
use super::{Failure, FailureMode};
use crate::model::{Address, AdministrativeState, Count, LocalityId, Method, Target, TargetSettingsId, Value};
use crate::traffic::PoolView;
use crate::traffic::eligible::{Eligibility, eligible};
use crate::traffic::hash::Takeovers;
use crate::traffic::policy;
use crate::traffic::predict::{Effort, Scenario};
use crate::traffic::share::{Prediction, Share};

/// Up to so many targets each failure lists all survivors; of larger pools those with the most.
pub(super) const LISTED: usize = 128;
/// How many survivors of a large pool are listed.
pub(super) const SHOWN: usize = 10;

impl Peace<'_> {
    /// What happens when any one target that is in use fails, in each of these ways: target by target, way by way.
    ///
    /// Cost: for pools of up to 128 targets a prediction each; for larger ones a prediction for each kind of target, or
    /// one pass over the ring.
    pub fn each(&self, modes: &[FailureMode]) -> Vec<Failure> {
        let positions: Vec<u32> = in_use(&self.view).collect();
        let survivors = if positions.len() <= LISTED { Survivors::All } else { Survivors::of(self) };
        let mut failures = Vec::with_capacity(positions.len() * modes.len());
        let mut known: FxHashMap<Kind, Vec<Failure>> = FxHashMap::default();
        for position in positions {
            let Some(kind) = survivors.kind(&self.view, position) else {
                failures.extend(survivors.failures(self, position, modes));
                continue;
            };
            if let Some(alike) = known.get(&kind) {
                failures.extend(alike.iter().map(|alike| Survivors::rename(alike, position, self)));
                continue;
            }
            let first = survivors.failures(self, position, modes);
            failures.extend(first.iter().cloned());
            known.insert(kind, first);
        }
        failures
    }
}

/// The targets whose failure is looked at: those that may get traffic, now or later.
pub(super) fn in_use(view: &PoolView<'_>) -> impl Iterator<Item = u32> {
    let is_up = |state| matches!(state, AdministrativeState::Up | AdministrativeState::Degraded);
    let targets = (0_u32..).zip(view.targets);
    targets.filter(move |(_, target)| is_up(target.state)).map(|(position, _)| position)
}

/// What makes two targets of a large pool fail alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kind {
    tier: u8,
    state: AdministrativeState,
    weight: Option<u32>,
    settings: TargetSettingsId,
    locality: Option<LocalityId>,
}

/// How the shares after a failure are found.
#[derive(Debug)]
enum Survivors {
    /// A prediction for each, with all shares.
    All,
    /// A prediction for each kind of target.
    Alike,
    /// From the ring; these have the most.
    Ring(Takeovers, Vec<Share>),
}

impl Survivors {
    fn of(peace: &Peace<'_>) -> Self {
        if peace.view.callers.is_some() {
            return Self::Alike;
        }
        let takeovers = match eligible(&peace.view, Scenario::default()) {
            Eligibility::Groups(groups) => match groups.as_slice() {
                [only] => policy::takeovers(&peace.view, only, Effort::Full),
                _ => None,
            },
            Eligibility::Unknown(..) => None,
        };
        takeovers.map_or(Self::Alike, |takeovers| Self::Ring(takeovers, most(peace.base.shares.clone(), SHOWN + 1)))
    }

    /// The kind of a target, where kinds fail alike.
    fn kind(&self, view: &PoolView<'_>, position: u32) -> Option<Kind> {
        let positional = matches!(view.method(), Some(Method::First | Method::Sticky)) || view.callers.is_some();
        let target = view.target(position).filter(|_| matches!(self, Self::Alike) && !positional)?;
        let weight = match target.weight.value {
            Value::Known(weight) => Some(weight),
            Value::Unknown(_) => None,
        };
        let locality = view.settings_of(target).and_then(|settings| settings.locality);
        Some(Kind { tier: target.tier, state: target.state, weight, settings: target.settings, locality })
    }

    /// A target's failures, one for each way.
    fn failures(&self, peace: &Peace<'_>, position: u32, modes: &[FailureMode]) -> Vec<Failure> {
        let down = [position];
        let mut failures = match self {
            Self::Ring(takeovers, shown) => {
                peace.failures(&down, modes, &inherited(&peace.base, takeovers, position, shown))
            }
            Self::All | Self::Alike => peace.fail_in(&down, modes),
        };
        if !matches!(self, Self::All) {
            for failure in &mut failures {
                failure.cut(peace.base.shares.len());
            }
        }
        failures
    }

    /// The same failure of another target of the same kind.
    fn rename(alike: &Failure, position: u32, peace: &Peace<'_>) -> Failure {
        let Some(&was) = alike.down.first() else { return alike.clone() };
        let mut failure = alike.clone();
        failure.down = vec![position];
        // What the other one had among the survivors is what this one's like has.
        let share_of = |target| peace.base.share_of(target);
        for share in failure.shares.iter_mut().filter(|share| share.target == position) {
            if share_of(position) == share_of(was) {
                share.target = was;
            }
        }
        failure
    }
}

impl Failure {
    /// Keeps the survivors with the most.
    fn cut(&mut self, targets: usize) {
        let all = self.shares.len().max(targets.saturating_sub(self.down.len()));
        self.shares = most(std::mem::take(&mut self.shares), SHOWN);
        self.omitted = all.saturating_sub(self.shares.len()) as u32;
    }
}

/// The largest shares, the first of equals first.
pub(super) fn most(mut shares: Vec<Share>, count: usize) -> Vec<Share> {
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.target.cmp(&b.target)));
    shares.truncate(count);
    shares
}

/// Who gets the traffic once a target has left the ring: its heirs, and those that have the most anyway.
fn inherited(base: &Prediction, takeovers: &Takeovers, failed: u32, shown: &[Share]) -> Prediction {
    let mut after = Prediction { shares: Vec::new(), ..base.clone() };
    let heirs = takeovers.of(failed).map(|(heir, part)| {
        let share = base.share_of(heir).unwrap_or(0.0) + part;
        Share { target: heir, share, low: share, high: share }
    });
    after.shares = heirs.collect();
    let is_heir = |target: u32| after.shares.binary_search_by_key(&target, |share| share.target).is_ok();
    let others: Vec<Share> =
        shown.iter().copied().filter(|share| share.target != failed && !is_heir(share.target)).collect();
    after.shares.extend(others);
    after.shares.sort_by_key(|share| share.target);
    after
}

/// Targets of one address or name, where several are: what fails with a host. In the order of their first target.
pub fn hosts(view: &PoolView<'_>) -> Vec<Vec<u32>> {
    grouped(view, |target| host(view, target))
}

/// What a target shares with others of the same host. Each address of a name is a host of its own.
fn host(view: &PoolView<'_>, target: &Target) -> Option<String> {
    let name = match target.address {
        Address::Ip(address, _) => return Some(address.to_string()),
        Address::Host(name, _) => view.unit.texts.get(name, view.sources).to_ascii_lowercase(),
        _ => return None,
    };
    let has_own = match target.count {
        Count::Answers(..) => true,
        // A name that is resolved once, as the program starts, has one address for all.
        Count::Copies(..) => view.settings_of(target).is_some_and(|settings| settings.resolved_at_run_time.is(&true)),
        Count::One | Count::Slots(..) | Count::AtLeastOne => false,
    };
    let number = target.count.numbers().filter(|_| has_own);
    Some(number.map_or_else(|| name.clone(), |(number, ..)| format!("{name}#{number}")))
}

/// Targets of one locality.
pub fn localities(view: &PoolView<'_>) -> Vec<Vec<u32>> {
    grouped(view, |target| view.locality_of(target).map(str::to_owned))
}

/// Groups of two or more.
fn grouped(view: &PoolView<'_>, key: impl Fn(&Target) -> Option<String>) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for (position, target) in (0_u32..).zip(view.targets) {
        let Some(key) = key(target) else { continue };
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(position),
            None => groups.push(vec![position]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}
