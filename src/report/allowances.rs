//! What is allowed, as it is told: `lblint/allows/1`.

use serde::Serialize;

use super::entry::harmless;
use super::understanding::location;
use crate::analysis::Analysis;
use crate::settings::Settings;
use crate::source::{Location, Sources, Span};
use crate::triage::{Scope, Suppression};

/// All that is allowed.
#[derive(Debug, Serialize)]
pub(super) struct Allowances {
    schema: &'static str,
    pub(super) allows: Vec<Allowance>,
    /// How many findings are hidden: each once, although several allowances may cover it.
    #[serde(skip)]
    pub(super) hidden: usize,
}

/// A comment or an `[[allow]]`.
#[derive(Debug, Serialize)]
pub(super) struct Allowance {
    pub(super) location: Location,
    /// The checks and groups that it names.
    pub(super) checks: Vec<String>,
    /// The unit and the pool that a comment stands in, or the patterns of the settings.
    pub(super) subject: String,
    /// The lines that a comment covers, the first and the last one.
    pub(super) lines: Option<[u32; 2]>,
    pub(super) reason: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) until: Option<String>,
    pub(super) expired: bool,
    /// How many findings it hides, or would if it had not expired.
    pub(super) hides: usize,
}

/// All that is allowed in the files that were asked about.
pub(super) fn allowances(analysis: &Analysis, settings: &Settings) -> Allowances {
    let suppressions = analysis.findings.suppressions.iter().filter(|one| one.is_reported);
    Allowances {
        schema: "lblint/allows/1",
        allows: suppressions.map(|one| allowance(one, &analysis.sources, settings)).collect(),
        hidden: analysis.findings.suppressed.len(),
    }
}

fn allowance(one: &Suppression, sources: &Sources, settings: &Settings) -> Allowance {
    let text = |text: &String| harmless(text);
    let covered = match one.scope {
        Scope::Statement(span) | Scope::File(span) => Some(lines(span, sources)),
        Scope::Setting(_) | Scope::Nothing | Scope::Misplaced => None,
    };
    Allowance {
        location: location(sources, one.at),
        checks: one.names.iter().map(|name| harmless(&name.text)).collect(),
        subject: subject(one, settings),
        lines: covered,
        reason: Some(&one.reason).filter(|reason| !reason.is_empty()).map(text),
        owner: one.owner.as_ref().map(text),
        until: one.until.map(|until| until.to_string()),
        expired: one.is_expired,
        hides: one.findings(),
    }
}

fn subject(one: &Suppression, settings: &Settings) -> String {
    if let Scope::Setting(position) = one.scope {
        return settings.allow.get(position).map(|allow| harmless(&allow.about())).unwrap_or_default();
    }
    let parts = [Some(one.subject.unit.as_str()), one.subject.pool.as_deref()];
    harmless(&parts.into_iter().flatten().collect::<Vec<_>>().join("/"))
}

/// The lines of what is written in a span; blanks at its end do not count.
fn lines(span: Span, sources: &Sources) -> [u32; 2] {
    let written = sources.slice(span).trim_end().len() as u32;
    let last = span.start + written.saturating_sub(1);
    [sources.locate(span.start).line, sources.locate(last).line]
}
