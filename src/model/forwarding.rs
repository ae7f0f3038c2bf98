//! How a route hands a request to a target: timeouts, when it tries another one, connection reuse, caching.
//!
//! Where the dialect sets these for a pool (HAProxy), they are in [`super::PoolSettings`]; where it sets them for a route
//! (nginx locations), they are here.

use super::{
    CacheScope, CacheZone, Differences, Fact, Key, KeyParts, LabelsId, Logging, Obstacle, Text, Timeout, WidestPart,
};

/// Which forwarding of its unit; equal ones are stored once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForwardingId(pub u32);

/// What the proxy speaks to the targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// HTTP, with or without TLS.
    Http,
    /// gRPC over HTTP/2.
    Grpc,
    /// `FastCGI`, `uwsgi` or `SCGI`.
    Gateway,
    /// The memcached protocol.
    Memcached,
    /// Bytes of a connection, or datagrams.
    Stream,
}

/// How a route hands a request to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Forwarding {
    /// What is spoken to the targets.
    pub protocol: Protocol,
    /// To establish a connection to a target.
    pub connect: Fact<Timeout>,
    /// Between two successful writes to a target.
    pub send: Fact<Timeout>,
    /// Between two successful reads from a target.
    pub read: Fact<Timeout>,
    /// On what another target is tried.
    pub retry_on: Fact<Conditions>,
    /// How many targets are tried for one request, the first included; 0: as many as there are.
    pub tries: Fact<u32>,
    /// Whether a further attempt leaves out the targets that were tried.
    pub avoids_tried: Fact<bool>,
    /// Whether all its requests have methods that may be repeated (GET, PUT, DELETE and the like).
    pub repeatable: Fact<bool>,
    /// For one attempt.
    pub per_try: Fact<Timeout>,
    /// For the whole request, all attempts included.
    pub total: Fact<Timeout>,
    /// After how long no further target is tried; a running attempt is not cut short.
    pub retry_for: Fact<Timeout>,
    /// The labels of the targets that requests ask for, in [`super::Unit::labels`].
    pub asks_for: Fact<LabelsId>,
    /// Whether requests name a host that is written for the target, rather than what the client asked for (Envoy
    /// `host_rewrite_literal`, `auto_host_rewrite`).
    pub names_target: Fact<bool>,
    /// Whether a connection to a target can be used again.
    pub reuse: Fact<Reuse>,
    /// What a hashing pool hashes, where the route says it.
    pub hash_key: Fact<Option<Key>>,
    /// Whether the answer is read as fast as the target sends it.
    pub buffers_answers: Fact<bool>,
    /// Whether the request's body is read before a target is chosen; otherwise a request that was sent in part cannot
    /// be tried elsewhere.
    pub buffers_requests: Fact<bool>,
    /// Whether there is a name server to ask for names that are computed.
    pub resolver: Fact<bool>,
    /// What the log says of the requests.
    pub logging: Fact<Logging>,
    /// Which answers are kept and when they are used.
    pub cache: Caching,
}

/// Whether a connection to a target can be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reuse {
    /// It can, where the pool keeps idle connections.
    Possible,
    /// It can, but requests ask for another protocol on it, and then it is not.
    Upgraded,
    /// The protocol version or the lack of an option closes it after each answer.
    ClosedByVersion,
    /// A header that is sent along closes it after each answer.
    ClosedByHeader,
}

/// Which answers are kept and when they are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caching {
    /// The cache.
    pub store: Fact<CacheStore>,
    /// The same, where the unit makes it.
    pub zone: Option<CacheZone>,
    /// Which requests it is asked for.
    pub scope: CacheScope,
    /// What keeps it from working for all of them.
    pub obstacle: Fact<Option<Obstacle>>,
    /// How many times an answer is asked for before it is kept.
    pub min_uses: Fact<u32>,
    /// Whether only one of several requests for the same missing answer goes to the pool.
    pub lock: Fact<bool>,
    /// After how long the others go there, too.
    pub lock_timeout: Fact<Timeout>,
    /// On what an expired answer is served.
    pub stale_on: Fact<Conditions>,
    /// Whether expired answers are renewed while they are served.
    pub background_update: Fact<bool>,
    /// For which answers a lifetime is written.
    pub lifetime: Fact<Lifetime>,
    /// How long pages (status 200) are kept whose answers do not say it themselves; `None`: not at all.
    pub pages_for: Fact<Option<Timeout>>,
    /// The same for what a failing pool answers (status 502).
    pub errors_for: Fact<Option<Timeout>>,
    /// What tells answers apart.
    pub key: Fact<CacheKey>,
    /// What the key is made of.
    pub key_parts: KeyParts,
    /// The part of the key that most keeps requests from sharing answers.
    pub widest: Option<WidestPart>,
    /// What makes answers differ.
    pub differences: Differences,
}

/// Where answers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheStore {
    /// Nowhere.
    None,
    /// In the cache of this name.
    Named(Text),
}

/// What tells answers in a cache apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheKey {
    /// The dialect's default.
    Default,
    /// This expression.
    Written(Text),
}

/// For which answers a lifetime in a cache is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lifetime {
    /// For none: the pool's answers must say it themselves.
    FromAnswers,
    /// For some.
    Written,
    /// For all, errors included.
    WrittenForAll,
}

/// Outcomes of an attempt: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Conditions(u32);

impl Conditions {
    /// No outcome.
    pub const NONE: Self = Self(0);
    /// No connection, or one that breaks.
    pub const ERROR: Self = Self(1);
    /// A timeout.
    pub const TIMEOUT: Self = Self(1 << 1);
    /// An answer that is empty or not valid.
    pub const INVALID: Self = Self(1 << 2);
    /// Status 500.
    pub const STATUS_500: Self = Self(1 << 3);
    /// Status 502.
    pub const STATUS_502: Self = Self(1 << 4);
    /// Status 503.
    pub const STATUS_503: Self = Self(1 << 5);
    /// Status 504.
    pub const STATUS_504: Self = Self(1 << 6);
    /// Status 403.
    pub const STATUS_403: Self = Self(1 << 7);
    /// Status 404.
    pub const STATUS_404: Self = Self(1 << 8);
    /// Status 429.
    pub const STATUS_429: Self = Self(1 << 9);
    /// Requests that are not idempotent, too.
    pub const NON_IDEMPOTENT: Self = Self(1 << 10);
    /// No connection (Envoy tells it from one that breaks).
    pub const CONNECT: Self = Self(1 << 12);
    /// An expired answer that is being renewed (caches).
    pub const UPDATING: Self = Self(1 << 11);

    /// The outcomes of both sets.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The outcomes of this set that are not in another.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all outcomes of another set are in this one.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether some outcome of another set is in this one.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no outcome is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
