//! Where a setting comes from: a place in a settings file, the environment, the command line.

use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// A place in a settings file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it is shown.
    pub file: Arc<str>,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in code points.
    pub column: u32,
    /// The first byte of the text.
    pub start: u32,
    /// The byte after it.
    pub end: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A settings file.
    File(Place),
    /// A variable of the environment.
    Environment(&'static str),
    /// An argument.
    CommandLine(&'static str),
}

impl Origin {
    /// From here to the end of another place in the same file.
    pub(super) fn up_to(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::File(from), Self::File(to)) => Self::File(Place { end: to.end.max(from.end), ..from.clone() }),
            _ => self.clone(),
        }
    }

    /// Where it is, as people look it up.
    pub(super) fn without_column(&self) -> String {
        match self {
            Self::File(place) => format!("{}:{}", place.file, place.line),
            other => other.to_string(),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File(place) => place.fmt(formatter),
            Self::Environment(name) => write!(formatter, "environment variable {name}"),
            Self::CommandLine(flag) => formatter.write_str(flag),
        }
    }
}

/// A value that remembers where it stands, so that a finding can point there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands; `None` for a value that stands in no file.
    pub at: Option<Place>,
}

/// The name under which a tree of settings hands out a value together with its place.
pub(super) const PLACED: &str = "$lblint::Placed";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(PLACED, PlacedVisitor(std::marker::PhantomData))
    }
}

struct PlacedVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PlacedVisitor<T> {
    type Value = Placed<T>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a value")
    }

    /// A reader that knows no places.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Ok(Placed { value: T::deserialize(deserializer)?, at: None })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        let missing = || serde::de::Error::custom("a value without its place");
        let file: String = parts.next_element()?.ok_or_else(missing)?;
        let mut number = || parts.next_element::<u32>()?.ok_or_else(missing);
        let (line, column, start, end) = (number()?, number()?, number()?, number()?);
        let value = parts.next_element()?.ok_or_else(missing)?;
        let place = Place { file: file.into(), line, column, start, end };
        Ok(Placed { value, at: (place.line > 0).then_some(place) })
    }
}

/// A table that remembers where each of its keys stands, with its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyed<T> {
    /// The table.
    pub table: Placed<T>,
    /// Its keys.
    pub keys: Vec<Placed<String>>,
}

/// The name under which a tree of settings hands out a table together with the places of its keys.
pub(super) const KEYED: &str = "$lblint::Keyed";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Keyed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(KEYED, KeyedVisitor(std::marker::PhantomData))
    }
}

struct KeyedVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for KeyedVisitor<T> {
    type Value = Keyed<T>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a table")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let table = Placed { value: T::deserialize(deserializer)?, at: None };
        Ok(Keyed { table, keys: Vec::new() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        let missing = || serde::de::Error::custom("a table without its keys");
        let keys = parts.next_element()?.ok_or_else(missing)?;
        let table = parts.next_element()?.ok_or_else(missing)?;
        Ok(Keyed { table, keys })
    }
}

macro_rules! schema_of_content {
    ($($wrapper:ident),+) => {$(
        impl<T: JsonSchema> JsonSchema for $wrapper<T> {
            fn inline_schema() -> bool {
                T::inline_schema()
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                T::schema_name()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                T::schema_id()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                T::json_schema(generator)
            }
        }
    )+};
}

schema_of_content!(Placed, Keyed);
