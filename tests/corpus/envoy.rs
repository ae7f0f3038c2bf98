//! Envoy files: what the program accepts gets no complaint and is understood, what it refuses gets an error.

use lblint::analysis::Analysis;
use lblint::finding::{Group, Severity};
use lblint::settings::Settings;
use lblint::source::Dialect;

use crate::files::{Labelled, analysis, labelled};

/// What is said of a file that the program would refuse for, with the line.
fn errors(analysis: &Analysis) -> Vec<String> {
    let errors = analysis.findings.shown.iter().filter(|finding| {
        let is_validity = finding.meta.group == Group::Validity || finding.meta.name == "undefined-pool";
        is_validity && finding.severity == Severity::Error
    });
    let line = |span| analysis.sources.location(span).line;
    errors.map(|finding| format!("{} {} {}", line(finding.primary.span), finding.meta.name, finding.message)).collect()
}

/// The program does refuse a name in a STATIC cluster (measured, 1.40); the corpus's verdicts on these files come from
/// a wrapper that does not look at clusters.
const NAMES_IN_STATIC: &str = "extension-xds-ir/";

/// What only the program's own code knows, and we do not.
const BEYOND: [(&str, &str); 5] = [
    ("bootstrap/testdata/merge/default.out.yaml", "whether the command line says which node it is"),
    ("different-dynamic-resources-user-bootstrap.yaml", "whether the command line says which node it is"),
    (
        "istio+proxy/testdata/listener/",
        "whether the bootstrap that is not here has an extension for internal listeners",
    ),
    ("envoy-upstream-bind-config.yaml", "at most one extra source address"),
    ("good/listeners.d/00-tls-termination.yaml", "a fragment: its cluster may be defined elsewhere"),
];

fn judged(verdict: &str) -> Option<Vec<(Labelled, Analysis)>> {
    let files = labelled("envoy")?.into_iter().filter(|file| file.verdict == verdict).map(Labelled::filled_in);
    let judge = |file: Labelled| {
        let analysis = analysis(&file, Dialect::Envoy, Settings::default());
        (file, analysis)
    };
    Some(files.map(judge).collect())
}

#[test]
fn accepted_envoy_files_have_no_validity_error() {
    let Some(files) = judged("ok") else { return };
    let mut wrong = Vec::new();
    for (file, analysis) in &files {
        let false_ones = errors(analysis).into_iter().filter(|error| {
            !(file.path.contains(NAMES_IN_STATIC) && error.contains("is a name, and a STATIC cluster"))
        });
        wrong.extend(false_ones.map(|error| format!("{}:{error}", file.path)));
    }
    assert!(files.len() >= 168, "the corpus has shrunk: {}", files.len());
    assert!(wrong.is_empty(), "{} false errors:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn accepted_envoy_files_are_understood() {
    let Some(files) = judged("ok") else { return };
    let mut not_understood = Vec::new();
    for (file, analysis) in &files {
        let coverage = analysis.units.iter().flat_map(|unit| &unit.coverage.files);
        let statements: usize = analysis.units.iter().map(|unit| unit.coverage.statements()).sum();
        let unrecognised = coverage.flat_map(|file| file.unrecognised.iter().copied()).next();
        if let Some(first) = unrecognised {
            not_understood.push(format!("{}: {}", file.path, analysis.sources.slice(first)));
        } else if statements == 0 {
            not_understood.push(format!("{}: nothing was read", file.path));
        }
    }
    let understood = files.len() - not_understood.len();
    assert!(understood * 100 >= files.len() * 99, "{understood} of {}:\n{}", files.len(), not_understood.join("\n"));
}

#[test]
fn rejected_envoy_files_have_an_error() {
    let Some(files) = judged("rejected") else { return };
    let mut missed = Vec::new();
    for (file, _) in files.iter().filter(|(_, analysis)| errors(analysis).is_empty()) {
        if BEYOND.iter().any(|(part, _)| file.path.contains(part)) {
            continue;
        }
        missed.push(format!("{}: {}", file.path, file.first_error.as_deref().unwrap_or_default()));
    }
    assert!(missed.is_empty(), "{} rejected files without an error:\n{}", missed.len(), missed.join("\n"));
}
