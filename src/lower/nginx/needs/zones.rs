//! Zones that are declared for limits and caches, and that nothing uses.

use rustc_hash::FxHashSet;

use super::super::Lowering;
use super::super::argument::Argument;
use super::Directive;
use super::table::{CACHE_USER, CONNECTION_LIMIT, REQUEST_LIMIT};
use crate::model::{Idle, Need};
use crate::source::Span;

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
    pub(super) fn note_zone(&self, directive: &Directive<'_>, zones: &mut Zones) {
        let Some(name) = directive.name else {
            zones.open = true;
            return;
        };
        match name {
            "limit_req_zone" => self.declare(directive, Use::Requests, "zone=", zones),
            "limit_conn_zone" => self.declare(directive, Use::Connections, "zone=", zones),
            name if name.ends_with("_cache_path") => self.declare(directive, Use::Cache, "keys_zone=", zones),
            "limit_req" => use_zone(directive, Use::Requests, zones),
            "limit_conn" => use_zone(directive, Use::Connections, zones),
            name if name.ends_with("_cache") || name.contains("_cache_purge") => {
                use_zone(directive, Use::Cache, zones);
            }
            // Scripts and modules that are not known may do anything.
            name => zones.open |= name.contains("_by_lua") || self.input.grammar.directive(name).is_none(),
        }
    }

    fn declare(&self, directive: &Directive<'_>, kind: Use, parameter: &str, zones: &mut Zones) {
        let name_in = |word: &Argument<'_>| Some(word.known()?.strip_prefix(parameter)?.split(':').next()?.to_owned());
        if let Some(name) = directive.arguments.iter().find_map(name_in) {
            zones.declared.push((kind, name, self.header(directive.place)));
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

fn use_zone(directive: &Directive<'_>, kind: Use, zones: &mut Zones) {
    for word in directive.arguments {
        let Some(text) = word.known() else {
            zones.open = true;
            continue;
        };
        zones.open |= text.contains('$') && kind == Use::Cache;
        zones.used.insert((kind, text.strip_prefix("zone=").unwrap_or(text).to_owned()));
    }
}

/// Whether a directive declares or uses a zone.
pub(super) fn is_noted(name: &str) -> bool {
    const LIMITS: [&str; 4] = ["limit_req_zone", "limit_conn_zone", "limit_req", "limit_conn"];
    let cache = name.ends_with("_cache_path") || name.ends_with("_cache") || name.contains("_cache_purge");
    cache || LIMITS.contains(&name)
}

const fn need_of(kind: Use) -> &'static Need {
    match kind {
        Use::Requests => &REQUEST_LIMIT,
        Use::Connections => &CONNECTION_LIMIT,
        Use::Cache => &CACHE_USER,
    }
}
