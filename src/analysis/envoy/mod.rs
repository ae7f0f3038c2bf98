//! Envoy: the files of a unit to its model.

mod documents;
mod library;
mod references;
mod units;

pub(super) use documents::find_documents;
pub(super) use library::Library;
pub(super) use units::find;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::LoadedUnit;
use super::coverage::{Coverage, UnreadInclude};
use super::grammars::Grammars;
use crate::diagnostic::{Diagnostic, Kind};
use crate::lower::envoy::{Input, Part, lower};
use crate::model::{File, Unit};
use crate::settings::Settings;
use crate::source::{Dialect, SourceId, Sources, Span};
use crate::syntax::envoy::{Shape, Tree, remarks};
use crate::validate::Program;
use crate::validate::envoy::{Input as ValidateInput, validate};

/// How a unit is put together; it borrows nothing, so that units can be found before their texts are final.
#[derive(Debug)]
pub(super) struct Plan {
    texts: Vec<Planned>,
    /// What the syntax is wrong about.
    diagnostics: Vec<Diagnostic>,
    unread: Vec<UnreadInclude>,
}

/// A text of a unit.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) source: SourceId,
    pub(super) span: Span,
    pub(super) tree: Arc<Tree>,
    pub(super) shape: Shape,
}

/// Reads, validates and lowers a unit; what is wrong with it is appended to `diagnostics`.
pub(super) fn read(
    unit: &LoadedUnit,
    plan: &Plan,
    sources: &Sources,
    grammars: &Grammars,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Unit, Coverage) {
    diagnostics.extend(plan.diagnostics.iter().cloned());
    let (version, stated) = settings.version(Dialect::Envoy);
    let program = Program { version, stated };
    let mut parts = Vec::with_capacity(plan.texts.len());
    let mut tallies = Vec::with_capacity(plan.texts.len());
    for text in &plan.texts {
        let Some(source) = sources.get(text.source) else { continue };
        let (view, tree, grammar) = (source.view().part(text.span), &*text.tree, grammars.envoy());
        let file = unit.files.iter().find(|file| file.part == text.span);
        let file = file.copied().unwrap_or(File {
            source: text.source,
            part: text.span,
            reported: false,
            at_run_time: false,
            elsewhere: false,
        });
        let at_run_time = file.at_run_time;
        let input = ValidateInput { view, tree, shape: text.shape, grammar, program, at_run_time };
        tallies.push((text.source, validate(input, diagnostics)));
        parts.push(Part { file, view, tree, shape: text.shape });
    }
    stop_at_first_error(diagnostics, sources);
    let coverage = super::coverage::envoy(tallies, &plan.unread);
    let incomplete = !plan.unread.is_empty();
    let mut model = lower(Input { sources, parts: &parts, version, incomplete, answers: &settings.answers });
    let remarks = parts.iter().flat_map(|part| remarks(part.tree, part.view, sources.slice(part.view.span())));
    model.remarks = remarks.collect();
    (model, coverage)
}

/// Envoy reads no further than to the first place that is no YAML or JSON: what seems wrong behind it follows from the
/// guess with which reading goes on here.
fn stop_at_first_error(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    let mut ends: BTreeMap<SourceId, Span> = BTreeMap::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| ends_reading(&diagnostic.kind)) {
        let Some((id, _)) = sources.at(diagnostic.span.start) else { continue };
        let end = ends.entry(id).or_insert(diagnostic.span);
        if diagnostic.span.start < end.start {
            *end = diagnostic.span;
        }
    }
    if ends.is_empty() {
        return;
    }
    diagnostics.retain(|diagnostic| {
        let end = sources.at(diagnostic.span.start).and_then(|(id, _)| ends.get(&id));
        end.is_none_or(|end| {
            diagnostic.span.start < end.start || (diagnostic.span == *end && ends_reading(&diagnostic.kind))
        })
    });
}

const fn ends_reading(kind: &Kind) -> bool {
    matches!(kind, Kind::BadNotation(_) | Kind::UnclosedString | Kind::UnclosedBracket | Kind::TabIndentation)
}
