//! GitLab's Code Quality report: the fields of the Code Climate format that GitLab reads.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::Options;
use super::entry::{Entry, entries};
use crate::analysis::Analysis;
use crate::finding::Severity;

/// One finding (docs.gitlab.com, "Code Quality report format").
#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    /// GitLab shows only the first of two issues with one fingerprint.
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// All findings that are shown.
pub(super) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let mut seen = FxHashMap::default();
    let issues: Vec<Issue> = entries(analysis, options).into_iter().map(|entry| issue(entry, &mut seen)).collect();
    super::json::text(&issues)
}

fn issue(entry: Entry, seen: &mut FxHashMap<String, u32>) -> Issue {
    Issue {
        description: entry.story(),
        check_name: entry.check,
        fingerprint: unique(entry.fingerprint.unwrap_or_default(), seen),
        severity: severity(entry.severity),
        location: Place {
            path: entry.location.file,
            lines: Lines { begin: entry.location.line, end: entry.end.line.max(entry.location.line) },
        },
    }
}

/// Two causes may reach one subject: the later ones get a number.
fn unique(fingerprint: String, seen: &mut FxHashMap<String, u32>) -> String {
    let number = seen.entry(fingerprint.clone()).and_modify(|number| *number += 1).or_insert(1);
    if *number == 1 { fingerprint } else { format!("{fingerprint}:{number}") }
}

/// GitLab knows `blocker`, `critical`, `major`, `minor` and `info`.
const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_unique_and_stay() {
        let mut seen = FxHashMap::default();
        let numbered: Vec<String> = ["a", "b", "a"].map(|one| unique(one.to_owned(), &mut seen)).to_vec();
        assert_eq!(numbered, ["a", "b", "a:2"]);
    }
}
