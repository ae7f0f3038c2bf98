//! What every extension needs: a configuration, or a place to get it from.

use super::walk::key_is_masked;
use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::envoy::Message;

/// A filter, a logger or a socket that is named without `typed_config`: its name alone tells the program nothing
/// (measured, 1.40: "Didn't find a registered implementation ... with type URL: ''").
pub(super) fn configured(extension: &Message<'_>, within: &str, diagnostics: &mut Vec<Diagnostic>) {
    // An optional filter that is not known is left out; `config` is what version 2 had.
    let is_optional = extension.text_of("is_optional").is_some_and(|word| word == "true");
    let is_configured =
        ["typed_config", "config_discovery", "config"].iter().any(|name| extension.entry(name).is_some());
    if is_optional || is_configured || !extension.is_mapping() || key_is_masked(extension) {
        return;
    }
    let Some(name) = extension.field("name").filter(|name| !name.is_masked()) else { return };
    let (within, field) = (within.into(), "typed_config".into());
    diagnostics.push(Diagnostic::new(name.span(), Kind::MissingField { within, field }));
}
