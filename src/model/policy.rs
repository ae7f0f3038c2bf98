//! How a pool picks a target.

/// How a pool picks a target for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// The dialect's own word for it, as in `pools`.
    pub word: &'static str,
    /// What it does.
    pub method: Method,
}

/// What a policy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Each in turn, by weight; `fixed` when weights cannot change while running.
    RoundRobin {
        /// Weights are fixed at start (HAProxy static-rr).
        fixed: bool,
    },
    /// The one with the fewest requests in flight, relative to its weight.
    LeastConnections,
    /// The first one, by id, with room for another request.
    First,
    /// The first usable one until it fails (HAProxy `sticky`).
    Sticky,
    /// By a hash of a key of the request.
    Hash(Key),
    /// The one that answered fastest lately, relative to its weight and requests in flight.
    LeastTime,
    /// The better of this many random picks.
    Random(u32),
    /// One at random, whatever the weights say (Envoy `RANDOM`).
    Uniform,
    /// Not a matter of the configuration: how the members are found, or what they report, decides.
    Elsewhere,
    /// Two random picks: the second one, unless it is the busier for its weight (nginx `random two`).
    RandomPair,
}

/// What a hashing policy hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The client's address.
    ClientAddress,
    /// The request's URI.
    Uri,
    /// A parameter of the URI or the body.
    Parameter,
    /// A header of the request.
    Header,
    /// An expression of the dialect.
    Expression,
    /// A cookie of the remote desktop protocol.
    RdpCookie,
    /// A cookie of the request.
    Cookie,
    /// The name of the host that the request is for.
    Host,
    /// The name of the listener that the request came to.
    ListenerName,
    /// One of a few values, whatever clients there are: the scheme, the method, the port.
    Few,
    /// Always the same.
    Constant,
    /// None: without one, each request gets a random hash.
    Missing,
}

impl Method {
    /// Whether the policy hands requests to all targets in turn or by load, so that none is tied to one target.
    pub const fn rotates(self) -> bool {
        matches!(
            self,
            Self::RoundRobin { .. }
                | Self::LeastConnections
                | Self::LeastTime
                | Self::Random(_)
                | Self::RandomPair
                | Self::Uniform
        )
    }

    /// Whether the policy reads anything that only HTTP has.
    pub const fn needs_http(self) -> bool {
        matches!(self, Self::Hash(Key::Uri | Key::Parameter | Key::Header))
    }
}

/// How a hashing policy maps hashes to targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HashType {
    /// On a ring, so that a failure moves only the failed target's keys.
    pub consistent: bool,
    /// The hash function.
    pub function: HashFunction,
    /// Whether the result is mixed once more.
    pub avalanche: bool,
}

/// The hash functions of HAProxy (configuration manual, `hash-type`) and nginx.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashFunction {
    /// The default.
    Sdbm,
    /// Bernstein's.
    Djb2,
    /// Wt6.
    Wt6,
    /// CRC-32 as in Ethernet.
    Crc32,
    /// None: the key is a number.
    None,
    /// nginx `ip_hash`: the first three octets, modulo 6271 (`ngx_http_upstream_ip_hash_module.c`).
    NginxAddress,
    /// nginx `hash`: 15 bits of CRC-32 (`ngx_http_upstream_hash_module.c`).
    NginxCrc32,
    /// nginx `hash ... consistent`: CRC-32 points, 160 for each unit of weight.
    NginxRing,
    /// Envoy `RING_HASH`: points by xxHash64 of address and number (`ring_hash_lb.cc`).
    EnvoyRing,
    /// The same by `MurmurHash2`.
    EnvoyMurmurRing,
    /// Envoy `MAGLEV`: a table of a prime number of slots (`maglev_lb.cc`).
    EnvoyMaglev,
}
