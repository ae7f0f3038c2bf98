//! Annotations of GitHub Actions: workflow commands, one a finding.

use std::fmt::Write;

use super::Options;
use super::entry::{Entry, entries};
use crate::analysis::Analysis;
use crate::finding::Severity;

/// All findings that are shown. GitHub shows ten errors and ten warnings of a step; the log holds all.
pub(super) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let mut output = String::new();
    for entry in entries(analysis, options) {
        annotation(&mut output, &entry);
    }
    output
}

/// `::error file=F,line=L,col=C,...::text`
fn annotation(output: &mut String, entry: &Entry) {
    let command = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let at = &entry.location;
    let places: String = entry.places().fold(String::new(), |text, place| text + "\n" + &place);
    let text = format!("{}{places}\n{}", entry.story(), entry.url);
    // Writing to a string cannot fail.
    let _ = writeln!(
        output,
        "::{command} file={},line={},col={}{},title=lblint {}::{}",
        property(&at.file),
        at.line,
        at.column,
        end(entry),
        property(entry.check),
        data(&text)
    );
}

/// An end column means something only on the line on which the annotation begins.
fn end(entry: &Entry) -> String {
    let (line, end) = (entry.location.line, entry.end);
    if end.line == line {
        format!(",endLine={line},endColumn={}", end.column)
    } else {
        format!(",endLine={}", end.line)
    }
}

/// What ends a command's text is written in percent (`@actions/core`, `escapeData`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// In a property also what ends one (`escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("98 % of a\nb: c, d"), "98 %25 of a%0Ab: c, d");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
