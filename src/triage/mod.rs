//! Which findings survive: suppression, selection, then joining of one cause's findings, then folding of what follows from another.

mod allow;
mod fixes;
mod fold;
mod join;

pub use allow::{Name, Scope, Suppressed, Suppression};

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::checks::Units;
use crate::finding::{Census, Fate, Finding, Known, Sieve};
use crate::settings::{BaselineEntry, History, LocalSettings, Settings};
use crate::source::{SourceId, Sources};
use allow::{Outcome, suppress};

/// What became of the findings.
#[derive(Debug, Default)]
pub struct Triaged {
    /// What is shown, worst first.
    pub shown: Vec<Finding>,
    /// How many are hidden that the next profile would show.
    pub hidden: usize,
    /// How many findings checks have that are newer than the catalogue that was accepted, by check.
    pub newer: BTreeMap<&'static str, usize>,
    /// What would be shown if nothing were allowed.
    pub suppressed: Vec<Suppressed>,
    /// What is allowed, and what became of it.
    pub suppressions: Vec<Suppression>,
    /// How many entries of the baseline hold something back.
    pub baselined: usize,
    /// The entries of the baseline that nothing was found for any more.
    pub stale: Vec<BaselineEntry>,
    /// How many findings are held back because they were there at another commit; each subject counts.
    pub known: usize,
    /// All that findings were about, if that is asked for.
    pub census: Census,
    /// The checks that found something, whatever became of it.
    pub fired: FxHashSet<&'static str>,
}

/// Decides which findings are shown, joins and folds them, and puts them in order. What is allowed goes first, so that it
/// swallows nothing: what followed from it is shown by itself unless it is allowed as well.
pub fn triage(findings: Vec<Finding>, units: &Units<'_>, settings: &LocalSettings<'_>) -> Triaged {
    let sources = units.sources;
    let history = &settings.general.history;
    let mut census = Census::default();
    if history.asks_for_census() {
        census.count(&findings, Fate::Found);
    }
    let reported = Reported::new(units, settings.general);
    let Outcome { mut kept, mut hidden, all: suppressions } = suppress(findings, units, settings);
    if history.asks_for_census() {
        census.count(&kept, Fate::Open);
    }
    kept.retain(|finding| reported.holds(finding, sources));
    hidden.retain(|one| reported.holds(&one.finding, sources));
    let fired = kept.iter().chain(hidden.iter().map(|one| &one.finding)).map(|finding| finding.meta.name).collect();
    let parted = Parted::new(kept, settings, sources);
    if history.asks_for_census() {
        census.count(&parted.wanted, Fate::Wanted);
    }
    let (parted, Held { baselined, known }) = parted.without_known(history);
    hidden.retain(|one| settings.at(one.finding.primary.span, sources).shows(one.finding.meta, one.finding.profile));
    Triaged {
        hidden: number_of_next(parted.others, settings, sources),
        newer: by_check(&join::join(parted.newer, sources)),
        shown: fixes::with_writable(told(parted.wanted, settings, sources), units),
        suppressed: told_suppressed(hidden, sources),
        suppressions,
        baselined,
        stale: Vec::new(),
        known,
        census,
        fired,
    }
}

/// Findings by what settings say of them.
struct Parted {
    /// Those that are asked for.
    wanted: Vec<Finding>,
    /// Those of checks that are newer than the catalogue.
    newer: Vec<Finding>,
    /// The rest.
    others: Vec<Finding>,
}

/// How many findings are known.
struct Held {
    /// From the baseline.
    baselined: usize,
    /// From another commit.
    known: usize,
}

impl Parted {
    fn new(findings: Vec<Finding>, settings: &LocalSettings<'_>, sources: &Sources) -> Self {
        let of = |finding: &Finding| settings.at(finding.primary.span, sources);
        let (wanted, others): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| of(finding).shows(finding.meta, finding.profile));
        let (newer, wanted) = wanted.into_iter().partition(|finding| of(finding).is_newer(finding.meta));
        Self { wanted, newer, others }
    }

    /// Leaves out what the baseline lists or what was there at another commit. Both may list the same cause: it counts once.
    fn without_known(self, history: &History) -> (Self, Held) {
        let listed = history.baseline.as_ref().map(|baseline| baseline.known()).unwrap_or_default();
        let before = history.since.as_ref().map(|since| since.known.clone()).unwrap_or_default();
        let known: Known = listed.clone().or(&before);
        let mut sieve = Sieve::new(&known);
        let wanted = sieve.sift(self.wanted);
        let baselined = sieve.held_back_by(&listed);
        let held = Held { baselined, known: sieve.held_back() - baselined };
        let (newer, others) = (sieve.sift(self.newer), sieve.sift(self.others));
        (Self { wanted, newer, others }, held)
    }
}

/// How many the next profile would show.
fn number_of_next(others: Vec<Finding>, settings: &LocalSettings<'_>, sources: &Sources) -> usize {
    let next = |finding: &Finding| settings.at(finding.primary.span, sources).next_profile();
    join::join(others.into_iter().filter(|finding| finding.profile <= next(finding)).collect(), sources).len()
}

/// What is shown, with the severities of the settings.
fn told(wanted: Vec<Finding>, settings: &LocalSettings<'_>, sources: &Sources) -> Vec<Finding> {
    let judged = wanted.into_iter().map(|finding| {
        let of = settings.at(finding.primary.span, sources);
        let severity = of.severity_of(finding.meta, finding.severity);
        Finding { severity, ..finding }
    });
    let mut shown = fold::fold(join::join(judged.collect(), sources));
    shown.sort_by_cached_key(|finding| order(finding, sources));
    shown
}

fn by_check(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.meta.name).or_default() += 1;
    }
    counts
}

/// Worst first, then by place, then by check.
fn order(finding: &Finding, sources: &Sources) -> impl Ord + use<> {
    let location = sources.location(finding.primary.span);
    (std::cmp::Reverse(finding.severity), location.file, finding.primary.span, finding.meta.name)
}

/// What is hidden for the same reason and has the same cause is one.
fn told_suppressed(hidden: Vec<Suppressed>, sources: &Sources) -> Vec<Suppressed> {
    let mut by_reason: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for Suppressed { finding, by } in hidden {
        by_reason.entry(by).or_default().push(finding);
    }
    let without_fixes = |finding| Finding { fixes: Vec::new(), ..finding };
    let join = |(by, findings)| {
        let joined = join::join(findings, sources).into_iter().map(without_fixes);
        joined.map(move |finding| Suppressed { finding, by })
    };
    let mut suppressed: Vec<Suppressed> = by_reason.into_iter().flat_map(join).collect();
    suppressed.sort_by_cached_key(|one| order(&one.finding, sources));
    suppressed
}

/// The files that were asked about; the others only complete their units.
struct Reported(FxHashSet<SourceId>);

impl Reported {
    fn new(units: &Units<'_>, settings: &Settings) -> Self {
        let files = units.all.iter().flat_map(|unit| &unit.unit.files);
        // What is said around an embedded text stands in its host.
        let own_and_host = |source| [source, units.sources.host_of(source)];
        let reported = files.filter(|file| file.reported).flat_map(|file| own_and_host(file.source));
        // What settings allow is asked about with every file.
        let settings = settings.texts.iter().filter_map(|(file, _)| units.sources.span_of(file, 0..0));
        let settings = settings.filter_map(|span| units.sources.at(span.start)).map(|(id, _)| id);
        Self(reported.chain(settings).collect())
    }

    fn holds(&self, finding: &Finding, sources: &Sources) -> bool {
        sources.at(finding.primary.span.start).is_some_and(|(id, _)| self.0.contains(&id))
    }
}
