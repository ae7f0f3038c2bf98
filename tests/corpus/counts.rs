//! How many findings of each check there are, and how many statements are understood: a reviewed snapshot.

use std::collections::BTreeMap;

use lblint::settings::Settings;
use lblint::source::Dialect;

use crate::files::{analysis, labelled};

#[test]
fn haproxy_counts() {
    let Some(files) = labelled("haproxy") else { return };
    let mut findings: BTreeMap<String, usize> = BTreeMap::new();
    let mut coverage: BTreeMap<&str, usize> = BTreeMap::new();
    let mut per_file = Vec::new();
    for file in &files {
        let analysis = analysis(file, Dialect::Haproxy, Settings::default());
        for finding in &analysis.findings.shown {
            *findings.entry(format!("{} {}", finding.severity, finding.meta.name)).or_default() += 1;
            if std::env::var_os("LBLINT_PRINT").is_some() {
                let location = analysis.sources.location(finding.primary.span);
                println!(
                    "{}:{}: {}[{}] {}",
                    location.file, location.line, finding.severity, finding.meta.name, finding.message
                );
            }
        }
        per_file.push(analysis.findings.shown.len());
        for file in analysis.units.iter().flat_map(|unit| &unit.coverage.files) {
            *coverage.entry("modelled").or_default() += file.modelled;
            *coverage.entry("irrelevant").or_default() += file.irrelevant;
            *coverage.entry("inactive").or_default() += file.inactive;
            *coverage.entry("unsupported").or_default() += file.unsupported.len();
            *coverage.entry("unrecognised").or_default() += file.unrecognised.len();
        }
    }
    per_file.sort_unstable();
    let median = per_file[per_file.len() / 2];
    assert!(median <= 2, "median findings a file: {median}");
    insta::assert_debug_snapshot!((files.len(), findings, coverage));
}
