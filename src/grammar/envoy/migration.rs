//! From the versions of the interface that are gone: earlier names of types and extensions, and what replaced a field.

use super::{Grammar, MessageId, sorted};
use crate::grammar::table;

const PREVIOUS: &str = include_str!("../../../grammars/envoy/previous.tsv");
const LEGACY_NAMES: &str = include_str!("../../../grammars/envoy/legacy_names.tsv");
const REPLACEMENTS: &str = include_str!("../../../grammars/envoy/replacements.tsv");

/// The message name under which `replacements.tsv` keeps the keys of version 1.
const FIRST_VERSION: &str = "v1";

/// What an extension is called today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegacyExtension {
    /// What it extends: `http`, `network`, `listener`, `access_log`, `tracer`, `transport_socket`, ...
    pub kind: &'static str,
    /// Its name in version 3.
    pub name: &'static str,
    /// The message that configures it, if any.
    pub message: Option<MessageId>,
}

impl Grammar {
    /// The message that a type of version 2 became.
    pub fn previous(&self, name: &str) -> Option<MessageId> {
        let [_, message] = table::rows(sorted::rows_of(PREVIOUS, name)).next()?;
        self.message(message)
    }

    /// Whether version 2 had this message.
    pub fn had_previous(&self, message: MessageId) -> bool {
        let name = self.name(message);
        table::rows(PREVIOUS).any(|[_, successor]| successor == name)
    }

    /// What an extension's name of version 2 or 1 became; one name may be an extension of two kinds.
    pub fn legacy_extensions(&self, name: &str) -> impl Iterator<Item = LegacyExtension> {
        let rows = table::rows(sorted::rows_of(LEGACY_NAMES, name));
        rows.map(|[_, kind, name, message]| LegacyExtension { kind, name, message: self.message(message) })
    }

    /// What to write instead of a field that is gone or means something else now.
    pub fn replacement(&self, message: MessageId, field: &str) -> Option<&'static str> {
        replacement(self.name(message), field)
    }

    /// What to write instead of a key of version 1.
    pub fn first_version_replacement(&self, key: &str) -> Option<&'static str> {
        replacement(FIRST_VERSION, key)
    }
}

fn replacement(message: &str, field: &str) -> Option<&'static str> {
    let mut rows = table::rows(sorted::rows_of(REPLACEMENTS, message));
    rows.find(|[_, name, _]| *name == field).map(|[_, _, instead]| instead)
}
