//! `lblint.toml`, its schema and the options of checks: what is published is what the program reads.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use std::collections::BTreeMap;

use lblint::checks::{Options, all};
use lblint::settings::{json_schema, option_names};
use serde_json::Value;

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

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lblint.schema.json");
    let schema = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    if std::env::var_os("LBLINT_BLESS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == schema, "docs/lblint.schema.json is stale: run with LBLINT_BLESS=1");
}

/// Editors show descriptions: each key has one.
#[test]
fn every_key_of_the_schema_says_what_it_means() {
    fn silent(name: &str, schema: &Value, root: &Value, found: &mut Vec<String>) {
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            let definition = value["$ref"].as_str().and_then(|path| root.pointer(path.trim_start_matches('#')));
            let describes = |schema: &Value| schema["description"].is_string();
            let path = format!("{name}.{key}");
            if !describes(value) && !definition.is_some_and(describes) {
                found.push(path.clone());
            }
            silent(&path, value, root, found);
        }
    }
    let schema = json_schema();
    let mut found = Vec::new();
    silent("", &schema, &schema, &mut found);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        silent(name, definition, &schema, &mut found);
    }
    assert!(found.is_empty(), "without a description: {found:?}");
}
