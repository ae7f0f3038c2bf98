//! The nouns of load balancing, one set for all dialects: what every check and every prediction asks.
//!
//! Values are [`Fact`]s: what is known, where it came from, or why it is not known. Nothing here is derived;
//! shares, eligibility and the like are functions in [`crate::traffic`].

mod address;
mod caching;
mod drill;
mod fact;
mod forwarding;
mod front;
mod health;
mod host;
mod http_check;
mod idle;
mod labels;
mod limits;
mod listener;
mod members;
mod names;
mod network;
mod operations;
mod policy;
mod pool;
mod route;
mod sessions;
mod spread;
mod stage;
mod story;
mod target;
mod text;
mod transport;
mod unit;

pub use address::{Address, Port};
pub use caching::{CacheScope, CacheZone, Differences, KeyParts, Obstacle, Variety, WidestPart};
pub use drill::{Drill, DrillKind, DrillOf};
pub use fact::{Arm, Completeness, Fact, Origin, OriginKind, Presence, Value, Why};
pub use forwarding::{CacheKey, CacheStore, Caching, Conditions, Forwarding, ForwardingId, Lifetime, Protocol, Reuse};
pub use front::{Callers, Front, ToldBy};
pub use health::{Probe, ProbeKind};
pub use host::{HostKind, HostName, HostPort};
pub use http_check::{HostHeader, HttpCheck, Statuses, Verb};
pub use idle::{Harm, Idle, Need};
pub use labels::{Label, LabelsId, Selectors};
pub use limits::{Capacity, Limit, Queueing, Timeout, Timeouts};
pub use listener::{Bind, Clients, Listener, ListenerId};
pub use members::Members;
pub use names::{Definition, Names, Namespace, Reference, Unresolved, Whereabouts};
pub use network::{Network, is_private};
pub use operations::{Door, Grant, Interface, InterfaceKind, Logging, Operations, WayIn};
pub use policy::{HashFunction, HashType, Key, Method, Policy};
pub use pool::{
    Affinity, Keepalive, Membership, Mode, Pool, PoolId, PoolKind, PoolSettings, Redispatch, SavedState, SettingsId,
    TargetRules,
};
pub use route::{Branch, Destination, Guard, PartialChoice, Route, RouteKind, RouteSource, WrittenTotal};
pub use sessions::{Carrier, CarrierKind, Peers, SessionValue, Sessions, StickTable, UnsentCookie};
pub use spread::{Breakers, Locality, LocalityId, RingSize, Spread, SpreadId, Subsets, ZoneRouting};
pub use stage::{Effect, Reads, RuleSection, Stage, StagedRule};
pub use story::{Step, Stories};
pub use target::{AdministrativeState, Count, OnFailures, RingKey, Target, TargetSettings, TargetSettingsId};
pub use text::{Text, Texts};
pub use transport::{Transport, Wrapping};
pub use unit::{File, Unit, Workers};
