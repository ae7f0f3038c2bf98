//! What one proxy process would load, as one model.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::{
    Address, Bind, Callers, Capacity, Drill, Fact, Forwarding, ForwardingId, HostName, Idle, Label, LabelsId, Listener,
    ListenerId, Locality, LocalityId, Logging, Members, Names, Network, Operations, Origin, PartialChoice, Pool,
    PoolId, PoolSettings, Port, Route, RouteSource, RuleSection, Selectors, Sessions, SettingsId, Spread, SpreadId,
    StagedRule, Stories, Target, TargetSettings, TargetSettingsId, Text, Texts,
};
use crate::grammar::rules::RuleId;
use crate::source::{Dialect, SourceId, Sources, Span, Version};
use crate::syntax::Remark;

/// One file of a unit.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// The text.
    pub source: SourceId,
    /// The part of the text that belongs to the unit: all of it, or what is embedded in another one.
    pub part: Span,
    /// Whether findings in it are reported; false for files that only complete the unit.
    pub reported: bool,
    /// Whether the program reads it while running: what is wrong with it does not keep the program from starting (Envoy).
    pub at_run_time: bool,
    /// Whether units that were not asked about load it, too: what concerns it may be found there.
    pub elsewhere: bool,
}

/// The sources that one proxy process would load together, as one model.
#[derive(Debug)]
pub struct Unit {
    /// The language of all its sources.
    pub dialect: Dialect,
    /// The version that will run it: stated, or assumed.
    pub version: Version,
    /// Its files in the order in which the program loads them.
    pub files: Vec<File>,
    /// Whether it is only part of a configuration: then nothing is undefined or unused.
    pub fragment: bool,
    /// Whether it has neither general settings nor defaults, so that these may stand in a file that is not known.
    pub headless: bool,
    /// Pools in the order of the text.
    pub pools: Vec<Pool>,
    /// Targets of all pools; each pool has a range.
    pub targets: Vec<Target>,
    /// The addresses of targets whose name stands for several, where somebody listed them; by place among all targets.
    pub listed_addresses: FxHashMap<u32, Vec<IpAddr>>,
    /// The targets of pools one by one.
    pub members: Members,
    /// Settings of pools and listeners; shared where equal.
    pub settings: Vec<PoolSettings>,
    /// Settings of targets; shared where equal.
    pub target_settings: Vec<TargetSettings>,
    /// Places that targets belong to; each pool's stand together.
    pub localities: Vec<Locality>,
    /// Sets of labels, each in one order; the first one is empty.
    pub labels: Vec<Vec<Label>>,
    /// Names that together make a subset; each pool's stand together.
    pub selectors: Vec<Vec<Text>>,
    /// How pools spread traffic over tiers and localities; shared where equal.
    pub spreads: Vec<Spread>,
    /// Listeners in the order of the text.
    pub listeners: Vec<Listener>,
    /// Names that listeners take requests for; each listener's stand together.
    pub host_names: Vec<HostName>,
    /// How routes hand requests to targets; shared where equal.
    pub forwardings: Vec<Forwarding>,
    /// Routes in the order in which they are tried.
    pub routes: Vec<Route>,
    /// Tables that choose pools for some requests only, each with a route.
    pub partial_choices: Vec<PartialChoice>,
    /// Rules of sections, and which of them are whose (HAProxy).
    pub staged_rules: Vec<StagedRule>,
    /// The sections that have any.
    pub rule_sections: Vec<RuleSection>,
    /// Names and references.
    pub names: Names,
    /// Values of quoted words.
    pub texts: Texts,
    /// Longer stories of facts.
    pub stories: Stories,
    /// What ties clients to targets.
    pub sessions: Sessions,
    /// Comments that speak to lblint.
    pub remarks: Vec<Remark>,
    /// The addresses of the machines where it runs, as far as settings say.
    pub at: Vec<IpAddr>,
    /// The networks whose connections get the addresses of clients, where these are listed (`Clients::RestoredFrom`).
    pub trusted: Vec<Network>,
    /// It chooses the address that it connects from, maybe the client's own: where that is written.
    pub chooses_source: Option<Span>,
    /// Who connects to pools that tell clients apart by address, where settings say that it is proxies only.
    pub callers: FxHashMap<PoolId, Callers>,
    /// What lets people change or watch it while it runs.
    pub operations: Operations,
    /// Settings that nothing reads.
    pub idle: Vec<Idle>,
    /// A statement that loads a further module of the program: what is not recognised may be the module's.
    pub loads_module: Option<Span>,
    /// A statement that only another edition of the program has, Plus or a fork: what is not recognised may be the edition's
    /// (nginx).
    pub other_edition: Option<Span>,
    /// Where a cluster is named that stands for the proxies themselves: then targets in their own zone may come first (Envoy).
    pub own_cluster: Option<Span>,
    /// Where it is written in which zone the proxy runs (Envoy).
    pub own_locality: Option<Span>,
    /// Failures that are made on purpose.
    pub drills: Vec<Drill>,
    /// Some route chooses its pool while running, so any pool may be reached.
    pub computed_routes: bool,
    /// How many processes do the work, each with what it knows of the targets by itself (nginx).
    pub workers: Fact<Workers>,
    /// What each process takes in at a time.
    pub capacity: Capacity,
    /// Rules that only requests with methods that may be repeated meet, in order (HAProxy).
    pub repeatable_rules: Vec<Span>,
}

/// How many processes do the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workers {
    /// So many.
    Exactly(u32),
    /// One for each core of the machine.
    OnePerCore,
}

impl Unit {
    /// An empty unit.
    pub fn new(dialect: Dialect, version: Version) -> Self {
        Self {
            dialect,
            version,
            files: Vec::new(),
            fragment: false,
            headless: false,
            pools: Vec::new(),
            targets: Vec::new(),
            listed_addresses: FxHashMap::default(),
            members: Members::default(),
            settings: Vec::new(),
            target_settings: Vec::new(),
            localities: Vec::new(),
            labels: vec![Vec::new()],
            selectors: Vec::new(),
            spreads: Vec::new(),
            listeners: Vec::new(),
            host_names: Vec::new(),
            forwardings: Vec::new(),
            routes: Vec::new(),
            partial_choices: Vec::new(),
            staged_rules: Vec::new(),
            rule_sections: Vec::new(),
            names: Names::default(),
            texts: Texts::default(),
            stories: Stories::default(),
            sessions: Sessions::default(),
            remarks: Vec::new(),
            at: Vec::new(),
            trusted: Vec::new(),
            chooses_source: None,
            callers: FxHashMap::default(),
            operations: Operations::default(),
            idle: Vec::new(),
            loads_module: None,
            other_edition: None,
            own_cluster: None,
            own_locality: None,
            drills: Vec::new(),
            computed_routes: false,
            workers: Fact::known(Workers::Exactly(1), Origin::default(Span::default(), RuleId::NONE)),
            capacity: Capacity::of_system(Origin::default(Span::default(), RuleId::NONE)),
            repeatable_rules: Vec::new(),
        }
    }

    /// All pools with their ids.
    pub fn pools(&self) -> impl Iterator<Item = (PoolId, &Pool)> {
        self.pools.iter().enumerate().map(|(index, pool)| (PoolId(index as u32), pool))
    }

    /// The pool with this id.
    pub fn pool(&self, id: PoolId) -> Option<&Pool> {
        self.pools.get(id.0 as usize)
    }

    /// Whether findings at a place are wanted; around an embedded text as in it.
    pub fn is_reported(&self, at: Span, sources: &Sources) -> bool {
        let Some((file, _)) = sources.at(at.start) else { return false };
        self.files.iter().any(|one| one.reported && (one.source == file || sources.host_of(one.source) == file))
    }

    /// Whether what concerns it may stand in files that are not known.
    pub const fn is_part(&self) -> bool {
        self.fragment || self.headless
    }

    /// A pool's targets.
    pub fn targets_of(&self, pool: &Pool) -> &[Target] {
        self.targets.get(pool.targets.start as usize..pool.targets.end as usize).unwrap_or_default()
    }

    /// The listener with this id.
    pub fn listener(&self, id: ListenerId) -> Option<&Listener> {
        self.listeners.get(id.0 as usize)
    }

    /// Whether it runs on a machine with this address.
    pub fn runs_at(&self, ip: IpAddr) -> bool {
        ip.is_loopback() || self.at.contains(&ip)
    }

    /// Whether an address is on the machine that runs it, whichever of several that is.
    pub fn is_beside(&self, address: Address) -> bool {
        address.is_local() || matches!((address, self.at.as_slice()), (Address::Ip(ip, _), [only]) if ip == *only)
    }

    /// The listeners that take connections to a port of one of its machines.
    pub fn listeners_at(&self, ip: IpAddr, port: u16) -> impl Iterator<Item = ListenerId> {
        let takes = move |bind: &Bind| match bind.address {
            Address::Any(Port::Number(own)) => own == port && ip.is_ipv4(),
            Address::Ip(own, Port::Number(at)) => at == port && (own == ip || own.is_unspecified()),
            _ => false,
        };
        let open = move |listener: &Listener| !listener.disabled && listener.binds.iter().any(takes);
        (0..).map(ListenerId).zip(&self.listeners).filter(move |(_, listener)| open(listener)).map(|(id, _)| id)
    }

    /// Whether the text at a place is one that the program reads only while running.
    pub fn is_read_at_run_time(&self, at: Span) -> bool {
        self.files.iter().any(|file| file.at_run_time && file.part.encloses(Span::empty(at.start)))
    }

    /// How a route hands requests to targets, where that is the route's business.
    pub fn forwarding(&self, route: &Route) -> Option<&Forwarding> {
        let ForwardingId(id) = route.forwarding?;
        self.forwardings.get(id as usize)
    }

    /// What the log says of the traffic of a route.
    pub fn logging(&self, route: &Route) -> Option<Fact<Logging>> {
        match (self.forwarding(route), route.from) {
            (Some(forwarding), _) => Some(forwarding.logging),
            (None, RouteSource::Listener(id)) => Some(self.listener(id)?.logging),
            (None, RouteSource::Pool(_)) => None,
        }
    }

    /// The locality with this id.
    pub fn locality(&self, id: LocalityId) -> Option<&Locality> {
        self.localities.get(id.0 as usize)
    }

    /// A set of labels.
    pub fn labels(&self, id: LabelsId) -> &[Label] {
        self.labels.get(id.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The selectors of a pool.
    pub fn selectors(&self, which: Selectors) -> &[Vec<Text>] {
        let (first, count) = (which.first as usize, which.count as usize);
        self.selectors.get(first..first.saturating_add(count)).unwrap_or_default()
    }

    /// The spread with this id.
    pub fn spread(&self, id: SpreadId) -> Option<&Spread> {
        self.spreads.get(id.0 as usize)
    }

    /// The rules of a section, in the order of the text.
    pub fn rules_of(&self, section: &RuleSection) -> &[StagedRule] {
        let (first, end) = (section.rules.start as usize, section.rules.end as usize);
        self.staged_rules.get(first..end).unwrap_or_default()
    }

    /// Settings by id.
    pub fn settings(&self, id: SettingsId) -> Option<&PoolSettings> {
        self.settings.get(id.0 as usize)
    }

    /// Target settings by id.
    pub fn target_settings(&self, id: TargetSettingsId) -> Option<&TargetSettings> {
        self.target_settings.get(id.0 as usize)
    }
}
