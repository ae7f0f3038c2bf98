//! What was counted against what was predicted.

use std::collections::BTreeMap;

use super::case::{Counts, Test, number_of};
use super::prediction::{Listener, Pool, Share};
use super::statistics::fits;

/// The mean error of a dialect's predictions may be at most this (in points: hundredths of all requests).
const MOST_MEAN_ERROR: f64 = 0.5;

/// A share with its bounds; all the same if it is exact.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) share: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Bounds {
    pub(crate) fn exactly(share: f64) -> Self {
        Self { share, low: share, high: share }
    }

    fn and(self, other: Self) -> Self {
        Self { share: self.share + other.share, low: self.low + other.low, high: (self.high + other.high).min(1.0) }
    }

    fn is_exact(self) -> bool {
        self.high - self.low < 1e-9
    }

    /// How far a fraction is from the share, or outside of the bounds.
    fn error(self, fraction: f64) -> f64 {
        if self.is_exact() {
            (fraction - self.share).abs()
        } else {
            (self.low - fraction).max(fraction - self.high).max(0.0)
        }
    }
}

/// Who is predicted to get which part.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    pub(crate) targets: BTreeMap<u8, Bounds>,
    pub(crate) failed: Bounds,
}

impl Expected {
    pub(crate) fn of(shares: &[Share], failed: Bounds) -> Self {
        let mut expected = Self { failed, ..Self::default() };
        for share in shares {
            let value = share.share.unwrap_or(f64::NAN);
            let bounds = Bounds { share: value, low: share.low.unwrap_or(value), high: share.high.unwrap_or(value) };
            expected.add(number_of(&share.target), bounds);
        }
        expected
    }

    fn add(&mut self, target: Option<u8>, bounds: Bounds) {
        let entry = self.targets.entry(target.unwrap_or_default()).or_default();
        *entry = entry.and(bounds);
    }

    /// Of a pool, or what is said instead.
    pub(crate) fn of_pool(pool: &Pool) -> Result<Self, String> {
        match pool.failed.filter(|_| pool.certainty != "unknown") {
            Some(failed) => Ok(Self::of(&pool.shares, Bounds::exactly(failed))),
            None => Err(pool.because.clone().unwrap_or_default()),
        }
    }

    /// Of all pools behind a listener.
    pub(crate) fn of_listener(listener: &Listener) -> Result<Self, String> {
        let mut expected = Self { failed: Bounds::exactly(listener.failed.ok_or("failed: null")?), ..Self::default() };
        if listener.pools.iter().any(|pool| pool.share.is_none()) {
            return Err("requests decide".to_owned());
        }
        for target in &listener.targets {
            let share = target.share.ok_or("share: null")?;
            expected.add(number_of(&target.target), Bounds::exactly(share));
        }
        Ok(expected)
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |bounds: &Bounds| {
            let around = format!(" [{:.2}, {:.2}]", 100.0 * bounds.low, 100.0 * bounds.high);
            format!("{:.2}{}", 100.0 * bounds.share, if bounds.is_exact() { "" } else { &around })
        };
        for (target, bounds) in &self.targets {
            write!(f, "{target}: {} ", text(bounds))?;
        }
        write!(f, "failed: {}", text(&self.failed))
    }
}

/// What is wrong, and by how many points each value is off.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) wrong: Vec<String>,
    pub(crate) errors: Vec<f64>,
    /// By how much what fails may be off.
    pub(crate) tolerance: f64,
}

impl Verdict {
    pub(crate) fn is(&mut self, what: &str, right: bool) {
        if !right {
            self.wrong.push(what.to_owned());
        }
    }

    /// Every target and what fails.
    pub(crate) fn compare(&mut self, counts: &Counts, expected: &Expected, test: Test) {
        let mut numbers: Vec<u8> = expected.targets.keys().chain(counts.served.keys()).copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let compared = numbers.len() + 1;
        for target in numbers {
            let bounds = expected.targets.get(&target).copied().unwrap_or_default();
            let count = counts.served.get(&target).copied().unwrap_or_default();
            self.value(&target.to_string(), (count, counts.total), bounds, test, compared);
        }
        self.failed("failed", counts, expected.failed, test, compared);
    }

    /// What fails.
    pub(crate) fn failed(&mut self, what: &str, counts: &Counts, bounds: Bounds, test: Test, compared: usize) {
        let known = self.wrong.len();
        self.value(what, (counts.failed, counts.total), bounds, test, compared);
        if bounds.error(counts.failed as f64 / counts.total.max(1) as f64) <= self.tolerance {
            self.wrong.truncate(known);
        }
    }

    fn value(&mut self, what: &str, (count, total): (usize, usize), bounds: Bounds, test: Test, compared: usize) {
        let fraction = count as f64 / total.max(1) as f64;
        self.errors.push(100.0 * bounds.error(fraction));
        let right = match test {
            Test::ToTheRequest(around) if bounds.is_exact() => {
                (count as f64 - bounds.share * total as f64).abs() < f64::from(around) + 0.5
            }
            _ => fits(count, total, (bounds.low, bounds.high), compared),
        };
        self.is(what, right);
    }
}

/// Says how near the predictions of a dialect are, and fails if one is wrong.
pub(crate) fn conclude(what: &str, verdicts: &[Verdict]) {
    let errors: Vec<f64> = verdicts.iter().flat_map(|verdict| verdict.errors.iter().copied()).collect();
    let mean = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
    let wrong = verdicts.iter().filter(|verdict| !verdict.wrong.is_empty()).count();
    println!("{what}: {} cases, {wrong} wrong, mean absolute error {mean:.3} points", verdicts.len());
    assert!(wrong == 0, "{what}: {wrong} cases are not as predicted");
    assert!(mean <= MOST_MEAN_ERROR, "{what}: mean absolute error {mean} points");
}
