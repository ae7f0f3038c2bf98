//! A finding in words that may be shown: what every format for programs is made of.

use serde::Serialize;

use super::redact::{Redactor, Secrets};
use super::understanding::location;
use super::{Options, page_url, sanitise};
use crate::analysis::Analysis;
use crate::finding::{Confidence, Edit, Finding, Fix, Label, Severity, Subject};
use crate::source::{Location, Owners, Sources, Span};
use crate::triage::{Suppressed, Suppression};

/// A finding in words that may be shown: without secrets and without what a terminal would obey.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) check: &'static str,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    pub(super) message: String,
    pub(super) location: Location,
    pub(super) end: Position,
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
    pub(super) fixes: Vec<FixEntry>,
}

/// A line and a column, from 1; as an end one past the last character.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Another place of the story.
#[derive(Debug, Serialize)]
pub(super) struct Related {
    pub(super) location: Location,
    pub(super) end: Position,
    pub(super) text: String,
}

/// A way to mend the cause.
#[derive(Debug, Serialize)]
pub(super) struct FixEntry {
    pub(super) title: String,
    /// It changes what the proxy does only as the finding demands.
    pub(super) safe: bool,
    pub(super) edits: Vec<EditEntry>,
}

/// What takes the place of what; nothing where both positions are the same.
#[derive(Debug, Serialize)]
pub(super) struct EditEntry {
    pub(super) file: String,
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) text: String,
}

/// All findings that are shown, in their order.
pub(super) fn entries(analysis: &Analysis, options: &Options<'_>) -> Vec<Entry> {
    let redactor = Redactor::new(analysis);
    let findings = analysis.findings.shown.iter();
    findings.map(|finding| entry(finding, &analysis.sources, &redactor, options.owners)).collect()
}

/// Findings that are allowed, each with what allows it.
pub(super) fn suppressed_entries<'a>(
    analysis: &'a Analysis,
    options: &Options<'_>,
) -> Vec<(Entry, Option<&'a Suppression>)> {
    let redactor = Redactor::new(analysis);
    let findings = analysis.findings.suppressed.iter();
    let one = |one: &Suppressed| {
        let by = analysis.findings.suppressions.get(one.by);
        (entry(&one.finding, &analysis.sources, &redactor, options.owners), by)
    };
    findings.map(one).collect()
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
        fixes: finding.fixes.iter().filter_map(|fix| fix_entry(fix, sources, redactor)).collect(),
    }
}

fn related(label: &Label, sources: &Sources, secrets: &Secrets<'_>) -> Related {
    Related {
        location: location(sources, label.span),
        end: end(sources, label.span),
        text: sentence(&label.text, secrets),
    }
}

/// A fix that may be shown: one that would repeat a secret is none.
fn fix_entry(fix: &Fix, sources: &Sources, redactor: &Redactor<'_>) -> Option<FixEntry> {
    let secrets = redactor.words(fix.edits().iter().map(|edit| edit.span));
    let repeats = |edit: &Edit| secrets.hide(&edit.text) != edit.text;
    let edits = fix.edits().iter().map(|edit| edit_entry(edit, sources));
    let shown = || FixEntry { title: sentence(&fix.title, &secrets), safe: fix.safe, edits: edits.collect() };
    (!fix.edits().iter().any(repeats)).then(shown)
}

fn edit_entry(edit: &Edit, sources: &Sources) -> EditEntry {
    let Location { file, line, column } = location(sources, edit.span);
    EditEntry { file, start: Position { line, column }, end: end(sources, edit.span), text: edit.text.clone() }
}

fn end(sources: &Sources, span: Span) -> Position {
    let Location { line, column, .. } = sources.locate(sources.in_file(span).end);
    Position { line, column }
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
