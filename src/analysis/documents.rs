//! Configurations that stand in other texts, in the address space.

use std::collections::BTreeSet;

use super::around::{Around, Embedded};
use super::{Content, LoadedUnit, Problem};
use crate::model::File;
use crate::source::{AddressSpaceFull, Body, Dialect, Document, Host, Part, Reader, SourceId, Sources, Span};
use crate::syntax::Remark;

/// All embedded configurations, those of one family side by side.
#[derive(Debug, Default)]
pub(super) struct Documents {
    all: Vec<Loaded>,
    around: Vec<Around>,
}

/// An embedded configuration.
#[derive(Debug)]
pub(super) struct Loaded {
    /// What a unit of which it is the root is called.
    pub(super) root: String,
    /// The same from the root of the project.
    pub(super) root_in_project: String,
    /// The name of the file that a container sees.
    pub(super) key: String,
    /// Which documents are mounted together, over all hosts.
    pub(super) family: usize,
    pub(super) dialect: Option<Dialect>,
    /// Whether it only completes others.
    is_part: bool,
    /// Its text.
    pub(super) file: File,
}

impl Documents {
    pub(super) fn has(&self, dialect: Dialect) -> bool {
        self.all.iter().any(|document| document.dialect == Some(dialect))
    }

    /// The documents that are mounted together, family by family; only families in which there is one of this language.
    pub(super) fn families(&self, dialect: Dialect) -> impl Iterator<Item = &[Loaded]> {
        let families = self.all.chunk_by(|one, next| one.family == next.family);
        families.filter(move |family| family.iter().any(|document| document.dialect == Some(dialect)))
    }

    /// What comments in the texts around them say of these files.
    pub(super) fn remarks_around(&self, files: &[File]) -> Vec<Remark> {
        self.around.iter().flat_map(|around| around.of(files)).collect()
    }

    /// Each is a unit by itself, as nobody knows in which order the program would load several; what only completes others
    /// is in each of their units.
    pub(super) fn haproxy_units(&self) -> Vec<LoadedUnit> {
        self.families(Dialect::Haproxy).flat_map(haproxy_units).collect()
    }
}

fn haproxy_units(family: &[Loaded]) -> impl Iterator<Item = LoadedUnit> {
    let (parts, main): (Vec<&Loaded>, Vec<&Loaded>) =
        family.iter().filter(|document| document.dialect == Some(Dialect::Haproxy)).partition(|one| one.is_part);
    let parts: Vec<File> = parts.into_iter().map(|part| part.file).collect();
    let unit = move |main: &Loaded| {
        // Sections that rules name must come before them.
        let files = parts.iter().copied().chain([main.file]).collect();
        main.unit(files, Content::Haproxy)
    };
    main.into_iter().map(unit)
}

impl Loaded {
    /// The unit of which it is the root.
    pub(super) fn unit(&self, files: Vec<File>, content: Content) -> LoadedUnit {
        LoadedUnit {
            root: self.root.clone(),
            root_in_project: self.root_in_project.clone(),
            files,
            content,
            declared: None,
            remarks: Vec::new(),
        }
    }
}

/// Puts hosts and the decoded copies of their documents into the address space.
pub(super) fn load(
    reader: &dyn Reader,
    hosts: Vec<Host>,
    sources: &mut Sources,
    errors: &mut Vec<Problem>,
) -> Documents {
    let mut loader = Loader { reader, sources, documents: Documents::default(), families: 0, roots: BTreeSet::new() };
    for host in hosts {
        if let Err(error) = loader.host(host) {
            errors.push(error.into());
        }
    }
    loader.documents
}

struct Loader<'a> {
    reader: &'a dyn Reader,
    sources: &'a mut Sources,
    documents: Documents,
    families: usize,
    roots: BTreeSet<String>,
}

impl Loader<'_> {
    fn host(&mut self, host: Host) -> Result<(), AddressSpaceFull> {
        let Host { path, bytes, documents, reported } = host;
        let in_project = self.reader.in_project(&path);
        let source = self.sources.add_host(path.clone(), bytes, &parts(&documents))?;
        let before = self.families;
        let mut texts = Vec::with_capacity(documents.len());
        for document in documents {
            self.families = self.families.max(before + document.family + 1);
            let rendered_from = document.rendered_from.as_deref();
            let root = self.unused(format!("{}#{}", rendered_from.unwrap_or(&path), document.name));
            let root_in_project = match rendered_from {
                Some(_) => root.clone(),
                None => format!("{in_project}#{}", document.name),
            };
            let (own, part) = self.text(source, &document, &format!("{path}#{}", document.name))?;
            let file = File { source: own, part, reported, at_run_time: false, elsewhere: false };
            texts.push(Embedded { home: self.sources.in_file(part), file });
            let Document { key, family, dialect, is_part, .. } = document;
            let family = before + family;
            self.documents.all.push(Loaded { root, root_in_project, key, family, dialect, is_part, file });
        }
        self.documents.around.extend(self.sources.get(source).and_then(|held| Around::new(source, held, texts)));
        Ok(())
    }

    /// Two ConfigMaps of one name are two units.
    fn unused(&mut self, root: String) -> String {
        let numbered = (2..).map(|number| format!("{root}~{number}"));
        let free = std::iter::once(root.clone()).chain(numbered).find(|root| !self.roots.contains(root));
        let root = free.unwrap_or(root);
        self.roots.insert(root.clone());
        root
    }

    fn text(&mut self, host: SourceId, document: &Document, name: &str) -> Result<(SourceId, Span), AddressSpaceFull> {
        let base = self.sources.get(host).map_or(0, |source| source.view().base);
        match &document.body {
            Body::View(range) => Ok((host, Span::new(base + range.start as u32, base + range.end as u32))),
            Body::Copy { text, at } => {
                let home = Span::new(base + at.start as u32, base + at.end as u32);
                let source = self.sources.add_copy(name.to_owned(), text.clone(), home, document.dialect)?;
                Ok((source, self.sources.get(source).map(|held| held.view().span()).unwrap_or_default()))
            }
        }
    }
}

/// The documents that are parts of their host, with the language in which they are read.
fn parts(documents: &[Document]) -> Vec<Part> {
    let part = |document: &Document| match &document.body {
        Body::View(at) => {
            Some(Part { at: at.clone(), dialect: read_as(document, documents)?, key: document.key.clone() })
        }
        Body::Copy { .. } => None,
    };
    documents.iter().filter_map(part).collect()
}

/// The language of a document, or of those that may load it.
fn read_as(document: &Document, documents: &[Document]) -> Option<Dialect> {
    let mut kin = documents.iter().filter(|other| other.family == document.family).filter_map(|other| other.dialect);
    document.dialect.or_else(|| kin.find(|dialect| *dialect != Dialect::Haproxy))
}
