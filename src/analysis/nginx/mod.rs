//! nginx: the files of a unit to its model.

mod closure;
mod documents;
mod library;
mod search;
#[cfg(test)]
mod tests;
mod units;

pub(super) use closure::Planned;
pub(super) use documents::find_documents;
pub(super) use library::Library;
pub(super) use units::find;

use rustc_hash::{FxHashMap, FxHashSet};

use super::LoadedUnit;
use super::coverage::{Coverage, UnreadInclude};
use super::grammars::Grammars;
use crate::diagnostic::{Diagnostic, retain_from};
use crate::grammar::nginx::Grammar;
use crate::lower::nginx::{Input, lower};
use crate::model::Unit;
use crate::settings::Settings;
use crate::source::{Dialect, Sources, Span};
use crate::syntax::nginx::{Mount, Mounts};
use crate::validate::Program;
use crate::validate::nginx::{Bindings, Input as ValidateInput, repeated, validate};

/// How a unit is put together; it borrows nothing, so that units can be found before their texts are final.
#[derive(Debug)]
pub(super) struct Plan {
    mounts: Vec<Planned>,
    /// What the syntax and the includes are wrong about.
    diagnostics: Vec<Diagnostic>,
    unread: Vec<UnreadInclude>,
    fragment: bool,
    /// Whether everything that could define a name was read.
    complete: bool,
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
    let grammar = grammars.nginx();
    diagnostics.extend(plan.diagnostics.iter().cloned());
    // Here belong, in this order: validation of each text once for each set of contexts that it stands in, what may not be
    // said twice in a block, and lowering, which makes the model.
    let mounts = plan.mounts(sources);
    let (version, stated) = settings.version(Dialect::Nginx);
    let program = Program { version, stated };
    let bindings = validate_all(&mounts, grammar, program, diagnostics);
    repeated(&mounts, grammar, diagnostics);
    let coverage = super::coverage::nginx(&mounts, &bindings, &unit.files, &plan.unread);
    // What an include that was not found may define is not undefined.
    let fragment = plan.fragment || !plan.complete;
    let roles = grammars.nginx_roles();
    let input = Input {
        sources,
        mounts: &mounts,
        grammar,
        roles,
        version,
        files: &unit.files,
        fragment,
        answers: &settings.answers,
    };
    (lower(input, diagnostics), coverage)
}

/// Validates each text once for each set of contexts in which it is mounted; bindings are those of the first.
fn validate_all(
    mounts: &Mounts<'_>,
    grammar: &Grammar,
    program: Program,
    diagnostics: &mut Vec<Diagnostic>,
) -> FxHashMap<Span, Bindings> {
    let mut seen = FxHashSet::default();
    let mut bindings: FxHashMap<Span, Bindings> = FxHashMap::default();
    let first = diagnostics.len();
    for (_, mount) in mounts.iter() {
        if !seen.insert((mount.view.span(), mount.contexts)) {
            continue;
        }
        let input = ValidateInput { view: mount.view, tree: &mount.tree, grammar, program };
        let bound = validate(input, mount.contexts, diagnostics);
        bindings.entry(mount.view.span()).or_insert(bound);
    }
    if seen.len() > bindings.len() {
        keep_first(diagnostics, first);
    }
    bindings
}

/// What is wrong in two contexts is said once.
fn keep_first(diagnostics: &mut Vec<Diagnostic>, from: usize) {
    let mut told: FxHashSet<Span> = FxHashSet::default();
    retain_from(diagnostics, from, |diagnostic| told.insert(diagnostic.span));
}

impl Plan {
    /// The mounts with their texts.
    fn mounts<'a>(&self, sources: &'a Sources) -> Mounts<'a> {
        let mut mounts = Mounts::default();
        for planned in &self.mounts {
            let Some(source) = sources.get(planned.source) else { continue };
            mounts.add(Mount {
                source: planned.source,
                view: source.view().part(planned.span),
                tree: planned.tree.clone(),
                contexts: planned.contexts,
                parent: planned.parent,
            });
        }
        mounts
    }
}
