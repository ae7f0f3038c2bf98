//! What an invocation knows already: a baseline, or what was there at another commit.

use std::sync::Arc;

use super::Baseline;
use crate::finding::Known;

/// What is known and not shown again.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What a team wrote down.
    pub baseline: Option<Arc<Baseline>>,
    /// What was found in an older state of the same files.
    pub since: Option<Arc<Since>>,
    /// Whether everything is counted, so that it can be written down or compared with.
    pub counts: bool,
}

impl History {
    /// Whether all that is found is to be counted.
    pub const fn asks_for_census(&self) -> bool {
        self.counts || self.baseline.is_some()
    }
}

/// What was found in an older state of the same files.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// The revision as it was named.
    pub revision: String,
    /// The commit where that revision and what is checked out part.
    pub commit: String,
    /// What was found there.
    pub known: Known,
}

impl Since {
    /// The commit as people name it.
    pub fn short(&self) -> &str {
        self.commit.get(..12).unwrap_or(&self.commit)
    }
}
