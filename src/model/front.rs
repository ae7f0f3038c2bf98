//! What stands in front of a unit, as far as settings tell: the proxies from which its connections come.

use std::net::IpAddr;

use super::Network;
use crate::source::Span;

/// Other proxies that connect to a listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// From where; `None` if that is not said.
    pub network: Option<Network>,
    /// What says so.
    pub told: ToldBy,
    /// Where it says so.
    pub at: Span,
}

/// What says that other proxies connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldBy {
    /// `proxies` of the settings.
    Proxies,
    /// `cdn` of the settings.
    Cdn,
    /// `behind` of the unit, in the settings.
    Behind,
    /// A target of another unit.
    Unit,
}

/// Who connects to a pool that tells clients apart by the addresses of connections: proxies only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callers {
    /// The proxies.
    pub fronts: Vec<Front>,
    /// All their addresses, in ascending order, where each is known.
    pub addresses: Option<Vec<IpAddr>>,
    /// Addresses are replaced by those of clients, but not for connections from these: where that is written.
    pub replaced_elsewhere: Option<Span>,
}
