//! Environment variables as far as a configuration decides them.

use std::collections::BTreeMap;

/// What is known of the environment at one place of a configuration.
///
/// The real environment comes from outside; only `setenv` and `unsetenv` in `global` make a variable certain.
/// `.FILE`, `.LINE` and `.SECTION` are variables like any other here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<Box<str>, Option<Box<str>>>,
}

/// What is known of one variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable<'a> {
    /// It has this value.
    Known(&'a str),
    /// It is certainly not set.
    Unset,
    /// Only the environment of the process can tell.
    Unknown,
}

impl Environment {
    /// An environment of which nothing is known.
    pub const fn new() -> Self {
        Self { variables: BTreeMap::new() }
    }

    /// `setenv NAME VALUE`.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.into(), Some(value.into()));
    }

    /// `unsetenv NAME`.
    pub fn unset(&mut self, name: &str) {
        self.variables.insert(name.into(), None);
    }

    /// Forgets a variable: its value was set to something that is not known.
    pub fn forget(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// The variables that have a value.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| &**name)
    }

    /// What is known of `name`.
    pub fn get(&self, name: &str) -> Variable<'_> {
        match self.variables.get(name) {
            None => Variable::Unknown,
            Some(None) => Variable::Unset,
            Some(Some(value)) => Variable::Known(value),
        }
    }
}
