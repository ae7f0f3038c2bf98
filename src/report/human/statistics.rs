//! How often each check found something, as a table.

use std::fmt::Write;

use super::style::bold;
use super::table;
use crate::report::Options;
use crate::report::numbers::count;
use crate::report::statistics::{Statistics, Tally};
use crate::traffic::thousands;

/// A line for each check; groups have headings.
pub(in crate::report) fn statistics(statistics: &Statistics, options: &Options<'_>) -> String {
    let mut output = String::new();
    for group in &statistics.groups {
        let findings = group.checks.iter().map(|tally| tally.findings).sum();
        if let Some(name) = &group.name {
            let heading = format!("{name}: {}", count(findings, "finding"));
            // Writing to a string cannot fail.
            let _ = writeln!(output, "{}", bold(&heading, options.color));
        }
        let rows: Vec<Vec<String>> = group.checks.iter().map(row).collect();
        output.push_str(&table(&rows, if group.name.is_some() { "  " } else { "" }));
    }
    if statistics.groups.iter().all(|group| group.checks.is_empty()) {
        output.push_str("no findings\n");
    }
    output
}

fn row(tally: &Tally) -> Vec<String> {
    let findings = thousands(tally.findings as u64);
    let subjects = format!("on {}", count(tally.subjects, "subject"));
    vec![format!("{findings:>6}"), tally.severity.to_string(), tally.check.to_owned(), subjects]
}
