//! What ties clients to targets beyond a pool's policy: cookie values, the cookie that carries them, tables of clients.

use super::{Fact, PoolId, Text, Timeout, Value};
use crate::source::Span;

/// What a unit writes about sessions. All lists are in the order of the text.
#[derive(Debug, Default)]
pub struct Sessions {
    /// Cookie values, or routes, of targets.
    pub values: Vec<SessionValue>,
    /// Statements that carry such values to clients and back.
    pub carriers: Vec<Carrier>,
    /// Tables in which a proxy notes which target a client has.
    pub tables: Vec<StickTable>,
    /// Sections of other proxies to share tables with.
    pub peers: Vec<Peers>,
    /// Cookies that routes hash, and that nothing here sends.
    pub unsent: Vec<UnsentCookie>,
}

/// A word by which clients are tied to a target.
#[derive(Clone, Copy, Debug)]
pub struct SessionValue {
    /// The target, by its position in [`super::Unit::targets`].
    pub target: u32,
    /// The word.
    pub value: Value<Text>,
    /// Where it is written; several targets can inherit it.
    pub at: Span,
}

/// A statement that carries the targets' values to clients and back.
#[derive(Clone, Copy, Debug)]
pub struct Carrier {
    /// The pool that it is in force for.
    pub pool: PoolId,
    /// The statement.
    pub at: Span,
    /// What it does with them.
    pub kind: Value<CarrierKind>,
}

/// How the values of targets are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CarrierKind {
    /// Each target's written value; one without a value ties nobody.
    Written,
    /// A value that the proxy makes for each target that has none.
    Made,
    /// The same, but what it needs for that is not written, so that it makes none.
    NotMade,
}

/// A cookie that a route hashes, and that the proxy does not send to clients that have none (Envoy).
#[derive(Clone, Copy, Debug)]
pub struct UnsentCookie {
    /// Where the policies of the route stand: the origin of its [`super::Forwarding::hash_key`].
    pub policies: Span,
    /// Its name.
    pub name: Text,
    /// The words that name it.
    pub at: Span,
}

/// A table in which a proxy notes which target a client has.
#[derive(Clone, Copy, Debug)]
pub struct StickTable {
    /// The pool whose rules store targets in it.
    pub pool: PoolId,
    /// The words that define it.
    pub at: Span,
    /// The first rule that stores targets in it.
    pub rule: Span,
    /// Clients have different keys; a table with one key for all elects a target on purpose.
    pub many_keys: bool,
    /// How many clients fit.
    pub size: Fact<u64>,
    /// After how long without a request a client is forgotten.
    pub expire: Fact<Timeout>,
    /// Whether a full table takes nobody in, rather than dropping those that were quiet for longest.
    pub keeps_old: bool,
    /// The section of the proxies that it is shared with.
    pub peers: Option<Text>,
}

/// Proxies that share tables.
#[derive(Clone, Copy, Debug)]
pub struct Peers {
    /// The section's name.
    pub name: Text,
    /// Its statement.
    pub header: Span,
    /// How many proxies it names, the one that reads it included.
    pub count: u32,
}

impl Sessions {
    /// The values of a pool's targets, by the range of its targets.
    pub fn values_of(&self, targets: &std::ops::Range<u32>) -> &[SessionValue] {
        let first = self.values.partition_point(|value| value.target < targets.start);
        let end = self.values.partition_point(|value| value.target < targets.end);
        self.values.get(first..end).unwrap_or_default()
    }

    /// The statement in force for a pool.
    pub fn carrier_of(&self, pool: PoolId) -> Option<&Carrier> {
        let position = self.carriers.binary_search_by_key(&pool, |carrier| carrier.pool).ok()?;
        self.carriers.get(position)
    }
}
