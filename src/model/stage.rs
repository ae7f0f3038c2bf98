//! Rules of a section in the order in which they are written, with the stage at which the program asks them (HAProxy).

use std::ops::Range;

use super::{PoolId, SettingsId, Text};
use crate::source::Span;

/// When a rule is asked: stages come one after another, whatever the order of the lines (configuration manual 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// `tcp-request connection`
    Connection,
    /// `tcp-request session`
    Session,
    /// `tcp-request content`
    Content,
    /// `monitor fail`
    Monitor,
    /// `http-request`
    Request,
    /// `redirect`
    Redirect,
    /// `stats uri /`
    Page,
    /// `use_backend`
    Route,
    /// `use-server`
    Server,
    /// `http-response`, `http-after-response`
    Response,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It answers: no server is asked.
    Answers,
    /// It refuses the request, or closes the connection.
    Refuses,
    /// The rules of its stage that follow are left out.
    Passes,
    /// It changes what later rules read.
    Rewrites(Reads),
    /// The connection is read as HTTP from there on (`switch-mode http`), and rules for requests count.
    Upgrades,
    /// It chooses a pool or a server.
    Chooses,
    /// Anything else.
    Other,
}

/// What a condition reads, or an action changes: a set. Addresses, times and states are in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reads(u8);

impl Reads {
    /// Nothing that must arrive first.
    pub const NOTHING: Self = Self(0);
    /// Something of an HTTP request.
    pub const REQUEST: Self = Self(1);
    /// Its path or query.
    pub const PATH: Self = Self(1 | 2);
    /// The host that it names.
    pub const HOST: Self = Self(1 | 4);
    /// Whether the connection has TLS that ends here.
    pub const TLS: Self = Self(16);
    /// The first message of TLS, which is passed on as it is.
    pub const HELLO: Self = Self(8);

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of another set is in this one.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the path, or the host, is in both.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 & 6 != 0
    }
}

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct StagedRule {
    /// The statement.
    pub at: Span,
    /// When it is asked.
    pub stage: Stage,
    /// What it does.
    pub effect: Effect,
    /// What its condition reads.
    pub reads: Reads,
    /// Whether it holds for some requests only.
    pub conditional: bool,
}

/// The rules of one section; those that a condition of the preprocessor guards are left out.
#[derive(Clone, Debug)]
pub struct RuleSection {
    /// Its name.
    pub name: Text,
    /// The statement that opens it.
    pub header: Span,
    /// Its settings.
    pub settings: SettingsId,
    /// The pool that it is, if it is one.
    pub pool: Option<PoolId>,
    /// Its rules in [`super::Unit::staged_rules`].
    pub rules: Range<u32>,
}
