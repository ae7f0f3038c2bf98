//! For people: findings with excerpts, tables, closing lines.

mod allows;
mod checks;
mod closing;
mod coverage;
mod finding;
mod pools;
mod shares;
mod statistics;
mod style;

pub(super) use allows::allows;
pub(super) use checks::checks;
pub(super) use closing::{assumed_dialects, told};
pub(super) use coverage::coverage;
pub(super) use finding::render as finding;
pub(super) use pools::pools;
pub(super) use shares::shares;
pub(super) use statistics::statistics;

use std::fmt::Write;

use super::grouping::grouped;
use super::redact::Redactor;
use super::{Detail, Options};
use crate::analysis::Analysis;
use crate::finding::Finding;

/// All findings that are shown, worst first, and what they add up to.
pub(super) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let redactor = Redactor::new(analysis);
    let mut output = String::new();
    let tell = |finding: &Finding, output: &mut String| finding::render(output, finding, analysis, &redactor, options);
    match options.group_by {
        None => analysis.findings.shown.iter().for_each(|finding| tell(finding, &mut output)),
        Some(by) => {
            for group in grouped(analysis, by, options) {
                // Writing to a string cannot fail.
                let _ = writeln!(output, "{}\n", style::bold(&group.heading(), options.color));
                group.findings.iter().for_each(|(_, finding)| tell(finding, &mut output));
            }
        }
    }
    if options.detail > Detail::Quiet {
        closing::lines(&mut output, analysis, options);
    }
    output
}

/// The most that a column is padded to.
const WIDEST: usize = 120;

/// Puts cells under each other: every column but the last is as wide as its widest cell.
fn table(rows: &[Vec<String>], indent: &str) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    // One very long name must not push everything else out of sight.
    let widths: Vec<usize> = (0..columns).filter_map(width).map(|width| width.min(WIDEST)).collect();
    let mut output = String::new();
    for row in rows {
        // A width in a format string is at most 65,535, which the names of a configuration may exceed.
        let padding = |cell: &str, width: usize| " ".repeat(width.saturating_sub(cell.chars().count()));
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", padding(cell, *width)));
        let line = padded.collect::<Vec<_>>().join("  ");
        output.push_str(indent);
        output.push_str(line.trim_end());
        output.push('\n');
    }
    output
}
