//! The files of one unit as the program reads them: what `include` brings in stands where the `include` stands.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::tree::Children;
use super::{StatementId, Tree};
use crate::grammar::nginx::ContextSet;
use crate::source::{SourceId, Span, View};

/// Which mount of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MountId(pub u32);

/// A statement of a unit: the same statement of a file that is included twice is two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Where its file is mounted.
    pub mount: MountId,
    /// The statement in the file's tree.
    pub statement: StatementId,
}

/// A source in the place where a unit loads it.
#[derive(Clone, Debug)]
pub struct Mount<'a> {
    /// The text.
    pub source: SourceId,
    /// The text as readers see it.
    pub view: View<'a>,
    /// Its tree, shared by all mounts of the source.
    pub tree: Arc<Tree>,
    /// The contexts that the file's own statements may stand in: one for what a main file loads; those that fit for
    /// a fragment.
    pub contexts: ContextSet,
    /// The `include` that loads it; `None` for a root.
    pub parent: Option<Place>,
}

/// The mounts of one unit. Cycles are cut when it is built, so following includes always ends.
#[derive(Clone, Debug, Default)]
pub struct Mounts<'a> {
    mounts: Vec<Mount<'a>>,
    included: FxHashMap<Place, Vec<MountId>>,
}

impl<'a> Mounts<'a> {
    /// Adds a source. Those of one `include` come in the order in which the program loads them.
    pub fn add(&mut self, mount: Mount<'a>) -> MountId {
        let id = MountId(self.mounts.len() as u32);
        if let Some(parent) = mount.parent {
            self.included.entry(parent).or_default().push(id);
        }
        self.mounts.push(mount);
        id
    }

    /// The mount with this id.
    #[inline]
    pub fn get(&self, id: MountId) -> Option<&Mount<'a>> {
        self.mounts.get(id.0 as usize)
    }

    /// All mounts, each after the one that includes it.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (MountId, &Mount<'a>)> {
        self.mounts.iter().enumerate().map(|(index, mount)| (MountId(index as u32), mount))
    }

    /// What an `include` brings in; empty for other statements, and where nothing was found.
    pub fn included(&self, place: Place) -> &[MountId] {
        self.included.get(&place).map_or(&[], Vec::as_slice)
    }

    /// The statements that stand in no block, of all roots, those of included files in place of their `include`.
    pub fn roots(&self) -> Statements<'_, 'a> {
        let roots: Vec<MountId> = self.iter().filter(|(_, mount)| mount.parent.is_none()).map(|(id, _)| id).collect();
        let mut statements = Statements { mounts: self, stack: Vec::new() };
        for id in roots.into_iter().rev() {
            statements.enter(id);
        }
        statements
    }

    /// The statements that stand directly in a block, those of included files in place of their `include`.
    pub fn children(&self, place: Place) -> Statements<'_, 'a> {
        let mut statements = Statements { mounts: self, stack: Vec::new() };
        if let Some(mount) = self.get(place.mount) {
            statements.stack.push((place.mount, mount.tree.children(place.statement)));
        }
        statements
    }

    /// The `include` statements that lead to a mount, the innermost first.
    pub fn includes(&self, id: MountId) -> impl Iterator<Item = Span> {
        let mut next = self.get(id).and_then(|mount| mount.parent);
        std::iter::from_fn(move || {
            let place = next?;
            let mount = self.get(place.mount)?;
            next = mount.parent;
            mount.tree.get(place.statement).map(|statement| statement.span)
        })
    }
}

/// Statements in the order in which the program reads them. The `include` itself is left out where it brings something
/// in, and else is one of them.
#[derive(Clone, Debug)]
pub struct Statements<'m, 'a> {
    mounts: &'m Mounts<'a>,
    /// The statements still to come of each file that is open, the innermost last.
    stack: Vec<(MountId, Children<'m>)>,
}

impl Statements<'_, '_> {
    fn enter(&mut self, id: MountId) {
        if let Some(mount) = self.mounts.get(id) {
            self.stack.push((id, mount.tree.roots()));
        }
    }
}

impl Iterator for Statements<'_, '_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        loop {
            let (mount, children) = self.stack.last_mut()?;
            let Some(statement) = children.next() else {
                self.stack.pop();
                continue;
            };
            let place = Place { mount: *mount, statement };
            let mounts = self.mounts;
            let included = if mounts.included.is_empty() { &[] } else { mounts.included(place) };
            if included.is_empty() {
                return Some(place);
            }
            for id in included.iter().rev() {
                self.enter(*id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::nginx::Grammar;
    use crate::syntax::nginx::parse;

    #[test]
    fn included_statements_stand_where_the_include_stands() {
        let grammar = Grammar::load();
        let texts = ["a 1; include x; b { include y; c 2; }", "d 3;", "e 4;\n", ""];
        let tree = |text| Arc::new(parse(View::new(text, 0), &grammar, &mut Vec::new()));
        let mount = |index: u32, text, parent| Mount {
            source: SourceId(index),
            view: View::new(text, 0),
            tree: tree(text),
            contexts: ContextSet::ALL,
            parent,
        };
        let mut mounts = Mounts::default();
        let root = mounts.add(mount(0, texts[0], None));
        let place = |statement| Place { mount: root, statement: StatementId(statement) };
        mounts.add(mount(1, texts[1], Some(place(1))));
        mounts.add(mount(3, texts[3], Some(place(1))));
        mounts.add(mount(2, texts[2], Some(place(3))));
        let text = |place: Place| {
            let mount = mounts.get(place.mount).unwrap();
            mount.view.slice(mount.tree.header(mount.view, place.statement))
        };
        assert_eq!(mounts.roots().map(text).collect::<Vec<_>>(), ["a 1", "d 3", "b"]);
        assert_eq!(mounts.children(place(2)).map(text).collect::<Vec<_>>(), ["e 4", "c 2"]);
        let innermost = mounts.children(place(2)).next().unwrap().mount;
        assert_eq!(mounts.includes(innermost).count(), 1);
    }
}
