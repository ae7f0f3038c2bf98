//! Every format for programs, held against its published schema or read back by another parser; exit statuses and bytes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use std::collections::BTreeSet;
use std::process::{Command, Output};

use serde_json::Value;

/// Shipped examples with findings of all kinds, several files and several units.
const EXAMPLES: &str = "fixtures/incidents";
/// An example with names and texts that formats must escape.
const HOSTILE: &str = "tests/formats/haproxy-hostile.cfg";
/// An example with fixes: words in place of others, a line that goes, something at the end of the file.
const FIXABLE: &str = "tests/formats/haproxy-fixable.cfg";
const FORMATS: [&str; 9] = ["human", "concise", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"];

fn check(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lblint"));
    command.arg("check").arg("--isolated").args(arguments);
    command.output().unwrap()
}

fn text(arguments: &[&str]) -> String {
    let output = check(arguments);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(paths: &[&str], format: &str) -> Value {
    serde_json::from_str(&text(&[paths, &["--profile", "audit", "--format", format]].concat())).unwrap()
}

/// How many findings there are, as `json` says.
fn number(paths: &[&str]) -> usize {
    json(paths, "json")["findings"].as_array().unwrap().len()
}

/// The schema of the OASIS committee, as the package `serde-sarif` brings it; cargo fetches the package, nothing is compiled.
fn sarif_schema() -> Value {
    let metadata =
        Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--locked"]).output().unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    serde_json::from_slice(&std::fs::read(manifest.with_file_name("src/schema.json")).unwrap()).unwrap()
}

#[test]
fn sarif_follows_its_schema() {
    let schema = sarif_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for path in [EXAMPLES, HOSTILE, FIXABLE] {
        let document = json(&[path], "sarif");
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
        let results = document["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), number(&[path]));
        let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        for result in results {
            let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# "));
            assert!(result["partialFingerprints"]["lblintSubject/v1"].as_str().unwrap().starts_with("1:"));
        }
    }
    // A schema that accepts everything would prove nothing.
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{"results": [{}]}]})));
}

/// The text with the edits of a fix of the format `json`.
fn edited(text: &str, fix: &Value) -> String {
    let offset = |place: &Value| {
        let number = |name: &str| usize::try_from(place[name].as_u64().unwrap()).unwrap();
        let before: usize = text.split_inclusive('\n').take(number("line") - 1).map(str::len).sum();
        let column = text[before..].char_indices().map(|(at, _)| at).nth(number("column") - 1);
        column.map_or(text.len(), |column| before + column)
    };
    let mut edited = text.to_owned();
    for edit in fix["edits"].as_array().unwrap().iter().rev() {
        edited.replace_range(offset(&edit["start"])..offset(&edit["end"]), edit["text"].as_str().unwrap());
    }
    edited
}

#[test]
fn fixes_say_what_to_write_where() {
    let text = std::fs::read_to_string(FIXABLE).unwrap();
    let document = json(&[FIXABLE], "json");
    let findings = document["findings"].as_array().unwrap();
    let fixes = findings.iter().flat_map(|finding| {
        let fixes = finding["fixes"].as_array().unwrap();
        fixes.iter().map(|fix| (finding["check"].as_str().unwrap(), fix["safe"].as_bool().unwrap(), edited(&text, fix)))
    });
    let mut fixes: Vec<(&str, bool, String)> = fixes.collect();
    fixes.sort();
    let comment = "\t# lblint: allow(stale-dns) the names of é are stable\n";
    let expected = [
        ("missing-final-newline", true, format!("{text}\n")),
        ("partial-health-check", false, format!("{text} check")),
        ("removed-api", true, text.replace("clitimeout", "timeout client")),
        ("unitless-timeout", false, text.replace("server 30\n", "server 30s\n")),
        ("unused-suppression", true, text.replace(comment, "")),
    ];
    assert_eq!(fixes, expected);
}

#[test]
fn sarif_has_the_fixes_that_json_has() {
    let of_json: Vec<Value> = json(&[FIXABLE], "json")["findings"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|finding| finding["fixes"].as_array().unwrap().clone())
        .collect();
    let sarif = json(&[FIXABLE], "sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let of_sarif: Vec<&Value> = results.iter().filter_map(|result| result["fixes"].as_array()).flatten().collect();
    assert_eq!(of_sarif.len(), of_json.len());
    assert!(!of_json.is_empty());
    for (sarif, json) in of_sarif.into_iter().zip(&of_json) {
        assert_eq!(sarif["description"]["text"], json["title"]);
        assert_eq!(sarif["properties"]["safe"], json["safe"]);
        let change = &sarif["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], json["edits"][0]["file"]);
        for (replacement, edit) in
            change["replacements"].as_array().unwrap().iter().zip(json["edits"].as_array().unwrap())
        {
            let region = &replacement["deletedRegion"];
            for (place, line, column) in [("start", "startLine", "startColumn"), ("end", "endLine", "endColumn")] {
                assert_eq!((&region[line], &region[column]), (&edit[place]["line"], &edit[place]["column"]));
            }
            assert_eq!(replacement["insertedContent"]["text"], edit["text"]);
        }
    }
}

#[test]
fn gitlab_gets_what_it_requires() {
    for path in [EXAMPLES, HOSTILE] {
        let document = json(&[path], "gitlab");
        let issues = document.as_array().unwrap();
        assert_eq!(issues.len(), number(&[path]));
        let fingerprints: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(fingerprints.len(), issues.len(), "GitLab shows one issue a fingerprint");
        for issue in issues {
            assert!(!issue["description"].as_str().unwrap().is_empty());
            assert!(["critical", "major", "info"].contains(&issue["severity"].as_str().unwrap()));
            assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
            assert!(!issue["location"]["path"].as_str().unwrap().starts_with("./"));
        }
    }
}

/// How often each element occurs, read by a parser; it fails on what is no XML.
fn elements(xml: &str) -> std::collections::BTreeMap<String, usize> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut elements = std::collections::BTreeMap::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return elements,
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap().normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
                }
                *elements.entry(String::from_utf8_lossy(tag.name().as_ref()).into_owned()).or_default() += 1;
            }
            _ => {}
        }
    }
}

#[test]
fn junit_counts_failures() {
    let all = elements(&text(&[EXAMPLES, "--profile", "audit", "--format", "junit", "--fail-on", "info"]));
    assert_eq!(all["failure"], number(&[EXAMPLES]));
    assert!(all["testcase"] > all["failure"], "units without findings pass");
    let none = elements(&text(&[HOSTILE, "--profile", "audit", "--format", "junit", "--fail-on", "never"]));
    assert_eq!(none.get("failure"), None);
    assert_eq!(none["testcase"], number(&[HOSTILE]));
}

#[test]
fn checkstyle_holds_every_finding() {
    for path in [EXAMPLES, HOSTILE] {
        let elements = elements(&text(&[path, "--profile", "audit", "--format", "checkstyle"]));
        assert_eq!(elements["error"], number(&[path]));
    }
}

#[test]
fn github_gets_one_command_a_finding() {
    for path in [EXAMPLES, HOSTILE] {
        let output = text(&[path, "--profile", "audit", "--format", "github"]);
        assert_eq!(output.lines().count(), number(&[path]), "no text of a finding begins a line of its own");
        for line in output.lines() {
            let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
            assert!(["error ", "warning ", "notice "].iter().any(|level| head.starts_with(level)), "{head}");
            assert!(head.contains("file=") && head.contains(",line=") && !message.is_empty());
        }
    }
}

#[test]
fn markdown_is_not_broken_by_names() {
    let output = text(&[HOSTILE, "--profile", "audit", "--format", "markdown"]);
    assert_eq!(output.matches("<details>").count(), number(&[HOSTILE]));
    assert_eq!(output.matches("<details>").count(), output.matches("</details>").count());
    let outside = output.split("```").step_by(2).collect::<String>();
    assert!(!outside.contains("<script>"), "{outside}");
}

#[test]
fn the_status_is_the_same_in_every_format() {
    let after = "fixtures/incidents/2024-06-single-web-server/haproxy/after.cfg";
    let before = "fixtures/incidents/2024-06-single-web-server/haproxy/before.cfg";
    for format in FORMATS {
        let status = |arguments: &[&str]| check(&[arguments, &["--format", format]].concat()).status.code();
        assert_eq!(status(&[before]), Some(1), "{format}");
        assert_eq!(status(&[after]), Some(0), "{format}");
        assert_eq!(status(&["no-such-file.cfg"]), Some(2), "{format}");
        assert_eq!(status(&["src/report/sarif"]), Some(3), "{format}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for format in FORMATS.into_iter().filter(|format| *format != "human") {
        let one = |threads: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_lblint"));
            command.args(["check", "--isolated", EXAMPLES, "--profile", "audit", "--format", format]);
            command.env("RAYON_NUM_THREADS", threads).output().unwrap().stdout
        };
        let first = one("1");
        assert!(first == one("2") && first == one("8"), "{format}");
    }
}

#[test]
fn several_reports_of_one_run() {
    let directory = std::env::temp_dir().join(format!("lblint-formats-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = |name: &str| directory.join(name).to_string_lossy().into_owned();
    let (sarif, gitlab) = (file("a.sarif"), file("a.json"));
    let outputs = [format!("sarif={sarif}"), format!("gitlab={gitlab}")];
    let concise = text(&[HOSTILE, "--format", "concise", "--output", &outputs[0], "--output", &outputs[1]]);
    assert_eq!(std::fs::read_to_string(sarif).unwrap(), text(&[HOSTILE, "--format", "sarif"]));
    assert_eq!(std::fs::read_to_string(gitlab).unwrap(), text(&[HOSTILE, "--format", "gitlab"]));
    assert!(!concise.is_empty());
    std::fs::remove_dir_all(directory).unwrap();
}

/// A directory of its own, with these files.
fn directory(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let directory = std::env::temp_dir().join(format!("lblint-{name}-{}", std::process::id()));
    for (file, text) in files {
        let path = directory.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

const PLAIN: &str = "backend a\n  server a 10.0.0.1:80\n";

#[test]
fn no_report_takes_the_place_of_another_file() {
    let here = directory("outputs", &[("lb.cfg", PLAIN), ("more.cfg", PLAIN), ("lblint.toml", "profile = 'strict'\n")]);
    let run = |arguments: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_lblint")).current_dir(&here).arg("check").args(arguments).output();
        let output = output.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (arguments, message) in [
        (&["lb.cfg", "--output", "json=./lb.cfg"][..], "lblint: --output: lb.cfg is read"),
        (&["--output", "json=more.cfg"], "lblint: --output: more.cfg is read"),
        (&["--output", "json=lblint.toml"], "lblint: --output: lblint.toml is read"),
        (&["--output", "json=x", "--output", "sarif=./x"], "lblint: --output sarif=./x: another report"),
        (&["--output", "json=-"], "lblint: --output json=-: standard output takes the report of --format"),
    ] {
        let (status, error) = run(arguments);
        assert_eq!(status, Some(2), "{arguments:?}: {error}");
        assert!(error.starts_with(message), "{error}");
    }
    assert_eq!(std::fs::read_to_string(here.join("more.cfg")).unwrap(), PLAIN);
    assert!(!here.join("x").exists() && !here.join("-").exists());
    assert_eq!(run(&["--output", "json=x", "--fail-on", "never"]).0, Some(0));
    assert_eq!(run(&["--output", "json=x", "--fail-on", "never"]).0, Some(0), "a report may be written anew");
    std::fs::remove_dir_all(here).unwrap();
}

#[test]
fn paths_are_shown_from_the_working_directory() {
    let here = directory("paths", &[("a/lb.cfg", PLAIN), ("b/lb.cfg", PLAIN)]);
    let shown = |argument: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lblint"));
        let output =
            command.current_dir(here.join("a")).args(["pools", "--format", "json", argument]).output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        document["units"][0]["root"].as_str().unwrap().to_owned()
    };
    let below = here.join("a").to_string_lossy().into_owned();
    for argument in [below.as_str(), &format!("{below}/lb.cfg"), "../a", "../a/lb.cfg", "."] {
        assert_eq!(shown(argument), "lb.cfg", "{argument}");
    }
    let beside = here.join("b/lb.cfg").to_string_lossy().into_owned();
    assert_eq!(shown(&beside), beside);
    std::fs::remove_dir_all(here).unwrap();
}
