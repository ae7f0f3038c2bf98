//! One line a finding, for editors and for `grep`.

use std::fmt::Write;

use super::grouping::grouped;
use super::redact::Redactor;
use super::{Options, sanitise};
use crate::analysis::Analysis;
use crate::finding::Finding;
use crate::source::Sources;

/// All findings that are shown.
pub(super) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let redactor = Redactor::new(analysis);
    let mut output = String::new();
    let tell = |finding: &Finding, output: &mut String| {
        let secrets = redactor.words(std::iter::once(finding.primary.span));
        line(output, finding, &secrets.hide(&finding.message), &analysis.sources);
    };
    match options.group_by {
        None => analysis.findings.shown.iter().for_each(|finding| tell(finding, &mut output)),
        Some(by) => {
            for group in grouped(analysis, by, options) {
                let _ = writeln!(output, "{}", group.heading());
                group.findings.iter().for_each(|(_, finding)| tell(finding, &mut output));
            }
        }
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
