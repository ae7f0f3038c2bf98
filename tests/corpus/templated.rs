//! The templates of the corpus: each is read in its dialect, and what is said of them is a reviewed snapshot.

use std::collections::BTreeMap;

use lblint::analysis::analyze;
use lblint::finding::Group;
use lblint::settings::Settings;
use lblint::source::MapReader;

use crate::files::{Labelled, labelled};

/// What there is in all templates of one program together.
#[derive(Debug, Default)]
struct Counts {
    files: usize,
    pools: usize,
    targets: usize,
    verified: usize,
    undecided: BTreeMap<String, usize>,
    findings: BTreeMap<String, usize>,
    coverage: BTreeMap<&'static str, usize>,
}

/// The program of a file. Two are labelled as HAProxy's because of `listen` and `server`; they are nginx's `stream` servers.
fn program(file: &Labelled) -> &str {
    if file.path.contains("/nginx+kubernetes-ingress/") { "nginx" } else { &file.program }
}

#[test]
fn templates_are_read_in_their_dialect() {
    let Some(files) = labelled("templated") else { return };
    let mut counts: BTreeMap<&'static str, Counts> = BTreeMap::new();
    let (mut of_validity, mut wrong) = (Vec::new(), Vec::new());
    for file in &files {
        let reader = MapReader::new([(file.path.clone(), file.bytes.clone())]);
        // By its content alone: what stands in a directory is recognised so.
        let folder = file.path.rsplit_once('/').unwrap().0.to_owned();
        let analysis = analyze(&reader, &[folder], &Settings::default());
        let found = analysis.units.first().map(|unit| unit.unit.dialect.name());
        if found != Some(program(file)) {
            wrong.push(format!("{}: {found:?}", file.path));
            continue;
        }
        let unit = &analysis.units[0];
        let all = counts.entry(unit.unit.dialect.name()).or_default();
        all.files += 1;
        all.pools += unit.unit.pools.len();
        all.targets += unit.unit.targets.len();
        all.verified += unit.verdict.verified;
        for undecided in &unit.verdict.undecided {
            *all.undecided.entry(format!("{:?}", undecided.why)).or_default() += 1;
        }
        for finding in &analysis.findings.shown {
            let location = analysis.sources.location(finding.primary.span);
            let line = format!("{}:{}: {}: {}", location.file, location.line, finding.meta.name, finding.message);
            if std::env::var_os("LBLINT_PRINT").is_some() {
                println!("{line}");
            }
            *all.findings.entry(format!("{} {}", finding.severity, finding.meta.name)).or_default() += 1;
            if finding.meta.group == Group::Validity {
                of_validity.push(line);
            }
        }
        for file in &unit.coverage.files {
            for (name, number) in [("modelled", file.modelled), ("irrelevant", file.irrelevant)] {
                *all.coverage.entry(name).or_default() += number;
            }
            *all.coverage.entry("unsupported").or_default() += file.unsupported.len();
            *all.coverage.entry("unrecognised").or_default() += file.unrecognised.len();
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    insta::assert_debug_snapshot!("templated_counts", (counts, of_validity));
}
