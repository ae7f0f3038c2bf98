//! Names that must be there, or be there once.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Two resources of one name: `kind` says what becomes of the second one, given the place of the first.
pub(super) fn unique<'a>(
    messages: impl Iterator<Item = Message<'a>>,
    kind: impl Fn(Span) -> Kind,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut first: FxHashMap<Cow<'a, str>, Span> = FxHashMap::default();
    for name in messages.filter_map(|message| message.field("name")) {
        let Some(text) = name.text() else { continue };
        match first.get(&text) {
            Some(first) => {
                diagnostics.push(Diagnostic::new(name.span(), kind(*first)));
            }
            None => {
                first.insert(text, name.span());
            }
        }
    }
}
