//! How the proxy asks whether a target is alive.

use super::Text;

/// What a pool's health check does, for the targets that have it enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Probe {
    /// What is asked.
    pub kind: ProbeKind,
    /// Whether it asks for a role that only one target has at a time (a primary, a leader): then it elects.
    pub elects: bool,
}

/// What a health check asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProbeKind {
    /// Whether a connection is accepted.
    Connect,
    /// Whether an HTTP request for this path is answered well.
    Http(Option<Text>),
    /// Something else: the dialect's own word for it.
    Other(&'static str),
}

impl Probe {
    /// A bare connection attempt.
    pub const CONNECT: Self = Self { kind: ProbeKind::Connect, elects: false };
}
