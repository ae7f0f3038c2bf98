//! Which declared expectations are met, which are not, and which are open.

use serde::Serialize;

use super::entry::harmless;
use super::understanding::location;
use super::{Detail, numbers};
use crate::analysis::{AnalysedUnit, Analysis, Verified};
use crate::checks::intent::{Kind, State};
use crate::finding::Subject;
use crate::source::Location;

/// One expectation of one pool.
#[derive(Debug, Serialize)]
pub(super) struct Expected {
    subject: Subject,
    expectation: Kind,
    /// `held`, `unmet` or `open`.
    state: &'static str,
    /// The numbers, or why it is open.
    says: String,
    /// Where it is declared.
    location: Location,
}

/// All of them, in the order of the units and pools.
pub(super) fn expected(analysis: &Analysis) -> Vec<Expected> {
    let of_unit = |analysed: &AnalysedUnit| -> Vec<Expected> {
        analysed.verdict.expectations.iter().map(|verified| one(analysis, analysed, verified)).collect()
    };
    analysis.units.iter().flat_map(of_unit).collect()
}

fn one(analysis: &Analysis, analysed: &AnalysedUnit, verified: &Verified) -> Expected {
    let pool = analysed.unit.texts.get(verified.pool, &analysis.sources);
    let (state, says) = match &verified.outcome.state {
        State::Held(text) => ("held", text),
        State::Unmet(unmet) => ("unmet", &unmet.message),
        State::Open(text) => ("open", text),
    };
    let subject = Subject { unit: harmless(&analysed.root), pool: Some(harmless(pool)), ..Subject::default() };
    Expected {
        subject,
        expectation: verified.outcome.kind,
        state,
        says: harmless(says),
        location: location(&analysis.sources, verified.outcome.at()),
    }
}

/// How many there are of each, where there are any; each of them if nothing is cut.
pub(super) fn lines(analysis: &Analysis, detail: Detail) -> Vec<String> {
    let all = expected(analysis);
    if all.is_empty() {
        return Vec::new();
    }
    let number = |state: &str| all.iter().filter(|one| one.state == state).count();
    let (unmet, open) = (number("unmet"), number("open"));
    let mut parts = vec![format!("{} held", number("held"))];
    parts.extend((unmet > 0).then(|| format!("{unmet} not met")));
    parts.extend((open > 0).then(|| format!("{open} open")));
    let more = if detail < Detail::Verbose && open > 0 { "  -> lblint check -v" } else { "" };
    let mut lines = vec![format!("{}: {}{more}", numbers::count(all.len(), "expectation"), parts.join(", "))];
    if detail == Detail::Verbose {
        lines.extend(all.iter().map(Expected::to_string).map(|line| format!("  {line}")));
    }
    lines
}

impl std::fmt::Display for Expected {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { subject, expectation, state, says, location } = self;
        let pool = subject.pool.as_deref().unwrap_or_default();
        write!(formatter, "{}:{}: {pool}: {} {state}: {says}", location.file, location.line, expectation.key())
    }
}
