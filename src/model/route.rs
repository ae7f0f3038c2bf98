//! Rules that send traffic to pools.

use super::{ForwardingId, ListenerId, PoolId, Presence, Text, Why};
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
    /// Copies of requests that another route serves; answers are thrown away.
    Mirror,
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
    /// The group of rules that it is tried with, one after another; conditions of different groups never meet.
    pub scope: u32,
    /// Where the traffic goes.
    pub to: Destination,
    /// When the rule applies.
    pub guard: Guard,
    /// How many host names it takes requests for, where all of them are written out; `None`: any, or not known.
    pub hosts: Option<u32>,
    /// A sum of the weights of its split that is written beside them, and that they do not make (Envoy `total_weight`).
    pub total: Option<WrittenTotal>,
    /// Whether the rule is there.
    pub presence: Presence,
    /// How requests are handed to the targets, in [`super::Unit::forwardings`]; `None` where the pool's settings say it.
    pub forwarding: Option<ForwardingId>,
}

/// A sum of weights that is written beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenTotal {
    /// What is written.
    pub written: u64,
    /// What the weights add up to.
    pub sum: u64,
    /// Where it is written.
    pub at: Span,
}

/// A table by which a route chooses its pool, and that leaves the name empty for some requests (nginx `map` without `default`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialChoice {
    /// The route.
    pub at: Span,
    /// The variable, where the table names it.
    pub variable: Text,
    /// The listener, where the table knows all its names by the name that is asked for: only what no listener has the name
    /// for is missing.
    pub knows_all_of: Option<ListenerId>,
    /// The others are connections, which are closed; requests are answered with an error.
    pub closes: bool,
}

/// Where a route sends its traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To the pool of this name; the pool, once names are resolved.
    Pool(Text, Option<PoolId>),
    /// To one of several pools: a weighted split, or a choice by the request.
    Split(Vec<Branch>),
    /// To a pool that is chosen while running, for this reason.
    Computed(Why, Span),
}

/// One of several ways that a route's traffic can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The pool's name.
    pub name: Text,
    /// The pool, once names are resolved.
    pub pool: Option<PoolId>,
    /// Its part of the traffic in units of 0.01 %; `None` where the request decides.
    pub weight: Option<u32>,
    /// Where that is written.
    pub at: Span,
}

impl Destination {
    /// Every pool that traffic can go to.
    pub fn pools(&self) -> impl Iterator<Item = (Text, Option<PoolId>)> {
        let one = match self {
            Self::Pool(name, pool) => Some((*name, *pool)),
            Self::Split(_) | Self::Computed(..) => None,
        };
        let several = match self {
            Self::Split(branches) => branches.as_slice(),
            Self::Pool(..) | Self::Computed(..) => &[],
        };
        one.into_iter().chain(several.iter().map(|branch| (branch.name, branch.pool)))
    }
}

/// When a rule applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Always.
    Always,
    /// Never.
    Never,
    /// Never, because no request has a path like the one it asks for.
    Unmatched,
    /// Never, because the rule at this place takes everything that it would match.
    Taken(Span),
    /// When this condition holds.
    When {
        /// The words of the condition.
        at: Span,
        /// It asks whether some pool still has targets: this rule is a fallback.
        fallback: bool,
    },
}
