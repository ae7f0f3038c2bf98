//! One table of names a unit: what is defined, what is referred to, and what fits together.

use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

use rustc_hash::FxHashMap;

use super::Text;
use crate::source::Span;

/// What a name stands for; names of different kinds never meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Namespace {
    /// A pool that routes lead to.
    Pool,
    /// An entrance (HAProxy: frontends share names with pools only by accident).
    Listener,
    /// A named set of defaults.
    Defaults,
    /// A condition of one section.
    Condition,
    /// A target of one pool.
    Target,
    /// Name servers.
    Resolvers,
    /// Peers that share tables.
    Peers,
    /// Mail servers.
    Mailers,
    /// A list of users.
    Userlist,
    /// A cache.
    Cache,
    /// A set of error pages.
    ErrorPages,
    /// A ring buffer.
    Ring,
}

impl Namespace {
    /// What to call it in a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Pool => "pool",
            Self::Listener => "listener",
            Self::Defaults => "`defaults` section",
            Self::Condition => "ACL",
            Self::Target => "server",
            Self::Resolvers => "`resolvers` section",
            Self::Peers => "`peers` section",
            Self::Mailers => "`mailers` section",
            Self::Userlist => "`userlist` section",
            Self::Cache => "`cache` section",
            Self::ErrorPages => "`http-errors` section",
            Self::Ring => "`ring` section",
        }
    }
}

/// Where a name is defined.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// What it stands for.
    pub namespace: Namespace,
    /// The section that it is valid in; 0 for the whole unit.
    pub scope: u32,
    /// The name.
    pub name: Text,
    /// How many references lead here.
    pub references: u32,
    /// Which item it is, in the list that its namespace has in the unit.
    pub item: u32,
}

/// Where the definition of an unresolved name could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// Found.
    Defined,
    /// In a file that the program reads only later, when it needs the name already.
    TooLate,
    /// In another file: the unit is a fragment.
    OtherFile,
    /// Nowhere.
    Nowhere,
}

/// What becomes of a name that nothing defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// The program refuses what names it.
    Refused,
    /// The same for what is no route: a control plane, statistics, a tracer.
    Required,
    /// It is looked up for each request, which fails.
    RequestsFail,
    /// It is looked up for each connection, which is closed.
    ConnectionsFail,
    /// The program goes on without it.
    Skipped,
    /// Nothing, perhaps: what connections or requests say comes first.
    Overridden,
}

/// A place that names something.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// What it must stand for.
    pub namespace: Namespace,
    /// The section whose names are valid here; 0 for the whole unit.
    pub scope: u32,
    /// The name.
    pub name: Text,
    /// The statement that refers.
    pub at: Span,
    /// Where its definition is.
    pub whereabouts: Whereabouts,
    /// What becomes of it without one.
    pub unresolved: Unresolved,
}

/// The names of one unit. Hashed with a seed: a configuration cannot choose names that collide.
#[derive(Debug, Default)]
pub struct Names {
    /// Everything that is defined, in the order of the text.
    pub definitions: Vec<Definition>,
    /// Everything that is referred to, in the order of the text.
    pub references: Vec<Reference>,
    /// The hash that is seeded; it makes the keys of the tables below.
    seed: foldhash::fast::RandomState,
    /// The first definition of each name.
    first: FxHashMap<u64, u32>,
    /// Further definitions: duplicates, and names that share a hash.
    others: FxHashMap<u64, Vec<u32>>,
}

impl Names {
    /// Adds a definition; `value` is the name in the dialect's normal form. Answers with an earlier definition of the same name.
    pub fn define(&mut self, definition: Definition, value: &str, same: impl Fn(Text) -> bool) -> Option<Definition> {
        let key = self.key(definition.namespace, definition.scope, value);
        let position = self.definitions.len() as u32;
        let earlier = match self.first.entry(key) {
            Entry::Vacant(free) => {
                free.insert(position);
                None
            }
            Entry::Occupied(_) => {
                let earlier = self.matching(key, definition.namespace, definition.scope, same);
                self.others.entry(key).or_default().push(position);
                earlier
            }
        };
        self.definitions.push(definition);
        earlier.and_then(|index| self.definitions.get(index as usize)).copied()
    }

    /// The first definition of a name, and its position.
    pub fn find(&self, namespace: Namespace, scope: u32, value: &str, same: impl Fn(Text) -> bool) -> Option<u32> {
        self.matching(self.key(namespace, scope, value), namespace, scope, same)
    }

    fn matching(&self, key: u64, namespace: Namespace, scope: u32, same: impl Fn(Text) -> bool) -> Option<u32> {
        let is_it = |position: &&u32| {
            self.definitions.get(**position as usize).is_some_and(|definition| {
                definition.namespace == namespace && definition.scope == scope && same(definition.name)
            })
        };
        let first = self.first.get(&key)?;
        let others = self.others.get(&key).into_iter().flatten();
        std::iter::once(first).chain(others).find(is_it).copied()
    }

    fn key(&self, namespace: Namespace, scope: u32, value: &str) -> u64 {
        self.seed.hash_one((namespace, scope, value))
    }
}
