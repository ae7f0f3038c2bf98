//! A settings file as a tree of values that know where they stand; several of them are laid over each other.

use std::sync::Arc;

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place::{KEYED, PLACED};
use super::{Origin, Place, SettingsError};
use crate::source::LineIndex;

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) origin: Origin,
    pub(super) value: Value,
}

/// What stands there.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// A date or a time, as it is written.
    Date(String),
    List(Vec<Node>),
    /// In the order in which the keys are written.
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Where the key stands.
    pub(super) origin: Origin,
    pub(super) node: Node,
}

impl Node {
    /// Reads a text; `file` is what it is called in errors. What is no TOML is left out, and told.
    pub(super) fn parse(file: &str, text: &str, errors: &mut Vec<SettingsError>) -> Self {
        let places = Places { file: file.into(), text, lines: LineIndex::new(text) };
        let (table, wrong) = DeTable::parse_recoverable(text);
        errors.extend(wrong.iter().map(|error| {
            let place = places.place(error.span().unwrap_or_default());
            SettingsError::new(Origin::File(place), error.message().lines().next().unwrap_or_default())
        }));
        let origin = Origin::File(places.place(0..0));
        Self { origin, value: places.table(table.get_ref()) }
    }

    /// A table without keys.
    pub(super) const fn empty() -> Self {
        Self { origin: Origin::Default, value: Value::Table(Vec::new()) }
    }

    /// The keys of a table.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The keys of a table, each as a text that stands where the key and its value do; then the table itself.
    fn with_keys(self) -> Vec<Self> {
        let key = |entry: &Entry| {
            let origin = entry.origin.up_to(&entry.node.origin);
            Self { origin, value: Value::Text(entry.key.clone()) }
        };
        let keys = self.entries().iter().map(key).collect();
        vec![Self { origin: self.origin.clone(), value: Value::List(keys) }, self]
    }

    /// The value of a table's key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }
}

/// Turns offsets of one file into places.
struct Places<'t> {
    file: Arc<str>,
    text: &'t str,
    lines: LineIndex,
}

impl Places<'_> {
    fn place(&self, span: std::ops::Range<usize>) -> Place {
        let (line, column) = self.lines.line_column(self.text, span.start as u32);
        Place { file: self.file.clone(), line, column, start: span.start as u32, end: span.end as u32 }
    }

    fn origin<T>(&self, spanned: &Spanned<T>) -> Origin {
        Origin::File(self.place(spanned.span()))
    }

    fn table(&self, table: &DeTable<'_>) -> Value {
        let mut keys: Vec<_> = table.iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| Entry {
            key: String::from(AsRef::<str>::as_ref(key.get_ref() as &std::borrow::Cow<'_, str>)),
            origin: self.origin(key),
            node: self.node(value),
        };
        Value::Table(keys.into_iter().map(entry).collect())
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let content = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) => whole(number.as_str(), number.radix()),
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(yes) => Value::Boolean(*yes),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(list) => Value::List(list.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        Node { origin: self.origin(value), value: content }
    }
}

/// A whole number; one that is too large for that is a number all the same.
fn whole(digits: &str, radix: u32) -> Value {
    i64::from_str_radix(digits, radix).map_or_else(|_| Value::Float(digits.parse().unwrap_or(f64::NAN)), Value::Integer)
}

impl IntoDeserializer<'_, SettingsError> for Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Node {
    type Error = SettingsError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SettingsError> {
        let origin = self.origin;
        let read = match self.value {
            Value::Text(text) | Value::Date(text) => visitor.visit_string(text),
            Value::Integer(number) => visitor.visit_i64(number),
            Value::Float(number) => visitor.visit_f64(number),
            Value::Boolean(yes) => visitor.visit_bool(yes),
            Value::List(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Table(entries) => visitor.visit_map(Entries { rest: entries.into_iter(), value: None }),
        };
        read.map_err(|error| error.or_at(&origin))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SettingsError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, SettingsError> {
        if name == KEYED {
            return visitor.visit_seq(Items(self.with_keys().into_iter()));
        }
        if name != PLACED {
            return visitor.visit_newtype_struct(self);
        }
        let place = match &self.origin {
            Origin::File(place) => place.clone(),
            Origin::Default | Origin::Environment(_) | Origin::CommandLine(_) => Place::default(),
        };
        let part = |value| Self { origin: self.origin.clone(), value };
        let numbers = [place.line, place.column, place.start, place.end].map(|number| Value::Integer(number.into()));
        let mut parts = vec![part(Value::Text(place.file.to_string()))];
        parts.extend(numbers.map(part));
        parts.push(self);
        visitor.visit_seq(Items(parts.into_iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SettingsError> {
        let Value::Text(word) = self.value else { return self.deserialize_any(visitor) };
        let word: StringDeserializer<SettingsError> = word.into_deserializer();
        word.deserialize_enum(name, variants, visitor).map_err(|error| error.or_at(&self.origin))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The items of a list.
struct Items(std::vec::IntoIter<Node>);

impl<'de> SeqAccess<'de> for Items {
    type Error = SettingsError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, SettingsError> {
        let Some(node) = self.0.next() else { return Ok(None) };
        let origin = node.origin.clone();
        seed.deserialize(node).map(Some).map_err(|error| error.or_at(&origin))
    }
}

/// The keys and values of a table.
struct Entries {
    rest: std::vec::IntoIter<Entry>,
    value: Option<Node>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = SettingsError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, SettingsError> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.value = Some(entry.node);
        let key: StringDeserializer<SettingsError> = entry.key.into_deserializer();
        seed.deserialize(key).map(Some).map_err(|error| error.or_at(&entry.origin))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, SettingsError> {
        let node = self.value.take().ok_or_else(|| serde::de::Error::custom("a key without a value"))?;
        let origin = node.origin.clone();
        seed.deserialize(node).map_err(|error| error.or_at(&origin))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::settings::Placed;

    #[derive(Debug, Deserialize)]
    struct Example {
        name: Placed<String>,
        counts: Vec<Placed<u32>>,
        until: Option<Placed<String>>,
    }

    #[test]
    fn values_know_where_they_stand() {
        let mut errors = Vec::new();
        let node = Node::parse("f", "name = 'ä'\ncounts = [1,\n  22]\nuntil = 2026-12-15\n", &mut errors);
        let example = Example::deserialize(node).unwrap();
        assert!(errors.is_empty());
        assert_eq!(example.name.value, "ä");
        let place = example.counts[1].at.clone().unwrap();
        assert_eq!((place.to_string().as_str(), place.start, place.end), ("f:3:3", 27, 29));
        assert_eq!(example.until.unwrap().value, "2026-12-15");
    }

    #[test]
    fn all_that_is_no_toml_is_told() {
        let mut errors = Vec::new();
        let node = Node::parse("f", "a = \nb = 1\nc = [\n", &mut errors);
        assert!(errors.len() >= 2, "{errors:?}");
        assert_eq!(node.get("b").map(|node| &node.value), Some(&Value::Integer(1)));
    }
}
