//! Which fixes survive: those whose edits are about texts that people wrote and that stand in a file as they are read.

use rustc_hash::FxHashMap;

use crate::checks::Units;
use crate::finding::{Edit, Finding, Fix};
use crate::source::{Source, SourceId, Sources, Span};
use crate::syntax::nginx::dump_parts;

/// Findings with the fixes that can be written and reach no further than the finding.
pub(super) fn with_writable(mut findings: Vec<Finding>, units: &Units<'_>) -> Vec<Finding> {
    if findings.iter().any(|finding| !finding.fixes.is_empty()) {
        let fixable = Fixable::new(units);
        for finding in &mut findings {
            fixable.keep(finding);
        }
    }
    findings
}

/// Where something may be written.
struct Fixable<'u> {
    sources: &'u Sources,
    /// The units that read a text, each with the part that it reads.
    readers: FxHashMap<SourceId, Vec<(Span, &'u str)>>,
}

impl<'u> Fixable<'u> {
    fn new(units: &Units<'u>) -> Self {
        let mut readers: FxHashMap<SourceId, Vec<(Span, &str)>> = FxHashMap::default();
        for unit in &units.all {
            for file in &unit.unit.files {
                readers.entry(file.source).or_default().push((file.part, unit.root));
            }
        }
        Self { sources: units.sources, readers }
    }

    fn keep(&self, finding: &mut Finding) {
        let mut fixes = std::mem::take(&mut finding.fixes);
        fixes.retain(|fix| fix.is_sound() && self.can_be_written(fix) && self.stays_within(fix, finding));
        finding.fixes = fixes;
    }

    fn can_be_written(&self, fix: &Fix) -> bool {
        fix.edits()
            .iter()
            .all(|edit| self.sources.at(edit.span.start).is_some_and(|(_, source)| is_writable(edit, source)))
    }

    /// A text that several units read is changed only if the finding speaks of all of them.
    fn stays_within(&self, fix: &Fix, finding: &Finding) -> bool {
        let speaks_of = |unit: &str| finding.subjects.iter().any(|subject| subject.unit == unit);
        fix.edits().iter().all(|edit| self.readers_of(edit).all(speaks_of))
    }

    fn readers_of(&self, edit: &Edit) -> impl Iterator<Item = &'u str> {
        let source = self.sources.at(edit.span.start).and_then(|(id, _)| self.readers.get(&id));
        let at = edit.span.start;
        let reads = move |(part, _): &&(Span, &'u str)| part.start <= at && at <= part.end;
        source.into_iter().flatten().filter(reads).map(|(_, unit)| *unit)
    }
}

/// Whether an edit is about words that stand in a file, and that nobody writes again: no decoded copy, no file that a program
/// wrote, no dump (`nginx -T`), and nothing that an engine fills in or that is not UTF-8.
fn is_writable(edit: &Edit, source: &Source) -> bool {
    let view = source.written();
    if source.is_copy() || source.generated().is_some() || !view.span().encloses(edit.span) {
        return false;
    }
    let pieces = source.template().map_or(&[][..], |template| &template.pieces);
    // A word that is filled in may reach to the next blank: what stands beside it is touched, too.
    let is_touched =
        pieces.iter().chain(view.masks).any(|piece| piece.start <= edit.span.end && edit.span.start <= piece.end);
    !is_touched && dump_parts(view).is_empty()
}
