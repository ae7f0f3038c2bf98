//! A finding in words that may be shown: what every format for programs is made of.

use serde::Serialize;

use super::redact::{Redactor, Secrets};
use super::understanding::location;
use super::{Options, page_url, sanitise};
use crate::analysis::Analysis;
use crate::finding::{Confidence, Finding, Label, Severity, Subject};
use crate::source::{Location, Owners, Sources, Span};

/// A finding in words that may be shown: without secrets and without what a terminal would obey.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) check: &'static str,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    pub(super) message: String,
    pub(super) location: Location,
    pub(super) end: End,
    /// What the words at `location` have to do with it.
    pub(super) label: String,
    pub(super) related: Vec<Related>,
    pub(super) subject: Option<Subject>,
    pub(super) subjects: Vec<Subject>,
    pub(super) fingerprint: Option<String>,
    /// One for each of `subjects`.
    pub(super) fingerprints: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) help: Vec<String>,
    /// The same statement in other files.
    pub(super) copies: Vec<Location>,
    /// Who owns the file, by the repository's CODEOWNERS.
    pub(super) owners: Vec<String>,
    pub(super) url: String,
    pub(super) fixes: [(); 0],
}

/// One past the last character.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct End {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Another place of the story.
#[derive(Debug, Serialize)]
pub(super) struct Related {
    pub(super) location: Location,
    pub(super) end: End,
    pub(super) text: String,
}

/// All findings that are shown, in their order.
pub(super) fn entries(analysis: &Analysis, options: &Options<'_>) -> Vec<Entry> {
    let redactor = Redactor::new(analysis);
    let findings = analysis.findings.shown.iter();
    findings.map(|finding| entry(finding, &analysis.sources, &redactor, options.owners)).collect()
}

impl Entry {
    /// Message, notes and what to write, a line each.
    pub(super) fn story(&self) -> String {
        let notes = self.notes.iter().cloned();
        let help = self.help.iter().map(|help| format!("help: {help}"));
        std::iter::once(self.message.clone()).chain(notes).chain(help).collect::<Vec<_>>().join("\n")
    }

    /// `file:line:column` of the other places, with what they have to do with it.
    pub(super) fn places(&self) -> impl Iterator<Item = String> {
        self.related.iter().map(|place| {
            let Location { file, line, column } = &place.location;
            if place.text.is_empty() {
                format!("{file}:{line}:{column}")
            } else {
                format!("{file}:{line}:{column}: {}", place.text)
            }
        })
    }
}

fn entry(finding: &Finding, sources: &Sources, redactor: &Redactor<'_>, owners: Option<&Owners>) -> Entry {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let secrets = redactor.words(labels.map(|label| label.span));
    let sentences = |texts: &[String]| texts.iter().map(|text| sentence(text, &secrets)).collect();
    let at = location(sources, finding.primary.span);
    Entry {
        check: finding.meta.name,
        severity: finding.severity,
        confidence: finding.confidence,
        message: sentence(&finding.message, &secrets),
        owners: owners
            .map_or_else(Vec::new, |owners| owners.of(&at.file).iter().map(|owner| harmless(owner)).collect()),
        location: at,
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
    let Location { line, column, .. } = sources.locate(sources.in_file(span).end);
    End { line, column }
}

fn sentence(text: &str, secrets: &Secrets<'_>) -> String {
    sanitise::paragraph(&secrets.hide(text)).into_owned()
}

/// A name from a configuration as one harmless line.
pub(super) fn harmless(text: &str) -> String {
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
