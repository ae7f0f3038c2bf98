//! Which nginx files are units: main files with what they load, dumps, fragments; and which nobody loads.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
use super::closure::{Closure, Origin, close};
use super::library::{Library, TextId};
use super::search::Search;
use crate::analysis::{Content, LoadedUnit};
use crate::grammar::nginx::{ContextSet, DirectiveId, Grammar};
use crate::model::File;
use crate::source::{Candidate, Kind, SourceId, is_left_behind, split};
use crate::syntax::may_speak;
use crate::syntax::nginx::{StatementKind, Tree, infer_contexts};

/// Blocks that only a main file has.
const MAIN_BLOCKS: [&str; 4] = ["events", "http", "mail", "stream"];

/// A file that an argument leads to.
struct Entry {
    text: TextId,
    /// The paths by which it was found, its own first.
    names: Vec<String>,
    named: bool,
    reported: bool,
}

/// A root file that may become a unit.
struct Root {
    text: TextId,
    closure: Closure,
    /// Only part of a configuration.
    fragment: bool,
}

/// What becomes of the nginx files that the arguments lead to.
#[derive(Default)]
pub(in crate::analysis) struct Found {
    pub(in crate::analysis) units: Vec<LoadedUnit>,
    /// Files that no main file loads.
    pub(in crate::analysis) orphans: Vec<String>,
    /// Everything that some unit loads.
    pub(in crate::analysis) loaded: BTreeSet<String>,
}

/// Makes units of the nginx files among the candidates.
pub(in crate::analysis) fn find(library: &mut Library<'_>, candidates: Vec<Candidate>, arguments: &[String]) -> Found {
    let entries = enter(library, candidates);
    let asked = Asked::new(library, arguments, &entries);
    let mut found = Found::default();
    let (dumps, files): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| is_dump(library, entry.text));
    for dump in dumps {
        found.units.extend(dump_root(library, &dump).map(|root| unit(library, root, &asked, &BTreeSet::new())));
    }
    let wanted: Vec<_> = files.iter().map(|entry| (entry.text, false)).collect();
    library.read(&wanted);
    let (mains, others): (Vec<Entry>, Vec<Entry>) = files.into_iter().partition(|entry| is_main(library, entry.text));
    let mut search = Search::default();
    let mut roots: Vec<Root> = mains.iter().map(|entry| main_root(library, entry)).collect();
    for entry in mains.iter().filter(|entry| entry.named) {
        if !has_block(library, entry.text, &["events"]) {
            add_loaders(library, &mut search, entry, &mut roots);
        }
    }
    roots = uncovered(roots);
    roots.retain(|root| !is_declared(library, root.text) || root.closure.texts.iter().any(|text| asked.wants(*text)));
    let has_main = !roots.is_empty();
    let linked = linked_directories(library, &roots);
    let left = load_more(library, &mut search, &mut roots, others);
    let rest = Rest { has_main, linked, asked: &asked };
    roots.extend(rest.sort_out(library, left, &mut found.orphans));
    let shared = shared_with_others(library, &mut search, &roots, &asked);
    found.units.extend(roots.into_iter().map(|root| unit(library, root, &asked, &shared)));
    found.loaded = library.loaded_paths(&found.units);
    found
}

/// Adds the main files that were not named but load some of the files; those that none loads are left. A file that was named
/// is looked for in all of them, whichever others were named with it.
fn load_more(library: &mut Library<'_>, search: &mut Search, roots: &mut Vec<Root>, entries: Vec<Entry>) -> Vec<Entry> {
    let mut loaded: BTreeSet<TextId> = roots.iter().flat_map(|root| &root.closure.texts).copied().collect();
    let mut left = Vec::new();
    for entry in entries {
        if entry.named || !loaded.contains(&entry.text) {
            let known = roots.len();
            add_loaders(library, search, &entry, roots);
            loaded.extend(roots.iter().skip(known).flat_map(|root| &root.closure.texts));
        }
        if !loaded.contains(&entry.text) {
            left.push(entry);
        }
    }
    *roots = uncovered(std::mem::take(roots));
    left
}

/// Adds the main files that load a file, wherever they are found.
fn add_loaders(library: &mut Library<'_>, search: &mut Search, entry: &Entry, roots: &mut Vec<Root>) {
    for (text, path) in search.main_files_of(library, entry.text, &entry.names) {
        if !roots.iter().any(|root| root.text == text) {
            roots.push(root_at(library, text, &[path]));
        }
    }
}

/// Files that were not asked about and that other main files load as well: in those, what their comments allow may be found.
fn shared_with_others(
    library: &mut Library<'_>,
    search: &mut Search,
    roots: &[Root],
    asked: &Asked,
) -> BTreeSet<TextId> {
    let own = roots.iter().filter(|root| asked.texts.contains(&root.text));
    let texts: BTreeSet<TextId> = own.flat_map(|root| &root.closure.texts).copied().collect();
    let speaks = |text: &TextId| library.view(*text).is_some_and(|view| may_speak(view.text));
    let spoken: Vec<TextId> = texts.into_iter().filter(|text| !asked.wants(*text)).filter(speaks).collect();
    let is_elsewhere = |text: &TextId| {
        let mains = search.main_files_of(library, *text, &[]);
        mains.iter().any(|(main, _)| !roots.iter().any(|root| root.text == *main))
    };
    spoken.into_iter().filter(is_elsewhere).collect()
}

/// Each file once, however many links lead to it.
fn enter(library: &mut Library<'_>, candidates: Vec<Candidate>) -> Vec<Entry> {
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for candidate in candidates {
        let path = library.reader.real_path(&candidate.path);
        if let Some(entry) = entries.get_mut(&path) {
            entry.named |= candidate.named;
            entry.reported |= candidate.reported;
            entry.names.push(candidate.path);
        } else if let Some(text) = library.add(&path, candidate.bytes) {
            let Candidate { path: name, named, reported, .. } = candidate;
            entries.insert(path, Entry { text, names: vec![name], named, reported });
        }
    }
    for (path, entry) in &mut entries {
        entry.names.sort_by_key(|name| name != path);
    }
    entries.into_values().collect()
}

/// Which files are reported: those that were named, and those in directories that were.
struct Asked {
    directories: Vec<String>,
    texts: BTreeSet<TextId>,
}

impl Asked {
    /// Whether an argument leads to a text, or a directory that was named holds it.
    fn wants(&self, text: TextId) -> bool {
        self.texts.contains(&text)
    }

    fn new(library: &Library<'_>, arguments: &[String], entries: &[Entry]) -> Self {
        let directories = arguments.iter().filter(|argument| library.reader.kind(argument) == Kind::Directory);
        let directories = directories.map(|directory| library.reader.real_path(directory));
        let directories = directories.map(|path| if path == "." { String::new() } else { path }).collect();
        Self { directories, texts: entries.iter().filter(|entry| entry.reported).map(|entry| entry.text).collect() }
    }

    fn includes(&self, text: TextId, path: &str) -> bool {
        let is_below = |directory: &String| {
            if directory.is_empty() {
                !path.starts_with(['/', '.'])
            } else {
                path.strip_prefix(directory.as_str()).is_some_and(|rest| rest.starts_with('/'))
            }
        };
        self.texts.contains(&text) || self.directories.iter().any(is_below)
    }
}

fn is_dump(library: &Library<'_>, text: TextId) -> bool {
    library.view(text).is_some_and(|view| !crate::syntax::nginx::dump_parts(view).is_empty())
}

fn dump_root(library: &mut Library<'_>, entry: &Entry) -> Option<Root> {
    let source = library.text(entry.text)?.source;
    let parts = library.split_dump(entry.text);
    let (path, first) = parts.first()?;
    let origin = Origin::Dump(source, split(path).0.to_owned());
    let closure = close(library, *first, main_context(library.grammar), &origin);
    Some(Root { text: entry.text, closure, fragment: false })
}

pub(super) fn main_context(grammar: &Grammar) -> ContextSet {
    ContextSet::default().with(grammar.context("main"))
}

/// Whether a text has a block that stands in no other, or is declared to be what the program is started with.
pub(super) fn is_main(library: &Library<'_>, text: TextId) -> bool {
    has_block(library, text, &MAIN_BLOCKS) || is_declared(library, text)
}

fn is_declared(library: &Library<'_>, text: TextId) -> bool {
    library.text(text).is_some_and(|text| library.scope.is_main(library.reader, &text.path))
}

pub(super) fn has_block(library: &Library<'_>, text: TextId, names: &[&str]) -> bool {
    library.reading((text, false)).is_some_and(|reading| tree_has_block(&reading.tree, library.grammar, names))
}

fn tree_has_block(tree: &Tree, grammar: &Grammar, names: &[&str]) -> bool {
    tree.roots().filter_map(|id| tree.get(id)).any(|statement| {
        statement.kind() == StatementKind::Block && names.contains(&grammar.name(DirectiveId(statement.keyword.0)))
    })
}

fn main_root(library: &mut Library<'_>, entry: &Entry) -> Root {
    root_at(library, entry.text, &entry.names)
}

/// A main file with what it loads. If links lead to it, from the directory where most is found: relative includes begin
/// at the directory of the link by which the program opens it.
fn root_at(library: &mut Library<'_>, text: TextId, names: &[String]) -> Root {
    let closures = names.iter().map(|name| main_closure(library, text, split(name).0));
    let closure = closures.min_by_key(|closure| closure.unread.len()).unwrap_or_default();
    let is_whole = names.iter().any(|name| split(name).1 == "nginx.conf") || is_declared(library, text);
    let fragment = !is_whole && !closure.texts.iter().any(|text| has_block(library, *text, &["events"]));
    Root { text, closure, fragment }
}

pub(super) fn main_closure(library: &mut Library<'_>, text: TextId, directory: &str) -> Closure {
    let path = library.text(text).map_or_else(String::new, |text| text.path.clone());
    let map = library.scope.map_of(library.reader, &path).to_vec();
    close(library, text, main_context(library.grammar), &Origin::Main(directory.to_owned(), map))
}

/// The roots that no other root loads; of two that load each other, the first.
fn uncovered(roots: Vec<Root>) -> Vec<Root> {
    let mut loaders: BTreeMap<TextId, Vec<usize>> = BTreeMap::new();
    for (at, root) in roots.iter().enumerate() {
        root.closure.texts.iter().for_each(|text| loaders.entry(*text).or_default().push(at));
    }
    let is_covered = |at: usize, root: &Root| {
        let others = loaders.get(&root.text).into_iter().flatten().filter(|other| **other != at);
        others
            .filter_map(|other| Some((*other, roots.get(*other)?)))
            .any(|(other, loader)| other < at || !root.closure.holds(loader.text))
    };
    let keep: Vec<bool> = roots.iter().enumerate().map(|(at, root)| !is_covered(at, root)).collect();
    roots.into_iter().zip(keep).filter_map(|(root, keep)| keep.then_some(root)).collect()
}

/// What to do with files that no main file of the run loads.
struct Rest<'a> {
    has_main: bool,
    /// Directories of links that main files load, by name.
    linked: BTreeSet<String>,
    asked: &'a Asked,
}

impl Rest<'_> {
    /// Fragments; orphans are listed.
    fn sort_out(&self, library: &mut Library<'_>, entries: Vec<Entry>, orphans: &mut Vec<String>) -> Vec<Root> {
        let mut fragments: Vec<Root> = Vec::new();
        for entry in entries {
            if !entry.named && self.is_orphan(library, &entry) {
                orphans.extend(entry.names.into_iter().next());
            } else {
                fragments.push(fragment_root(library, &entry));
            }
        }
        uncovered(fragments)
    }

    /// A copy that was left behind or switched off, or a site that could be switched on.
    fn is_orphan(&self, library: &Library<'_>, entry: &Entry) -> bool {
        const SWITCHED_OFF: [&str; 4] = [".disabled", ".off", ".inactive", ".disable"];
        let is_off = |name: &String| {
            is_left_behind(name)
                || SWITCHED_OFF.iter().any(|suffix| name.ends_with(suffix))
                || self.is_available(library, name)
        };
        entry.names.iter().all(is_off)
    }

    /// Whether a file lies in `sites-available` or the like, and there is something that tells which ones are enabled: the
    /// directory of links, or a main file that loads none.
    fn is_available(&self, library: &Library<'_>, name: &str) -> bool {
        let directory = split(name).0;
        let Some(stem) = directory.strip_suffix("-available") else { return false };
        let enabled = format!("{stem}-enabled");
        let by_main = self.has_main && !self.linked.contains(split(&enabled).1);
        by_main || library.reader.kind(&enabled) == Kind::Directory || self.asked.directories.contains(&enabled)
    }
}

/// The names of directories such as `sites-enabled` that these load from: links in them may be made elsewhere.
fn linked_directories(library: &Library<'_>, roots: &[Root]) -> BTreeSet<String> {
    let texts = roots.iter().flat_map(|root| &root.closure.texts);
    let includes = texts.filter_map(|text| library.reading((*text, false))).flat_map(|reading| &reading.includes);
    let parts = includes.filter_map(|include| include.path.as_deref()).flat_map(|path| path.split('/'));
    parts.filter(|part| part.ends_with("-enabled")).map(str::to_owned).collect()
}

fn fragment_root(library: &mut Library<'_>, entry: &Entry) -> Root {
    let contexts = fragment_contexts(library, entry.text);
    let directory = entry.names.first().map_or("", |name| split(name).0).to_owned();
    let closure = close(library, entry.text, contexts, &Origin::Fragment(directory));
    Root { text: entry.text, closure, fragment: true }
}

pub(super) fn fragment_contexts(library: &Library<'_>, text: TextId) -> ContextSet {
    let read = library.view(text).zip(library.reading((text, false)));
    read.map_or(ContextSet::ALL, |(view, reading)| infer_contexts(&reading.tree, view, library.grammar))
}

fn unit(library: &Library<'_>, root: Root, asked: &Asked, shared: &BTreeSet<TextId>) -> LoadedUnit {
    let Root { text, closure, fragment } = root;
    let path = library.text(text).map_or_else(String::new, |text| text.path.clone());
    let root_in_project = library.reader.in_project(&path);
    let mut files: Vec<File> = Vec::with_capacity(closure.texts.len());
    let mut seen: BTreeSet<SourceId> = BTreeSet::new();
    for (id, text) in closure.texts.iter().filter_map(|id| Some((*id, library.text(*id)?))) {
        if seen.insert(text.source) {
            // Of a dump, the parts are not asked for, but the whole is.
            let reported = asked.includes(id, &text.path) || asked.texts.contains(&root.text);
            let part = library.whole(text.source);
            let elsewhere = shared.contains(&id);
            files.push(File { source: text.source, part, reported, at_run_time: false, elsewhere });
        }
    }
    LoadedUnit {
        root: path,
        root_in_project,
        files,
        content: Content::Nginx(plan(closure, fragment)),
        declared: None,
        remarks: Vec::new(),
    }
}

pub(super) fn plan(closure: Closure, fragment: bool) -> Plan {
    let complete = closure.is_complete();
    let Closure { mounts, diagnostics, unread, .. } = closure;
    Plan { mounts, diagnostics, unread, fragment, complete }
}
