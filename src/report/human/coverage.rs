//! `lblint coverage` for people: totals, then each statement and pool that something is not known of.

use super::table;
use crate::report::numbers::{count, thousands};
use crate::report::understanding::{Counts, Statement, Understanding};
use crate::report::{Detail, Options};

/// How many files and statements are listed before the rest is only counted.
const MOST: usize = 40;

pub(in crate::report) fn coverage(document: &Understanding, options: &Options<'_>) -> String {
    let most = if options.detail == Detail::Verbose { usize::MAX } else { MOST };
    let mut output = files(document, most);
    let unrecognised = document.files.iter().flat_map(|file| &file.unrecognised_statements);
    output += &statements("not recognised", unrecognised, most);
    let unsupported = document.files.iter().flat_map(|file| &file.unsupported_statements);
    output += &statements("known, not modelled, could change who gets the traffic", unsupported, most);
    output += &section("undecided", document.undecided.iter().map(ToString::to_string).collect(), most);
    output += &section("not analysed: no configuration that lblint knows", document.not_analysed.clone(), most);
    output
}

fn files(document: &Understanding, most: usize) -> String {
    let header = ["statements", "modelled", "irrelevant", "inactive", "unsupported", "unrecognised", "file"];
    let mut rows = vec![header.map(String::from).to_vec()];
    // What needs attention comes first; files that were understood as a whole are listed while there is room.
    let mut files: Vec<_> = document.files.iter().collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.counts.unrecognised + file.counts.unsupported));
    rows.extend(files.iter().take(most).map(|file| row(file.counts, &file.file)));
    let left = files.len().saturating_sub(most);
    let name =
        if left == 0 { count(files.len(), "file") } else { format!("{} (-v lists all)", count(files.len(), "file")) };
    rows.push(row(document.total, &name));
    table(&rows, "")
}

fn row(counts: Counts, name: &str) -> Vec<String> {
    let Counts { statements, modelled, irrelevant, inactive, unsupported, unrecognised } = counts;
    let numbers = [statements, modelled, irrelevant, inactive, unsupported, unrecognised];
    numbers.iter().map(|number| thousands(*number as u64)).chain([name.to_owned()]).collect()
}

fn statements<'s>(title: &str, statements: impl Iterator<Item = &'s Statement>, most: usize) -> String {
    let line = |statement: &Statement| {
        let at = &statement.location;
        format!("{}:{}:{}: {}", at.file, at.line, at.column, statement.text)
    };
    section(title, statements.map(line).collect(), most)
}

fn section(title: &str, lines: Vec<String>, most: usize) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let left = lines.len().saturating_sub(most);
    let mut output = format!("\n{title}:\n");
    for line in lines.into_iter().take(most) {
        output += &format!("  {line}\n");
    }
    if left > 0 {
        output += &format!("  and {} more (-v lists all)\n", thousands(left as u64));
    }
    output
}
