//! Timeouts and limits.

use super::{Fact, Origin};

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

/// How the limit of a target grows with the load of its pool, and how much may wait for the target (HAProxy).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Queueing {
    /// The limit of connections while the pool has little to do; 0 when it is always the full one.
    pub least: Fact<u32>,
    /// The most requests that wait for this very target; 0 when unlimited.
    pub waiting: Fact<u32>,
}

impl Queueing {
    /// Neither is set.
    pub const fn off(origin: Origin) -> Self {
        Self { least: Fact::known(0, origin), waiting: Fact::known(0, origin) }
    }
}

/// What one process of the program takes in at a time, whatever its listeners and pools say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Connections: those of clients (HAProxy), or those of clients and to targets together (nginx, each worker process).
    pub connections: Fact<Limit>,
    /// Open files, sockets included.
    pub files: Fact<Limit>,
}

impl Capacity {
    /// What the system allows.
    pub const fn of_system(origin: Origin) -> Self {
        use super::Why::Unsupported;
        Self { connections: Fact::unknown(Unsupported, origin), files: Fact::unknown(Unsupported, origin) }
    }
}
