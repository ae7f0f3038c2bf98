//! Envoy in ConfigMaps: a bootstrap and the entries that it names, or resources by themselves.

use std::collections::BTreeSet;

use super::Plan;
use super::library::{Library, TextId};
use super::references::files;
use super::units::{is_binary, is_main};
use crate::analysis::coverage::UnreadInclude;
use crate::analysis::documents::{Documents, Loaded};
use crate::analysis::{Content, LoadedUnit};
use crate::model::File;
use crate::source::{Dialect, Unread, split};
use crate::syntax::envoy::Shape;

/// Makes units of the ConfigMaps that hold Envoy's configurations.
pub(in crate::analysis) fn find_documents(library: &mut Library<'_>, documents: &Documents) -> Vec<LoadedUnit> {
    documents.families(Dialect::Envoy).flat_map(|family| units(library, family)).collect()
}

/// The entries of one ConfigMap.
struct Map<'a> {
    family: &'a [Loaded],
    /// Their texts, in the same order.
    texts: Vec<TextId>,
}

fn units(library: &mut Library<'_>, family: &[Loaded]) -> Vec<LoadedUnit> {
    let texts = library.add_documents(family);
    let map = Map { family, texts };
    let own = (0..family.len()).filter(|at| family.get(*at).is_some_and(|one| one.dialect == Some(Dialect::Envoy)));
    let is_main = |at: &usize| map.texts.get(*at).is_some_and(|text| is_main(library, *text));
    let (mains, others): (Vec<usize>, Vec<usize>) = own.partition(is_main);
    let mut loaded: BTreeSet<usize> = BTreeSet::new();
    let mut units = Vec::new();
    for root in mains.into_iter().chain(others) {
        if !loaded.contains(&root) {
            let (members, unread) = map.close(library, root);
            units.extend(map.unit(library, &members, unread));
            loaded.extend(members);
        }
    }
    units
}

impl Map<'_> {
    /// An entry with those that it names, and what is named and not there.
    fn close(&self, library: &Library<'_>, root: usize) -> (Vec<usize>, Vec<UnreadInclude>) {
        let (mut members, mut unread) = (vec![root], Vec::new());
        let mut next = 0;
        while let Some(at) = members.get(next).copied() {
            next += 1;
            let id = self.texts.get(at).copied();
            let named = id.and_then(|id| Some(files(&library.text(id)?.tree, library.view(id)?)));
            for (place, path) in named.unwrap_or_default() {
                match self.family.iter().position(|one| one.key == split(&path).1 && !is_binary(&path)) {
                    Some(found) if members.contains(&found) => {}
                    Some(found) => members.push(found),
                    None => {
                        let masked = id.and_then(|id| library.view(id)).is_some_and(|view| view.is_masked(place));
                        let why = if masked { Unread::Template } else { Unread::Outside };
                        unread.push(UnreadInclude { at: place, why });
                    }
                }
            }
        }
        (members, unread)
    }

    fn unit(&self, library: &Library<'_>, members: &[usize], unread: Vec<UnreadInclude>) -> Option<LoadedUnit> {
        let root = self.family.get(*members.first()?)?;
        let mut plan = Plan::new(unread);
        let mut files = Vec::new();
        for (position, at) in members.iter().enumerate() {
            let (id, document) = (*self.texts.get(*at)?, self.family.get(*at)?);
            let at_run_time = position > 0 || library.text(id)?.shape == Some(Shape::Discovery);
            files.push(File { at_run_time, ..document.file });
            plan.extend(library, id, position > 0);
        }
        Some(root.unit(files, Content::Envoy(plan)))
    }
}
