//! What lets people change or watch a running proxy: interfaces that take targets out of service, logs.

use super::{Address, Fact, ListenerId, PoolId};
use crate::source::Span;

/// What a unit writes about its operation. All lists are in the order of the text.
#[derive(Debug, Default)]
pub struct Operations {
    /// Interfaces that change what the proxy does.
    pub interfaces: Vec<Interface>,
    /// Rules that hand requests, whatever they ask for, on to an interface.
    pub ways_in: Vec<WayIn>,
    /// Listeners that turn some connections or requests away, or ask who it is.
    pub guarded: Vec<ListenerId>,
}

/// An interface that changes what a running proxy does.
#[derive(Clone, Copy, Debug)]
pub struct Interface {
    /// What it is.
    pub kind: InterfaceKind,
    /// The words that open it.
    pub at: Span,
    /// Where it is.
    pub door: Door,
    /// What whoever reaches it may do.
    pub grants: Fact<Grant>,
    /// Something asks who it is: a password, a certificate, a condition.
    pub asks: bool,
}

/// What kind of interface it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InterfaceKind {
    /// A socket for commands (HAProxy `stats socket`).
    Commands,
    /// A page of statistics with buttons (HAProxy `stats admin`).
    Page,
    /// A server of its own (Envoy `admin`).
    Server,
}

/// What the log says of a request, or a connection, that went to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Logging {
    /// Nothing: it is not logged.
    Nothing,
    /// That it was there, and not which target served it.
    WithoutTarget,
    /// Which target served it.
    WithTarget,
}

/// Where an interface is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// At an address of its own.
    Address(Address),
    /// At the addresses of a listener.
    Listener(ListenerId),
    /// Behind the routes that lead to a pool.
    Pool(PoolId),
}

/// What whoever reaches an interface may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// Look.
    Look,
    /// Change what does not matter for traffic.
    Operate,
    /// Everything: take targets out of service, change their weights and addresses.
    Administrate,
}

/// A rule that hands requests on to an interface, whatever path they ask for and whoever asks.
#[derive(Clone, Copy, Debug)]
pub struct WayIn {
    /// The rule.
    pub at: Span,
    /// The listener whose rule it is.
    pub from: ListenerId,
    /// The interface, in [`Operations::interfaces`].
    pub to: u32,
}
