//! `lblint coverage` for people: totals, then each statement and pool that something is not known of.

use super::style::bold;
use super::table;
use crate::report::numbers::count;
use crate::report::understanding::{Counts, Statement, Understanding};
use crate::report::{Detail, Options};
use crate::traffic::thousands;

/// How many files and statements are listed before the rest is only counted.
const MOST: usize = 40;

/// How lists are written.
#[derive(Clone, Copy)]
struct Style {
    most: usize,
    color: bool,
}

pub(in crate::report) fn coverage(document: &Understanding, options: &Options<'_>) -> String {
    let most = if options.detail == Detail::Verbose { usize::MAX } else { MOST };
    let style = Style { most, color: options.color };
    let unrecognised = document.files.iter().flat_map(|file| &file.unrecognised_statements);
    let unsupported = document.files.iter().flat_map(|file| &file.unsupported_statements);
    let sections = [
        ("not recognised", statements(unrecognised)),
        ("known, not modelled, could change who gets the traffic", statements(unsupported)),
        ("undecided", document.undecided.iter().map(ToString::to_string).collect()),
        ("includes that were not read", document.unread_includes.iter().map(ToString::to_string).collect()),
        ("not loaded by any unit", document.orphans.clone()),
        ("not analysed: no configuration that lblint knows", document.not_analysed.clone()),
        ("skipped", document.skipped.iter().map(ToString::to_string).collect()),
        ("could not be read", document.problems.clone()),
        (
            "written by programs: put right what they are made from",
            document.generated.iter().map(ToString::to_string).collect(),
        ),
    ];
    let sections = sections.iter().map(|(title, lines)| section(title, lines, style));
    files(document, style) + &sections.collect::<String>()
}

fn files(document: &Understanding, style: Style) -> String {
    let header = ["statements", "modelled", "irrelevant", "inactive", "unsupported", "unrecognised", "file"];
    let mut rows = vec![header.map(String::from).to_vec()];
    // What needs attention comes first; files that were understood as a whole are listed while there is room.
    let mut files: Vec<_> = document.files.iter().collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.counts.unrecognised + file.counts.unsupported));
    rows.extend(files.iter().take(style.most).map(|file| row(file.counts, &file.file)));
    let left = if files.len() > style.most { " (-v lists all)" } else { "" };
    rows.push(row(document.total, &format!("{}{left}", count(files.len(), "file"))));
    table(&rows, "")
}

fn row(counts: Counts, name: &str) -> Vec<String> {
    let Counts { statements, modelled, irrelevant, inactive, unsupported, unrecognised } = counts;
    let numbers = [statements, modelled, irrelevant, inactive, unsupported, unrecognised];
    numbers.iter().map(|number| thousands(*number as u64)).chain([name.to_owned()]).collect()
}

fn statements<'s>(statements: impl Iterator<Item = &'s Statement>) -> Vec<String> {
    let line = |statement: &Statement| {
        let at = &statement.location;
        format!("{}:{}:{}: {}", at.file, at.line, at.column, statement.text)
    };
    statements.map(line).collect()
}

fn section(title: &str, lines: &[String], style: Style) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let left = lines.len().saturating_sub(style.most);
    let mut output = format!("\n{}:\n", bold(title, style.color));
    for line in lines.iter().take(style.most) {
        output.extend(["  ", line, "\n"]);
    }
    if left > 0 {
        output.extend(["  and ", &thousands(left as u64), " more (-v lists all)\n"]);
    }
    output
}
