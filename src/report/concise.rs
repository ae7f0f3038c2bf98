//! One line a finding, for editors and for `grep`.

use std::fmt::Write;

use super::redact::Redactor;
use super::sanitise;
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::source::Sources;

/// All findings that are shown.
pub(super) fn findings(analysis: &Analysis) -> String {
    let redactor = Redactor::new(analysis);
    let mut output = String::new();
    for finding in &analysis.findings.shown {
        let secrets = redactor.words(std::iter::once(finding.primary.span));
        line(&mut output, finding, &secrets.hide(&finding.message), &analysis.sources);
    }
    output
}

/// `file:line:column: severity[check]: message`
pub(super) fn line(output: &mut String, finding: &Finding, message: &str, sources: &Sources) {
    let at = sources.location(finding.primary.span);
    let (file, message) = (sanitise::line(&at.file), sanitise::line(message));
    let (severity, check) = (finding.severity, finding.meta.name);
    // Writing to a string cannot fail.
    let _ = writeln!(output, "{file}:{}:{}: {severity}[{check}]: {message}", at.line, at.column);
}
