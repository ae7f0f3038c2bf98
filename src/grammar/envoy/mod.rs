//! The Envoy grammar: the messages of version 3 of its interface, and what earlier versions called things.

mod enumeration;
mod field;
mod message;
mod migration;
mod rule;
mod sorted;
mod support;
#[cfg(test)]
mod tests;

pub use enumeration::{EnumId, EnumValue};
pub use field::{Field, FieldType, Label, Oneof, State};
pub use message::{MessageId, WellKnown};
pub use migration::LegacyExtension;
pub use rule::Rule;

use std::sync::OnceLock;

use enumeration::Enums;
use message::Messages;

const FIELDS: &str = include_str!("../../../grammars/envoy/fields.tsv");
const ENUMS: &str = include_str!("../../../grammars/envoy/enums.tsv");

/// All that is known of Envoy's configuration language.
#[derive(Debug)]
pub struct Grammar {
    messages: Messages,
    enums: Enums,
    secret_names: OnceLock<Vec<&'static str>>,
}

/// The names of the fields that hold secrets.
fn secret_names() -> Vec<&'static str> {
    let rows = memchr::memmem::find_iter(FIELDS.as_bytes(), b"\tyes\n");
    let name = |end: usize| FIELDS.get(..end)?.rsplit('\n').next()?.split('\t').nth(1);
    let mut names: Vec<&str> = rows.filter_map(name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl Grammar {
    /// Finds where the messages and enumerations begin in the embedded tables; their rows are read when asked for.
    pub fn load() -> Self {
        Self { messages: Messages::read(FIELDS), enums: Enums::read(ENUMS), secret_names: OnceLock::new() }
    }

    /// The message with this full name (`envoy.config.cluster.v3.Cluster`).
    pub fn message(&self, name: &str) -> Option<MessageId> {
        self.messages.find(name)
    }

    /// The message that an `@type` names: only what is behind the last slash counts.
    pub fn message_of_url(&self, url: &str) -> Option<MessageId> {
        self.message(url.rsplit('/').next().unwrap_or(url))
    }

    /// The full name of a message.
    pub fn name(&self, id: MessageId) -> &'static str {
        self.messages.name(id)
    }

    /// All messages, in the order of their names.
    pub fn messages(&self) -> impl Iterator<Item = MessageId> {
        self.messages.ids()
    }

    /// The fields of a message, also those that are gone, in the order of their names.
    pub fn fields(&self, id: MessageId) -> &[Field] {
        self.messages.content(id, self).map_or(&[], |content| &content.fields)
    }

    /// The field with this name, in snake case or lower camel case.
    #[inline]
    pub fn field(&self, id: MessageId, key: &str) -> Option<&Field> {
        self.messages.content(id, self)?.field(key)
    }

    /// Whether some message has a secret field of this name; names that many fields have say nothing.
    pub fn is_secret_name(&self, name: &str) -> bool {
        const COMMON: [&str; 2] = ["typed_config", "keys"];
        let plain = name.to_ascii_lowercase();
        let is_it = |field: &&str| **field == *name || field.replace('_', "") == plain;
        self.secret_names.get_or_init(secret_names).iter().filter(|field| !COMMON.contains(field)).any(is_it)
    }

    /// The groups of a message's fields of which only one may be set.
    pub fn oneofs(&self, id: MessageId) -> &[Oneof] {
        self.messages.content(id, self).map_or(&[], |content| &content.oneofs)
    }

    /// How files write this message, if not as a mapping of its fields.
    #[inline]
    pub fn well_known(&self, id: MessageId) -> Option<WellKnown> {
        self.messages.content(id, self)?.well_known
    }

    /// The enumeration with this full name.
    pub fn enumeration(&self, name: &str) -> Option<EnumId> {
        self.enums.find(name)
    }

    /// The full name of an enumeration.
    pub fn enum_name(&self, id: EnumId) -> &'static str {
        self.enums.name(id)
    }

    /// The values of an enumeration, in the order of their names.
    pub fn enum_values(&self, id: EnumId) -> &[EnumValue] {
        self.enums.values(id)
    }

    /// The value of an enumeration with this name, in any case.
    pub fn enum_value(&self, id: EnumId, name: &str) -> Option<EnumValue> {
        self.enum_values(id).iter().find(|value| value.name.eq_ignore_ascii_case(name)).copied()
    }

    /// The value of an enumeration with this number; the first one if several have it.
    pub fn enum_value_by_number(&self, id: EnumId, number: i32) -> Option<EnumValue> {
        self.enum_values(id).iter().find(|value| value.number == number).copied()
    }
}
