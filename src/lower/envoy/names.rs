//! Names of clusters: who uses them, and what becomes of those that nothing defines.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::Lowering;
use crate::model::{Destination, Namespace, PoolId, Unresolved, Whereabouts};
use crate::source::Span;
use crate::syntax::envoy::Message;
use crate::syntax::envoy::is_field;

/// Fields that hold the name of a cluster, wherever they stand.
const FIELDS: [&str; 10] = [
    "auth_api_cluster",
    "cluster",
    "cluster_name",
    "cluster_names",
    "collector_cluster",
    "default_cluster",
    "local_cluster_name",
    "service_cluster",
    "target_cluster",
    "tcp_cluster_name",
];

/// Fields whose texts are what something is called, and never lead anywhere.
const LABELS: [&str; 4] = ["@type", "type_url", "stat_prefix", "statPrefix"];

/// How deep messages are searched for names of clusters.
const DEPTH: usize = 64;

impl<'a> Lowering<'a, '_> {
    /// Notes every cluster that a message names anywhere: filters, tracing and control planes use clusters, too.
    pub(super) fn note_uses(&mut self, message: &Message<'a>) {
        for cluster in clusters_in(message) {
            if let Some(name) = cluster.text() {
                self.used.insert(name);
            }
        }
    }

    /// The same for a filter, whose code and settings may name clusters anywhere: every text, and every word of one, may be a name.
    pub(super) fn note_uses_of_filter(&mut self, filter: &Message<'a>) {
        // What aliases name many times over is walked once in a unit.
        let mut search = Search { seen: std::mem::take(&mut self.searched), ..Search::default() };
        search.value(filter, 0);
        self.searched = std::mem::take(&mut search.seen);
        for text in search.found.into_iter().chain(search.others).filter_map(|scalar| scalar.text()) {
            match &text {
                Cow::Borrowed(text) => self.used.extend(words(text).map(Cow::Borrowed)),
                Cow::Owned(text) => self.used.extend(words(text).map(|word| Cow::Owned(word.to_owned()))),
            }
            self.used.insert(text);
        }
        let is_lua = filter.text_of("@type").is_some_and(|url| url.ends_with(".Lua") || url.ends_with(".LuaPerRoute"));
        self.unit.computed_routes |= search.is_told_by_request || (is_lua && search.names_file);
    }

    /// The same for what a part of the configuration replaces of the settings of filters.
    pub(super) fn note_uses_of_replaced_filters(&mut self, level: &Message<'a>) {
        for name in ["typed_per_filter_config", "per_filter_config"] {
            if let Some(configs) = level.field(name) {
                configs.entries().for_each(|(_, config)| self.note_uses_of_filter(&config));
            }
        }
    }

    /// Notes the clusters that a message names, and that the program does not start without.
    pub(super) fn require(&mut self, message: &Message<'a>) {
        for cluster in clusters_in(message) {
            self.refer(&cluster, Unresolved::Required);
        }
        self.note_uses(message);
    }

    /// The same for where configuration comes from: files have no cluster (measured, 1.40.0: "must have a statically defined
    /// non-EDS cluster").
    pub(super) fn require_source(&mut self, source: &Message<'a>) {
        if let Some(api) = source.field("api_config_source") {
            self.require(&api);
        }
    }

    /// The same for what the program itself talks to. Measured (1.40.0) for each: control planes of clusters, listeners and runtime
    /// settings, `ads_config`, statistics, and the proxies' own cluster. `hds_config` and `load_stats_config` are not refused.
    pub(super) fn require_own(&mut self, bootstrap: &Message<'a>) {
        const SINKS: [&str; 3] = ["StatsdSink", "MetricsServiceConfig", "SinkConfig"];
        let dynamic = bootstrap.field("dynamic_resources");
        let of_dynamic = |name| dynamic.and_then(|dynamic| dynamic.field(name));
        if let Some(source) = of_dynamic("ads_config") {
            self.require(&source);
        }
        ["cds_config", "lds_config"].iter().filter_map(|name| of_dynamic(name)).for_each(|it| self.require_source(&it));
        let layers = bootstrap.field("layered_runtime").into_iter().flat_map(|runtime| runtime.list("layers"));
        let sources = layers.filter_map(|layer| layer.path(&["rtds_layer", "rtds_config"]));
        sources.for_each(|source| self.require_source(&source));
        for (kind, sink) in bootstrap.list("stats_sinks").filter_map(|sink| sink.extension()) {
            if SINKS.contains(&kind.as_ref()) {
                self.require(&sink);
            }
        }
        if let Some(own) = bootstrap.path(&["cluster_manager", "local_cluster_name"]) {
            self.refer(&own, Unresolved::Required);
        }
    }

    /// The same for some fields of a message: certificates and members may come from a control plane.
    pub(super) fn note_uses_in(&mut self, message: &Message<'a>, fields: &[&str]) {
        for field in fields.iter().filter_map(|name| message.field(name)) {
            self.note_uses(&field);
        }
    }

    /// Ties references and routes to pools; `is_whole`: all that the program starts with is known.
    pub(super) fn resolve_names(&mut self, is_whole: bool) {
        let elsewhere = if self.unit.fragment { Whereabouts::OtherFile } else { Whereabouts::Nowhere };
        let mut references = std::mem::take(&mut self.unit.names.references);
        for reference in &mut references {
            let value = self.unit.texts.get(reference.name, self.input.sources);
            // Routes of listeners that the program starts with, and what it asks for more, need clusters that it starts with (measured, 1.40).
            let is_strict = matches!(reference.unresolved, Unresolved::Refused | Unresolved::Required);
            let now = is_whole && is_strict && !self.is_late(reference.name.0);
            reference.whereabouts = match self.definition(value) {
                Some(position) if now && self.is_defined_late(position) => Whereabouts::TooLate,
                Some(_) => Whereabouts::Defined,
                None if now => Whereabouts::Nowhere,
                None if reference.unresolved == Unresolved::Overridden => Whereabouts::OtherFile,
                None => elsewhere,
            };
        }
        self.unit.names.references = references;
        self.resolve_routes();
        let used: Vec<u32> = self.used.iter().filter_map(|name| self.definition(name)).collect();
        for position in used {
            if let Some(definition) = self.unit.names.definitions.get_mut(position as usize) {
                definition.references += 1;
            }
        }
    }

    fn definition(&self, name: &str) -> Option<u32> {
        let (texts, sources) = (&self.unit.texts, self.input.sources);
        self.unit.names.find(Namespace::Pool, 0, name, |text| texts.get(text, sources) == name)
    }

    fn is_late(&self, at: Span) -> bool {
        self.unit.is_read_at_run_time(at)
    }

    fn is_defined_late(&self, position: u32) -> bool {
        let definition = self.unit.names.definitions.get(position as usize);
        let pool = definition.and_then(|definition| self.unit.pool(PoolId(definition.item)));
        pool.is_some_and(|pool| self.is_late(pool.header))
    }

    fn pool_named(&self, name: crate::model::Text) -> Option<PoolId> {
        let position = self.definition(self.unit.texts.get(name, self.input.sources))?;
        self.unit.names.definitions.get(position as usize).map(|definition| PoolId(definition.item))
    }

    fn resolve_routes(&mut self) {
        let mut routes = std::mem::take(&mut self.unit.routes);
        for route in &mut routes {
            match &mut route.to {
                Destination::Pool(name, pool) => *pool = self.pool_named(*name),
                Destination::Split(branches) => {
                    for branch in branches {
                        branch.pool = self.pool_named(branch.name);
                    }
                }
                Destination::Computed(..) => {}
            }
        }
        self.unit.routes = routes;
    }
}

/// The scalars in a message that name clusters.
pub(super) fn clusters_in<'a>(message: &Message<'a>) -> Vec<Message<'a>> {
    let mut search = Search::default();
    search.value(message, 0);
    search.found
}

/// The words of a text, code or settings of any language, that may be names of clusters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_inside = |other: char| other.is_alphanumeric() || "_-.:|/@".contains(other);
    text.split(move |other| !is_inside(other)).filter(|word| !word.is_empty())
}

/// A walk over everything in a message; what aliases name is visited once.
#[derive(Default)]
struct Search<'a> {
    seen: FxHashSet<Span>,
    found: Vec<Message<'a>>,
    /// All other scalars, except those that say what a thing is.
    others: Vec<Message<'a>>,
    /// A header of the request names a cluster.
    is_told_by_request: bool,
    /// Something stands in another file.
    names_file: bool,
}

impl<'a> Search<'a> {
    fn value(&mut self, value: &Message<'a>, depth: usize) {
        if depth > DEPTH || value.is_scalar() || !self.seen.insert(value.span()) {
            return;
        }
        if value.is_list() {
            self.others.extend(value.items().filter(Message::is_scalar));
            value.items().for_each(|item| self.value(&item, depth + 1));
        }
        for (key, value) in value.entries() {
            self.names_file |= key == "filename";
            self.is_told_by_request |= is_field(&key, "cluster_header");
            if !FIELDS.iter().any(|name| is_field(&key, name)) {
                self.others.extend(Some(value).filter(|value| value.is_scalar() && !LABELS.contains(&key.as_ref())));
                self.value(&value, depth + 1);
            } else if value.is_scalar() {
                self.found.push(value);
            } else {
                self.found.extend(value.items().filter(Message::is_scalar));
            }
        }
    }
}
