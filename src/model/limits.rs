//! Timeouts and limits.

use super::Fact;

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timeout {
    /// For ever.
    Never,
    /// At most this many milliseconds.
    After(u64),
}

impl Timeout {
    /// In milliseconds; `None` where it never comes.
    pub const fn milliseconds(self) -> Option<u64> {
        match self {
            Self::After(milliseconds) => Some(milliseconds),
            Self::Never => None,
        }
    }
}

/// How much of something there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// As much as comes.
    Unlimited,
    /// At most this many.
    AtMost(u64),
}

/// The timeouts of a pool or a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timeouts {
    /// To establish a connection to a target.
    pub connect: Fact<Timeout>,
    /// Inactivity on the target's side.
    pub server: Fact<Timeout>,
    /// Inactivity on the client's side.
    pub client: Fact<Timeout>,
    /// In the queue for a target.
    pub queue: Fact<Timeout>,
    /// For the answer to a health check, once connected.
    pub check: Fact<Timeout>,
    /// Inactivity of tunnels, both sides.
    pub tunnel: Fact<Timeout>,
    /// For the complete request header.
    pub http_request: Fact<Timeout>,
}
