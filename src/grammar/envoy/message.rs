//! Messages: their rows of the table are read when somebody first asks for their fields.

use std::sync::OnceLock;

use super::Grammar;
use super::field::{Field, FieldType, Oneof, State};
use super::support::MessageSupport;
use crate::grammar::table;

/// Which message: its position in the order of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(u16);

/// Messages that files write in a form of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WellKnown {
    /// `@type` and the fields of that message.
    Any,
    /// `1.5s`.
    Duration,
    /// RFC 3339.
    Timestamp,
    /// Any mapping.
    Struct,
    /// Anything.
    Value,
    /// Any list.
    ListValue,
    /// `{}`.
    Empty,
    /// Paths in one string.
    FieldMask,
    /// The scalar itself.
    Wrapper(FieldType),
    /// `type_url`, and a `value` of that type that nobody declared.
    TypedStruct,
}

#[derive(Debug)]
pub(super) struct Messages(Vec<Message>);

#[derive(Debug)]
struct Message {
    name: &'static str,
    rows: &'static str,
    content: OnceLock<Box<Content>>,
}

#[derive(Debug)]
pub(super) struct Content {
    /// Sorted by name.
    pub(super) fields: Vec<Field>,
    /// Positions of the fields, sorted by their other name.
    by_json_name: Vec<u16>,
    pub(super) oneofs: Vec<Oneof>,
    pub(super) well_known: Option<WellKnown>,
}

impl Messages {
    pub(super) fn read(table: &'static str) -> Self {
        let groups = super::sorted::groups(table);
        Self(groups.map(|(name, rows)| Message { name, rows, content: OnceLock::new() }).collect())
    }

    pub(super) fn find(&self, name: &str) -> Option<MessageId> {
        let found = self.0.binary_search_by(|message| message.name.cmp(name));
        found.ok().map(|index| MessageId(index as u16))
    }

    pub(super) fn name(&self, id: MessageId) -> &'static str {
        self.0.get(usize::from(id.0)).map_or("", |message| message.name)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = MessageId> {
        (0..self.0.len()).map(|index| MessageId(index as u16))
    }

    pub(super) fn content(&self, id: MessageId, grammar: &Grammar) -> Option<&Content> {
        let message = self.0.get(usize::from(id.0))?;
        Some(message.content.get_or_init(|| Box::new(Content::read(message, grammar))))
    }
}

impl Content {
    fn read(message: &Message, grammar: &Grammar) -> Self {
        let support = MessageSupport::of(message.name);
        let mut oneofs = Vec::new();
        // A message without fields has one row that names none.
        let rows = table::rows::<7>(message.rows).filter(|[_, field, ..]| !field.is_empty());
        let fields: Vec<Field> = rows.map(|row| Field::read(row, grammar, &support, &mut oneofs)).collect();
        let mut by_json_name: Vec<u16> = (0..fields.len() as u16).collect();
        by_json_name.sort_by_key(|index| fields.get(usize::from(*index)).map(|field| &field.json_name));
        let well_known = well_known(message.name, &fields);
        Self { fields, by_json_name, oneofs, well_known }
    }

    /// The field with this name, in either form.
    #[inline]
    pub(super) fn field(&self, key: &str) -> Option<&Field> {
        let found = self.fields.binary_search_by(|field| field.name.cmp(key));
        found.map_or_else(|_| self.field_by_json_name(key), |index| self.fields.get(index))
    }

    fn field_by_json_name(&self, key: &str) -> Option<&Field> {
        let at = |index: &u16| self.fields.get(usize::from(*index));
        let found =
            self.by_json_name.binary_search_by_key(&Some(key), |index| at(index).map(|field| &*field.json_name));
        found.ok().and_then(|index| self.by_json_name.get(index)).and_then(at)
    }
}

fn well_known(name: &str, fields: &[Field]) -> Option<WellKnown> {
    if name == "xds.type.v3.TypedStruct" || name == "udpa.type.v1.TypedStruct" {
        return Some(WellKnown::TypedStruct);
    }
    Some(match name.strip_prefix("google.protobuf.")? {
        "Any" => WellKnown::Any,
        "Duration" => WellKnown::Duration,
        "Timestamp" => WellKnown::Timestamp,
        "Struct" => WellKnown::Struct,
        "Value" => WellKnown::Value,
        "ListValue" => WellKnown::ListValue,
        "Empty" => WellKnown::Empty,
        "FieldMask" => WellKnown::FieldMask,
        wrapper => {
            let value = fields.iter().find(|field| wrapper.ends_with("Value") && field.state == State::Current)?;
            WellKnown::Wrapper(value.kind)
        }
    })
}
