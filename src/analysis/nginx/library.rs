//! The texts of nginx configurations: each is read once, whichever units load it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::analysis::documents::Loaded;
use crate::analysis::{LoadedUnit, Problem, SMALL};
use crate::diagnostic::Diagnostic;
use crate::grammar::nginx::{Content, DirectiveId, Grammar};
use crate::source::{Dialect, ReadError, Reader, Scope, SourceId, Sources, Span, Unread, View};
use crate::syntax::nginx::{BlockKind, Statement, StatementId, StatementKind, Tree, dump_parts, parse_within};

/// Which text of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TextId(u32);

/// A text and the way in which it is read: a file that is included among entries holds entries.
pub(super) type Wanted = (TextId, bool);

/// A file, or a part of a dump.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) path: String,
    pub(super) source: SourceId,
    pub(super) span: Span,
}

/// What reading a text gives, whatever loads it.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) tree: Arc<Tree>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) includes: Vec<Include>,
}

/// An `include` with one argument.
#[derive(Debug)]
pub(super) struct Include {
    pub(super) statement: StatementId,
    /// The argument.
    pub(super) word: Span,
    /// Its value; `None` if a template fills it in.
    pub(super) path: Option<String>,
    /// Whether it stands among entries.
    pub(super) among_entries: bool,
}

/// Where a path leads somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shelf {
    /// Whatever the reader reads.
    Files,
    /// The parts of the dump in a source.
    Dump(SourceId),
    /// The entries of a ConfigMap, by their keys.
    Map(usize),
}

/// What a path names.
type Key = (Shelf, String);

/// All texts that were read so far.
pub(in crate::analysis) struct Library<'a> {
    pub(super) reader: &'a dyn Reader,
    pub(super) scope: &'a Scope,
    pub(super) grammar: &'a Grammar,
    pub(super) errors: &'a mut Vec<Problem>,
    sources: &'a mut Sources,
    texts: Vec<Text>,
    /// By their paths; `None` for what cannot be read.
    known: BTreeMap<Key, Option<TextId>>,
    readings: BTreeMap<Wanted, Arc<Reading>>,
}

impl<'a> Library<'a> {
    pub(in crate::analysis) const fn new(
        reader: &'a dyn Reader,
        scope: &'a Scope,
        grammar: &'a Grammar,
        sources: &'a mut Sources,
        errors: &'a mut Vec<Problem>,
    ) -> Self {
        Self {
            reader,
            scope,
            grammar,
            errors,
            sources,
            texts: Vec::new(),
            known: BTreeMap::new(),
            readings: BTreeMap::new(),
        }
    }

    pub(super) fn text(&self, id: TextId) -> Option<&Text> {
        self.texts.get(id.0 as usize)
    }

    pub(super) fn view(&self, id: TextId) -> Option<View<'_>> {
        let text = self.text(id)?;
        Some(self.sources.get(text.source)?.view().part(text.span))
    }

    /// The lines of a text that a program replaces by statements.
    pub(super) fn splices(&self, id: TextId) -> impl Iterator<Item = Span> {
        let held = self.text(id).and_then(|text| Some((text.span, self.sources.get(text.source)?.template()?)));
        held.into_iter().flat_map(|(part, template)| {
            template.splices.iter().copied().filter(move |splice| part.contains(splice.start))
        })
    }

    pub(super) fn reading(&self, wanted: Wanted) -> Option<&Arc<Reading>> {
        self.readings.get(&wanted)
    }

    /// The text of a file whose bytes are known.
    pub(super) fn add(&mut self, path: &str, bytes: Vec<u8>) -> Option<TextId> {
        let key = (Shelf::Files, path.to_owned());
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let text = match self.sources.add_file(path.to_owned(), bytes, Dialect::Nginx) {
            Ok(source) => {
                self.sources.get(source).map(|held| held.view().span()).map(|span| self.keep(path, source, span))
            }
            Err(error) => {
                self.errors.push(error.into());
                None
            }
        };
        self.known.insert(key, text);
        text
    }

    /// The text of a file that a configuration names, or why it cannot be read.
    pub(super) fn load(&mut self, path: &str) -> Result<TextId, Unread> {
        let key = (Shelf::Files, path.to_owned());
        if let Some(known) = self.known.get(&key) {
            return known.ok_or(Unread::Barred);
        }
        match self.reader.read(path) {
            Ok(bytes) => self.add(path, bytes).ok_or(Unread::Cut),
            Err(ReadError::Outside(_)) => Err(Unread::Outside),
            Err(error) => {
                self.errors.push(error.into());
                self.known.insert(key, None);
                Err(Unread::Barred)
            }
        }
    }

    fn keep(&mut self, path: &str, source: SourceId, span: Span) -> TextId {
        self.texts.push(Text { path: path.to_owned(), source, span });
        TextId(self.texts.len() as u32 - 1)
    }

    /// The parts of a text that is the output of `nginx -T`, with the paths as printed; none for other texts.
    pub(super) fn split_dump(&mut self, id: TextId) -> Vec<(String, TextId)> {
        let Some((view, source)) = self.view(id).zip(self.text(id).map(|text| text.source)) else { return Vec::new() };
        let parts: Vec<(String, Span)> =
            dump_parts(view).into_iter().map(|(path, span)| (view.slice(path).to_owned(), span)).collect();
        let mut texts = Vec::with_capacity(parts.len());
        for (path, span) in parts {
            let text = self.keep(&path, source, span);
            // The program prints each file once; of two parts with one name the first is it.
            self.known.entry((Shelf::Dump(source), path.clone())).or_insert(Some(text));
            texts.push((path, text));
        }
        texts
    }

    /// The text of an entry of a ConfigMap.
    pub(super) fn add_document(&mut self, document: &Loaded) -> TextId {
        let text = self.keep(&document.root, document.file.source, document.file.part);
        self.known.entry((Shelf::Map(document.family), document.key.clone())).or_insert(Some(text));
        text
    }

    /// All of a source.
    pub(super) fn whole(&self, source: SourceId) -> Span {
        self.sources.get(source).map(|held| held.view().span()).unwrap_or_default()
    }

    /// What a path names among the texts of a shelf.
    pub(super) fn on_shelf(&self, shelf: Shelf, path: &str) -> Option<TextId> {
        self.known.get(&(shelf, path.to_owned())).copied().flatten()
    }

    /// The paths on a shelf.
    pub(super) fn paths(&self, shelf: Shelf) -> impl Iterator<Item = &str> {
        self.known.keys().filter(move |(other, _)| *other == shelf).map(|(_, path)| path.as_str())
    }

    /// The paths of all files of these units.
    pub(super) fn loaded_paths(&self, units: &[LoadedUnit]) -> BTreeSet<String> {
        let files = units.iter().flat_map(|unit| &unit.files);
        files.filter_map(|file| self.sources.get(file.source)).map(|source| source.path.clone()).collect()
    }

    /// Reads what was not read yet; many or large texts at the same time.
    pub(super) fn read(&mut self, wanted: &[Wanted]) {
        let mut new: Vec<Wanted> = wanted.iter().filter(|one| !self.readings.contains_key(one)).copied().collect();
        new.sort_unstable();
        new.dedup();
        let bytes: usize = new.iter().filter_map(|(id, _)| self.text(*id)).map(|text| text.span.len()).sum();
        let read = |one: &Wanted| self.view(one.0).map(|view| (*one, Arc::new(read(view, one.1, self.grammar))));
        let readings: Vec<_> = if bytes < SMALL {
            new.iter().filter_map(read).collect()
        } else {
            new.par_iter().filter_map(read).collect()
        };
        self.readings.extend(readings);
    }
}

fn read(view: View<'_>, among_entries: bool, grammar: &Grammar) -> Reading {
    let mut diagnostics = Vec::new();
    let outside = if among_entries { BlockKind::Entries } else { BlockKind::Ordinary };
    let tree = parse_within(view, outside, grammar, &mut diagnostics);
    let includes = includes(&tree, view, grammar);
    Reading { tree: Arc::new(tree), diagnostics, includes }
}

fn includes(tree: &Tree, view: View<'_>, grammar: &Grammar) -> Vec<Include> {
    let Some(include) = grammar.directive("include") else { return Vec::new() };
    let is_one = |statement: &Statement| {
        statement.keyword.0 == include.0 && statement.words == 2 && !is_ordinary_entry(tree, statement, grammar)
    };
    let found = tree.iter().filter(|(_, statement)| is_one(statement));
    found.filter_map(|(id, statement)| read_include(tree, view, id, statement)).collect()
}

fn read_include(tree: &Tree, view: View<'_>, id: StatementId, statement: &Statement) -> Option<Include> {
    let among_entries = match statement.kind() {
        StatementKind::Directive => false,
        StatementKind::Entry => true,
        StatementKind::Block | StatementKind::Lua | StatementKind::Error => return None,
    };
    let word = tree.words(view, id).nth(1)?;
    let path = word.value(view).known().map(std::borrow::Cow::into_owned);
    Some(Include { statement: id, word: word.span, path, among_entries })
}

/// Whether `include` is a key like any other: in `split_clients` and `charset_map`.
fn is_ordinary_entry(tree: &Tree, statement: &Statement, grammar: &Grammar) -> bool {
    let block = statement.block().and_then(|block| tree.get(block));
    let mut openings = block.into_iter().flat_map(|block| grammar.openings(grammar.name(DirectiveId(block.keyword.0))));
    openings.any(|(context, _)| grammar.content(context) == Content::WordsOnly)
}
