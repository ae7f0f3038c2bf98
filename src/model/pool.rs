//! The set of targets that traffic is balanced over.

use std::ops::Range;

use super::{
    Clients, Completeness, Conditions, Fact, HashType, HttpCheck, Limit, Policy, Presence, Probe, SpreadId, Text,
    Timeouts,
};
use crate::source::Span;

/// Which pool of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolId(pub u32);

/// Which settings of its unit; many pools share theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SettingsId(pub u32);

/// What kind of statement defines a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolKind {
    /// HAProxy `backend`.
    Backend,
    /// HAProxy `listen`: listener and pool in one.
    Listen,
    /// nginx `upstream`.
    Upstream,
    /// nginx: a host named in a pass directive.
    Implicit,
    /// Envoy cluster.
    Cluster,
}

/// A set of targets with what decides among them.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its name.
    pub name: Text,
    /// What defines it.
    pub kind: PoolKind,
    /// The statement that opens it.
    pub header: Span,
    /// All its statements, header included.
    pub extent: Span,
    /// Its targets in [`super::Unit::targets`].
    pub targets: Range<u32>,
    /// Whether these are all.
    pub completeness: Completeness,
    /// Whether it is there at all.
    pub presence: Presence,
    /// Its settings in [`super::Unit::settings`].
    pub settings: SettingsId,
    /// It answers without any target: a redirect, a fixed answer, statistics, or it only holds a table.
    pub answers_itself: bool,
    /// A statement that is commented out and would add a target.
    pub commented_target: Option<Span>,
    /// Rules that send some requests to a given target, before the policy is asked.
    pub target_rules: TargetRules,
    /// A stick table ties clients to targets.
    pub sticks: Option<Span>,
    /// A rule that notes for each client which target it has, and sends it there again.
    pub pins: Option<Span>,
    /// Taken out of service by the configuration.
    pub disabled: bool,
    /// What its own statements tell of who connects.
    pub clients: Clients,
    /// Where its members come from.
    pub membership: Membership,
    /// How traffic is spread over tiers and localities, in [`super::Unit::spreads`]; `None`: the next tier when nobody is left.
    pub spread: Option<SpreadId>,
}

/// For which targets of a pool there are rules that send some requests to them and to no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetRules {
    /// For none.
    None,
    /// For some, or it is not known for which.
    Some,
    /// For each: another one would be the wrong one.
    ForEach,
}

/// Where the members of a pool come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Membership {
    /// They are written; names mean what the dialect says.
    Listed,
    /// Names are asked for while running, and each address is a target.
    Resolved,
    /// A name is asked for while running, and its first address is the only target.
    FirstAddress,
    /// Something else tells them while running.
    Discovered,
    /// The request says where it goes.
    OfRequest,
    /// Other pools, in their order.
    OfPools,
}

impl Pool {
    /// A complete pool of which nothing special is known; its statements are its header.
    pub const fn new(name: Text, kind: PoolKind, header: Span, targets: Range<u32>, settings: SettingsId) -> Self {
        Self {
            name,
            kind,
            header,
            extent: header,
            targets,
            completeness: Completeness::Complete,
            presence: Presence::Always,
            settings,
            answers_itself: false,
            commented_target: None,
            target_rules: TargetRules::None,
            sticks: None,
            pins: None,
            disabled: false,
            clients: Clients::Untold,
            membership: Membership::Listed,
            spread: None,
        }
    }
}

/// What traffic is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Connections.
    Tcp,
    /// Requests.
    Http,
    /// Log messages.
    Log,
    /// Another protocol of the proxy's own (SPOP, `FastCGI`, ...).
    Other,
}

/// When a failed attempt goes to another target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Redispatch {
    /// Never: retries go to the same target.
    Never,
    /// On the last retry.
    LastRetry,
    /// On every n-th retry.
    Every(u32),
}

/// Whether clients are tied to a target by a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Affinity {
    /// They are not.
    None,
    /// By a cookie of this name.
    Cookie(Text),
    /// By something else that requests carry.
    Other,
}

/// Whether weights and states of an earlier process are taken over at start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SavedState {
    /// No: the configuration decides.
    No,
    /// Yes, from a file that is not part of the configuration.
    FromFile,
}

/// Idle connections to targets that are kept for later requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keepalive {
    /// None: each request opens a connection.
    Off,
    /// Up to so many in each worker process.
    Idle(u32),
    /// It was asked for, and a statement behind it takes it away.
    Lost,
}

/// The settings of a pool that have one value each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PoolSettings {
    /// What traffic is made of.
    pub mode: Fact<Mode>,
    /// How a target is picked. What is in force: a policy that cannot act here has been replaced by the fallback.
    pub policy: Fact<Policy>,
    /// How hashes are mapped to targets, where the policy hashes.
    pub hash_type: Fact<HashType>,
    /// How far above the average a target may be loaded under consistent hashing, in percent; unlimited when off.
    pub hash_balance: Fact<Limit>,
    /// Whether a key goes on to another target while its own is full; without that it waits there.
    pub hash_spills: Fact<bool>,
    /// What the health check asks, for targets that have it enabled.
    pub probe: Fact<Probe>,
    /// What it sends and takes for a good answer, where it asks by HTTP.
    pub http_check: HttpCheck,
    /// How often a failed connection attempt is repeated.
    pub retries: Fact<u32>,
    /// Which outcomes are repeated, where that is the pool's business.
    pub retry_on: Fact<Conditions>,
    /// Whether rules keep some requests from being repeated once they were sent, where that is the pool's business.
    pub retry_exceptions: Fact<bool>,
    /// When a repeated attempt goes elsewhere.
    pub redispatch: Fact<Redispatch>,
    /// Timeouts.
    pub timeouts: Timeouts,
    /// Whether all backups are used together, rather than only the first.
    pub all_backups: Fact<bool>,
    /// Whether clients are tied to targets by a cookie.
    pub affinity: Fact<Affinity>,
    /// Whether an earlier process's weights and states are taken over.
    pub saved_state: Fact<SavedState>,
    /// Load at which targets get their full limit.
    pub full_load: Fact<Limit>,
    /// Idle connections to the targets that each worker process keeps.
    pub keepalive: Fact<Keepalive>,
    /// Whether worker processes share what they know of the targets.
    pub shared_state: Fact<bool>,
}
