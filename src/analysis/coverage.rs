//! What was understood of each source, statement by statement.

use crate::grammar::Support;
use crate::lower::haproxy::Part;
use crate::source::{SourceId, Span};
use crate::syntax::haproxy::StatementKind;

/// What was understood of a unit.
#[derive(Debug, Default)]
pub struct Coverage {
    /// File by file.
    pub files: Vec<FileCoverage>,
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

/// Counts the statements of a unit's files.
pub(super) fn haproxy(parts: &[Part<'_>]) -> Coverage {
    Coverage { files: parts.iter().map(file).collect() }
}

fn file(part: &Part<'_>) -> FileCoverage {
    let mut coverage = FileCoverage {
        source: part.file.source,
        modelled: 0,
        irrelevant: 0,
        unsupported: Vec::new(),
        unrecognised: Vec::new(),
        inactive: 0,
    };
    for (id, statement) in part.tree.iter() {
        match part.bindings.of(id).support {
            _ if statement.kind() == StatementKind::Error => coverage.unrecognised.push(statement.span),
            _ if part.bindings.of(id).inactive => coverage.inactive += 1,
            Some(Support::Modelled) => coverage.modelled += 1,
            Some(Support::Irrelevant) => coverage.irrelevant += 1,
            Some(Support::Unsupported) => coverage.unsupported.push(statement.span),
            None => coverage.unrecognised.push(statement.span),
        }
    }
    coverage
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
    /// How many statements the file has.
    pub fn statements(&self) -> usize {
        self.modelled + self.irrelevant + self.inactive + self.unsupported.len() + self.unrecognised.len()
    }
}
