//! Rules that send traffic to pools.

use super::{ListenerId, PoolId, Presence, Text, Why};
use crate::source::Span;

/// Where a route's traffic comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteSource {
    /// A listener.
    Listener(ListenerId),
    /// A pool that hands on what it cannot serve (Envoy aggregate clusters and the like).
    Pool(PoolId),
}

/// What kind of rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteKind {
    /// One of several, tried in order.
    Rule,
    /// What no rule took.
    Default,
    /// The listener's own targets (HAProxy `listen`).
    Own,
}

/// A rule that sends matching traffic to pools.
#[derive(Clone, Debug)]
pub struct Route {
    /// Where the traffic comes from.
    pub from: RouteSource,
    /// Its rank.
    pub kind: RouteKind,
    /// The rule's statement.
    pub at: Span,
    /// Where the traffic goes.
    pub to: Destination,
    /// When the rule applies.
    pub guard: Guard,
    /// Whether the rule is there.
    pub presence: Presence,
}

/// Where a route sends its traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To the pool of this name; the pool, once names are resolved.
    Pool(Text, Option<PoolId>),
    /// To a pool that is chosen while running, for this reason.
    Computed(Why, Span),
}

/// When a rule applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Always.
    Always,
    /// Never.
    Never,
    /// When this condition holds.
    When {
        /// The words of the condition.
        at: Span,
        /// It asks whether some pool still has targets: this rule is a fallback.
        fallback: bool,
    },
}
