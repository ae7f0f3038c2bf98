//! Names of hosts by which the listeners of one address share its requests.

use super::{ListenerId, Text, Why};

/// A name that a listener takes requests for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostName {
    /// The listener.
    pub listener: ListenerId,
    /// The name as it is written; where none is, the listener's header.
    pub name: Text,
    /// What it matches.
    pub kind: HostKind,
    /// What becomes of a port that a client sends with the name.
    pub port: HostPort,
}

/// What a name matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// Itself, whatever its case.
    Exact,
    /// Names that end or begin like it: `*.example.org`, `.example.org`, `www.*`.
    Wildcard,
    /// What a regular expression matches.
    Pattern,
    /// Every name.
    Every,
    /// None is written: requests that come without one, and all that nobody else takes.
    Unwritten,
    /// Not known from the configuration.
    Unknown(Why),
}

/// What becomes of a port that a client sends with the name of a host: `Host: example.org:8080`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostPort {
    /// It is left out before names are compared.
    Ignored,
    /// It is left out where it is the listener's own.
    OwnIgnored,
    /// It is part of the name.
    Compared,
}
