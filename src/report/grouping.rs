//! Findings by check, by owner or by unit.

use rustc_hash::FxHashMap;

use super::{Options, sanitise};
use crate::analysis::Analysis;
use crate::finding::{Finding, Severity};
use crate::report::numbers::count;

/// What findings are put together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The check.
    Check,
    /// Who owns the file, by the repository's CODEOWNERS.
    Owner,
    /// The unit.
    Unit,
}

impl std::str::FromStr for GroupBy {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "check" => Ok(Self::Check),
            "owner" => Ok(Self::Owner),
            "unit" => Ok(Self::Unit),
            _ => Err(format!("`{word}` is none of: check, owner, unit")),
        }
    }
}

/// Findings that have something in common.
#[derive(Debug)]
pub(super) struct Together<'f> {
    /// What they have in common.
    pub(super) name: String,
    /// Each with its position among those that are shown.
    pub(super) findings: Vec<(usize, &'f Finding)>,
}

/// The findings that are shown, put together; the group of the worst finding comes first. A file with several owners is
/// one group: the finding is told once.
pub(super) fn grouped<'f>(analysis: &'f Analysis, by: GroupBy, options: &Options<'_>) -> Vec<Together<'f>> {
    let mut groups: Vec<Together<'f>> = Vec::new();
    let mut positions: FxHashMap<String, usize> = FxHashMap::default();
    for (number, finding) in analysis.findings.shown.iter().enumerate() {
        let name = name(finding, analysis, by, options);
        let position = *positions.entry(name.clone()).or_insert_with(|| {
            groups.push(Together { name, findings: Vec::new() });
            groups.len() - 1
        });
        groups.get_mut(position).into_iter().for_each(|group| group.findings.push((number, finding)));
    }
    groups
}

fn name(finding: &Finding, analysis: &Analysis, by: GroupBy, options: &Options<'_>) -> String {
    let name = match by {
        GroupBy::Check => finding.meta.name.to_owned(),
        GroupBy::Unit => finding.subjects.first().map(|subject| subject.unit.clone()).unwrap_or_default(),
        GroupBy::Owner => {
            let file = analysis.sources.location(finding.primary.span).file;
            options.owners.map(|owners| owners.of(&file).join(" ")).unwrap_or_default()
        }
    };
    if name.is_empty() { "nobody".to_owned() } else { sanitise::line(&name).into_owned() }
}

impl Together<'_> {
    /// `@edge: 3 findings (1 error, 2 warnings)`
    pub(super) fn heading(&self) -> String {
        format!("{}: {}", self.name, summed(self.findings.iter().map(|(_, finding)| *finding)))
    }
}

/// `3 findings (1 error, 2 warnings)`
pub(super) fn summed<'f>(findings: impl Iterator<Item = &'f Finding>) -> String {
    let severities: Vec<Severity> = findings.map(|finding| finding.severity).collect();
    let of = |severity| severities.iter().filter(|one| **one == severity).count();
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter(|severity| of(*severity) > 0)
        .map(|severity| format!("{} {severity}", crate::traffic::thousands(of(severity) as u64)))
        .collect();
    format!("{} ({})", count(severities.len(), "finding"), parts.join(", "))
}
