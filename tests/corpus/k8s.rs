//! Manifests that embed configurations: each embedded file is found, and nothing is wrong because it is embedded.

use std::collections::BTreeMap;

use lblint::analysis::{Analysis, analyze};
use lblint::finding::{Group, Severity};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};

use crate::files::{folder, labelled};

/// What there is in one manifest.
#[derive(Debug, Default)]
struct Counts {
    /// Units with their pools and targets.
    units: Vec<String>,
    statements: usize,
    unrecognised: usize,
    findings: BTreeMap<String, usize>,
}

/// The keys whose texts the programs were given, with their verdicts.
fn judged() -> Option<BTreeMap<String, Vec<(String, String)>>> {
    let manifest = std::fs::read_to_string(folder()?.join("MANIFEST.jsonl")).unwrap();
    let rows = manifest.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let keys = rows.filter(|row| row["dialect"] == "k8s").map(|row| {
        let embedded = row["oracle"]["embedded"].as_array().into_iter().flatten();
        (word(&row["path"]), embedded.map(|one| (word(&one["key"]), word(&one["verdict"]))).collect())
    });
    Some(keys.collect())
}

fn counts(analysis: &Analysis) -> Counts {
    let mut counts = Counts::default();
    for analysed in &analysis.units {
        let (unit, name) = (&analysed.unit, analysed.root.rsplit('#').next().unwrap_or_default());
        counts.units.push(format!(
            "{name}: {}, {} pools, {} targets",
            unit.dialect,
            unit.pools.len(),
            unit.targets.len()
        ));
        counts.statements += analysed.coverage.statements();
        counts.unrecognised += analysed.coverage.statements() - analysed.coverage.recognised();
    }
    for finding in &analysis.findings.shown {
        *counts.findings.entry(format!("{} {}", finding.severity, finding.meta.name)).or_default() += 1;
    }
    counts
}

#[test]
fn manifests() {
    let Some((files, judged)) = labelled("k8s").zip(judged()) else { return };
    let mut all: BTreeMap<String, Counts> = BTreeMap::new();
    for file in files {
        let reader = MapReader::new([(file.path.clone(), file.bytes)]);
        let mut settings = Settings::default();
        settings.versions.insert(Dialect::Nginx, "1.22.1".parse().unwrap());
        let analysis = analyze(&reader, std::slice::from_ref(&file.path), &settings);
        for (key, verdict) in &judged[&file.path] {
            let roots = || analysis.units.iter().map(|unit| unit.root.as_str());
            let is_loaded = roots().any(|root| root.ends_with("/nginx.conf"));
            assert!(roots().any(|root| root.ends_with(&format!("/{key}"))) || is_loaded, "{}: {key}", file.path);
            let wrong = analysis.findings.shown.iter().find(|finding| {
                finding.meta.group == Group::Validity && finding.severity == Severity::Error && verdict == "ok"
            });
            assert!(wrong.is_none(), "{}: {wrong:#?}", file.path);
        }
        all.insert(file.path, counts(&analysis));
    }
    insta::assert_debug_snapshot!(all);
}
