//! The part of a file descriptor that the tables need: messages, fields, enumerations, and the options of each.

use std::collections::BTreeMap;

use crate::wire;

/// Numbers of the extensions of the descriptor options that Envoy's files use.
mod extension {
    pub const RULES: u32 = 1071;
    pub const ONEOF_REQUIRED: u32 = 1071;
    pub const VERSIONING: u32 = 7_881_811;
    pub const SENSITIVE: u32 = 76_569_463;
    pub const DISALLOWED: u32 = 189_503_207;
    pub const DISALLOWED_VALUE: u32 = 70_100_853;
}

#[derive(Default)]
pub struct Schema {
    pub messages: BTreeMap<String, Message>,
    pub enums: BTreeMap<String, Vec<EnumValue>>,
}

#[derive(Default)]
pub struct Message {
    pub fields: Vec<Field>,
    /// Names that were fields once.
    pub reserved: Vec<String>,
    /// The type of an earlier version of the interface that this one replaces.
    pub previous: Option<String>,
    pub oneofs: Vec<Oneof>,
    pub is_map_entry: bool,
}

pub struct Oneof {
    pub name: String,
    pub is_required: bool,
}

pub struct Field {
    pub name: String,
    pub is_repeated: bool,
    pub kind: u64,
    /// Full name of the message or enumeration, if it is one.
    pub type_name: String,
    pub oneof: Option<usize>,
    pub state: &'static str,
    pub is_sensitive: bool,
    pub rules: Vec<u8>,
}

pub struct EnumValue {
    pub name: String,
    pub number: i32,
    pub state: &'static str,
}

impl Schema {
    /// Adds what a file declares, unless it is known.
    pub fn add_file(&mut self, file: &[u8]) {
        let package = wire::last(file, 2).map(wire::Value::text).unwrap_or_default();
        wire::all(file, 4).for_each(|message| self.add_message(&package, message.bytes()));
        wire::all(file, 5).for_each(|enumeration| self.add_enum(&package, enumeration.bytes()));
    }

    fn add_message(&mut self, scope: &str, bytes: &[u8]) {
        let name = format!("{scope}.{}", wire::last(bytes, 1).map(wire::Value::text).unwrap_or_default());
        wire::all(bytes, 3).for_each(|message| self.add_message(&name, message.bytes()));
        wire::all(bytes, 4).for_each(|enumeration| self.add_enum(&name, enumeration.bytes()));
        self.messages.entry(name).or_insert_with(|| Message::read(bytes));
    }

    fn add_enum(&mut self, scope: &str, bytes: &[u8]) {
        let name = format!("{scope}.{}", wire::last(bytes, 1).map(wire::Value::text).unwrap_or_default());
        let values = wire::all(bytes, 2).map(|value| EnumValue::read(value.bytes())).collect();
        self.enums.entry(name).or_insert(values);
    }
}

impl Message {
    fn read(bytes: &[u8]) -> Self {
        let options = wire::last(bytes, 7).map(wire::Value::bytes).unwrap_or_default();
        let versioning = wire::last(options, extension::VERSIONING).map(wire::Value::bytes).unwrap_or_default();
        Self {
            fields: wire::all(bytes, 2).map(|field| Field::read(field.bytes())).collect(),
            reserved: wire::all(bytes, 10).map(wire::Value::text).collect(),
            previous: wire::last(versioning, 1).map(wire::Value::text),
            oneofs: wire::all(bytes, 8).map(|oneof| Oneof::read(oneof.bytes())).collect(),
            is_map_entry: is_set(options, 7),
        }
    }
}

impl Oneof {
    fn read(bytes: &[u8]) -> Self {
        let options = wire::last(bytes, 2).map(wire::Value::bytes).unwrap_or_default();
        let name = wire::last(bytes, 1).map(wire::Value::text).unwrap_or_default();
        Self { name, is_required: is_set(options, extension::ONEOF_REQUIRED) }
    }
}

impl Field {
    fn read(bytes: &[u8]) -> Self {
        let options = wire::last(bytes, 8).map(wire::Value::bytes).unwrap_or_default();
        let type_name = wire::last(bytes, 6).map(wire::Value::text).unwrap_or_default();
        // An optional scalar is in a oneof of its own that nobody wrote.
        let is_optional = is_set(bytes, 17);
        let oneof =
            wire::last(bytes, 9).filter(|_| !is_optional).and_then(|index| usize::try_from(index.varint()).ok());
        Self {
            name: wire::last(bytes, 1).map(wire::Value::text).unwrap_or_default(),
            is_repeated: wire::last(bytes, 4).is_some_and(|label| label.varint() == 3),
            kind: wire::last(bytes, 5).map_or(0, wire::Value::varint),
            type_name: type_name.trim_start_matches('.').to_owned(),
            oneof,
            state: state(options, 3, extension::DISALLOWED),
            is_sensitive: is_set(options, extension::SENSITIVE),
            rules: wire::all(options, extension::RULES).flat_map(|rules| rules.bytes().to_vec()).collect(),
        }
    }
}

impl EnumValue {
    fn read(bytes: &[u8]) -> Self {
        let options = wire::last(bytes, 3).map(wire::Value::bytes).unwrap_or_default();
        Self {
            name: wire::last(bytes, 1).map(wire::Value::text).unwrap_or_default(),
            number: wire::last(bytes, 2)
                .map_or(0, |number| i32::try_from(number.varint().cast_signed()).unwrap_or_default()),
            state: state(options, 1, extension::DISALLOWED_VALUE),
        }
    }
}

fn is_set(options: &[u8], number: u32) -> bool {
    wire::last(options, number).is_some_and(|value| value.varint() != 0)
}

fn state(options: &[u8], deprecated: u32, disallowed: u32) -> &'static str {
    if is_set(options, disallowed) {
        "disallowed"
    } else if is_set(options, deprecated) {
        "deprecated"
    } else {
        "-"
    }
}
