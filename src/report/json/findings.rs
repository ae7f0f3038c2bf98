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
use crate::report::understanding::{Include, Noted, Open, problems, skipped, undecided, unread_includes};
use crate::settings::{BaselineEntry, Settings};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<BaselineUse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<SinceUse<'a>>,
    /// Findings of checks that are newer than the catalogue that was accepted, by check.
    newer: &'a BTreeMap<&'static str, usize>,
    suppressed: usize,
    verified: usize,
    undecided: Vec<Open>,
    unread_includes: Vec<Include>,
    not_analysed: Vec<String>,
    orphans: Vec<String>,
    skipped: Vec<Noted>,
    templates: Vec<String>,
    problems: Vec<String>,
}

/// What the baseline did.
#[derive(Serialize)]
struct BaselineUse {
    file: String,
    entries: usize,
    /// How many entries hold something back.
    baselined: usize,
    /// Those that nothing was found for any more.
    stale: Vec<BaselineEntry>,
}

/// What the comparison with another commit did.
#[derive(Serialize)]
struct SinceUse<'a> {
    revision: String,
    commit: &'a str,
    /// How many findings were there; each subject counts.
    known: usize,
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
        summary: summary(analysis, options.settings),
        checks: clearances(analysis, options.settings),
        expectations: expected(analysis),
        findings: entries(analysis, options),
    })
}

fn summary<'a>(analysis: &'a Analysis, settings: &'a Settings) -> Summary<'a> {
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
        baseline: settings.history.baseline.as_ref().map(|baseline| BaselineUse {
            file: harmless(&baseline.file),
            entries: baseline.len(),
            baselined: analysis.findings.baselined,
            stale: analysis.findings.stale.iter().map(harmless_entry).collect(),
        }),
        since: settings.history.since.as_ref().map(|since| SinceUse {
            revision: harmless(&since.revision),
            commit: &since.commit,
            known: analysis.findings.known,
        }),
        newer: &analysis.findings.newer,
        suppressed: analysis.findings.suppressed.len(),
        verified,
        undecided: undecided(analysis),
        unread_includes: unread_includes(analysis),
        not_analysed: analysis.unrecognised.iter().map(|path| harmless(path)).collect(),
        skipped: skipped(analysis),
        orphans: analysis.orphans.iter().map(|path| harmless(path)).collect(),
        templates: analysis.templates().map(harmless).collect(),
        problems: problems(analysis),
    }
}

fn harmless_entry(entry: &BaselineEntry) -> BaselineEntry {
    BaselineEntry {
        fingerprint: entry.fingerprint.clone(),
        check: harmless(&entry.check),
        unit: harmless(&entry.unit),
        pool: entry.pool.as_deref().map(harmless),
        target: entry.target.as_deref().map(harmless),
    }
}
