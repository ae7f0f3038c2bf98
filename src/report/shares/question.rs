//! What is asked about shares.

use rustc_hash::FxHashSet;

use super::{Document, Pool};
use crate::analysis::Analysis;
use crate::report::Filter;
use crate::traffic::{Down, Each, FailureMode, Outages, Questions, is_found};

/// What is asked about shares.
#[derive(Clone, Debug)]
pub struct SharesQuestion<'a> {
    /// Which units and pools.
    pub filter: &'a Filter,
    /// Which single failures.
    pub each: Option<Each>,
    /// In which ways targets fail.
    pub modes: Vec<FailureMode>,
    /// Which targets are down, all of them together.
    pub down: &'a [Down],
    /// Only pools of this kind.
    pub only: Option<Only>,
    /// Only so many pools, the worst first.
    pub top: Option<usize>,
}

/// Which pools are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Those with a failure that nothing notices.
    Unnoticed,
    /// Those of which requests fail for as long as a failure lasts.
    Failing,
    /// Those in which a target gets 1.25 times its fair share or more.
    Uneven,
    /// Those of which nothing can be said.
    Unknown,
}

/// From which multiple of the fair share on a pool is uneven; the same as in `uneven-hash-ring`.
const UNEVEN: f64 = 1.25;

impl Only {
    /// Their names on the command line.
    pub const ALL: [(&'static str, Self); 4] = [
        ("unnoticed", Self::Unnoticed),
        ("failing", Self::Failing),
        ("uneven", Self::Uneven),
        ("unknown", Self::Unknown),
    ];

    /// Whether it is about failures.
    pub const fn asks_for_failures(self) -> bool {
        matches!(self, Self::Unnoticed | Self::Failing)
    }

    pub(super) fn keeps(self, pool: &Pool) -> bool {
        let mut failures = pool.failures.iter().flatten();
        match self {
            Self::Unnoticed => failures.any(|failure| failure.noticed == Some(false)),
            Self::Failing => failures.any(|failure| failure.high.is_some_and(|high| high > 0.0)),
            Self::Uneven => pool.unevenness() >= UNEVEN,
            Self::Unknown => pool.failed.is_none(),
        }
    }
}

impl SharesQuestion<'_> {
    pub(super) fn questions(&self) -> Questions {
        Questions { each: self.each, modes: self.modes.clone() }
    }

    /// Keeps only the worst pools: by what fails for good after a failure, then by how uneven they are.
    pub(super) fn keep_worst(&self, document: &mut Document) {
        let Some(top) = self.top else { return };
        let mut scores: Vec<(f64, f64, usize, usize)> = Vec::new();
        for (unit, pools) in document.units.iter().map(|unit| &unit.pools).enumerate() {
            scores.extend(pools.iter().enumerate().map(|(place, pool)| (pool.worst(), pool.unevenness(), unit, place)));
        }
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
        scores.truncate(top);
        let kept: FxHashSet<(usize, usize)> = scores.iter().map(|(.., unit, place)| (*unit, *place)).collect();
        for (number, unit) in document.units.iter_mut().enumerate() {
            let mut place = 0;
            unit.pools.retain(|_| {
                place += 1;
                kept.contains(&(number, place - 1))
            });
        }
        document.units.retain(|unit| !unit.pools.is_empty());
    }
}

impl Pool {
    /// The most that fails for as long as one of its failures lasts.
    fn worst(&self) -> f64 {
        self.failures.iter().flatten().filter_map(|failure| failure.failed).fold(0.0, f64::max)
    }

    /// The largest share as a multiple of the fair one.
    pub(in crate::report) fn unevenness(&self) -> f64 {
        let shares = || self.shares.iter().filter_map(|share| share.share);
        let count = self.shares.iter().filter(|share| share.competes).count().max(1);
        shares().fold(0.0, f64::max) * count as f64
    }
}

/// Why a question cannot be answered: no target is meant by what was said to be down, or targets would fail in two ways.
pub fn unanswerable(analysis: &Analysis, question: &SharesQuestion<'_>) -> Option<String> {
    let units = || analysis.units.iter().map(|analysed| &analysed.unit);
    let missing = question.down.iter().find(|down| !units().any(|unit| is_found(unit, &analysis.sources, down)));
    if let Some(down) = missing {
        return Some(format!(
            "no target is meant by `{}`; `lblint pools` lists them (write POOL/TARGET, ADDRESS, CIDR or zone=NAME)",
            down.text
        ));
    }
    units().find_map(|unit| Outages::new(unit, &analysis.sources, question.down, &question.modes).err())
}
