//! One member of a pool.

use super::{Address, Fact, LabelsId, LocalityId, Presence, Queueing, Text, Timeout, Transport};
use crate::source::Span;

/// Which target settings of its unit; equal ones are stored once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TargetSettingsId(pub u32);

/// One member of a pool.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name.
    pub name: Text,
    /// Where it is.
    pub address: Address,
    /// The word that says where.
    pub address_at: Span,
    /// The whole statement.
    pub statement: Span,
    /// Its weight.
    pub weight: Fact<u32>,
    /// Priority: 0 is used first; 1 for backups in HAProxy and nginx.
    pub tier: u8,
    /// What the configuration says about its state.
    pub state: AdministrativeState,
    /// Whether it is there.
    pub presence: Presence,
    /// How many targets the statement stands for.
    pub count: Count,
    /// What it shares with others.
    pub settings: TargetSettingsId,
    /// The number that decides order and ring positions: written, or by position from 1.
    pub number: u32,
    /// Whether that number is written.
    pub numbered: bool,
}

/// What the configuration says about a target's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdministrativeState {
    /// In service.
    Up,
    /// Out of service until somebody enables it.
    Down,
    /// Only for requests that are tied to it.
    Drain,
    /// In service, but only after all that are not (Envoy).
    Degraded,
}

/// How many targets one statement stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// One.
    One,
    /// One for each number, both ends included; the number follows the name.
    Copies(u32, u32),
    /// Up to one for each number: slots that discovery fills.
    Slots(u32, u32),
    /// One or more.
    AtLeastOne,
    /// One for each of the addresses of one name, as somebody said, by number; both ends included.
    Answers(u32, u32),
}

impl Count {
    /// How many there are, if that is known.
    pub const fn exactly(self) -> Option<u32> {
        match self {
            Self::One => Some(1),
            Self::Copies(first, last) | Self::Answers(first, last) => {
                Some(last.saturating_sub(first).saturating_add(1))
            }
            Self::Slots(..) | Self::AtLeastOne => None,
        }
    }

    /// The first and the last number of the targets, where they have numbers, and what stands between a name and its number:
    /// `app1` (HAProxy), `app.internal:80#1`.
    pub const fn numbers(self) -> Option<(u32, u32, &'static str)> {
        match self {
            Self::One | Self::AtLeastOne => None,
            Self::Copies(first, last) | Self::Slots(first, last) => Some((first, last, "")),
            Self::Answers(first, last) => Some((first, last, "#")),
        }
    }

    /// The one with this number.
    pub(super) const fn only(self, number: u32) -> Self {
        match self {
            Self::Copies(..) => Self::Copies(number, number),
            Self::Answers(..) => Self::Answers(number, number),
            Self::One | Self::AtLeastOne | Self::Slots(..) => self,
        }
    }
}

/// What targets share: health, limits, and the like. An origin without a span means the target's own statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TargetSettings {
    /// Whether the health check is enabled.
    pub checked: Fact<bool>,
    /// Whether an agent on the target is asked.
    pub agent: Fact<bool>,
    /// Whether the health of another target is taken over.
    pub tracks: Fact<bool>,
    /// Time between two checks.
    pub interval: Fact<Timeout>,
    /// Time between two checks while its state is changing.
    pub fast_interval: Fact<Timeout>,
    /// Failed checks until it counts as down.
    pub fall: Fact<u32>,
    /// Good checks until it counts as up.
    pub rise: Fact<u32>,
    /// Most connections; 0 when unlimited.
    pub connections: Fact<u32>,
    /// How that limit grows, and how much may wait.
    pub queueing: Queueing,
    /// Whether its name is resolved again while running.
    pub resolved_at_run_time: Fact<bool>,
    /// Whether a cookie value names it.
    pub cookie: Fact<bool>,
    /// Whether tables of clients may note it as a client's target.
    pub noted: Fact<bool>,
    /// Whether traffic itself is watched for failures.
    pub observed: Fact<bool>,
    /// After so many failures of real traffic it is left out for a while; 0: never.
    pub ejected_after: Fact<u32>,
    /// For how long it is left out, and within which its failures count.
    pub ejected_for: Fact<Timeout>,
    /// Time during which its weight grows after it came up.
    pub slow_start: Fact<Timeout>,
    /// What its points on the ring of a hash are made of.
    pub ring_key: Fact<RingKey>,
    /// Labels by which requests can ask for it, in [`super::Unit::labels`].
    pub labels: Fact<LabelsId>,
    /// Whether it gets traffic before its first check.
    pub assumed_up: Fact<bool>,
    /// What connections to it are wrapped in, and where its checks go.
    pub transport: Transport,
    /// What failures of real traffic do to it, where they are watched (HAProxy `on-error`).
    pub on_failures: Fact<OnFailures>,
    /// The place that it belongs to, in [`super::Unit::localities`].
    pub locality: Option<LocalityId>,
}

/// What so many failures of real traffic in a row do to a target (HAProxy `on-error`, `error-limit`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnFailures {
    /// Nothing.
    Nothing,
    /// It is checked more often, or one check counts as failed: the checks still decide.
    Hastens,
    /// So many take it out; checks bring it back.
    TakesOut(u32),
}

/// What the points of a target on a ring are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RingKey {
    /// Its number.
    Number,
    /// Its address, with or without the port.
    Address,
    /// A name that is written for it and for nothing else.
    Name,
}

impl Target {
    /// An origin as it reads for this target: one without a span means the target's statement.
    pub fn origin_span(&self, origin: super::Origin) -> Span {
        if origin.at == Span::default() { self.statement } else { origin.at }
    }

    /// Whether it gets traffic while it is healthy and the turn is its tier's: it is in service, and its weight may be more
    /// than 0.
    pub fn is_usable(&self) -> bool {
        self.state == AdministrativeState::Up && !self.weight.is(&0)
    }

    /// The same of the tier that serves while it is healthy.
    pub fn serves_first(&self) -> bool {
        self.tier == 0 && self.is_usable()
    }
}
