//! What one main file loads: its includes followed, with nginx's own rules, to mounts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::library::{Include, Library, Reading, Shelf, TextId, Wanted};
use super::units::{fragment_contexts, is_main};
use crate::analysis::{Problem, UnreadInclude};
use crate::diagnostic::{Diagnostic, Kind};
use crate::grammar::nginx::ContextSet;
use crate::source::{
    Inclusion, SourceId, Span, Unread, expand_among, is_pattern, is_shipped, resolve, resolve_mapped, split, upward,
};
use crate::syntax::nginx::{MountId, Place, Statement, StatementId, Tree, block_contexts};

/// Most mounts of one unit: ten thousand sites with a dozen includes each are within it.
const MOST_MOUNTS: usize = 1 << 18;
/// Deepest chain of includes that is followed; the program stops when it can open no more files.
const DEEPEST: usize = 200;
/// Most blocks around a statement, those of the files that include its file counted: as deep as the reader follows in one
/// file.
const DEEPEST_BLOCKS: usize = 256;
/// Most bytes that are mounted again: files that are included many times are small.
const MOST_REPEATED: usize = 64 << 20;
/// How many directories above a fragment are taken for that of its main file.
const FRAGMENT_UPWARD: usize = 4;

/// Where the includes of a unit are looked up.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// A main file, from its directory, and where the directories of its machine stand.
    Main(String, Vec<(String, String)>),
    /// A fragment in a directory; nobody knows where its main file lies.
    Fragment(String),
    /// The dump in a source, whose main file has this directory.
    Dump(SourceId, String),
    /// A ConfigMap: nobody knows where its entries are mounted, so they are found by their names alone.
    Map(usize),
}

/// A text in a place where the unit loads it.
#[derive(Debug)]
pub(in crate::analysis) struct Planned {
    pub(in crate::analysis) source: SourceId,
    /// The part of the source that is the text.
    pub(in crate::analysis) span: Span,
    pub(in crate::analysis) tree: Arc<Tree>,
    pub(in crate::analysis) contexts: ContextSet,
    pub(in crate::analysis) parent: Option<Place>,
}

/// A root file with all that it loads.
#[derive(Debug, Default)]
pub(super) struct Closure {
    /// Each mount after the one that includes it.
    pub(super) mounts: Vec<Planned>,
    /// The texts, in the order in which they are first loaded.
    pub(super) texts: Vec<TextId>,
    /// What the syntax and the includes are wrong about.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Includes that lead nowhere.
    pub(super) unread: Vec<UnreadInclude>,
}

impl Closure {
    pub(super) fn holds(&self, text: TextId) -> bool {
        self.texts.contains(&text)
    }

    /// Whether everything that could matter was read.
    pub(super) fn is_complete(&self) -> bool {
        !self.unread.iter().any(|include| include.why.may_define())
    }
}

/// What an `include` leads to.
#[derive(Debug, Default)]
struct Target {
    texts: Vec<TextId>,
    unread: Option<Unread>,
    /// A link that leads nowhere.
    dangling: Option<String>,
}

type Targets = BTreeMap<String, Target>;

/// Follows the includes of a root text that stands in these contexts.
pub(super) fn close(library: &mut Library<'_>, root: TextId, contexts: ContextSet, origin: &Origin) -> Closure {
    let targets = gather(library, root, origin);
    let mut mounter = Mounter {
        library,
        targets: &targets,
        is_main: matches!(origin, Origin::Main(..)),
        by_name: matches!(origin, Origin::Map(_)),
        closure: Closure::default(),
        seen: BTreeSet::new(),
        complained: BTreeSet::new(),
        stack: Vec::new(),
        blocks: 0,
        repeated: 0,
    };
    mounter.mount((root, false), contexts, None);
    mounter.closure
}

/// Loads everything that can be reached, wave by wave, so that nothing depends on threads.
fn gather(library: &mut Library<'_>, root: TextId, origin: &Origin) -> Targets {
    let mut targets = Targets::new();
    let mut seen: BTreeSet<Wanted> = BTreeSet::from([(root, false)]);
    let mut wave = vec![(root, false)];
    while !wave.is_empty() {
        library.read(&wave);
        let readings: Vec<Arc<Reading>> = wave.iter().filter_map(|one| library.reading(*one).cloned()).collect();
        let includes = || readings.iter().flat_map(|reading| &reading.includes);
        for path in includes().filter_map(|include| include.path.as_ref()) {
            if !targets.contains_key(path) {
                targets.insert(path.clone(), target(library, origin, path));
            }
        }
        let next = includes().flat_map(|include| wanted_by(include, &targets));
        wave = next.filter(|one| seen.insert(*one)).collect();
    }
    targets
}

fn wanted_by(include: &Include, targets: &Targets) -> Vec<Wanted> {
    let target = include.path.as_ref().and_then(|path| targets.get(path));
    target.iter().flat_map(|target| &target.texts).map(|text| (*text, include.among_entries)).collect()
}

fn target(library: &mut Library<'_>, origin: &Origin, path: &str) -> Target {
    let Inclusion { files, mut unread, failed, dangling } = match origin {
        Origin::Main(base, map) => resolve_mapped(library.reader, map, base, path),
        Origin::Fragment(directory) => resolve_from_fragment(library, directory, path),
        Origin::Dump(dump, base) => return target_in_dump(library, *dump, base, path),
        Origin::Map(family) => return target_in_map(library, *family, path),
    };
    if !failed.is_empty() {
        unread = Some(Unread::Barred);
        library.errors.extend(failed.into_iter().map(Problem::from));
    }
    let mut texts = Vec::with_capacity(files.len());
    for file in files {
        match library.load(&file) {
            Ok(text) => texts.push(text),
            Err(why) => unread = Some(if is_shipped(path) { Unread::Shipped } else { why }),
        }
    }
    Target { texts, unread, dangling }
}

/// The main file of a fragment lies in its directory or above; what is not found is nobody's mistake.
fn resolve_from_fragment(library: &Library<'_>, directory: &str, path: &str) -> Inclusion {
    let bases = upward(directory).take(FRAGMENT_UPWARD).take_while(|base| library.reader.is_inside(base));
    let is_there = |found: &Inclusion| !found.files.is_empty() || !found.failed.is_empty();
    let found = bases.map(|base| resolve(library.reader, &base, path)).find(is_there);
    let shipped = || resolve(library.reader, directory, path).unread == Some(Unread::Shipped);
    found.unwrap_or_else(|| {
        let why = if shipped() { Unread::Shipped } else { Unread::Outside };
        Inclusion::unread(why)
    })
}

/// A dump names files by the paths with which the program opened them.
fn target_in_dump(library: &Library<'_>, dump: SourceId, base: &str, path: &str) -> Target {
    let full = if path.starts_with('/') { path.to_owned() } else { format!("{base}/{path}") };
    let shelf = Shelf::Dump(dump);
    if is_pattern(path) {
        let found = expand_among(library.paths(shelf), &full);
        let texts = found.iter().filter_map(|path| library.on_shelf(shelf, path)).collect();
        return Target { texts, ..Target::default() };
    }
    let text = library.on_shelf(shelf, &full);
    Target { texts: text.into_iter().collect(), unread: text.is_none().then_some(Unread::Outside), dangling: None }
}

/// A key has no directories, so what an `include` calls a file decides. Other volumes may add files to any directory.
fn target_in_map(library: &Library<'_>, family: usize, path: &str) -> Target {
    let shelf = Shelf::Map(family);
    let name = split(path).1;
    let texts: Vec<TextId> = if is_pattern(name) {
        let found = expand_among(library.paths(shelf), name);
        let texts = found.iter().filter_map(|key| library.on_shelf(shelf, key));
        texts.filter(|text| !is_main(library, *text)).collect()
    } else {
        library.on_shelf(shelf, name).into_iter().collect()
    };
    let missing = if is_shipped(path) { Unread::Shipped } else { Unread::Outside };
    Target { unread: texts.is_empty().then_some(missing), texts, dangling: None }
}

struct Mounter<'l, 'a> {
    library: &'l Library<'a>,
    targets: &'l Targets,
    is_main: bool,
    /// Whether files are found by their names alone: then those of a pattern must fit.
    by_name: bool,
    closure: Closure,
    /// What is mounted already.
    seen: BTreeSet<Wanted>,
    /// The includes that were complained about.
    complained: BTreeSet<Span>,
    /// The texts that the current one is included by, itself the last.
    stack: Vec<TextId>,
    /// How many blocks stand around the `include` that loads the current text.
    blocks: usize,
    /// How many bytes are mounted again.
    repeated: usize,
}

impl Mounter<'_, '_> {
    fn mount(&mut self, wanted: Wanted, contexts: ContextSet, parent: Option<Place>) {
        let library = self.library;
        let Some((text, reading)) = library.text(wanted.0).zip(library.reading(wanted)) else { return };
        if self.seen.insert(wanted) {
            self.closure.diagnostics.extend(reading.diagnostics.iter().cloned());
            if !self.seen.contains(&(wanted.0, !wanted.1)) {
                self.closure.texts.push(wanted.0);
                self.closure.unread.extend(filled_in(library, wanted.0));
            }
        } else {
            self.repeated += text.span.len();
        }
        let id = MountId(self.closure.mounts.len() as u32);
        let tree = Arc::clone(&reading.tree);
        self.closure.mounts.push(Planned { source: text.source, span: text.span, tree, contexts, parent });
        self.stack.push(wanted.0);
        for include in &reading.includes {
            let place = Place { mount: id, statement: include.statement };
            let contexts = block_contexts(&reading.tree, library.grammar, contexts, include.statement);
            let outside = self.blocks;
            self.blocks += blocks_around(&reading.tree, include.statement);
            self.follow(include, place, contexts);
            self.blocks = outside;
        }
        self.stack.pop();
    }

    fn follow(&mut self, include: &Include, place: Place, contexts: ContextSet) {
        let targets = self.targets;
        let Some(target) = include.path.as_ref().and_then(|path| targets.get(path)) else {
            return self.leave(include, Unread::Template, None);
        };
        for text in &target.texts {
            if self.by_name && !fragment_contexts(self.library, *text).meets(contexts) {
                continue;
            }
            if self.stack.contains(text) {
                self.leave(include, Unread::Cut, Some(Kind::IncludeCycle));
            } else if self.is_too_much() {
                return self.leave(include, Unread::Cut, Some(Kind::TooManyIncludes));
            } else {
                self.mount((*text, include.among_entries), contexts, Some(place));
            }
        }
        if let Some(link) = &target.dangling {
            let kind = Kind::DanglingLink(link.as_str().into());
            return self.leave(include, Unread::Dangling, Some(kind));
        }
        match target.unread {
            Some(Unread::Missing) => self.leave(include, Unread::Missing, Some(Kind::MissingInclude)),
            Some(Unread::Directory) => self.leave(include, Unread::Directory, Some(Kind::DirectoryIncluded)),
            Some(why) => self.leave(include, why, None),
            None => {}
        }
    }

    fn is_too_much(&self) -> bool {
        self.closure.mounts.len() >= MOST_MOUNTS
            || self.stack.len() >= DEEPEST
            || self.blocks >= DEEPEST_BLOCKS
            || self.repeated >= MOST_REPEATED
    }

    /// Notes once that an `include` is not followed. What a fragment includes is looked up by guess, so nothing is wrong.
    fn leave(&mut self, include: &Include, why: Unread, kind: Option<Kind>) {
        if !self.complained.insert(include.word) {
            return;
        }
        self.closure.unread.push(UnreadInclude { at: include.word, why });
        let kind = kind.filter(|_| self.is_main);
        self.closure.diagnostics.extend(kind.map(|kind| Diagnostic::new(include.word, kind)));
    }
}

/// The lines that a program replaces by statements: these may define anything.
fn filled_in<'l>(library: &'l Library<'_>, text: TextId) -> impl Iterator<Item = UnreadInclude> + 'l {
    library.splices(text).map(|at| UnreadInclude { at, why: Unread::Template })
}

/// How many blocks of its own text a statement stands in.
fn blocks_around(tree: &Tree, statement: StatementId) -> usize {
    let block = |id: &StatementId| tree.get(*id).and_then(Statement::block);
    std::iter::successors(block(&statement), block).count()
}
