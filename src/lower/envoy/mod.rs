//! Envoy to the model: clusters first, then the listeners and routes that lead to them, then names are tied together.

mod address;
mod aggregate;
mod cluster;
mod comments;
mod drills;
mod endpoints;
mod facts;
mod forwarding;
mod health;
mod hosts;
mod http_check;
mod keys;
mod labels;
mod listener;
mod membership;
mod names;
mod needs;
mod operations;
mod policy;
mod resources;
mod retries;
mod routes;
mod settings;
mod shadow;
mod spread;
mod template;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Answers;
use super::cache::SettingsCache;
use crate::model::{
    Fact, File, Forwarding, ForwardingId, HostPort, Label, LabelsId, ListenerId, PoolSettings, SettingsId, Text,
    Timeout, Unit, Unresolved,
};
use crate::source::{Dialect, Sources, Span, Version, View};
use crate::syntax::envoy::Message;
use crate::syntax::envoy::{Shape, Tree};
use resources::Resources;

/// One text of a unit, read.
#[derive(Debug)]
pub struct Part<'a> {
    /// The file.
    pub file: File,
    /// Its text.
    pub view: View<'a>,
    /// Its tree.
    pub tree: &'a Tree,
    /// What it is for.
    pub shape: Shape,
}

/// What a unit is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// All texts.
    pub sources: &'a Sources,
    /// The unit's texts, the one that the program is started with first.
    pub parts: &'a [Part<'a>],
    /// The version that will run it.
    pub version: Version,
    /// Something that it loads is not known.
    pub incomplete: bool,
    /// What names of hosts stand for.
    pub answers: &'a Answers,
}

/// How many targets and routes there may be for each node of the text: aliases can name a list many times over.
const REPEATS: usize = 4;

/// Turns the texts of a unit into the model.
pub fn lower(input: Input<'_>) -> Unit {
    let mut unit = Unit::new(Dialect::Envoy, input.version);
    unit.files = input.parts.iter().map(|part| part.file).collect();
    let nodes: usize = input.parts.iter().map(|part| part.tree.iter().len()).sum();
    let mut lowering = Lowering {
        input,
        unit,
        cache: SettingsCache::default(),
        forwardings: FxHashMap::default(),
        used: FxHashSet::default(),
        searched: FxHashSet::default(),
        host_port: HostPort::Compared,
        administration_clusters: FxHashSet::default(),
        listener_asks: false,
        scopes: 0,
        stream_idle: None,
        filters_may_ask: true,
        fault_filter: None,
        labels: FxHashMap::default(),
        label_texts: FxHashMap::default(),
        budget: nodes.saturating_mul(REPEATS),
    };
    let resources = Resources::collect(input.parts);
    lowering.read(&resources);
    lowering.finish(&resources)
}

/// The state of one unit's lowering.
struct Lowering<'a, 'i> {
    input: Input<'i>,
    unit: Unit,
    cache: SettingsCache,
    forwardings: FxHashMap<Forwarding, ForwardingId>,
    /// Names of clusters that something besides a route uses: control planes, tracing, authorization.
    used: FxHashSet<std::borrow::Cow<'a, str>>,
    /// Where what filters name has been looked for.
    searched: FxHashSet<Span>,
    /// How long requests of the open HTTP filter may pause, where it says so.
    stream_idle: Option<Fact<Timeout>>,
    /// Filters of the open HTTP filter can change which labels a request asks for.
    filters_may_ask: bool,
    /// The open HTTP filter has one that injects faults.
    fault_filter: Option<drills::FaultFilter>,
    /// Sets of labels that are stored.
    labels: FxHashMap<Vec<Label>, LabelsId>,
    /// Names and values of labels, each once.
    label_texts: FxHashMap<String, Text>,
    /// What becomes of ports in host names in the open HTTP filter.
    host_port: HostPort,
    /// Names of clusters whose endpoint is the administration interface.
    administration_clusters: FxHashSet<String>,
    /// The open listener asks who it is.
    listener_asks: bool,
    /// How many virtual hosts there are so far.
    scopes: u32,
    /// How many targets and routes may still be added.
    budget: usize,
}

impl<'a> Lowering<'a, '_> {
    fn read(&mut self, resources: &Resources<'a>) {
        let mut clusters: Vec<&Message<'a>> = resources.clusters.iter().collect();
        clusters.sort_by_key(|cluster| cluster.span().start);
        for cluster in clusters.into_iter().filter(|cluster| !template::is_filled_in(cluster)) {
            self.cluster(cluster, resources);
        }
        self.administration(resources);
        self.find_administration_clusters(resources);
        for listener in resources.listeners.iter().filter(|listener| !template::is_filled_in(listener)) {
            self.listener(listener, resources);
        }
        self.unit.computed_routes |= resources.listeners.iter().any(template::is_filled_in);
        for routes in resources.routes_without_listener() {
            let listener = self.listener_of_routes(routes);
            self.route_configuration(routes, listener, Unresolved::RequestsFail);
        }
        for message in &resources.others {
            self.note_uses(message);
        }
        for message in &resources.extensions {
            self.note_uses_of_filter(message);
        }
        for bootstrap in &resources.bootstraps {
            self.require_own(bootstrap);
        }
    }

    fn finish(mut self, resources: &Resources<'a>) -> Unit {
        let is_open = self.names_are_open(&resources.clusters);
        self.unit.fragment = !resources.is_whole() || self.input.incomplete || resources.clusters_are_remote || is_open;
        self.unit.computed_routes |= resources.listeners_are_remote;
        self.unit.own_cluster = resources.own_cluster;
        self.unit.own_locality = resources.own_locality;
        self.find_commented_targets();
        self.resolve_names(resources.is_whole() && !resources.is_dump() && !is_open);
        self.set_hash_keys();
        self.judge_hash_policies();
        self.unit
    }

    /// Pools of one text stand together, in its order.
    fn find_commented_targets(&mut self) {
        for part in self.input.parts {
            let span = part.view.span();
            let first = self.unit.pools.partition_point(|pool| pool.extent.start < span.start);
            let end = self.unit.pools.partition_point(|pool| pool.extent.start < span.end);
            let pools = self.unit.pools.get_mut(first..end).unwrap_or_default();
            comments::find_commented_targets(part, pools);
        }
    }

    /// The value of a scalar as a word of the model.
    fn text(&mut self, message: &Message<'_>) -> Text {
        let span = message.span();
        let Some(value) = message.text() else { return Text(template::without_quotes(message)) };
        if self.input.sources.slice(span) != value {
            self.unit.texts.remember(span, &value);
        }
        Text(span)
    }

    /// Stores settings, unless they are those of the pool before.
    fn store_settings(&mut self, settings: &PoolSettings) -> SettingsId {
        if self.unit.settings.last() != Some(settings) {
            self.unit.settings.push(*settings);
        }
        SettingsId(self.unit.settings.len() as u32 - 1)
    }

    /// Whether another target or route may be added.
    const fn may_add(&mut self) -> bool {
        match self.budget.checked_sub(1) {
            Some(left) => {
                self.budget = left;
                true
            }
            None => false,
        }
    }

    fn next_listener(&self) -> ListenerId {
        ListenerId(self.unit.listeners.len() as u32)
    }
}
