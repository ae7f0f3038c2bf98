//! Where traffic enters.

use super::{Address, Fact, Front, Limit, Logging, Presence, SettingsId, Text, Timeout};
use crate::source::Span;

/// Which listener of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerId(pub u32);

/// A named entrance with the addresses that lead to it.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its name.
    pub name: Text,
    /// The statement that opens it.
    pub header: Span,
    /// The addresses it accepts connections on.
    pub binds: Vec<Bind>,
    /// Settings in force for it.
    pub settings: SettingsId,
    /// How many connections it takes in at a time.
    pub connections: Fact<Limit>,
    /// Inactivity on the client's side.
    pub client_timeout: Fact<Timeout>,
    /// Whether the addresses of its connections are those of clients.
    pub clients: Clients,
    /// Other proxies that connect, and nobody else, where settings say so.
    pub fronts: Vec<Front>,
    /// Whether it is there.
    pub presence: Presence,
    /// A path that it answers by itself with 200 as long as it runs, and which no condition makes fail (HAProxy
    /// `monitor-uri` without `monitor fail`).
    pub always_healthy: Option<Span>,
    /// Taken out of service by the configuration.
    pub disabled: bool,
    /// What the log says of its traffic, where that is the listener's business.
    pub logging: Fact<Logging>,
    /// It answers some requests itself (statistics, fixed answers), so it may do without a pool.
    pub answers_itself: bool,
}

/// What the configuration tells of who connects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clients {
    /// Nothing.
    #[default]
    Untold,
    /// They come through a proxy in front of this one: what is read at this place, only such a one sends.
    BehindProxy(Span),
    /// The same, and addresses of connections from `Unit::trusted` are replaced by those of clients.
    RestoredFrom(Span),
    /// The address of the connection is replaced by the client's, which a proxy in front tells.
    Restored(Span),
}

impl Clients {
    /// What two parts of a configuration tell together: that addresses are replaced says most.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        if other.strength() > self.strength() { other } else { self }
    }

    const fn strength(self) -> u8 {
        match self {
            Self::Untold => 0,
            Self::BehindProxy(_) => 1,
            Self::RestoredFrom(_) => 2,
            Self::Restored(_) => 3,
        }
    }
}

/// One address that a listener accepts connections on.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "parameters of an address that have nothing to do with each other")]
pub struct Bind {
    /// The address.
    pub address: Address,
    /// The words that say so.
    pub at: Span,
    /// Bound to one network interface or name space only, or limited to some processes: never the same as another.
    pub restricted: bool,
    /// It takes datagrams (QUIC, UDP), which never meet connections on the same port.
    pub datagrams: bool,
    /// Connections must begin with TLS or a PROXY header.
    pub wrapped: bool,
    /// Requests for names that no listener of the address has come here (nginx `default_server`).
    pub takes_the_rest: bool,
    /// Whether it is there.
    pub presence: Presence,
}
