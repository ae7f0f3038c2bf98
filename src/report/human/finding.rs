//! One finding as people read it: message, excerpts, notes, what to write.

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity as Shade};
use codespan_reporting::term::{Config, emit_to_write_style};

use super::style::Painter;
use crate::analysis::Analysis;
use crate::finding::{Finding, Severity, Subject};
use crate::report::excerpt::{Excerpts, Shown};
use crate::report::numbers::{count, list};
use crate::report::redact::{Redactor, Secrets};
use crate::report::{Detail, Options, concise, page_url, sanitise};
use crate::source::{Sources, Span};

/// How many places of one finding are excerpted, and how many subjects and copies are listed.
const MOST_PLACES: usize = 12;
const MOST_LISTED: usize = 5;

/// Writes one finding, with an empty line behind it.
pub(in crate::report) fn render(
    output: &mut String,
    finding: &Finding,
    analysis: &Analysis,
    redactor: &Redactor<'_>,
    options: &Options<'_>,
) {
    let places = if options.detail == Detail::Verbose { usize::MAX } else { MOST_PLACES };
    let labels = std::iter::once(&finding.primary).chain(finding.related.iter().take(places));
    let (spans, texts): (Vec<Span>, Vec<&str>) = labels
        .filter(|label| analysis.sources.at(label.span.start).is_some())
        .map(|label| (label.span, label.text.as_str()))
        .unzip();
    let secrets = redactor.words(spans.iter().copied());
    let (excerpts, shown) = Excerpts::new(&analysis.sources, redactor, &spans, options.width);
    let message = secrets.hide(&finding.message);
    let diagnostic = Diagnostic::new(shade(finding.severity))
        .with_code(finding.meta.name)
        .with_message(sanitise::line(&message))
        .with_labels(labelled(&shown, &texts, &secrets))
        .with_notes(notes(finding, &secrets, &analysis.sources, options.detail));
    let mut painter = Painter { bytes: Vec::new(), color: options.color };
    match emit_to_write_style(&mut painter, &Config::default(), &excerpts, &diagnostic) {
        Ok(()) => {
            let text = own_word(painter.into_text(), finding.severity);
            output.push_str(&if options.links { linked(&text, finding.meta.name) } else { text });
        }
        // Only a span that lies nowhere could do that; the finding is worth more than its excerpt.
        Err(_) => concise::line(output, finding, &message, &analysis.sources),
    }
}

const fn shade(severity: Severity) -> Shade {
    match severity {
        Severity::Error => Shade::Error,
        Severity::Warning => Shade::Warning,
        Severity::Info => Shade::Note,
    }
}

/// The renderer calls it `note`; everywhere else in lblint it is `info`.
fn own_word(text: String, severity: Severity) -> String {
    if severity == Severity::Info { text.replacen("note[", "info[", 1) } else { text }
}

/// The last line of a finding: where its page is.
fn explain(check: &str) -> String {
    format!("lblint explain {check}")
}

/// The same text with the command as a link to the page (OSC 8), for terminals that follow links.
fn linked(text: &str, check: &str) -> String {
    let (command, url) = (explain(check), page_url(check));
    let Some((before, behind)) = text.rsplit_once(&command) else { return text.to_owned() };
    format!("{before}\u{1b}]8;;{url}\u{1b}\\{command}\u{1b}]8;;\u{1b}\\{behind}")
}

fn labelled(shown: &[Shown], texts: &[&str], secrets: &Secrets<'_>) -> Vec<Label<usize>> {
    let labels = shown.iter().zip(texts).enumerate();
    labels
        .map(|(position, ((file, range), text))| {
            let style = if position == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
            Label::new(style, *file, range.clone()).with_message(sanitise::line(&secrets.hide(text)))
        })
        .collect()
}

/// What follows the excerpts, in this order: notes, where else, what to write, where to read more.
fn notes(finding: &Finding, secrets: &Secrets<'_>, sources: &Sources, detail: Detail) -> Vec<String> {
    let most = if detail == Detail::Verbose { usize::MAX - 1 } else { MOST_LISTED };
    let mut notes: Vec<String> = finding.notes.iter().map(|note| secrets.hide(note)).collect();
    notes.extend(more_places(finding, detail));
    notes.extend(more_subjects(finding, most));
    notes.extend(copies(finding, sources, most));
    notes.extend(finding.help.iter().map(|help| format!("help: {}", secrets.hide(help))));
    notes.push(format!("more: {}", explain(finding.meta.name)));
    notes.iter().map(|note| sanitise::paragraph(note).into_owned()).collect()
}

fn more_places(finding: &Finding, detail: Detail) -> Option<String> {
    let left = finding.related.len().saturating_sub(MOST_PLACES);
    (left > 0 && detail < Detail::Verbose).then(|| format!("and {} (-v shows them)", count(left, "more place")))
}

fn more_subjects(finding: &Finding, most: usize) -> Option<String> {
    let (first, others) = finding.subjects.split_first()?;
    if first.pool.is_none() && !finding.copies.is_empty() {
        // The copies name the same files.
        return None;
    }
    let said = name(first);
    let mut names: Vec<String> = others.iter().map(name).filter(|name| *name != said).collect();
    names.sort_unstable();
    names.dedup();
    let noun = if first.pool.is_some() { "pool" } else { "unit" };
    (!names.is_empty()).then(|| format!("also: {noun} {}", list(&names, most)))
}

/// Targets are named by the message.
fn name(subject: &Subject) -> String {
    subject.pool.as_ref().unwrap_or(&subject.unit).clone()
}

fn copies(finding: &Finding, sources: &Sources, most: usize) -> Option<String> {
    if finding.copies.is_empty() {
        return None;
    }
    let spans = std::iter::once(finding.primary.span).chain(finding.copies.iter().copied());
    let places: Vec<_> = spans.map(|span| sources.location(span)).collect();
    let mut files: Vec<&str> = places.iter().map(|place| place.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let named: Vec<String> = places.iter().map(|place| format!("{}:{}", place.file, place.line)).collect();
    Some(format!("same statement in {}: {}", count(files.len(), "file"), list(&named, most)))
}
