//! One failure of one or more targets: what is lost until it is noticed, what for good, and who carries the rest.

use super::each::{LISTED, SHOWN, in_use, most};
use super::encounter::{Encounter, Pool, encounter};
use super::notice::{Noticed, notice};
use super::{FailureMode, Notice};
use crate::model::{Forwarding, Method, Why};
use crate::source::{Dialect, Span};
use crate::traffic::PoolView;
use crate::traffic::predict::{Effort, Scenario, predict};
use crate::traffic::share::{Certainty, Prediction, Share};

/// A fraction of requests, with bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fraction {
    /// At light load.
    pub value: f64,
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

impl Fraction {
    pub(in crate::traffic) const fn exactly(value: f64) -> Self {
        Self { value, low: value, high: value }
    }

    /// This fraction of a part.
    pub(in crate::traffic) fn times(self, part: f64) -> Self {
        Self { value: self.value * part, low: self.low * part, high: self.high * part }
    }

    pub(in crate::traffic) fn plus(self, more: f64) -> Self {
        let limit = |value: f64| (value + more).min(1.0);
        Self { value: limit(self.value), low: limit(self.low), high: limit(self.high) }
    }

    /// Whether the bounds are apart.
    pub fn is_open(&self) -> bool {
        self.high - self.low > 1e-9
    }
}

impl std::iter::Sum for Fraction {
    fn sum<I: Iterator<Item = Self>>(fractions: I) -> Self {
        fractions.fold(Self::default(), |sum, one| Self {
            value: sum.value + one.value,
            low: sum.low + one.low,
            high: sum.high + one.high,
        })
    }
}

/// What happens when targets fail together, in one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Which, by position in ascending order.
    pub down: Vec<u32>,
    /// How.
    pub mode: FailureMode,
    /// How well the answer is known.
    pub certainty: Certainty,
    /// Under which assumptions.
    pub assumptions: Vec<&'static str>,
    /// What keeps it from being known.
    pub because: Option<(Why, Span)>,
    /// Whether, by what and when it is noticed.
    pub noticed: Noticed,
    /// What fails until then; of a failure that nothing notices, for as long as it lasts.
    pub until: Fraction,
    /// Which part of the requests meets a target that fails and is served by another one, until then.
    pub retried: f64,
    /// How long a request takes that meets one, until it has failed or reached another, in milliseconds.
    pub delay: Option<u64>,
    /// Who has what share afterwards; of a large pool only those with the most.
    pub shares: Vec<Share>,
    /// How many targets that have a share are not among them.
    pub omitted: u32,
    /// What fails afterwards.
    pub failed: Fraction,
}

/// A pool in peace, with what failures are held against.
#[derive(Debug)]
pub struct Peace<'a> {
    pub(super) view: PoolView<'a>,
    /// How hard predictions try.
    effort: Effort,
    /// How requests are handed to it.
    pub(super) forwardings: &'a [&'a Forwarding],
    pub(super) base: Prediction,
    /// The shares that are listed of targets that keep them: of a large pool the largest ones.
    listed: Vec<Share>,
    /// How many targets are in use.
    in_use: usize,
}

impl<'a> Peace<'a> {
    /// The pool while all its targets are alive; `forwardings` is how requests are handed to it. Cost: a prediction.
    pub fn new(view: &PoolView<'a>, forwardings: &'a [&'a Forwarding], effort: Effort) -> Self {
        Self::of(view, forwardings, effort, predict(view, Scenario::default().with(effort)))
    }

    /// The same where the prediction was made before, with this effort.
    pub fn of(view: &PoolView<'a>, forwardings: &'a [&'a Forwarding], effort: Effort, base: Prediction) -> Self {
        let listed =
            if base.shares.len() > LISTED { most(base.shares.clone(), SHOWN + 1) } else { base.shares.clone() };
        Self { view: *view, effort, forwardings, listed, in_use: in_use(view).count(), base }
    }

    /// What happens when the targets at these positions, in ascending order, fail together. Cost: a prediction.
    pub fn fail(&self, down: &[u32], mode: FailureMode) -> Failure {
        self.failure(down, mode, self.after(down))
    }

    /// The same in each of several ways. Cost: one prediction.
    pub fn fail_in(&self, down: &[u32], modes: &[FailureMode]) -> Vec<Failure> {
        self.failures(down, modes, &self.after(down))
    }

    fn after(&self, down: &[u32]) -> Prediction {
        predict(&self.view, Scenario::down(down).with(self.effort))
    }

    /// The failures of these targets, after which traffic goes as predicted.
    pub(super) fn failures(&self, down: &[u32], modes: &[FailureMode], after: &Prediction) -> Vec<Failure> {
        modes.iter().map(|mode| self.failure(down, *mode, after.clone())).collect()
    }

    fn failure(&self, down: &[u32], mode: FailureMode, after: Prediction) -> Failure {
        let noticed = self.noticed(down, mode);
        let pool = Pool { view: &self.view, others: self.in_use.saturating_sub(down.len()), down: down.len() };
        let met = encounter(&pool, self.forwardings.iter().copied(), mode);
        let mut failure = Failure {
            down: down.to_vec(),
            mode,
            certainty: self.base.certainty.max(after.certainty),
            assumptions: self.base.assumptions.clone(),
            because: self.base.because.or(after.because),
            noticed,
            until: Fraction { value: 0.0, low: 0.0, high: 1.0 },
            retried: 0.0,
            delay: met.and_then(|met| met.delay),
            shares: Vec::new(),
            omitted: 0,
            failed: Fraction { value: 0.0, low: 0.0, high: 1.0 },
        };
        self.settle(&mut failure, met, after);
        failure
    }

    fn settle(&self, failure: &mut Failure, met: Option<Encounter>, after: Prediction) {
        if self.view.elects() && failure.noticed.noticed == Some(true) && self.view.targets.len() > failure.down.len() {
            return elected(failure);
        }
        let (Some(met), Some(hit)) = (met, self.hit(&failure.down, failure.mode, met)) else {
            failure.certainty = Certainty::Unknown;
            failure.because = failure.because.or(Some((Why::Unsupported, self.view.pool.header)));
            return;
        };
        if failure.certainty == Certainty::Unknown {
            return;
        }
        failure.assume(&after.assumptions);
        failure.assume(met.assuming.as_slice());
        failure.until = lost(hit, met).plus(self.base.failed);
        failure.retried = self.retried(&failure.down, hit, met);
        match failure.noticed.noticed {
            Some(true) => Self::noticed_in_the_end(failure, met, after),
            Some(false) => self.never_noticed(failure, &after),
            None => Self::perhaps_noticed(failure, after),
        }
        if failure.noticed.needs_failing_path {
            failure.assume(&["what the check asks for fails as well"]);
        }
        if failure.until.is_open() || failure.failed.is_open() {
            failure.certainty = failure.certainty.max(Certainty::Bounded);
        }
    }

    /// Whether all of them are noticed.
    fn noticed(&self, down: &[u32], mode: FailureMode) -> Noticed {
        let each = down.iter().filter_map(|position| self.view.target(*position));
        let each = each.map(|target| notice(&self.view, target, mode, self.forwardings));
        let all = each.reduce(Noticed::and);
        all.unwrap_or_else(Noticed::unknown)
    }

    /// The part of the requests that is handed to the targets that fail. Those that fail fast look idle, and policies that
    /// follow load hand them more; those that hang look busy (measured: 97.5 % in place of 50 % under `leastconn`).
    fn hit(&self, down: &[u32], mode: FailureMode, met: Option<Encounter>) -> Option<Fraction> {
        let share = self.base.together(down)?;
        // Whatever the policy does, a dead one is met.
        let is_down = |share: &Share| share.high <= 0.0 || down.binary_search(&share.target).is_ok();
        if !self.base.shares.is_empty() && self.base.shares.iter().all(is_down) && self.base.failed <= 0.0 {
            return Some(Fraction::exactly(1.0));
        }
        let hit = Fraction { value: share.share, low: share.low, high: share.high };
        if !self.view.method().is_some_and(Method::follows_load) || hit.high <= 0.0 {
            return Some(hit);
        }
        let is_fast = met.and_then(|met| met.delay) == Some(0);
        // Envoy counts a request only once it has a connection.
        let unseen = self.view.unit.dialect == Dialect::Envoy && mode == FailureMode::Drop;
        Some(if is_fast || unseen { Fraction { high: 1.0, ..hit } } else { Fraction { low: 0.0, ..hit } })
    }

    /// Which part of the requests is served by another target. A retry takes another one's turn, so that more requests
    /// begin with a dead target than its share says: p of all attempts, which is p / (1 - p) of the requests.
    fn retried(&self, down: &[u32], hit: Fraction, met: Encounter) -> f64 {
        let takes_turns = matches!(self.view.method(), Some(Method::RoundRobin { .. }))
            && self.view.unit.dialect != Dialect::Nginx
            && !down.is_empty();
        let begins = if takes_turns && hit.value < 0.5 { hit.value / (1.0 - hit.value) } else { hit.value };
        begins * (1.0 - met.fails)
    }

    /// Afterwards the eligible ones carry everything. A proxy in panic uses dead targets, too, and what it hands to them
    /// meets them as before.
    fn noticed_in_the_end(failure: &mut Failure, met: Encounter, after: Prediction) {
        let to_dead = after.share_of_all(&failure.down).unwrap_or(0.0);
        failure.failed = lost(Fraction::exactly(to_dead), met).plus(after.failed);
        if failure.noticed.by == Some(Notice::Ejection) {
            failure.assume(&["enough traffic to notice; single requests probe the target again and again"]);
        }
        failure.carry(after.shares);
    }

    /// Nothing changes: the others keep their shares, and what is retried.
    fn never_noticed(&self, failure: &mut Failure, after: &Prediction) {
        failure.failed = failure.until;
        let alive: f64 = 1.0 - self.base.share_of_all(&failure.down).unwrap_or(0.0) - self.base.failed;
        // Where nobody else has a share, whoever is left serves what is saved.
        let nobody = alive <= 0.0 || failure.failed.value >= 1.0;
        let keep = if nobody { &after.shares } else { &self.listed };
        let part = |failed: f64| if alive > 0.0 { ((1.0 - failed) / alive).max(0.0) } else { 1.0 - failed };
        let Fraction { value, low, high } = failure.failed;
        failure.carry(keep.iter().map(|share| Share {
            share: share.share * part(value),
            low: share.low * part(high),
            high: (share.high * part(low)).min(1.0),
            ..*share
        }));
    }

    fn perhaps_noticed(failure: &mut Failure, mut after: Prediction) {
        let low = after.failed.min(failure.until.low);
        failure.failed = Fraction { low, ..failure.until };
        for share in &mut after.shares {
            share.low *= 1.0 - failure.failed.high;
        }
        failure.carry(after.shares);
    }
}

/// What is lost of the requests that meet a failure.
fn lost(hit: Fraction, met: Encounter) -> Fraction {
    Fraction { value: hit.value * met.fails, low: hit.low * met.low, high: hit.high * met.high }
}

/// One of the targets has the role that the check asks for: if it fails everything does, until the next one has it.
fn elected(failure: &mut Failure) {
    failure.until = Fraction { value: 0.0, low: 0.0, high: 1.0 };
    failure.failed = Fraction::exactly(0.0);
    failure.certainty = Certainty::Bounded;
    failure.because = None;
    failure.assume(&["which target has the role is not known; another one takes it over"]);
}

impl Failure {
    /// The survivors among these carry the traffic.
    fn carry(&mut self, shares: impl IntoIterator<Item = Share>) {
        let down = &self.down;
        let alive = shares.into_iter().filter(|share| down.binary_search(&share.target).is_err());
        self.shares = alive.collect();
    }

    fn assume(&mut self, assumptions: &[&'static str]) {
        for assumption in assumptions {
            if !self.assumptions.contains(assumption) {
                self.assumptions.push(assumption);
                self.certainty = self.certainty.max(Certainty::Assumed);
            }
        }
    }
}
