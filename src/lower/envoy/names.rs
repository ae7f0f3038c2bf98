//! Names of clusters: who uses them, and what becomes of those that nothing defines.

use rustc_hash::FxHashSet;

use super::Lowering;
use crate::model::{Destination, Namespace, PoolId, Unresolved, Whereabouts};
use crate::source::Span;
use crate::syntax::envoy::Message;
use crate::syntax::envoy::NodeId;

/// Fields that hold the name of a cluster, wherever they stand.
const FIELDS: [&str; 6] =
    ["cluster", "cluster_name", "collector_cluster", "cluster_names", "service_cluster", "local_cluster_name"];

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
            // Routes of listeners that the program starts with need clusters that it starts with (measured, 1.40).
            let now = is_whole && reference.unresolved == Unresolved::Refused && !self.is_late(reference.name.0);
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

/// A walk over everything in a message; what aliases name is visited once.
#[derive(Default)]
struct Search<'a> {
    seen: FxHashSet<NodeId>,
    found: Vec<Message<'a>>,
}

impl<'a> Search<'a> {
    fn value(&mut self, value: &Message<'a>, depth: usize) {
        if depth > DEPTH || value.is_scalar() || !self.seen.insert(value.node()) {
            return;
        }
        if value.is_list() {
            value.items().for_each(|item| self.value(&item, depth + 1));
        }
        for (key, value) in value.entries() {
            if !FIELDS.contains(&key.as_ref()) {
                self.value(&value, depth + 1);
            } else if value.is_scalar() {
                self.found.push(value);
            } else {
                self.found.extend(value.items().filter(Message::is_scalar));
            }
        }
    }
}
