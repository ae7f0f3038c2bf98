//! `lblint allows` for people: a line for each allowance.

use super::table;
use crate::report::Options;
use crate::report::allowances::{Allowance, Allowances};
use crate::report::numbers::count;

use super::style::bold;

pub(in crate::report) fn allows(document: &Allowances, options: &Options<'_>) -> String {
    let mut output = String::new();
    if !document.allows.is_empty() {
        let header = ["hides", "check", "place", "covers", "until", "owner", "reason"];
        let mut rows = vec![header.map(String::from).to_vec()];
        rows.extend(document.allows.iter().map(row));
        output.push_str(&table(&rows, ""));
    }
    output + &bold(&sum(document), options.color) + "\n"
}

fn row(one: &Allowance) -> Vec<String> {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let place = format!("{}:{}:{}", one.location.file, one.location.line, one.location.column);
    let until = or_nothing(&one.until) + if one.expired { " (past)" } else { "" };
    vec![
        one.hides.to_string(),
        one.checks.join(", "),
        place,
        covers(one),
        until,
        or_nothing(&one.owner),
        or_nothing(&one.reason),
    ]
}

/// `haproxy.cfg/web, lines 3-9`.
fn covers(one: &Allowance) -> String {
    match one.lines {
        None => one.subject.clone(),
        Some([first, last]) if first == last => format!("{}, line {first}", one.subject),
        Some([first, last]) => format!("{}, lines {first}-{last}", one.subject),
    }
}

fn sum(document: &Allowances) -> String {
    let allows = &document.allows;
    let total = format!("{}, {} hidden", count(allows.len(), "allowance"), count(document.hidden, "finding"));
    let unused = allows.iter().filter(|one| one.hides == 0).count();
    let past = allows.iter().filter(|one| one.expired).count();
    let parts = [(unused, "of no use"), (past, "past their day")];
    let told = parts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("; {number} {what}"));
    total + &told.collect::<String>()
}
