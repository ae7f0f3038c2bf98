//! `lblint/findings/1`: what is wrong, and how much of the input that speaks for.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::finding::{Confidence, Finding, Label, Severity, Subject};
use crate::report::clearance::{Clearance, clearances};
use crate::report::human::assumed_dialects;
use crate::report::redact::{Redactor, Secrets};
use crate::report::totals::{Totals, of_severity};
use crate::report::understanding::{Include, Open, location, undecided, unread_includes};
use crate::report::{Options, page_url, sanitise};
use crate::source::{Dialect, Location, Sources, Span};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    assumed: BTreeMap<Dialect, String>,
    summary: Summary,
    /// Which checks ran, on how many pools, and what they could not decide.
    checks: Vec<Clearance>,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    units: usize,
    pools: usize,
    targets: usize,
    findings: BySeverity,
    hidden: usize,
    verified: usize,
    undecided: Vec<Open>,
    unread_includes: Vec<Include>,
    not_analysed: Vec<String>,
    orphans: Vec<String>,
    templates: Vec<String>,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct BySeverity {
    error: usize,
    warning: usize,
    info: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    check: &'a str,
    severity: Severity,
    confidence: Confidence,
    message: String,
    location: Location,
    end: End,
    /// What the words at `location` have to do with it.
    label: String,
    related: Vec<Related>,
    subject: Option<Subject>,
    subjects: Vec<Subject>,
    fingerprint: Option<String>,
    /// One for each of `subjects`.
    fingerprints: Vec<String>,
    notes: Vec<String>,
    help: Vec<String>,
    /// The same statement in other files.
    copies: Vec<Location>,
    url: String,
    fixes: [(); 0],
}

/// One past the last character.
#[derive(Serialize)]
struct End {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Related {
    location: Location,
    end: End,
    text: String,
}

pub(in crate::report) fn findings(analysis: &Analysis, options: &Options<'_>) -> String {
    let dialects = assumed_dialects(analysis, options.settings).into_iter();
    let redactor = Redactor::new(analysis);
    let findings = analysis.findings.shown.iter();
    super::text(&Document {
        schema: "lblint/findings/1",
        assumed: dialects.map(|dialect| (dialect, options.settings.version(dialect).0.to_string())).collect(),
        summary: summary(analysis),
        checks: clearances(analysis, options.settings),
        findings: findings.map(|finding| entry(finding, &analysis.sources, &redactor)).collect(),
    })
}

fn summary(analysis: &Analysis) -> Summary {
    let Totals { files, units, pools, targets, verified, undecided: _ } = Totals::new(analysis);
    let number = |severity| of_severity(analysis, severity);
    Summary {
        files,
        units,
        pools,
        targets,
        findings: BySeverity {
            error: number(Severity::Error),
            warning: number(Severity::Warning),
            info: number(Severity::Info),
        },
        hidden: analysis.findings.hidden,
        verified,
        undecided: undecided(analysis),
        unread_includes: unread_includes(analysis),
        not_analysed: analysis.unrecognised.iter().map(|path| harmless(path)).collect(),
        orphans: analysis.orphans.iter().map(|path| harmless(path)).collect(),
        templates: analysis.templates.iter().map(|path| harmless(path)).collect(),
        problems: analysis.errors.iter().map(|problem| harmless(&problem.to_string())).collect(),
    }
}

fn entry<'a>(finding: &'a Finding, sources: &Sources, redactor: &Redactor<'_>) -> Entry<'a> {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let secrets = redactor.words(labels.map(|label| label.span));
    let sentences = |texts: &[String]| texts.iter().map(|text| sentence(text, &secrets)).collect();
    Entry {
        check: finding.meta.name,
        severity: finding.severity,
        confidence: finding.confidence,
        message: sentence(&finding.message, &secrets),
        location: location(sources, finding.primary.span),
        end: end(sources, finding.primary.span),
        label: sentence(&finding.primary.text, &secrets),
        related: finding.related.iter().map(|label| related(label, sources, &secrets)).collect(),
        subject: finding.subjects.first().map(subject),
        subjects: finding.subjects.iter().map(subject).collect(),
        fingerprint: finding.fingerprints().next(),
        fingerprints: finding.fingerprints().collect(),
        notes: sentences(&finding.notes),
        help: sentences(&finding.help),
        copies: finding.copies.iter().map(|span| location(sources, *span)).collect(),
        url: page_url(finding.meta.name),
        fixes: [],
    }
}

fn related(label: &Label, sources: &Sources, secrets: &Secrets<'_>) -> Related {
    Related {
        location: location(sources, label.span),
        end: end(sources, label.span),
        text: sentence(&label.text, secrets),
    }
}

fn end(sources: &Sources, span: Span) -> End {
    let Location { line, column, .. } = sources.locate(span.end);
    End { line, column }
}

fn sentence(text: &str, secrets: &Secrets<'_>) -> String {
    sanitise::paragraph(&secrets.hide(text)).into_owned()
}

fn harmless(text: &str) -> String {
    sanitise::line(text).into_owned()
}

fn subject(subject: &Subject) -> Subject {
    Subject {
        unit_in_project: subject.unit_in_project.clone(),
        unit: harmless(&subject.unit),
        pool: subject.pool.as_deref().map(harmless),
        target: subject.target.as_deref().map(harmless),
        discriminator: subject.discriminator.clone(),
    }
}
