//! What a cache in front of a pool keeps, for how long, and what it tells apart.

use super::{CacheKey, CacheStore, Caching, Conditions, Fact, Lifetime, Origin, Text, Timeout};
use crate::source::Span;

/// What keeps every answer of a route out of its cache, or every request away from what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// A condition that always holds says that answers are not kept.
    NeverKept,
    /// A condition that always holds says that no request is answered from the cache.
    NeverUsed,
    /// No lifetime is written, and those that answers tell are ignored; `but` names the one header that still counts.
    NoLifetime {
        /// A header that few applications send.
        but: Option<&'static str>,
    },
}

/// Which requests a cache is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CacheScope {
    /// Those of clients.
    #[default]
    Pages,
    /// Those of clients for files, by their names: what stands behind `?` rarely matters.
    Files,
    /// Those for one path.
    OnePath,
    /// The proxy's own: authorisation, for example.
    Internal,
}

/// What is told apart by a key: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeyParts(u16);

impl KeyParts {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The path.
    pub const PATH: Self = Self(1);
    /// What stands behind the path.
    pub const ARGUMENTS: Self = Self(1 << 1);
    /// The host that the request is for.
    pub const HOST: Self = Self(1 << 2);
    /// The method.
    pub const METHOD: Self = Self(1 << 3);
    /// What the request carries.
    pub const BODY: Self = Self(1 << 4);
    /// The part of the answer that is asked for.
    pub const RANGE: Self = Self(1 << 5);
    /// The pool that answers.
    pub const POOL: Self = Self(1 << 6);
    /// Something that could be any of them.
    pub const OTHER: Self = Self(1 << 7);

    /// The parts of both sets.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all the parts of another set are in this one; what could be any part counts as all of them.
    pub const fn may_have(self, other: Self) -> bool {
        self.has(other) || self.has(Self::OTHER)
    }

    /// Whether all the parts of another set are in this one.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// How many values a part of a key takes: the more, the fewer requests share an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variety {
    /// One for each of some hundred habits of browsers.
    Browser,
    /// One for each session of a visitor.
    Session,
    /// One for each client.
    Client,
    /// Another one every second.
    Second,
    /// Another one with each connection.
    Connection,
    /// Another one with each request.
    Request,
}

/// The part of a key that takes the most values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WidestPart {
    /// How many.
    pub variety: Variety,
    /// The variable, without `$`.
    pub variable: &'static str,
    /// Where it is written.
    pub at: Span,
}

/// What makes a route's answers differ, beyond what is asked for; each with the statement that says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Differences {
    /// The host that the client asks for is passed on.
    pub host: Option<Span>,
    /// Answers to requests with a body are kept.
    pub body: Option<Span>,
    /// Answers without a body (to HEAD) are kept as such.
    pub method: Option<Span>,
    /// Answers are fetched and kept in parts.
    pub range: Option<Span>,
}

/// The cache itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CacheZone {
    /// Its name.
    pub name: Text,
    /// The statement that makes it.
    pub at: Span,
    /// What nobody asks for is removed after this time.
    pub inactive: Fact<Timeout>,
}

impl Caching {
    /// No cache at all, by a default.
    pub const fn none(off: Origin) -> Self {
        Self {
            store: Fact::known(CacheStore::None, off),
            zone: None,
            scope: CacheScope::Pages,
            obstacle: Fact::known(None, off),
            min_uses: Fact::known(1, off),
            lock: Fact::known(false, off),
            lock_timeout: Fact::known(Timeout::After(5000), off),
            stale_on: Fact::known(Conditions::NONE, off),
            background_update: Fact::known(false, off),
            lifetime: Fact::known(Lifetime::FromAnswers, off),
            pages_for: Fact::known(None, off),
            errors_for: Fact::known(None, off),
            key: Fact::known(CacheKey::Default, off),
            key_parts: KeyParts::OTHER,
            widest: None,
            differences: Differences { host: None, body: None, method: None, range: None },
        }
    }
}
