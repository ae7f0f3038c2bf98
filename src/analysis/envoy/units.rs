//! Which Envoy files are units: what a program is started with and the files that it names; and resources by themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use super::library::{Library, TextId};
use super::references::files;
use crate::analysis::coverage::UnreadInclude;
use crate::analysis::{Content, LoadedUnit};
use crate::model::File;
use crate::source::{Candidate, Inclusion, Kind, Unread, resolve_reference, split};
use crate::syntax::envoy::Shape;

/// Most files that one unit loads.
const MOST_FILES: usize = 1000;
/// Most files of a directory that are looked into for the one that names another.
const MOST_NEIGHBOURS: usize = 64;

/// A main file, or resources by themselves, with the files that it names.
struct Closure {
    texts: Vec<TextId>,
    unread: Vec<UnreadInclude>,
}

/// Makes units of the Envoy files among the candidates.
pub(in crate::analysis) fn find(library: &mut Library<'_>, candidates: Vec<Candidate>) -> Vec<LoadedUnit> {
    let asked = enter(library, candidates);
    let (mains, others): (Vec<TextId>, Vec<TextId>) = asked.keys().partition(|id| is_main(library, **id));
    let mut closures: Vec<Closure> = mains.iter().map(|id| close(library, *id)).collect();
    let mut loaded: BTreeSet<TextId> = closures.iter().flat_map(|closure| &closure.texts).copied().collect();
    for id in others {
        // A file that was named is looked for in all main files, whichever others were named with it.
        let is_named = asked.get(&id).is_some_and(|asked| asked.named);
        let mut found = if is_named || !loaded.contains(&id) { main_files_of(library, id) } else { Vec::new() };
        if found.is_empty() && !loaded.contains(&id) {
            found.push(close(library, id));
        }
        found.retain(|new| !closures.iter().any(|known| known.texts.first() == new.texts.first()));
        loaded.extend(found.iter().flat_map(|closure| &closure.texts));
        closures.extend(found);
    }
    closures.into_iter().filter_map(|closure| unit(library, closure, &asked)).collect()
}

/// How a file was asked about.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// Findings in it are reported.
    reported: bool,
    /// An argument names it.
    named: bool,
}

/// Each file once.
fn enter(library: &mut Library<'_>, candidates: Vec<Candidate>) -> BTreeMap<TextId, Asked> {
    let mut files: BTreeMap<String, (Vec<u8>, Asked)> = BTreeMap::new();
    for candidate in candidates {
        let path = library.reader.real_path(&candidate.path);
        let (_, asked) = files.entry(path).or_insert((candidate.bytes, Asked::default()));
        asked.reported |= candidate.reported;
        asked.named |= candidate.named;
    }
    let asked: Vec<Asked> = files.values().map(|(_, asked)| *asked).collect();
    let texts = library.add_all(files.into_iter().map(|(path, (bytes, _))| (path, bytes)).collect());
    texts.into_iter().zip(asked).filter_map(|(text, asked)| Some((text?, asked))).collect()
}

pub(super) fn is_main(library: &Library<'_>, id: TextId) -> bool {
    let shape = library.text(id).and_then(|text| text.shape);
    // A text of no known shape was forced to be Envoy's: the program would be started with it.
    matches!(shape, Some(Shape::Bootstrap | Shape::BootstrapV1 | Shape::ConfigDump) | None)
}

/// A text with the files that it names, and those that they name.
fn close(library: &mut Library<'_>, root: TextId) -> Closure {
    let mut closure = Closure { texts: vec![root], unread: Vec::new() };
    let map = library.text(root).map_or(&[][..], |text| library.scope.map_of(library.reader, &text.path));
    let base = library.text(root).map_or_else(String::new, |text| split(&text.path).0.to_owned());
    // A dump holds what the program read; the files of those names here are others.
    let mut next = usize::from(library.text(root).is_some_and(|text| text.shape == Some(Shape::ConfigDump)));
    while let Some(id) = closure.texts.get(next).copied() {
        next += 1;
        let named = library.text(id).zip(library.view(id)).map(|(text, view)| files(&text.tree, view));
        for (at, path) in named.unwrap_or_default() {
            let inclusion = if library.view(id).is_some_and(|view| view.is_masked(at)) {
                Inclusion::unread(Unread::Template)
            } else if is_binary(&path) {
                Inclusion::unread(Unread::Outside)
            } else {
                resolve_reference(library.reader, map, &base, &path)
            };
            closure.unread.extend(inclusion.unread.map(|why| UnreadInclude { at, why }));
            let found = inclusion.files.iter().filter_map(|path| library.load(path)).collect::<Vec<_>>();
            for id in found {
                if !closure.texts.contains(&id) && closure.texts.len() < MOST_FILES {
                    closure.texts.push(id);
                }
            }
        }
    }
    closure
}

/// The other forms that the program takes are no text that people write.
pub(super) fn is_binary(path: &str) -> bool {
    path.ends_with(".pb") || path.ends_with(".pb_text")
}

/// The main files in the same directory, and the one above, that name a file.
fn main_files_of(library: &mut Library<'_>, id: TextId) -> Vec<Closure> {
    let Some(path) = library.text(id).map(|text| text.path.clone()) else { return Vec::new() };
    let directory = split(&path).0.to_owned();
    let above = split(&directory).0.to_owned();
    let neighbours =
        [directory.clone(), above].into_iter().flat_map(|directory| neighbours(library, &directory, &path));
    let mut found = Vec::new();
    for neighbour in neighbours.collect::<Vec<_>>() {
        let Some(candidate) = library.load(&neighbour).filter(|other| *other != id && is_bootstrap(library, *other))
        else {
            continue;
        };
        let closure = close(library, candidate);
        if closure.texts.contains(&id) {
            found.push(closure);
        }
    }
    found
}

fn is_bootstrap(library: &Library<'_>, id: TextId) -> bool {
    library.text(id).is_some_and(|text| text.shape == Some(Shape::Bootstrap))
}

/// Files beside a path that may name it.
fn neighbours(library: &Library<'_>, directory: &str, path: &str) -> Vec<String> {
    let name = split(path).1;
    let join = |file: &String| if directory.is_empty() { file.clone() } else { format!("{directory}/{file}") };
    let is_configuration = |file: &&String| [".yaml", ".yml", ".json"].iter().any(|end| file.ends_with(end));
    let children = library.reader.children(directory).unwrap_or_default();
    let files = children.iter().filter(is_configuration).take(MOST_NEIGHBOURS).map(join);
    let names_it = |path: &String| {
        let is_file = library.reader.is_inside(path) && library.reader.kind(path) == Kind::File;
        let bytes = if is_file { library.reader.read(path).ok() } else { None };
        bytes.is_some_and(|bytes| memchr::memmem::find(&bytes, name.as_bytes()).is_some())
    };
    files.filter(|file| file != path).filter(names_it).collect()
}

impl Plan {
    pub(super) const fn new(unread: Vec<UnreadInclude>) -> Self {
        Self { texts: Vec::new(), diagnostics: Vec::new(), unread }
    }

    /// Adds a text; `is_named` if the main file names it.
    pub(super) fn extend(&mut self, library: &Library<'_>, id: TextId, is_named: bool) {
        self.texts.extend(library.planned(id, is_named));
        self.diagnostics.extend(library.text(id).iter().flat_map(|text| &text.diagnostics).cloned());
    }
}

fn unit(library: &Library<'_>, closure: Closure, asked: &BTreeMap<TextId, Asked>) -> Option<LoadedUnit> {
    let root = library.text(*closure.texts.first()?)?.path.clone();
    let mut plan = Plan::new(closure.unread);
    let mut files = Vec::new();
    for (position, id) in closure.texts.iter().enumerate() {
        let text = library.text(*id)?;
        let is_asked = |id: &TextId| asked.get(id).is_some_and(|asked| asked.reported);
        let reported = is_asked(id) || closure.texts.first().is_some_and(is_asked);
        // What the main file names, and answers of a control plane, reach the program while it runs.
        let at_run_time = position > 0 || text.shape == Some(Shape::Discovery);
        files.push(File { source: text.source, part: text.span, reported, at_run_time, elsewhere: false });
        plan.extend(library, *id, position > 0);
    }
    if !files.iter().any(|file| file.reported) {
        return None;
    }
    let root_in_project = library.reader.in_project(&root);
    Some(LoadedUnit {
        root,
        root_in_project,
        files,
        content: Content::Envoy(plan),
        declared: None,
        remarks: Vec::new(),
    })
}
