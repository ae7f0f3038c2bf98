//! Which findings survive: selection, then joining of one cause's findings, then folding of what follows from another.

mod fold;
mod join;

use rustc_hash::FxHashSet;

use crate::finding::Finding;
use crate::settings::Settings;
use crate::source::Sources;

/// What became of the findings.
#[derive(Debug, Default)]
pub struct Triaged {
    /// What is shown, worst first.
    pub shown: Vec<Finding>,
    /// How many are hidden that the next profile would show.
    pub hidden: usize,
    /// The checks that found something, whatever became of it.
    pub fired: FxHashSet<&'static str>,
}

/// Decides which findings are shown, joins and folds them, and puts them in order.
pub fn triage(findings: Vec<Finding>, settings: &Settings, sources: &Sources) -> Triaged {
    let fired = findings.iter().map(|finding| finding.meta.name).collect();
    let (wanted, others): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| settings.shows(finding.meta, finding.profile));
    let next = settings.next_profile();
    let others = others.into_iter().filter(|finding| finding.profile <= next).collect();
    let hidden = join::join(others, sources).len();
    let mut shown = fold::fold(join::join(wanted, sources));
    let key = |finding: &Finding| {
        let location = sources.location(finding.primary.span);
        (std::cmp::Reverse(finding.severity), location.file, finding.primary.span, finding.meta.name)
    };
    shown.sort_by_cached_key(key);
    Triaged { shown, hidden, fired }
}
