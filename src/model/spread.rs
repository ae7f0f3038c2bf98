//! How a pool spreads traffic over tiers and localities, where that is more than "the next tier when nobody is left".

use super::{Fact, Selectors, Text};
use crate::source::Span;

/// Which spread of its unit; equal ones are stored once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpreadId(pub u32);

/// How a pool spreads traffic over its tiers and localities, and how many of its targets may be taken out (Envoy).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spread {
    /// A tier keeps all its traffic while this many percent of its targets that are alive make 100.
    pub overprovisioning: Fact<u32>,
    /// Whether tiers count the weights of their targets rather than the targets.
    pub counts_weights: Fact<bool>,
    /// With fewer targets alive than this many percent, all of them are used, dead ones too.
    pub panic_below: Fact<u32>,
    /// Whether requests fail instead when that happens.
    pub panic_fails: Fact<bool>,
    /// Whether the weights of localities count.
    pub locality_weights: Fact<bool>,
    /// Whether a dead target's failures of real traffic are counted, and the most that may be taken out, in percent.
    pub ejection_limit: Fact<u32>,
    /// Whether one target may always be taken out, whatever the limit says.
    pub ejects_one: Fact<bool>,
    /// Requests that are dropped before a target is picked, in units of 0.01 %.
    pub dropped: Fact<u32>,
    /// Whether targets are picked from subsets that requests ask for, and what becomes of the other requests.
    pub subsets: Fact<Subsets>,
    /// Which names together make a subset.
    pub selectors: Selectors,
    /// How many points the ring of a hashing policy has.
    pub ring: Fact<RingSize>,
    /// How many slots the table of a hashing policy has, where it has one (Envoy `MAGLEV`).
    pub table: Fact<u32>,
    /// What may be in flight.
    pub breakers: Breakers,
    /// What is written for targets in the proxy's own zone to come first.
    pub zones: Option<ZoneRouting>,
}

/// Settings by which targets in the proxy's own zone come first (Envoy `zone_aware_lb_config`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ZoneRouting {
    /// Where they are written.
    pub at: Span,
    /// How many targets in service it takes.
    pub least_targets: Fact<u32>,
    /// For how many percent of the requests they hold.
    pub enabled: Fact<u32>,
}

/// How many points a ring has: as many as give the lightest target a whole number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RingSize {
    /// The fewest.
    pub least: u32,
    /// The most.
    pub most: u32,
}

/// What becomes of requests that ask for no subset, or for one that no target matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subsets {
    /// There are no subsets.
    Off,
    /// They fail.
    Refuse,
    /// Any target serves them.
    AnyTarget,
    /// A subset that is named for them serves them.
    Default,
}

/// The most that may be in flight to all targets of a pool together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Breakers {
    /// Connections; one to each target is always allowed.
    pub connections: Fact<u32>,
    /// Requests that wait for a connection.
    pub pending: Fact<u32>,
    /// Requests.
    pub requests: Fact<u32>,
    /// Retries; a budget in percent is not known.
    pub retries: Fact<u32>,
    /// Limits of the same kind that are written behind these, and never read.
    pub unread: Option<Span>,
}

/// Which locality of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalityId(pub u32);

/// A group of targets of one pool in one place: a zone, a rack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locality {
    /// Region, zone and sub-zone, `/` between them; empty where none is written.
    pub name: Text,
    /// Its statement.
    pub at: Span,
    /// The tier that it belongs to.
    pub tier: u8,
    /// Its weight; `None` where none is written.
    pub weight: Fact<Option<u32>>,
    /// How many groups of targets make it.
    pub groups: u32,
    /// A weight that is written and never read: of a group without a name, or one that a later group of the same locality
    /// and tier replaces.
    pub unread_weight: Option<Span>,
}
