//! Fields of messages: names, types, and what their values must satisfy.

use std::borrow::Cow;

use super::rule::{self, Rule};
use super::support::MessageSupport;
use super::{EnumId, Grammar, MessageId};
use crate::grammar::Support;

/// A field of a message.
#[derive(Debug)]
pub struct Field {
    /// Its name, in snake case.
    pub name: &'static str,
    /// Its other name, in lower camel case; both are accepted.
    pub json_name: Cow<'static, str>,
    /// What a value is.
    pub kind: FieldType,
    /// How many values it takes.
    pub label: Label,
    /// Position among the message's groups of which only one field may be set.
    pub oneof: Option<u8>,
    /// Whether version 3 still takes it.
    pub state: State,
    /// What the value must satisfy.
    pub rules: Box<[Rule]>,
    /// Whether it holds a secret, as does everything under it.
    pub is_secret: bool,
    /// What lblint does with it.
    pub support: Support,
}

/// The type of a value; integers by what JSON can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// 64 bits.
    Double,
    /// 32 bits.
    Float,
    /// Signed, 32 bits.
    Int32,
    /// Signed, 64 bits.
    Int64,
    /// Unsigned, 32 bits.
    Uint32,
    /// Unsigned, 64 bits.
    Uint64,
    /// `true` or `false`.
    Bool,
    /// Text.
    String,
    /// Base64 text.
    Bytes,
    /// One of some names.
    Enum(EnumId),
    /// A mapping.
    Message(MessageId),
    /// Not known any more: a field that was removed.
    Unknown,
}

/// How many values a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// One.
    Single,
    /// A list.
    Repeated,
    /// A mapping from keys of this type to values.
    Map(FieldType),
}

/// Whether the program takes a field or a value of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Yes.
    Current,
    /// Yes, with a warning.
    Deprecated,
    /// Only if a runtime setting allows it.
    Disallowed,
    /// No: it was there in an earlier version of the interface.
    Removed,
}

/// Fields of a message of which only one may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oneof {
    /// The name of the group; it is no key of files.
    pub name: &'static str,
    /// Whether one of them must be set.
    pub is_required: bool,
}

impl State {
    pub(super) fn read(cell: &str) -> Self {
        match cell {
            "deprecated" => Self::Deprecated,
            "disallowed" => Self::Disallowed,
            "removed" => Self::Removed,
            _ => Self::Current,
        }
    }
}

impl Field {
    /// Reads a row; `oneofs` are the groups that the rows before it named.
    pub(super) fn read(
        cells: [&'static str; 7],
        grammar: &Grammar,
        support: &MessageSupport,
        oneofs: &mut Vec<Oneof>,
    ) -> Self {
        let [_, name, kind, oneof, state, rules, secret] = cells;
        let (label, kind) = read_type(kind, grammar);
        Self {
            name,
            json_name: json_name(name),
            kind,
            label,
            oneof: read_oneof(oneof, oneofs),
            state: State::read(state),
            rules: rule::read(rules),
            is_secret: secret == "yes",
            support: support.field(name),
        }
    }
}

fn read_type(cell: &str, grammar: &Grammar) -> (Label, FieldType) {
    if let Some((key, value)) = cell.strip_prefix("map(").and_then(|map| map.strip_suffix(')')?.split_once(',')) {
        return (Label::Map(read_single(key, grammar)), read_single(value, grammar));
    }
    match cell.strip_prefix('*') {
        Some(item) => (Label::Repeated, read_single(item, grammar)),
        None => (Label::Single, read_single(cell, grammar)),
    }
}

fn read_single(cell: &str, grammar: &Grammar) -> FieldType {
    match cell {
        "" => FieldType::Unknown,
        "double" => FieldType::Double,
        "float" => FieldType::Float,
        "int32" | "sint32" | "sfixed32" => FieldType::Int32,
        "int64" | "sint64" | "sfixed64" => FieldType::Int64,
        "uint32" | "fixed32" => FieldType::Uint32,
        "uint64" | "fixed64" => FieldType::Uint64,
        "bool" => FieldType::Bool,
        "string" => FieldType::String,
        "bytes" => FieldType::Bytes,
        name => match name.strip_prefix("enum:") {
            Some(name) => grammar.enumeration(name).map_or(FieldType::Unknown, FieldType::Enum),
            None => grammar.message(name).map_or(FieldType::Unknown, FieldType::Message),
        },
    }
}

fn read_oneof(cell: &'static str, oneofs: &mut Vec<Oneof>) -> Option<u8> {
    let name = cell.strip_suffix('!').unwrap_or(cell);
    if name.is_empty() {
        return None;
    }
    let known = oneofs.iter().position(|oneof| oneof.name == name);
    let position = known.unwrap_or_else(|| {
        oneofs.push(Oneof { name, is_required: cell.ends_with('!') });
        oneofs.len() - 1
    });
    u8::try_from(position).ok()
}

/// Lower camel case as Protocol Buffers make it: an underscore goes, and the letter behind it is a capital.
fn json_name(name: &'static str) -> Cow<'static, str> {
    if !name.contains('_') {
        return Cow::Borrowed(name);
    }
    let mut is_capital = false;
    let mut json = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter == '_' {
            is_capital = true;
        } else {
            json.push(if is_capital { letter.to_ascii_uppercase() } else { letter });
            is_capital = false;
        }
    }
    Cow::Owned(json)
}

#[cfg(test)]
mod tests {
    use super::json_name;

    #[test]
    fn the_second_name_of_a_field_is_in_camel_case() {
        assert_eq!(json_name("load_assignment"), "loadAssignment");
        assert_eq!(json_name("http2_protocol_options"), "http2ProtocolOptions");
        assert_eq!(json_name("consecutive_5xx"), "consecutive5xx");
        assert_eq!(json_name("name"), "name");
    }
}
