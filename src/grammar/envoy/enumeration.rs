//! Enumerations: names and numbers, read when first asked for.

use std::sync::OnceLock;

use super::field::State;
use crate::grammar::table;

/// Which enumeration: its position in the order of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(u16);

/// A value of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// Its name; files may write it in any case.
    pub name: &'static str,
    /// Its number; files may write that instead.
    pub number: i32,
    /// Whether the program takes it.
    pub state: State,
}

#[derive(Debug)]
pub(super) struct Enums(Vec<Enumeration>);

#[derive(Debug)]
struct Enumeration {
    name: &'static str,
    rows: &'static str,
    values: OnceLock<Box<[EnumValue]>>,
}

impl Enums {
    pub(super) fn read(table: &'static str) -> Self {
        let groups = super::sorted::groups(table);
        Self(groups.map(|(name, rows)| Enumeration { name, rows, values: OnceLock::new() }).collect())
    }

    pub(super) fn find(&self, name: &str) -> Option<EnumId> {
        let found = self.0.binary_search_by(|enumeration| enumeration.name.cmp(name));
        found.ok().map(|index| EnumId(index as u16))
    }

    pub(super) fn name(&self, id: EnumId) -> &'static str {
        self.0.get(usize::from(id.0)).map_or("", |enumeration| enumeration.name)
    }

    pub(super) fn values(&self, id: EnumId) -> &[EnumValue] {
        let Some(enumeration) = self.0.get(usize::from(id.0)) else { return &[] };
        enumeration.values.get_or_init(|| table::rows(enumeration.rows).map(EnumValue::read).collect())
    }
}

impl EnumValue {
    fn read([_, name, number, state]: [&'static str; 4]) -> Self {
        Self { name, number: number.parse().unwrap_or_default(), state: State::read(state) }
    }
}
