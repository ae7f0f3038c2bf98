//! `lblint/statistics/1`: how often each check found something.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::Options;
use super::grouping::{GroupBy, grouped};
use crate::analysis::Analysis;
use crate::finding::{Finding, Severity};

/// The document.
#[derive(Debug, Serialize)]
pub(super) struct Statistics {
    schema: &'static str,
    pub(super) groups: Vec<Group>,
}

/// The numbers of one owner or unit; without `--group-by` there is one group without a name.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub(super) name: Option<String>,
    pub(super) checks: Vec<Tally>,
}

/// The numbers of one check.
#[derive(Debug, Serialize)]
pub(super) struct Tally {
    pub(super) check: &'static str,
    /// The worst of its findings.
    pub(super) severity: Severity,
    pub(super) findings: usize,
    /// Pools, targets, units that the findings are about.
    pub(super) subjects: usize,
}

pub(super) fn document(analysis: &Analysis, options: &Options<'_>) -> Statistics {
    let groups = match options.group_by {
        None | Some(GroupBy::Check) => vec![Group { name: None, checks: tallies(analysis.findings.shown.iter()) }],
        Some(by) => {
            let groups = grouped(analysis, by, options).into_iter();
            groups
                .map(|group| Group {
                    name: Some(group.name),
                    checks: tallies(group.findings.into_iter().map(|(_, finding)| finding)),
                })
                .collect()
        }
    };
    Statistics { schema: "lblint/statistics/1", groups }
}

/// Most findings first.
fn tallies<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<Tally> {
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for finding in findings {
        let check = finding.meta.name;
        let tally =
            tallies.entry(check).or_insert(Tally { check, severity: finding.severity, findings: 0, subjects: 0 });
        tally.severity = tally.severity.max(finding.severity);
        tally.findings += 1;
        tally.subjects += finding.subjects.len();
    }
    let mut tallies: Vec<Tally> = tallies.into_values().collect();
    tallies.sort_by_key(|tally| Reverse(tally.findings));
    tallies
}
