//! `lblint.toml`, its schema and the options of checks: what is published is what the program reads.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

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

/// A value as it is written in TOML.
fn in_toml(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(in_toml).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{key} = {}", in_toml(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// The tables of `docs/configuration.md`: what each key means, and its default or an example.
fn reference() -> String {
    let schema = json_schema();
    let mut text = String::new();
    let mut table = |title: &str, keys: &Value| {
        writeln!(text, "\n### {title}\n\n| key | default or example | meaning |\n|---|---|---|").unwrap();
        for (key, part) in keys.as_object().unwrap() {
            let definition = part["$ref"].as_str().and_then(|path| schema.pointer(path.trim_start_matches('#')));
            let of = |name: &str| part.get(name).or_else(|| definition?.get(name));
            let item = part["items"]["$ref"].as_str().and_then(|path| schema.pointer(path.trim_start_matches('#')));
            let shown = match (of("default"), of("examples"), item.and_then(|item| item.get("examples"))) {
                (Some(default), ..) if *default != serde_json::json!([]) => format!("`{}`", in_toml(default)),
                (_, Some(examples), _) => format!("e.g. `{}`", in_toml(&examples[0])),
                (.., Some(examples)) => format!("e.g. `{}`", in_toml(examples)),
                _ => String::new(),
            };
            let meaning = of("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
            writeln!(text, "| `{key}` | {shown} | {meaning} |").unwrap();
        }
    };
    table("Keys", &schema["properties"]);
    table("`[options]`", &schema["$defs"]["Options"]["properties"]);
    for (name, keys) in schema["properties"].as_object().unwrap() {
        let item = keys["items"]["$ref"].as_str().and_then(|path| schema.pointer(path.trim_start_matches('#')));
        if let Some(keys) = item.and_then(|item| item.get("properties")) {
            table(&format!("`[[{name}]]`"), keys);
        }
    }
    text + "\n"
}

#[test]
fn the_reference_is_that_of_the_schema() {
    let (opens, closes) = ("<!-- reference -->\n", "<!-- end of reference -->");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = written.split_once(opens).unwrap();
    let (_, after) = rest.split_once(closes).unwrap();
    let current = format!("{before}{opens}{}{closes}{after}", reference());
    if std::env::var_os("LBLINT_BLESS").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == current,
        "docs/configuration.md is stale: run with LBLINT_BLESS=1"
    );
}

/// The files that the guide shows are those that its commands are run with.
#[test]
fn the_files_of_the_guide_are_those_that_are_checked() {
    let guide = include_str!("../docs/configuration.md");
    let blocks = guide.split("```toml\n# ").skip(1).map(|block| block.split("```").next().unwrap());
    let mut compared = 0;
    for block in blocks {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.in");
        let file = block.lines().next().unwrap();
        let text = std::fs::read_to_string(path.join(file)).unwrap();
        assert_eq!(text, format!("# {block}"), "{file}");
        compared += 1;
    }
    assert_eq!(compared, 3);
}

/// Editors that read the schema complain of what lblint complains of.
#[test]
fn a_unit_without_files_is_none_for_the_schema_either() {
    let schema = serde_json::to_value(json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let unit = |unit: Value| validator.is_valid(&serde_json::json!({"unit": [unit]}));
    assert!(unit(serde_json::json!({"main": "lb/haproxy.cfg"})) && unit(serde_json::json!({"files": ["lb/*.cfg"]})));
    assert!(!unit(serde_json::json!({"name": "lb"})));
}
