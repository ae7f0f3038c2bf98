//! Who gets a pool's traffic, with how well that is known.

use crate::model::Why;
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
    /// A share that has no bounds but itself.
    pub(super) const fn sure(target: u32, share: f64) -> Self {
        Self { target, share, low: share, high: share }
    }

    /// The same share of a part of the traffic.
    pub(super) fn scaled(self, part: f64) -> Self {
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
    /// The shares of the eligible targets, in the order of the pool; the others get nothing. Empty if unknown.
    pub shares: Vec<Share>,
    /// Targets that get nothing here and something in another branch of the configuration, with their bounds.
    pub elsewhere: Vec<Share>,
    /// The fraction that no target serves.
    pub failed: f64,
}

impl Prediction {
    pub(super) const fn unknown(why: Why, at: Span) -> Self {
        Self {
            certainty: Certainty::Unknown,
            assumptions: Vec::new(),
            because: Some((why, at)),
            shares: Vec::new(),
            elsewhere: Vec::new(),
            failed: 0.0,
        }
    }

    pub(super) const fn nobody() -> Self {
        Self {
            certainty: Certainty::Exact,
            assumptions: Vec::new(),
            because: None,
            shares: Vec::new(),
            elsewhere: Vec::new(),
            failed: 1.0,
        }
    }

    /// These targets get these shares, for sure.
    pub(super) fn of(certainty: Certainty, targets: &[u32], shares: impl IntoIterator<Item = f64>) -> Self {
        let shares = targets.iter().zip(shares).map(|(&target, share)| Share::sure(target, share));
        Self { certainty, shares: shares.collect(), failed: 0.0, ..Self::nobody() }
    }

    pub(super) fn all_to(target: u32) -> Self {
        Self::of(Certainty::Exact, &[target], [1.0])
    }

    pub(super) fn equal(targets: &[u32]) -> Self {
        let share = 1.0 / targets.len().max(1) as f64;
        Self::of(Certainty::Exact, targets, std::iter::repeat(share))
    }

    /// Widens the bounds of each share to those that `bounds` gives for its place and itself, and is bounded by that.
    pub(super) fn between(mut self, bounds: impl Fn(usize, Share) -> (f64, f64)) -> Self {
        for (place, share) in self.shares.iter_mut().enumerate() {
            let (low, high) = bounds(place, *share);
            (share.low, share.high) = (share.low.min(low), share.high.max(high));
        }
        self.at_best(Certainty::Bounded)
    }

    pub(super) fn add_assumptions(&mut self, assumptions: &[&'static str]) {
        for assumption in assumptions {
            if !self.assumptions.contains(assumption) {
                self.assumptions.push(assumption);
            }
        }
    }

    pub(super) fn assuming(mut self, assumption: &'static str) -> Self {
        self.add_assumptions(&[assumption]);
        self.at_best(Certainty::Assumed)
    }

    /// The same, where nothing else has to be assumed.
    pub(super) fn assuming_only(mut self, assumption: &'static str) -> Self {
        self.assumptions = vec![assumption];
        self
    }

    pub(super) fn at_best(mut self, certainty: Certainty) -> Self {
        self.certainty = self.certainty.max(certainty);
        self
    }

    /// Whether nothing can be said.
    pub fn is_unknown(&self) -> bool {
        self.certainty == Certainty::Unknown
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
        Some(self.together(positions)?.share)
    }

    /// The same with its bounds; `target` is the first of them.
    pub(super) fn together(&self, positions: &[u32]) -> Option<Share> {
        if self.is_unknown() {
            return None;
        }
        let first = positions.first().copied().unwrap_or(0);
        let wanted = positions.iter().filter_map(|position| self.of_target(*position));
        Some(wanted.fold(Share::sure(first, 0.0), |sum, share| Share {
            share: sum.share + share.share,
            low: sum.low + share.low,
            high: (sum.high + share.high).min(1.0),
            ..sum
        }))
    }

    fn of_target(&self, position: u32) -> Option<&Share> {
        let place = self.shares.binary_search_by_key(&position, |share| share.target).ok()?;
        self.shares.get(place)
    }

    /// The share of the target at this position; 0 if it is not eligible, `None` if unknown.
    pub fn share_of(&self, position: u32) -> Option<f64> {
        if self.is_unknown() {
            return None;
        }
        Some(self.of_target(position).map_or(0.0, |share| share.share))
    }
}
