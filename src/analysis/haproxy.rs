//! HAProxy: the files of a unit to its model.

use super::LoadedUnit;
use super::coverage::Coverage;
use crate::diagnostic::Diagnostic;
use crate::grammar::haproxy::Grammar;
use crate::lower::haproxy::{Part, lower};
use crate::model::Unit;
use crate::settings::Settings;
use crate::source::{Dialect, Sources};
use crate::syntax::haproxy::{Environment, parse};
use crate::validate::haproxy::{Input, Program, validate};

/// Reads, validates and lowers a unit; what is wrong with it is appended to `diagnostics`.
pub(super) fn read(
    unit: &LoadedUnit,
    sources: &Sources,
    grammar: &Grammar,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Unit, Coverage) {
    let (version, stated) = settings.version(Dialect::Haproxy);
    let program = Program { version, stated };
    let mut environment = Environment::new();
    let mut parts = Vec::with_capacity(unit.files.len());
    for file in &unit.files {
        let Some(source) = sources.get(file.source) else { continue };
        let view = source.view().part(file.part);
        let tree = parse(view, grammar, diagnostics);
        let input = Input { view, tree: &tree, grammar, program };
        let bindings = validate(input, &mut environment, diagnostics);
        parts.push(Part { file: *file, view, tree, bindings });
    }
    let coverage = super::coverage::haproxy(&parts);
    (lower(sources, &parts, grammar, program, &environment, &settings.answers, diagnostics), coverage)
}
