//! `lblint/findings/1`: what is wrong, and how much of the input that speaks for.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::finding::Severity;
use crate::report::Options;
use crate::report::clearance::{Clearance, clearances};
use crate::report::entry::{Entry, entries, harmless};
use crate::report::expectations::{Expected, expected};
use crate::report::human::assumed_dialects;
use crate::report::totals::{Totals, of_severity};
use crate::report::understanding::{Include, Noted, Open, skipped, undecided, unread_includes};
use crate::source::Dialect;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    assumed: BTreeMap<Dialect, String>,
    summary: Summary<'a>,
    /// Which checks ran, on how many pools, and what they could not decide.
    checks: Vec<Clearance>,
    /// Which declared expectations are met.
    expectations: Vec<Expected>,
    findings: Vec<Entry>,
}

#[derive(Serialize)]
struct Summary<'a> {
    files: usize,
    units: usize,
    pools: usize,
    targets: usize,
    findings: BySeverity,
    hidden: usize,
    /// Findings of checks that are newer than the catalogue that was accepted, by check.
    newer: &'a BTreeMap<&'static str, usize>,
    verified: usize,
    undecided: Vec<Open>,
    unread_includes: Vec<Include>,
    not_analysed: Vec<String>,
    orphans: Vec<String>,
    skipped: Vec<Noted>,
    templates: Vec<String>,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct BySeverity {
    error: usize,
    warning: usize,
    info: usize,
}

pub(in crate::report) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let dialects = assumed_dialects(analysis, options.settings).into_iter();
    super::text(&Document {
        schema: "lblint/findings/1",
        assumed: dialects.map(|dialect| (dialect, options.settings.version(dialect).0.to_string())).collect(),
        summary: summary(analysis),
        checks: clearances(analysis, options.settings),
        expectations: expected(analysis),
        findings: entries(analysis, options),
    })
}

fn summary(analysis: &Analysis) -> Summary<'_> {
    let Totals { files, units, pools, targets, verified, undecided: _ } = Totals::new(analysis);
    let number = |severity| of_severity(analysis, severity);
    Summary {
        files,
        units,
        pools,
        targets,
        findings: BySeverity {
            error: number(Severity::Error),
            warning: number(Severity::Warning),
            info: number(Severity::Info),
        },
        hidden: analysis.findings.hidden,
        newer: &analysis.findings.newer,
        verified,
        undecided: undecided(analysis),
        unread_includes: unread_includes(analysis),
        not_analysed: analysis.unrecognised.iter().map(|path| harmless(path)).collect(),
        skipped: skipped(analysis),
        orphans: analysis.orphans.iter().map(|path| harmless(path)).collect(),
        templates: analysis.templates().map(harmless).collect(),
        problems: analysis.errors.iter().map(|problem| harmless(&problem.to_string())).collect(),
    }
}
