//! What the program's own code refuses in route configurations (research 3.7 and 4, C).

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Checks one route configuration.
pub(super) fn check(config: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    domains(config, diagnostics);
    for route in config.list("virtual_hosts").flat_map(|host| host.list("routes")) {
        if let Some(split) = route.path(&["route", "weighted_clusters"]) {
            weights(&split, diagnostics);
        }
    }
}

/// A domain belongs to one virtual host.
fn domains(config: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: FxHashMap<Cow<'_, str>, Span> = FxHashMap::default();
    for domain in config.list("virtual_hosts").flat_map(|host| host.list("domains")) {
        let Some(text) = domain.text() else { continue };
        let key = Cow::Owned(text.to_ascii_lowercase());
        match first.get(&key) {
            Some(first) => {
                let kind = Kind::DuplicateName { what: "domain", first: *first };
                diagnostics.push(Diagnostic::new(domain.span(), kind));
            }
            None => {
                first.insert(key, domain.span());
            }
        }
    }
}

/// Each branch of a split has a weight, and not all are 0.
fn weights(split: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut total = 0;
    let mut count = 0;
    for branch in split.list("clusters") {
        count += 1;
        match branch.field("weight") {
            Some(weight) if weight.is_masked() => return,
            Some(weight) => total += weight.integer().unwrap_or(0),
            None => {
                let (within, field) = ("weighted_clusters".into(), "weight".into());
                diagnostics.push(Diagnostic::new(branch.first_line(), Kind::MissingField { within, field }));
                return;
            }
        }
    }
    if count > 0 && total == 0 {
        let why = "all weights are 0: Envoy refuses the route";
        diagnostics.push(Diagnostic::new(split.first_line(), Kind::Conflict(why.into())));
    }
}
