//! Where a target or a listener is: an IP address, a name, a socket.

use std::net::IpAddr;

use super::{Text, Why};

/// The port of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Port {
    /// A number that was written.
    Number(u16),
    /// A range of ports, both ends included (listeners).
    Range(u16, u16),
    /// None written: the port that the client connected to.
    OfClient,
    /// The client's port plus or minus this offset.
    Offset(i32),
    /// Not known from the configuration.
    Unknown(Why),
}

/// Where a target or a listener is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A literal address; IPv4 addresses mapped into IPv6 are IPv4.
    Ip(IpAddr, Port),
    /// Every IPv4 address of the machine (listeners): `*`, `0.0.0.0` or nothing before the colon.
    Any(Port),
    /// A name to be resolved.
    Host(Text, Port),
    /// A path in the file system, or an abstract name.
    Socket(Text),
    /// A descriptor, a reverse connection or another thing that no address describes.
    Special(Text),
    /// Not known from the configuration.
    Unknown(Why),
}

impl Address {
    /// The port, where there is one.
    pub const fn port(&self) -> Option<Port> {
        match self {
            Self::Ip(_, port) | Self::Any(port) | Self::Host(_, port) => Some(*port),
            Self::Socket(_) | Self::Special(_) | Self::Unknown(_) => None,
        }
    }

    /// The same place with another port.
    #[must_use]
    pub const fn with_port(self, port: Port) -> Self {
        match self {
            Self::Ip(ip, _) => Self::Ip(ip, port),
            Self::Any(_) => Self::Any(port),
            Self::Host(name, _) => Self::Host(name, port),
            Self::Socket(_) | Self::Special(_) | Self::Unknown(_) => self,
        }
    }

    /// Whether it is on the machine that runs the proxy.
    pub const fn is_local(&self) -> bool {
        match self {
            Self::Ip(ip, _) => ip.is_loopback(),
            Self::Socket(_) => true,
            Self::Any(_) | Self::Host(..) | Self::Special(_) | Self::Unknown(_) => false,
        }
    }
}
