//! Zones that are declared for limits and caches, and that nothing uses.

use rustc_hash::FxHashSet;

use super::super::Lowering;
use super::table::{CACHE_USER, CONNECTION_LIMIT, REQUEST_LIMIT};
use crate::model::{Idle, Need};
use crate::source::Span;
use crate::syntax::nginx::Place;

/// What a zone is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Use {
    Requests,
    Connections,
    Cache,
}

/// The zones of a unit and the names that are used.
#[derive(Debug, Default)]
pub(super) struct Zones {
    declared: Vec<(Use, String, Span)>,
    used: FxHashSet<(Use, String)>,
    /// Some name is not known: any zone may be used.
    open: bool,
}

impl Lowering<'_, '_> {
    /// Notes what a statement declares or uses.
    pub(super) fn note_zone(&self, place: Place, zones: &mut Zones) {
        let Some(word) = self.words(place).next() else { return };
        let Some(name) = word.known() else {
            zones.open = true;
            return;
        };
        match name {
            "limit_req_zone" => self.declare(place, Use::Requests, "zone=", zones),
            "limit_conn_zone" => self.declare(place, Use::Connections, "zone=", zones),
            name if name.ends_with("_cache_path") => self.declare(place, Use::Cache, "keys_zone=", zones),
            "limit_req" => self.use_zone(place, Use::Requests, zones),
            "limit_conn" => self.use_zone(place, Use::Connections, zones),
            name if name.ends_with("_cache") || name.contains("_cache_purge") => {
                self.use_zone(place, Use::Cache, zones);
            }
            // Scripts and modules that are not known may do anything.
            name => zones.open |= name.contains("_by_lua") || self.input.grammar.directive(name).is_none(),
        }
    }

    fn declare(&self, place: Place, kind: Use, parameter: &str, zones: &mut Zones) {
        let mut words = self.arguments(place);
        let name = words.find_map(|word| Some(word.known()?.strip_prefix(parameter)?.split(':').next()?.to_owned()));
        if let Some(name) = name {
            zones.declared.push((kind, name, self.header(place)));
        }
    }

    fn use_zone(&self, place: Place, kind: Use, zones: &mut Zones) {
        for word in self.arguments(place) {
            let Some(text) = word.known() else {
                zones.open = true;
                continue;
            };
            zones.open |= text.contains('$') && kind == Use::Cache;
            zones.used.insert((kind, text.strip_prefix("zone=").unwrap_or(text).to_owned()));
        }
    }

    /// Zones that nothing uses.
    pub(super) fn judge_zones(&mut self, zones: &Zones) {
        if zones.open || self.unit.loads_module.is_some() {
            return;
        }
        let unused = zones.declared.iter().filter(|(kind, name, _)| !zones.used.contains(&(*kind, name.clone())));
        let idle = unused.map(|(kind, _, at)| Idle {
            at: *at,
            need: need_of(*kind),
            group: *at,
            owners: Vec::new(),
            because: None,
        });
        self.unit.idle.extend(idle);
    }
}

const fn need_of(kind: Use) -> &'static Need {
    match kind {
        Use::Requests => &REQUEST_LIMIT,
        Use::Connections => &CONNECTION_LIMIT,
        Use::Cache => &CACHE_USER,
    }
}
