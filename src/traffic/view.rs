//! One pool with its settings and targets at hand, and the questions that checks ask of it.

use std::borrow::Cow;

use super::can_eject;
use crate::model::{
    Address, Callers, LabelsId, Method, Pool, PoolId, PoolSettings, ProbeKind, Spread, Target, TargetSettings, Text,
    Unit,
};
use crate::source::Sources;

/// One pool with its settings and targets at hand.
#[derive(Clone, Copy, Debug)]
pub struct PoolView<'a> {
    /// The unit it belongs to.
    pub unit: &'a Unit,
    /// All texts: rings are made of names.
    pub sources: &'a Sources,
    /// Its id.
    pub id: PoolId,
    /// The pool.
    pub pool: &'a Pool,
    /// Its settings.
    pub settings: &'a PoolSettings,
    /// Its targets in the order of the text.
    pub targets: &'a [Target],
    /// Which of them requests ask for, where the pool is divided into subsets.
    pub asked: Asked,
    /// The proxies whose addresses are its only keys, where that is to be regarded.
    pub callers: Option<&'a Callers>,
}

/// Which targets of a pool with subsets requests ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// That is not known, or they differ.
    #[default]
    Open,
    /// Any.
    Any,
    /// None that there is: they fail.
    Nobody,
    /// Those with these labels.
    With(LabelsId),
}

impl<'a> PoolView<'a> {
    /// The view of a pool; `None` only if the id is not of this unit.
    pub fn new(unit: &'a Unit, sources: &'a Sources, id: PoolId) -> Option<Self> {
        let pool = unit.pool(id)?;
        let settings = unit.settings(pool.settings)?;
        Some(Self {
            unit,
            sources,
            id,
            pool,
            settings,
            targets: unit.targets_of(pool),
            asked: Asked::Open,
            callers: None,
        })
    }

    /// The same pool for requests that ask for these.
    #[must_use]
    pub const fn asking(self, asked: Asked) -> Self {
        Self { asked, ..self }
    }

    /// The same pool with what settings say of who connects: the addresses of proxies may be its only keys.
    #[must_use]
    pub fn as_called(self) -> Self {
        Self { callers: self.unit.callers.get(&self.id), ..self }
    }

    /// The same pool with its targets one by one: a statement that stands for several is so many of them.
    #[must_use]
    pub fn one_by_one(self) -> Self {
        Self { targets: self.unit.members_of(self.id), ..self }
    }

    /// Where the first of the targets that a statement stands for is among them all, one by one.
    pub fn first_member(&self, position: u32) -> Option<u32> {
        let statement = self.target(position)?.statement;
        let members = self.unit.members_of(self.id);
        if members.len() == self.targets.len() {
            return Some(position);
        }
        members.iter().position(|member| member.statement == statement).map(|place| place as u32)
    }

    /// Whether a target is among those that are asked for.
    pub fn is_asked_for(&self, target: &Target) -> bool {
        match self.asked {
            Asked::Open | Asked::Any => true,
            Asked::Nobody => false,
            Asked::With(asked) => self.has_labels(target, asked) == Some(true),
        }
    }

    /// Whether a target has all these labels; `None` while its own are not known.
    pub fn has_labels(&self, target: &Target, asked: LabelsId) -> Option<bool> {
        let own = self.unit.labels(*self.settings_of(target)?.labels.get()?);
        Some(self.unit.labels(asked).iter().all(|label| own.contains(label)))
    }

    /// The target at a position.
    pub fn target(&self, position: u32) -> Option<&'a Target> {
        self.targets.get(position as usize)
    }

    /// A target's name.
    pub fn name_of(&self, target: &Target) -> &'a str {
        self.unit.texts.get(target.name, self.sources)
    }

    /// A target's name; that of one of several that a statement stands for with its number: `web3`, `app.internal:80#2`.
    pub fn full_name_of(&self, target: &Target) -> Cow<'a, str> {
        let name = self.name_of(target);
        match target.count.numbers().filter(|(first, last, _)| first == last) {
            Some((number, _, mark)) => format!("{name}{mark}{number}").into(),
            None => name.into(),
        }
    }

    /// The settings that a target shares with others.
    pub fn settings_of(&self, target: &Target) -> Option<&'a TargetSettings> {
        self.unit.target_settings(target.settings)
    }

    /// How traffic is spread over tiers and localities, where that is more than "the next tier when nobody is left".
    pub fn spread(&self) -> Option<&'a Spread> {
        self.unit.spread(self.pool.spread?)
    }

    /// The name of the place that a target belongs to.
    pub fn locality_of(&self, target: &Target) -> Option<&'a str> {
        let id = self.settings_of(target)?.locality?;
        self.unit.locality(id).map(|locality| self.unit.texts.get(locality.name, self.sources))
    }

    /// The targets in service, by whether they serve first or wait for those to fail; those without weight do neither.
    pub fn serving_and_waiting(&self) -> (Vec<&'a Target>, Vec<&'a Target>) {
        let usable = || self.targets.iter().filter(|target| target.is_usable());
        let first = usable().map(|target| target.tier).min();
        let mut serving = Vec::with_capacity(self.targets.len());
        let mut waiting = Vec::new();
        for target in usable() {
            if Some(target.tier) == first { serving.push(target) } else { waiting.push(target) }
        }
        (serving, waiting)
    }

    /// The policy's method, if it is known.
    pub fn method(&self) -> Option<Method> {
        self.settings.policy.get().map(|policy| policy.method)
    }

    /// Whether all targets are beside the proxy, as far as their addresses are known: on its machine, or at a name of which
    /// that is said. Where none is known, none is.
    pub fn is_beside_proxy(&self, is_near: impl Fn(Text) -> bool) -> bool {
        let is_known = |target: &&Target| !matches!(target.address, Address::Unknown(_)) || self.is_socket(target);
        let mut known = self.targets.iter().filter(is_known).peekable();
        let is_beside = |target: &Target| match target.address {
            Address::Host(name, _) => is_near(name),
            Address::Unknown(_) => true,
            address => self.unit.is_beside(address),
        };
        (known.peek().is_some() || self.targets.is_empty()) && known.all(is_beside)
    }

    /// Whether some address is known, or at least that it is a socket.
    pub fn knows_addresses(&self) -> bool {
        self.targets.iter().any(|target| !matches!(target.address, Address::Unknown(_)) || self.is_socket(target))
    }

    /// Whether a target is a socket of the machine, whatever is filled in behind that word: `unix:{{ root }}/app.sock`.
    fn is_socket(&self, target: &Target) -> bool {
        self.sources.slice(target.address_at).trim_start_matches(['"', '\'']).starts_with("unix:")
    }

    /// Whether something notices when a target dies: a check, an agent, or another target whose health it takes over.
    /// `None` while that is not known.
    pub fn is_watched(&self, target: &Target) -> Option<bool> {
        let settings = self.settings_of(target)?;
        let watches = [settings.checked, settings.agent, settings.tracks];
        if watches.iter().any(|fact| fact.is(&true)) {
            return Some(true);
        }
        watches.iter().all(|fact| fact.is(&false)).then_some(false)
    }

    /// Whether failures of real traffic take it out for a while; `None` while that is not known.
    pub fn is_ejected(&self, target: &Target) -> Option<bool> {
        let counts = self.settings_of(target)?.ejected_after.get().map(|failures| *failures > 0);
        match (counts, can_eject(self)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    /// Whether the health check asks for a role that only one target has at a time, and is enabled.
    pub fn elects(&self) -> bool {
        let asks = self.settings.probe.get().is_some_and(|probe| probe.elects) || self.asks_patroni();
        asks && self.targets.iter().any(|target| self.is_watched(target) != Some(false))
    }

    /// Whether the check asks for `/` on port 8008, where Patroni answers 200 for the primary only (REST API of Patroni,
    /// health check endpoints).
    fn asks_patroni(&self) -> bool {
        let Some(ProbeKind::Http(path)) = self.settings.probe.get().map(|probe| probe.kind) else { return false };
        let root = path.is_none_or(|path| self.unit.texts.get(path, self.sources) == "/");
        let asked = |target: &Target| self.settings_of(target).map(|settings| settings.transport.check_port);
        root && self.targets.iter().any(|target| asked(target).is_some_and(|port| port.is(&Some(8008))))
    }

    /// How many targets are declared, if that is known.
    pub fn declared(&self) -> Option<u32> {
        self.targets.iter().try_fold(0_u32, |sum, target| Some(sum.saturating_add(target.count.exactly()?)))
    }
}
