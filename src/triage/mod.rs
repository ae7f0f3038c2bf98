//! Which findings survive: selection, then joining of one cause's findings, then folding of what follows from another.

mod fold;
mod join;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::finding::Finding;
use crate::settings::LocalSettings;
use crate::source::Sources;

/// What became of the findings.
#[derive(Debug, Default)]
pub struct Triaged {
    /// What is shown, worst first.
    pub shown: Vec<Finding>,
    /// How many are hidden that the next profile would show.
    pub hidden: usize,
    /// How many findings checks have that are newer than the catalogue that was accepted, by check.
    pub newer: BTreeMap<&'static str, usize>,
    /// The checks that found something, whatever became of it.
    pub fired: FxHashSet<&'static str>,
}

/// Decides which findings are shown, joins and folds them, and puts them in order.
pub fn triage(findings: Vec<Finding>, settings: &LocalSettings<'_>, sources: &Sources) -> Triaged {
    let fired = findings.iter().map(|finding| finding.meta.name).collect();
    let of = |finding: &Finding| settings.at(finding.primary.span, sources);
    let (wanted, others): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| of(finding).shows(finding.meta, finding.profile));
    let (newer, wanted): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|finding| of(finding).is_newer(finding.meta));
    let others = others.into_iter().filter(|finding| finding.profile <= of(finding).next_profile()).collect();
    let hidden = join::join(others, sources).len();
    let judged = wanted.into_iter().map(|finding| {
        let severity = of(&finding).severity_of(finding.meta, finding.severity);
        Finding { severity, ..finding }
    });
    let mut shown = fold::fold(join::join(judged.collect(), sources));
    let key = |finding: &Finding| {
        let location = sources.location(finding.primary.span);
        (std::cmp::Reverse(finding.severity), location.file, finding.primary.span, finding.meta.name)
    };
    shown.sort_by_cached_key(key);
    Triaged { shown, hidden, newer: by_check(&join::join(newer, sources)), fired }
}

fn by_check(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.meta.name).or_default() += 1;
    }
    counts
}
