//! For programs: documents whose fields stay.

mod checks;
mod findings;

pub(super) use checks::checks;
pub(super) use findings::findings;

use serde::Serialize;

/// A document as indented text with a newline at its end.
pub(super) fn text(document: &impl Serialize) -> String {
    // The documents are plain structs with text keys: there is nothing in them that serde_json refuses.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
