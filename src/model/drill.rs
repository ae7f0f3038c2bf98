//! Failures that are made on purpose: for a rehearsal, or to shed load.

use super::{ListenerId, PoolId};
use crate::source::Span;

/// A rule that makes a part of the requests fail or wait, by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drill {
    /// Whose requests.
    pub of: DrillOf,
    /// Where it is written.
    pub at: Span,
    /// What it does to them.
    pub kind: DrillKind,
    /// How many of them it meets, in units of 0.01 %.
    pub part: u32,
}

/// Whose requests a drill is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrillOf {
    /// Those that come in at a listener.
    Listener(ListenerId),
    /// Those of some of its routes.
    Routes(ListenerId),
    /// Those that are sent to a pool.
    Pool(PoolId),
}

/// What a drill does to requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrillKind {
    /// They are answered with this status; 0 where another protocol has its own.
    Answer(u32),
    /// Their connections are closed.
    Close,
    /// They wait so many milliseconds.
    Delay(u64),
}
