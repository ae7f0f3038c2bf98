//! Which checks found nothing, on how many pools, and where they could not decide.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::numbers::{count, list};
use crate::analysis::{AnalysedUnit, Analysis};
use crate::checks::{self, Check};
use crate::finding::Finding;
use crate::model::Why;
use crate::settings::Settings;
use crate::traffic::thousands;

/// What one check had to say.
#[derive(Debug, Serialize)]
pub(super) struct Clearance {
    pub(super) check: &'static str,
    /// How many pools it looked at.
    pub(super) pools: usize,
    /// How many findings of it are shown.
    pub(super) findings: usize,
    /// It found nothing, and knew all that it reads.
    pub(super) cleared: bool,
    /// On how many of the pools it could not decide.
    pub(super) undecided: Vec<Gap>,
}

/// On how many pools a check could not decide, for one reason.
#[derive(Debug, Serialize)]
pub(super) struct Gap {
    pub(super) why: &'static str,
    pub(super) pools: usize,
}

/// Every check that was asked for and speaks one of the dialects that are there, in the order of names.
pub(super) fn clearances(analysis: &Analysis, settings: &Settings) -> Vec<Clearance> {
    let asked = checks::all().iter().filter(|check| settings.shows(check.meta(), check.meta().profile));
    asked.filter_map(|check| clearance(*check, analysis)).collect()
}

fn clearance(check: &dyn Check, analysis: &Analysis) -> Option<Clearance> {
    let meta = check.meta();
    let speaks = |analysed: &&AnalysedUnit| meta.dialects.contains(&analysed.unit.dialect);
    analysis.units.iter().find(speaks)?;
    let (mut pools, mut open) = (0, BTreeMap::<Why, usize>::new());
    for (gaps, number) in analysis.units.iter().filter(speaks).flat_map(|analysed| &analysed.verdict.gaps) {
        pools += number;
        if let Some(why) = gaps.first(check.reads()) {
            *open.entry(why).or_default() += number;
        }
    }
    let of_check = |finding: &&Finding| finding.meta.name == meta.name;
    Some(Clearance {
        check: meta.name,
        pools,
        findings: analysis.findings.shown.iter().filter(of_check).count(),
        cleared: open.is_empty() && !analysis.findings.fired.contains(meta.name),
        undecided: open.into_iter().map(|(why, pools)| Gap { why: why.phrase(), pools }).collect(),
    })
}

/// The same for people: who is cleared of what, and what is left open.
pub(super) fn lines(analysis: &Analysis, settings: &Settings) -> Vec<String> {
    let clearances = clearances(analysis, settings);
    let cleared: Vec<String> =
        clearances.iter().filter(|one| one.cleared).map(|clearance| clearance.check.to_owned()).collect();
    let mut lines = Vec::new();
    if !cleared.is_empty() {
        lines.push(format!("cleared: {} found nothing: {}", count(cleared.len(), "check"), cleared.join(", ")));
    }
    lines.extend(left_open(&clearances));
    lines
}

/// Checks that are open on the same pools for the same reasons share a line; the most open ones come first.
fn left_open(clearances: &[Clearance]) -> Vec<String> {
    let mut groups: BTreeMap<(Reverse<usize>, String), Vec<&str>> = BTreeMap::new();
    for clearance in clearances.iter().filter(|one| !one.undecided.is_empty()) {
        groups.entry((Reverse(clearance.open()), clearance.reasons())).or_default().push(clearance.check);
    }
    let line = |((_, reasons), checks): ((Reverse<usize>, String), Vec<&str>)| {
        format!("left open on {reasons}: {}", checks.join(", "))
    };
    groups.into_iter().map(line).collect()
}

impl Clearance {
    /// On how many pools it could not decide.
    fn open(&self) -> usize {
        self.undecided.iter().map(|gap| gap.pools).sum()
    }

    fn reasons(&self) -> String {
        let reasons: Vec<String> =
            self.undecided.iter().map(|gap| format!("{} {}", thousands(gap.pools as u64), gap.why)).collect();
        let open = thousands(self.open() as u64);
        format!("{open} of {} ({})", count(self.pools, "pool"), list(&reasons, 9))
    }
}
