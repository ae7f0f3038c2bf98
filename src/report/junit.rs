//! `JUnit` XML: a suite for each unit, a test case for each of its findings; a unit without findings is a case that passes.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::Options;
use super::entry::{Entry, entries, harmless};
use crate::analysis::Analysis;
use crate::settings::FailOn;

/// All findings that are shown; those that make the status 1 are failures, the others are told as output of a case that passes.
pub(super) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let entries = entries(analysis, options);
    let mut report = Report::new("lblint");
    let mut suites: BTreeMap<String, Vec<&Entry>> =
        analysis.units.iter().map(|analysed| (harmless(&analysed.root), Vec::new())).collect();
    for entry in &entries {
        suites.entry(unit_of(entry).to_owned()).or_default().push(entry);
    }
    for (name, own) in &suites {
        report.add_test_suite(suite(name, own, options.settings.fail_on));
    }
    // The report is text in memory: there is nothing in it that could not be written.
    let text = report.to_string().unwrap_or_default();
    // Nothing is ever skipped, and the schema of Jenkins (`junit-10.xsd`) lets only suites say so.
    text.replacen(" skipped=\"0\"", "", 1)
}

/// A finding belongs to the unit of its first subject.
fn unit_of(entry: &Entry) -> &str {
    entry.subject.as_ref().map_or(entry.location.file.as_str(), |subject| subject.unit.as_str())
}

fn suite(name: &str, entries: &[&Entry], fail_on: FailOn) -> TestSuite {
    let mut suite = TestSuite::new(name);
    if entries.is_empty() {
        suite.add_test_case(case("no findings", name, TestCaseStatus::success()));
    }
    for entry in entries {
        suite.add_test_case(finding(entry, fail_on));
    }
    suite
}

fn finding(entry: &Entry, fail_on: FailOn) -> TestCase {
    let at = &entry.location;
    let place = format!("{}:{}:{}", at.file, at.line, at.column);
    let text = std::iter::once(place.clone()).chain(entry.places()).collect::<Vec<_>>().join("\n");
    let text = format!("{}\n{text}\n{}", entry.story(), entry.url);
    let name = format!("{} at {place}", entry.check);
    let fails = matches!(fail_on, FailOn::At(least) if entry.severity >= least);
    if !fails {
        let mut passes = case(&name, &at.file, TestCaseStatus::success());
        passes.set_system_out(format!("{}: {text}", entry.severity));
        return passes;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(entry.message.as_str()).set_type(entry.severity.name()).set_description(text);
    case(&name, &at.file, status)
}

fn case(name: &str, file: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(file);
    case
}
