//! `lblint checks` for people.

use super::table;
use crate::finding::Meta;
use crate::report::numbers::count;

pub(in crate::report) fn checks(checks: &[&Meta]) -> String {
    let header = ["check", "group", "severity", "profile", "fires when"];
    let mut rows = vec![header.map(String::from).to_vec()];
    rows.extend(checks.iter().map(|meta| row(meta)));
    format!("{}{}; `lblint explain CHECK` shows a check's page\n", table(&rows, ""), count(checks.len(), "check"))
}

fn row(meta: &Meta) -> Vec<String> {
    let words = [meta.name, meta.group.name(), meta.severity.name(), meta.profile.name(), meta.summary];
    words.map(String::from).to_vec()
}
