//! What an analysis adds up to; the same sums in every format.

use crate::analysis::{AnalysedUnit, Analysis};
use crate::finding::Severity;
use crate::model::{Count, Target};

/// Sums over an analysis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) files: usize,
    pub(super) units: usize,
    pub(super) pools: usize,
    pub(super) targets: usize,
    pub(super) verified: usize,
    pub(super) undecided: usize,
}

impl Totals {
    pub(super) fn new(analysis: &Analysis) -> Self {
        let units = &analysis.units;
        let sum = |of: fn(&AnalysedUnit) -> usize| units.iter().map(of).sum();
        Self {
            files: files(analysis),
            units: units.len(),
            pools: sum(|analysed| analysed.unit.pools.len()),
            targets: sum(|analysed| analysed.unit.targets.iter().map(declared).sum()),
            verified: sum(|analysed| analysed.verdict.verified),
            undecided: sum(|analysed| analysed.verdict.undecided.len()),
        }
    }
}

/// How many files there are: several documents may stand in one.
fn files(analysis: &Analysis) -> usize {
    let files = analysis.units.iter().flat_map(|analysed| &analysed.unit.files);
    let mut paths: Vec<&str> = files.map(|file| analysis.sources.file_of(file.source)).collect();
    paths.sort_unstable();
    paths.dedup();
    paths.len()
}

/// How many targets a statement declares; slots that discovery may fill count as declared.
fn declared(target: &Target) -> usize {
    match target.count {
        Count::One | Count::AtLeastOne => 1,
        Count::Answers(first, last) | Count::Copies(first, last) | Count::Slots(first, last) => {
            last.saturating_sub(first) as usize + 1
        }
    }
}

/// How many of the findings that are shown have this severity.
pub(super) fn of_severity(analysis: &Analysis, severity: Severity) -> usize {
    analysis.findings.shown.iter().filter(|finding| finding.severity == severity).count()
}
