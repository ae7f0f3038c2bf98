//! nginx: the files of a unit to its model.

mod closure;
mod library;
mod search;
mod units;

pub(super) use closure::Planned;
pub(super) use library::Library;
pub(super) use units::find;

use super::LoadedUnit;
use super::coverage::{Coverage, UnreadInclude};
use crate::diagnostic::Diagnostic;
use crate::grammar::nginx::Grammar;
use crate::lower::nginx::{Input, lower};
use crate::model::Unit;
use crate::settings::Settings;
use crate::source::{Dialect, Sources};
use crate::syntax::nginx::{Mount, Mounts};

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
    grammar: &Grammar,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Unit, Coverage) {
    diagnostics.extend(plan.diagnostics.iter().cloned());
    let mounts = plan.mounts(sources);
    let (version, _) = settings.version(Dialect::Nginx);
    let coverage = super::coverage::nginx(&mounts, &unit.files, &plan.unread, grammar);
    // What an include that was not found may define is not undefined.
    let fragment = plan.fragment || !plan.complete;
    let input = Input { sources, mounts: &mounts, grammar, version, files: &unit.files, fragment };
    (lower(input, diagnostics), coverage)
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
