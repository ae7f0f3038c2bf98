//! How many findings of each check there are, and how many statements are understood: a reviewed snapshot.

use std::collections::BTreeMap;

use lblint::analysis::{Analysis, FileCoverage};
use lblint::finding::{Group, Severity};
use lblint::settings::Settings;
use lblint::source::Dialect;

use crate::files::{Labelled, analysis, labelled};
use crate::nginx::BACKPORTED;

#[test]
fn haproxy_counts() {
    let Some(files) = labelled("haproxy") else { return };
    insta::assert_debug_snapshot!(count(&files, Dialect::Haproxy));
}

#[test]
fn nginx_counts() {
    let Some(files) = labelled("nginx") else { return };
    let files: Vec<Labelled> = files.into_iter().filter(|file| file.verdict == "ok").map(Labelled::filled_in).collect();
    let counts = count(&files, Dialect::Nginx);
    let wrong: Vec<&String> = counts.wrong.iter().filter(|line| !line.contains(BACKPORTED)).collect();
    assert!(wrong.is_empty(), "accepted files with validity errors: {wrong:#?}");
    let understood = 1.0 - counts.coverage["unrecognised"] as f64 / counts.coverage.values().sum::<usize>() as f64;
    assert!(understood >= 0.99, "{understood}");
    insta::assert_debug_snapshot!(counts);
}

#[test]
fn envoy_counts() {
    let Some(files) = labelled("envoy") else { return };
    // Files for the second version of the interface are half of what is out there: what is said of them counts, too.
    let judged = |file: &Labelled| file.verdict == "ok" || file.reason.as_deref() == Some("older-version");
    let files: Vec<Labelled> = files.into_iter().filter(judged).map(Labelled::filled_in).collect();
    insta::assert_debug_snapshot!(count(&files, Dialect::Envoy));
}

/// What there is in all files together.
#[derive(Debug)]
#[expect(dead_code, reason = "printed into the snapshot")]
struct Counts {
    files: usize,
    findings: BTreeMap<String, usize>,
    coverage: BTreeMap<&'static str, usize>,
    /// Validity errors of files that the program accepts.
    wrong: Vec<String>,
}

fn count(files: &[Labelled], dialect: Dialect) -> Counts {
    let mut counts =
        Counts { files: files.len(), findings: BTreeMap::new(), coverage: BTreeMap::new(), wrong: Vec::new() };
    let mut per_file = Vec::new();
    for file in files {
        let analysis = analysis(file, dialect, Settings::default());
        counts.add_findings(file, &analysis);
        per_file.push(analysis.findings.shown.len());
        for file in analysis.units.iter().flat_map(|unit| &unit.coverage.files) {
            counts.add_coverage(file);
        }
    }
    per_file.sort_unstable();
    let median = per_file[per_file.len() / 2];
    assert!(median <= 2, "median findings a file: {median}");
    counts
}

impl Counts {
    fn add_findings(&mut self, file: &Labelled, analysis: &Analysis) {
        for finding in &analysis.findings.shown {
            let name = format!("{} {}", finding.severity, finding.meta.name);
            let location = analysis.sources.location(finding.primary.span);
            let line = format!("{}:{}: {name}: {}", location.file, location.line, finding.message);
            if std::env::var_os("LBLINT_PRINT").is_some() {
                println!("{line}");
            }
            *self.findings.entry(name).or_default() += 1;
            if file.verdict == "ok" && finding.meta.group == Group::Validity && finding.severity == Severity::Error {
                self.wrong.push(line);
            }
        }
    }

    fn add_coverage(&mut self, file: &FileCoverage) {
        let counted = [
            ("modelled", file.modelled),
            ("irrelevant", file.irrelevant),
            ("inactive", file.inactive),
            ("unsupported", file.unsupported.len()),
            ("unrecognised", file.unrecognised.len()),
        ];
        for (name, number) in counted {
            *self.coverage.entry(name).or_default() += number;
        }
    }
}
