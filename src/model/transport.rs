//! What connections to a target are wrapped in, and where its health checks go.

use super::{Fact, Text};

/// How traffic and health checks connect to a target. An origin without a span means the target's own statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transport {
    /// What connections of traffic are wrapped in.
    pub traffic: Wrapping,
    /// What connections of health checks are wrapped in.
    pub check: Wrapping,
    /// The port that is checked; `None`: the one that traffic goes to.
    pub check_port: Fact<Option<u16>>,
    /// The address that is checked; `None`: the one that traffic goes to.
    pub check_address: Fact<Option<Text>>,
}

/// What a connection is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wrapping {
    /// TLS.
    pub tls: Fact<bool>,
    /// It begins with a PROXY header that tells the client's address.
    pub proxy_header: Fact<bool>,
    /// TLS asks for a name (SNI).
    pub server_name: Fact<bool>,
}

impl Transport {
    /// Whether checks go to the address and the port of the traffic.
    pub fn checks_its_own_place(&self) -> bool {
        self.check_port.is(&None) && self.check_address.is(&None)
    }

    /// What is known of nothing at all: everything as `unknown` says, checks at the place of the traffic.
    pub const fn unknown(unknown: Fact<bool>) -> Self {
        let wrapping = Wrapping { tls: unknown, proxy_header: unknown, server_name: unknown };
        let origin = unknown.origin;
        Self {
            traffic: wrapping,
            check: wrapping,
            check_port: Fact::known(None, origin),
            check_address: Fact::known(None, origin),
        }
    }
}
