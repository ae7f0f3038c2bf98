//! Labels of targets, and which of them requests ask for (Envoy subsets).

use super::Text;

/// Which set of labels of its unit; equal ones are stored once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LabelsId(pub u32);

impl LabelsId {
    /// No labels.
    pub const NONE: Self = Self(0);
}

/// A name with a value. Equal names, and equal values, of a unit are one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// Its name.
    pub name: Text,
    /// Its value as it is written, without quotes.
    pub value: Text,
}

/// The selectors of a pool in [`super::Unit::selectors`]: which names together make a subset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selectors {
    /// The first one.
    pub first: u32,
    /// How many there are.
    pub count: u32,
}
