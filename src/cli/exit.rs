//! Exit statuses, and why a command cannot do what it was asked to.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing to complain of.
    Clean = 0,
    /// Findings at or above the threshold.
    Findings = 1,
    /// Wrong usage, something unreadable, an internal error.
    Failed = 2,
    /// Nothing to analyse, or too little understood.
    Empty = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command cannot do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments do not fit together.
    #[error("{0}")]
    Usage(String),
    /// Standard input could not be read.
    #[error("standard input: {0}")]
    Input(std::io::Error),
    /// A report could not be written.
    #[error("{0}: {1}")]
    Output(String, std::io::Error),
}
