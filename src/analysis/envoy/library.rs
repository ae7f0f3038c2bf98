//! The texts of Envoy configurations: each is read once, whichever units load it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::Planned;
use crate::analysis::documents::Loaded;
use crate::analysis::{Problem, SMALL};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{Dialect, ReadError, Reader, Scope, SourceId, Sources, Span, View};
use crate::syntax::envoy::{Format, Shape, Tree, parse, shape};

/// Which text of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TextId(usize);

/// A file with what reading it gives.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) path: String,
    pub(super) source: SourceId,
    /// The part of the source that is the text.
    pub(super) span: Span,
    pub(super) tree: Arc<Tree>,
    pub(super) shape: Option<Shape>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// All texts that were read so far.
pub(in crate::analysis) struct Library<'a> {
    pub(super) reader: &'a dyn Reader,
    pub(super) scope: &'a Scope,
    sources: &'a mut Sources,
    errors: &'a mut Vec<Problem>,
    texts: Vec<Text>,
    known: BTreeMap<String, Option<TextId>>,
}

impl<'a> Library<'a> {
    pub(in crate::analysis) const fn new(
        reader: &'a dyn Reader,
        scope: &'a Scope,
        sources: &'a mut Sources,
        errors: &'a mut Vec<Problem>,
    ) -> Self {
        Self { reader, scope, sources, errors, texts: Vec::new(), known: BTreeMap::new() }
    }

    pub(super) fn text(&self, id: TextId) -> Option<&Text> {
        self.texts.get(id.0)
    }

    pub(super) fn view(&self, id: TextId) -> Option<View<'_>> {
        let text = self.text(id)?;
        Some(self.sources.get(text.source)?.view().part(text.span))
    }

    /// A text as a part of a unit. What tells nothing of itself is what it was named as.
    pub(super) fn planned(&self, id: TextId, is_named: bool) -> Option<Planned> {
        let text = self.text(id)?;
        let shape = text.shape.unwrap_or(if is_named { Shape::Discovery } else { Shape::Bootstrap });
        Some(Planned { source: text.source, span: text.span, tree: Arc::clone(&text.tree), shape })
    }

    /// Reads files whose bytes are known, large ones side by side; each once.
    pub(super) fn add_all(&mut self, files: Vec<(String, Vec<u8>)>) -> Vec<Option<TextId>> {
        let mut added: Vec<(String, SourceId, Span)> = Vec::with_capacity(files.len());
        for (path, content) in files {
            match self.sources.add_file(path.clone(), content, Dialect::Envoy) {
                Ok(source) => added.push((path, source, self.whole(source))),
                Err(error) => self.errors.push(error.into()),
            }
        }
        self.read_all(added).into_iter().map(Some).collect()
    }

    /// The texts of entries of a ConfigMap.
    pub(super) fn add_documents(&mut self, documents: &[Loaded]) -> Vec<TextId> {
        let part = |one: &Loaded| (one.root.clone(), one.file.source, one.file.part);
        self.read_all(documents.iter().map(part).collect())
    }

    fn whole(&self, source: SourceId) -> Span {
        self.sources.get(source).map(|held| held.view().span()).unwrap_or_default()
    }

    fn read_all(&mut self, added: Vec<(String, SourceId, Span)>) -> Vec<TextId> {
        let bytes: usize = added.iter().map(|(_, _, span)| span.len()).sum();
        let sources = &*self.sources;
        let read = |(path, source, span): (String, SourceId, Span)| read(sources, path, source, span);
        let texts: Vec<Text> = if bytes < SMALL {
            added.into_iter().map(read).collect()
        } else {
            added.into_par_iter().map(read).collect()
        };
        texts.into_iter().map(|text| self.keep(text)).collect()
    }

    fn keep(&mut self, text: Text) -> TextId {
        let id = TextId(self.texts.len());
        self.known.insert(text.path.clone(), Some(id));
        self.texts.push(text);
        id
    }

    /// The text of a file; `None` if it cannot be read.
    pub(super) fn load(&mut self, path: &str) -> Option<TextId> {
        let path = self.reader.real_path(path);
        if let Some(known) = self.known.get(&path) {
            return *known;
        }
        let id = match self.reader.read(&path) {
            Ok(bytes) => self.add_all(vec![(path.clone(), bytes)]).into_iter().next().flatten(),
            Err(ReadError::Outside(_)) => None,
            Err(error) => {
                self.errors.push(error.into());
                None
            }
        };
        self.known.insert(path, id);
        id
    }
}

const MISNAMED: &str = "Envoy reads a file whose name ends in `.json` as JSON, and this is YAML: it refuses the file";

fn read(sources: &Sources, path: String, source: SourceId, span: Span) -> Text {
    let mut diagnostics = Vec::new();
    let view = sources.get(source).map_or(View::new("", 0), |held| held.view().part(span));
    // The program goes by the name, too.
    let is_json = path.ends_with(".json");
    let content = view.text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let is_misnamed = is_json && !content.is_empty() && !content.starts_with(['{', '[', '/']);
    if is_misnamed {
        let start = view.base + (view.text.len() - content.len()) as u32;
        let end = start + content.find(['\r', '\n']).unwrap_or(content.len()) as u32;
        diagnostics.push(Diagnostic::new(Span::new(start, end), Kind::BadNotation(MISNAMED)));
    }
    let format = if is_json && !is_misnamed { Format::Json } else { Format::Yaml };
    let tree = parse(view, format, &mut diagnostics);
    let shape = shape(&tree, view);
    Text { path, source, span, tree: Arc::new(tree), shape, diagnostics }
}
