//! What a check sees that compares units: all of them, as they were read.

use super::Options;
use super::intent::Expectations;
use crate::finding::Subject;
use crate::model::{Text, Unit};
use crate::source::{Sources, Span};

/// All units of an analysis.
#[derive(Debug)]
pub struct Units<'a> {
    /// All texts.
    pub sources: &'a Sources,
    /// The units, in the order of their root files.
    pub all: Vec<OneUnit<'a>>,
    /// Thresholds.
    pub options: Options,
    /// What settings say that the configurations are meant to be.
    pub expectations: &'a Expectations,
}

/// One of several units.
#[derive(Clone, Copy, Debug)]
pub struct OneUnit<'a> {
    /// Its root file, as it is shown.
    pub root: &'a str,
    /// The same from the root of its project.
    pub root_in_project: &'a str,
    /// The unit.
    pub unit: &'a Unit,
}

impl<'a> OneUnit<'a> {
    /// The value of a word.
    pub fn text(&self, text: Text, sources: &'a Sources) -> &'a str {
        self.unit.texts.get(text, sources)
    }

    /// A finding's subject: one of its pools.
    pub fn subject(&self, pool: &str) -> Subject {
        Subject::of_unit(self.root, self.root_in_project).pool(pool)
    }

    /// Whether what concerns a place may be found in files that were not read, or that nobody asked about.
    pub fn is_part(&self, at: Span, sources: &Sources) -> bool {
        let file = sources.at(at.start).map(|(id, _)| id);
        self.unit.is_part() || self.unit.files.iter().any(|one| one.elsewhere && Some(one.source) == file)
    }

    /// Whether findings at a place are wanted.
    pub fn is_reported(&self, at: Span, sources: &Sources) -> bool {
        self.unit.is_reported(at, sources)
    }
}
