//! What names of hosts stand for, where somebody said so: nothing is looked up.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::model::Count;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// So many addresses.
    Count(u32),
    /// These addresses.
    Addresses(Vec<IpAddr>),
}

/// Names of hosts, in lower case, with what they stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<String, Answer>);

impl Answers {
    /// The names that somebody said something about.
    pub fn new(answers: impl IntoIterator<Item = (String, Answer)>) -> Self {
        Self(answers.into_iter().map(|(name, answer)| (normal(&name), answer)).collect())
    }

    /// How many addresses a name has.
    pub fn number(&self, name: &str) -> Option<u32> {
        match self.get(name)? {
            Answer::Count(number) => Some(*number),
            Answer::Addresses(addresses) => Some(addresses.len() as u32),
        }
    }

    /// The addresses of a name.
    pub fn addresses(&self, name: &str) -> Option<&[IpAddr]> {
        match self.get(name)? {
            Answer::Count(_) => None,
            Answer::Addresses(addresses) => Some(addresses),
        }
    }

    /// How many targets a name makes where each of its addresses is one.
    pub fn count(&self, name: &str) -> Count {
        match self.number(name) {
            None | Some(0) => Count::AtLeastOne,
            Some(1) => Count::One,
            Some(number) => Count::Answers(1, number),
        }
    }

    fn get(&self, name: &str) -> Option<&Answer> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&normal(name))
    }
}

/// Names have no case, and a dot at their end changes nothing here.
fn normal(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
