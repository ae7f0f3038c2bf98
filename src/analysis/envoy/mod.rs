//! Envoy: the files of a unit to its model.

mod library;
mod references;
mod units;

pub(super) use library::Library;
pub(super) use units::find;

use std::sync::Arc;

use super::LoadedUnit;
use super::coverage::{Coverage, UnreadInclude};
use super::grammars::Grammars;
use crate::diagnostic::Diagnostic;
use crate::lower::envoy::{Input, Part, lower};
use crate::model::{File, Unit};
use crate::settings::Settings;
use crate::source::{Dialect, SourceId, Sources};
use crate::syntax::envoy::{Shape, Tree};
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
        let (view, tree, grammar) = (source.view(), &*text.tree, grammars.envoy());
        let file = unit.files.iter().find(|file| file.source == text.source);
        let file = file.copied().unwrap_or(File { source: text.source, reported: false, at_run_time: false });
        let at_run_time = file.at_run_time;
        let input = ValidateInput { view, tree, shape: text.shape, grammar, program, at_run_time };
        tallies.push((text.source, validate(input, diagnostics)));
        parts.push(Part { file, view, tree, shape: text.shape });
    }
    let coverage = super::coverage::envoy(tallies, &plan.unread);
    let incomplete = !plan.unread.is_empty();
    (lower(Input { sources, parts: &parts, version, incomplete }), coverage)
}
