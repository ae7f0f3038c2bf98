//! SARIF 2.1.0 (OASIS, errata 01): rules with their pages, results with places, fingerprints of subjects.

mod document;

use std::fmt::Write;

use document::{
    Allowed, ArtifactChange, ArtifactLocation, Configuration, Document, Driver, Fix, FixProperties, Help, Invocation,
    LogicalLocation, Notification, PhysicalLocation, Place, Region, Replacement, ResultEntry, Rule, RuleProperties,
    Run, Text, Tool,
};

use super::entry::{EditEntry, Entry, FixEntry, Position, Related, entries, harmless, suppressed_entries};
use super::understanding::location;
use super::{Options, page_url};
use crate::analysis::Analysis;
use crate::checks;
use crate::finding::{Confidence, Meta, Severity, Subject};
use crate::source::{Location, Sources};
use crate::triage::{Scope, Suppression};

/// The schema that the document follows.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of our fingerprints; its number changes with the way in which they are made.
const FINGERPRINT: &str = "lblintSubject/v1";

/// All findings that are shown, and the rules of all checks that found them.
pub(super) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let (shown, suppressed) = (entries(analysis, options), suppressed_entries(analysis, options));
    let rules = rules_of(shown.iter().chain(suppressed.iter().map(|(entry, _)| entry)));
    let results = shown.iter().map(|entry| result(entry, &rules));
    let allowed = suppressed.iter().map(|(entry, by)| ResultEntry {
        suppressions: by.iter().map(|by| allowed(by, &analysis.sources)).collect(),
        ..result(entry, &rules)
    });
    let results = results.chain(allowed).collect();
    let notifications = analysis
        .errors
        .iter()
        .map(|problem| Notification { level: "error", message: Text { text: harmless(&problem.to_string()) } });
    let run = Run {
        tool: Tool { driver: driver(&rules) },
        invocations: [Invocation {
            execution_successful: analysis.errors.is_empty(),
            tool_execution_notifications: notifications.collect(),
        }],
        column_kind: "unicodeCodePoints",
        results,
    };
    super::json::text(&Document { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// The checks that found something, in the order of names.
fn rules_of<'e>(entries: impl Iterator<Item = &'e Entry>) -> Vec<&'static Meta> {
    let found: std::collections::BTreeSet<&str> = entries.map(|entry| entry.check).collect();
    found.into_iter().filter_map(checks::find).map(checks::Check::meta).collect()
}

fn driver(rules: &[&'static Meta]) -> Driver {
    Driver {
        name: "lblint",
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: rules.iter().map(|meta| rule(meta)).collect(),
    }
}

fn rule(meta: &'static Meta) -> Rule {
    Rule {
        id: meta.name,
        short_description: Text { text: meta.summary.to_owned() },
        help: Help { text: meta.page, markdown: meta.page },
        help_uri: page_url(meta.name),
        default_configuration: Configuration { level: level(meta.severity) },
        properties: RuleProperties { tags: [meta.group.name()], precision: precision(meta.confidence) },
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What GitHub calls how sure a rule is.
const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

fn result(entry: &Entry, rules: &[&'static Meta]) -> ResultEntry {
    let subjects = entry.subjects.iter().zip(&entry.fingerprints).enumerate();
    let fingerprint = |(index, (_, fingerprint)): (usize, (&Subject, &String))| {
        let name = if index == 0 { FINGERPRINT.to_owned() } else { format!("{FINGERPRINT}/{index}") };
        (name, fingerprint.clone())
    };
    let copies = entry.copies.iter().map(|at| place(at, None, Some("same statement".to_owned())));
    ResultEntry {
        rule_id: entry.check,
        rule_index: rules.iter().position(|meta| meta.name == entry.check),
        level: level(entry.severity),
        message: Text { text: entry.story() },
        locations: vec![main_place(entry)],
        related_locations: entry.related.iter().map(related).chain(copies).collect(),
        partial_fingerprints: subjects.map(fingerprint).collect(),
        fixes: entry.fixes.iter().map(fix).collect(),
        suppressions: Vec::new(),
    }
}

fn fix(fix: &FixEntry) -> Fix {
    let files = fix.edits.chunk_by(|one, next| one.file == next.file);
    let change = |edits: &[EditEntry]| ArtifactChange {
        artifact_location: ArtifactLocation { uri: edits.first().map_or_else(String::new, |edit| uri(&edit.file)) },
        replacements: edits.iter().map(replacement).collect(),
    };
    Fix {
        description: Text { text: fix.title.clone() },
        artifact_changes: files.map(change).collect(),
        properties: FixProperties { safe: fix.safe },
    }
}

fn replacement(edit: &EditEntry) -> Replacement {
    Replacement {
        deleted_region: Region {
            start_line: edit.start.line,
            start_column: edit.start.column,
            end_line: Some(edit.end.line),
            end_column: Some(edit.end.column),
        },
        inserted_content: Text { text: edit.text.clone() },
    }
}

fn allowed(by: &Suppression, sources: &Sources) -> Allowed {
    Allowed {
        // 3.35.2: a comment stands in the source, an entry of the settings outside of it.
        kind: if matches!(by.scope, Scope::Setting(_)) { "external" } else { "inSource" },
        justification: Some(harmless(&by.reason)).filter(|reason| !reason.is_empty()),
        location: place(&location(sources, by.at), None, None),
    }
}

fn main_place(entry: &Entry) -> Place {
    let text = (!entry.label.is_empty()).then(|| entry.label.clone());
    let logical_locations = entry.subjects.iter().map(logical).collect();
    Place { logical_locations, ..place(&entry.location, Some(entry.end), text) }
}

fn related(related: &Related) -> Place {
    place(&related.location, Some(related.end), (!related.text.is_empty()).then(|| related.text.clone()))
}

fn place(at: &Location, end: Option<Position>, text: Option<String>) -> Place {
    Place {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(&at.file) },
            region: Region {
                start_line: at.line,
                start_column: at.column,
                end_line: end.map(|end| end.line),
                end_column: end.map(|end| end.column),
            },
        },
        logical_locations: Vec::new(),
        message: text.map(|text| Text { text }),
    }
}

fn logical(subject: &Subject) -> LogicalLocation {
    let parts = [Some(subject.unit.as_str()), subject.pool.as_deref(), subject.target.as_deref()];
    LogicalLocation {
        fully_qualified_name: parts.into_iter().flatten().collect::<Vec<_>>().join("/"),
        kind: "resource",
    }
}

/// A path as a URI reference: what a URI keeps for itself is written in percent (RFC 3986, 2.1 and 3.3).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    let colon_first = path.split('/').next().is_some_and(|first| first.contains(':'));
    if colon_first {
        // Without it the part before the colon would be a scheme.
        uri.push_str("./");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b':'
            | b'@'
            | b'+'
            | b','
            | b'=' => {
                uri.push(char::from(byte));
            }
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("lb/eu 1/haproxy.cfg"), "lb/eu%201/haproxy.cfg");
        assert_eq!(uri("a:b/c"), "./a:b/c");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
        assert_eq!(uri("ä%"), "%C3%A4%25");
    }
}
