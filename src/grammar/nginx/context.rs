//! Contexts: what a block makes of the statements in it.

use rustc_hash::FxHashMap;

/// Which context; a number below 64, so that a set of them is one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContextId(u8);

/// A set of contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ContextSet(u64);

/// How the program reads what stands in a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Directives and blocks.
    Directives,
    /// Entries of any words; `include` is a directive.
    Words,
    /// Entries of any words, `include` too.
    WordsOnly,
    /// Another language.
    Lua,
}

/// All contexts and the ways into them.
#[derive(Debug)]
pub(super) struct Contexts {
    names: Vec<(&'static str, Content)>,
    /// By the directive that opens: the context, and inside which it does.
    openings: FxHashMap<&'static str, Vec<(ContextId, ContextSet)>>,
    /// Cells that were read: there are few different ones.
    sets: FxHashMap<&'static str, ContextSet>,
}

impl ContextId {
    /// A block that the tables do not know: nothing is known of what stands in it.
    pub const UNKNOWN: Self = Self(63);
}

impl ContextSet {
    /// Every context.
    pub const ALL: Self = Self(u64::MAX);

    /// Whether a context is in the set; an unknown one is in every set but the empty one.
    #[inline]
    pub const fn contains(self, context: ContextId) -> bool {
        self.0 & (1 << context.0) != 0
    }

    /// The set with a context added.
    #[must_use]
    pub const fn with(self, context: ContextId) -> Self {
        Self(self.0 | (1 << context.0))
    }

    /// The contexts that are in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The contexts that are in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether some context is in both sets.
    #[inline]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Only a block that the tables do not know.
    pub const UNKNOWN: Self = Self(1 << ContextId::UNKNOWN.0);

    /// Whether no context is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The contexts in the set, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = ContextId> {
        (0..63).map(ContextId).filter(move |context| self.contains(*context))
    }
}

impl Contexts {
    pub(super) fn read(rows: impl Iterator<Item = [&'static str; 4]>) -> Self {
        let rows: Vec<_> = rows.collect();
        let mut contexts = Self { names: Vec::new(), openings: FxHashMap::default(), sets: FxHashMap::default() };
        for [name, _, _, content] in &rows {
            if contexts.find(name) == ContextId::UNKNOWN {
                contexts.names.push((name, read_content(content)));
            }
        }
        for [name, opened_by, inside, _] in rows {
            let opening = (contexts.find(name), contexts.read_set(inside));
            contexts.openings.entry(opened_by).or_default().push(opening);
        }
        contexts
    }

    /// A comma list of contexts; `any` is all of them, empty none.
    pub(super) fn read_set(&mut self, cell: &'static str) -> ContextSet {
        if let Some(set) = self.sets.get(cell) {
            return *set;
        }
        let set = self.read_new_set(cell);
        self.sets.insert(cell, set);
        set
    }

    fn read_new_set(&self, cell: &str) -> ContextSet {
        if cell == "any" || cell == "*" {
            return ContextSet::ALL;
        }
        let named = cell.split(',').filter(|name| !name.is_empty());
        named.fold(ContextSet::default(), |set, name| set.with(self.find(name)))
    }

    pub(super) fn find(&self, name: &str) -> ContextId {
        let position = self.names.iter().position(|(known, _)| *known == name);
        position.map_or(ContextId::UNKNOWN, |position| ContextId(position as u8))
    }

    pub(super) fn name(&self, id: ContextId) -> &'static str {
        self.names.get(usize::from(id.0)).map_or("", |(name, _)| name)
    }

    pub(super) fn content(&self, id: ContextId) -> Content {
        self.names.get(usize::from(id.0)).map_or(Content::Directives, |(_, content)| *content)
    }

    pub(super) fn opened_by(&self, directive: &str, inside: ContextId) -> ContextId {
        let found = self.openings(directive).find(|(_, set)| set.contains(inside));
        found.map_or(ContextId::UNKNOWN, |(context, _)| context)
    }

    pub(super) fn openings<'c>(&'c self, directive: &str) -> impl Iterator<Item = (ContextId, ContextSet)> + use<'c> {
        let directive = if directive.ends_with("_by_lua_block") { "*_by_lua_block" } else { directive };
        self.openings.get(directive).into_iter().flatten().copied()
    }
}

fn read_content(cell: &str) -> Content {
    match cell {
        "words" => Content::Words,
        "words-only" => Content::WordsOnly,
        "lua" => Content::Lua,
        _ => Content::Directives,
    }
}
