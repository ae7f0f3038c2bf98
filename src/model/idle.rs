//! Settings that are written and that nothing reads: what each one would need, and where it stands.

use super::Text;
use crate::source::Span;

/// What a setting needs before anything reads it: a row of a dialect's table.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Need {
    /// What to call the setting where its words alone do not say; empty for most.
    pub called: &'static str,
    /// What is missing, as a clause: "no server is checked".
    pub lacks: &'static str,
    /// What the statement that stands in the way does, in a few words; empty where none does.
    pub because: &'static str,
    /// What to write.
    pub write: &'static str,
    /// What it costs.
    pub harm: Harm,
}

impl Need {
    /// The need of a setting whose words alone say what it is.
    pub const fn new(lacks: &'static str, because: &'static str, write: &'static str, harm: Harm) -> Self {
        Self { called: "", lacks, because, write, harm }
    }
}

/// What it costs that a setting is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Harm {
    /// Whoever wrote it counts on something that does not happen: failures stay unnoticed.
    Unnoticed,
    /// Whoever wrote it counts on something that does not happen.
    Misleads,
    /// Nothing: it is left over, or a habit.
    Leftover,
}

/// One setting that is written and that nothing reads.
#[derive(Clone, Debug)]
pub struct Idle {
    /// The words.
    pub at: Span,
    /// What it would need.
    pub need: &'static Need,
    /// The place that settings which lack the same are told of together: a section, or a statement.
    pub group: Span,
    /// The sections that would read it.
    pub owners: Vec<Text>,
    /// The statement that stands in the way.
    pub because: Option<Span>,
}
