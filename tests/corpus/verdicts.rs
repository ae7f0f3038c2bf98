//! What the real program accepts has no validity error; what it refuses has one.

use lblint::analysis::Analysis;
use lblint::finding::{Group, Severity};
use lblint::settings::Settings;
use lblint::source::Dialect;

use crate::files::{analysis, labelled};

/// The validity errors of an analysis, as `line check message`.
fn validity_errors(analysis: &Analysis) -> Vec<String> {
    let findings = analysis.findings.shown.iter();
    let errors =
        findings.filter(|finding| finding.meta.group == Group::Validity && finding.severity == Severity::Error);
    errors
        .map(|finding| {
            let line = analysis.sources.location(finding.primary.span).line;
            format!("{line} {} {}", finding.meta.name, finding.message)
        })
        .collect()
}

#[test]
fn accepted_haproxy_files_have_no_validity_error() {
    let Some(files) = labelled("haproxy") else { return };
    let accepted: Vec<_> = files.iter().filter(|file| file.verdict == "ok").collect();
    let mut wrong = Vec::new();
    for file in &accepted {
        for error in validity_errors(&analysis(file, Dialect::Haproxy, Settings::default())) {
            wrong.push(format!("{}:{error}", file.path));
        }
    }
    assert!(accepted.len() > 200, "the corpus has shrunk: {}", accepted.len());
    assert!(wrong.is_empty(), "{} false errors:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn accepted_haproxy_files_are_understood() {
    let Some(files) = labelled("haproxy") else { return };
    let mut accepted = 0;
    let mut not_understood = Vec::new();
    for file in files.iter().filter(|file| file.verdict == "ok") {
        accepted += 1;
        let analysis = analysis(file, Dialect::Haproxy, Settings::default());
        let files = analysis.units.iter().flat_map(|unit| &unit.coverage.files);
        let unrecognised: Vec<_> = files.flat_map(|file| file.unrecognised.iter().copied()).collect();
        if let Some(first) = unrecognised.first() {
            not_understood.push(format!("{}: {}", file.path, analysis.sources.slice(*first)));
        }
    }
    let understood = accepted - not_understood.len();
    assert!(understood * 100 >= accepted * 99, "{understood} of {accepted}:\n{}", not_understood.join("\n"));
}

/// What a whole configuration decides, and these files are none.
const BEYOND: [(&str, &str); 4] = [
    ("conf/haproxyconf.template", "a template: whether the last line ends is known when it is filled in"),
    ("fixtures/hapee-acl-snippet.cfg", "a frontend alone: its `defaults` may be in another file"),
    ("haproxy.d/frontends/FE_WWW.cfg", "a frontend alone: its backends are in the directory beside it"),
    ("workspace-symbols/frontends/web.cfg", "a frontend alone: its backends are in the directory beside it"),
];

#[test]
fn rejected_haproxy_files_have_an_error() {
    let Some(files) = labelled("haproxy") else { return };
    let mut missed = Vec::new();
    for file in files.iter().filter(|file| file.verdict == "rejected") {
        let analysis = analysis(file, Dialect::Haproxy, Settings::default());
        let undefined = analysis.findings.shown.iter().any(|finding| finding.meta.name.starts_with("undefined-"));
        let is_beyond = BEYOND.iter().any(|(part, _)| file.path.contains(part));
        if !undefined && !is_beyond && validity_errors(&analysis).is_empty() {
            missed.push(format!("{}: {}", file.path, file.first_error.as_deref().unwrap_or_default()));
        }
    }
    assert!(missed.is_empty(), "{} rejected files without an error:\n{}", missed.len(), missed.join("\n"));
}
