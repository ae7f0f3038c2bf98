//! `lblint.toml` and the options of checks: what the pages promise is what the program reads.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use std::collections::BTreeMap;

use lblint::checks::{Options, all};
use lblint::settings::option_names;

/// The options that pages describe: name, default, page.
fn documented() -> BTreeMap<String, (String, &'static str)> {
    let mut options = BTreeMap::new();
    for meta in all().iter().map(|check| check.meta()) {
        let Some((_, section)) = meta.page.split_once("\n## Options\n") else { continue };
        let section = section.split("\n## ").next().unwrap();
        for row in section.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            options.insert(cells[1].trim_matches('`').to_owned(), (cells[2].to_owned(), meta.name));
        }
    }
    options
}

#[test]
fn every_option_is_on_a_page_with_its_default() {
    let defaults = serde_json::to_value(Options::default()).unwrap();
    let documented = documented();
    for name in option_names() {
        let (default, page) = documented.get(&name).unwrap_or_else(|| panic!("`{name}` is on no page"));
        let (written, real) = (default.parse::<f64>().unwrap(), defaults[&name].as_f64().unwrap());
        assert!((written - real).abs() < 1e-12, "docs/checks/{page}.md says {default} for `{name}`, which is {real}");
    }
}

#[test]
fn every_option_of_a_page_can_be_set() {
    let names = option_names();
    for (name, (_, page)) in documented() {
        assert!(names.contains(&name), "docs/checks/{page}.md describes `{name}`, which is no option");
    }
}
