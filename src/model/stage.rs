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
    /// It answers, or closes: no server is asked.
    Ends,
    /// It changes what later rules read: the path, a header, a variable.
    Rewrites,
    /// It chooses a pool or a server.
    Chooses,
    /// Anything else.
    Other,
}

/// What a rule's condition reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reads {
    /// Addresses, times, states: nothing that must arrive first.
    Nothing,
    /// Something of an HTTP request.
    Request,
    /// The first message of TLS, which is passed on as it is.
    Hello,
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
