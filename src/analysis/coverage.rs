//! What was understood of each source, statement by statement.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::grammar::Support;
use crate::lower::haproxy::Part;
use crate::model::File;
use crate::source::{SourceId, Span, Unread};
use crate::syntax::{haproxy, nginx};
use crate::validate::envoy::Tally;
use crate::validate::nginx::Bindings;

/// What was understood of a unit.
#[derive(Debug, Default)]
pub struct Coverage {
    /// File by file.
    pub files: Vec<FileCoverage>,
    /// Includes whose files were not read.
    pub unread: Vec<UnreadInclude>,
}

/// An include that leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadInclude {
    /// The path that it names.
    pub at: Span,
    /// Why nothing was read.
    pub why: Unread,
}

/// What was understood of one file; every statement is counted once.
#[derive(Debug)]
pub struct FileCoverage {
    /// The file.
    pub source: SourceId,
    /// How many statements shape the model.
    pub modelled: usize,
    /// How many are known and cannot change who gets the traffic.
    pub irrelevant: usize,
    /// Statements that are known, could change who gets the traffic, and are not modelled.
    pub unsupported: Vec<Span>,
    /// Statements that were not recognised.
    pub unrecognised: Vec<Span>,
    /// How many stand in a branch that the stated version does not read.
    pub inactive: usize,
}

/// What a statement is to lblint.
#[derive(Clone, Copy)]
enum Standing {
    Known(Support),
    Inactive,
    Unrecognised,
}

/// What a template fills in can be anything: it is listed with what could matter and is not modelled.
const FILLED_IN: Standing = Standing::Known(Support::Unsupported);

/// Counts the statements of a HAProxy unit's files.
pub(super) fn haproxy(parts: &[Part<'_>]) -> Coverage {
    let file = |part: &Part<'_>| {
        let standings = part.tree.iter().map(|(id, statement)| {
            let binding = part.bindings.of(id);
            let standing = match binding.support {
                _ if statement.kind() == haproxy::StatementKind::Error => Standing::Unrecognised,
                _ if binding.inactive => Standing::Inactive,
                Some(support) => Standing::Known(support),
                None if part.view.is_masked(statement.span) => FILLED_IN,
                None => Standing::Unrecognised,
            };
            (statement.span, standing)
        });
        FileCoverage::new(part.file.source, standings)
    };
    Coverage { files: parts.iter().map(file).collect(), unread: Vec::new() }
}

/// Counts the statements of an nginx unit's files, each once however often its file is mounted.
pub(super) fn nginx(
    mounts: &nginx::Mounts<'_>,
    bindings: &FxHashMap<Span, Bindings>,
    files: &[File],
    unread: &[UnreadInclude],
) -> Coverage {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    let mut coverages: Vec<FileCoverage> =
        files.iter().map(|file| FileCoverage::new(file.source, std::iter::empty())).collect();
    let positions: FxHashMap<SourceId, usize> = files.iter().enumerate().map(|(at, file)| (file.source, at)).collect();
    for (_, mount) in mounts.iter().filter(|(_, mount)| seen.insert(mount.view.span())) {
        let Some(bindings) = bindings.get(&mount.view.span()) else { continue };
        let standings = mount.tree.iter().map(|(id, statement)| {
            let standing = match bindings.of(id).support {
                Some(support) if statement.kind() != nginx::StatementKind::Error => Standing::Known(support),
                _ if mount.view.is_masked(mount.tree.header(mount.view, id)) => FILLED_IN,
                _ => Standing::Unrecognised,
            };
            (mount.tree.header(mount.view, id), standing)
        });
        if let Some(coverage) = positions.get(&mount.source).and_then(|at| coverages.get_mut(*at)) {
            coverage.extend(standings);
        }
    }
    Coverage { files: coverages, unread: unread.to_vec() }
}

/// The fields of an Envoy unit's texts as validation counted them.
pub(super) fn envoy(tallies: Vec<(SourceId, Tally)>, unread: &[UnreadInclude]) -> Coverage {
    let file = |(source, tally): (SourceId, Tally)| FileCoverage {
        source,
        modelled: tally.modelled,
        irrelevant: tally.irrelevant,
        unsupported: tally.unsupported,
        unrecognised: tally.unrecognised,
        inactive: tally.inactive,
    };
    Coverage { files: tallies.into_iter().map(file).collect(), unread: unread.to_vec() }
}

impl Coverage {
    /// How many statements there are.
    pub fn statements(&self) -> usize {
        self.files.iter().map(FileCoverage::statements).sum()
    }

    /// How many were recognised.
    pub fn recognised(&self) -> usize {
        self.files.iter().map(|file| file.statements() - file.unrecognised.len()).sum()
    }
}

impl FileCoverage {
    fn new(source: SourceId, statements: impl Iterator<Item = (Span, Standing)>) -> Self {
        let (unsupported, unrecognised) = (Vec::new(), Vec::new());
        let mut coverage = Self { source, modelled: 0, irrelevant: 0, unsupported, unrecognised, inactive: 0 };
        coverage.extend(statements);
        coverage
    }

    fn extend(&mut self, statements: impl Iterator<Item = (Span, Standing)>) {
        for (span, standing) in statements {
            match standing {
                Standing::Known(Support::Modelled) => self.modelled += 1,
                Standing::Known(Support::Irrelevant) => self.irrelevant += 1,
                Standing::Known(Support::Unsupported) => self.unsupported.push(span),
                Standing::Inactive => self.inactive += 1,
                Standing::Unrecognised => self.unrecognised.push(span),
            }
        }
    }

    /// How many statements the file has.
    pub fn statements(&self) -> usize {
        self.modelled + self.irrelevant + self.inactive + self.unsupported.len() + self.unrecognised.len()
    }
}
