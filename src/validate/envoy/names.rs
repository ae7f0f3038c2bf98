//! Names that must be there, or be there once.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Two resources of one name: the program refuses the second one.
pub(super) fn unique<'a>(
    messages: impl Iterator<Item = Message<'a>>,
    what: &'static str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut first: FxHashMap<Cow<'a, str>, Span> = FxHashMap::default();
    for name in messages.filter_map(|message| message.field("name")) {
        let Some(text) = name.text() else { continue };
        match first.get(&text) {
            Some(first) => {
                diagnostics.push(Diagnostic::new(name.span(), Kind::DuplicateName { what, first: *first }));
            }
            None => {
                first.insert(text, name.span());
            }
        }
    }
}

/// Whoever asks a control plane must say who it is: `node` with `id` and `cluster` (research 4, C).
pub(super) fn identity(bootstrap: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(dynamic) = bootstrap.field("dynamic_resources") else { return };
    let node = bootstrap.field("node");
    let has = |name: &str| node.is_some_and(|node| node.field(name).is_some());
    let asks = ["ads_config", "cds_config", "lds_config"].iter().any(|name| dynamic.field(name).is_some());
    if asks && !(has("id") && has("cluster")) {
        let at = node.map_or(dynamic.first_line(), |_| bootstrap.place("node"));
        let field = "id` and `cluster".into();
        diagnostics.push(Diagnostic::new(at, Kind::MissingField { within: "node".into(), field }));
    }
}
