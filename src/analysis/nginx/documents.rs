//! nginx in ConfigMaps: the entries of one are the files of a small tree, and includes find them by their names.

use std::collections::BTreeSet;

use super::closure::{Closure, Origin, close};
use super::library::{Library, TextId};
use super::units::{fragment_contexts, has_block, is_main, main_context, plan};
use crate::analysis::documents::{Documents, Loaded};
use crate::analysis::{Content, LoadedUnit};
use crate::model::File;
use crate::source::{Dialect, SourceId};

/// Makes units of the ConfigMaps that hold nginx.
pub(in crate::analysis) fn find_documents(library: &mut Library<'_>, documents: &Documents) -> Vec<LoadedUnit> {
    documents.families(Dialect::Nginx).flat_map(|family| units(library, family)).collect()
}

struct Root<'a> {
    text: TextId,
    document: &'a Loaded,
    closure: Closure,
    fragment: bool,
}

fn units(library: &mut Library<'_>, family: &[Loaded]) -> Vec<LoadedUnit> {
    let texts: Vec<(TextId, &Loaded)> = family.iter().map(|one| (library.add_document(one), one)).collect();
    let own: Vec<(TextId, &Loaded)> =
        texts.iter().filter(|(_, one)| one.dialect == Some(Dialect::Nginx)).copied().collect();
    library.read(&texts.iter().map(|(text, _)| (*text, false)).collect::<Vec<_>>());
    let (mains, others): (Vec<_>, Vec<_>) = own.into_iter().partition(|(text, _)| is_main(library, *text));
    let mut roots: Vec<Root<'_>> = Vec::new();
    for (text, document) in mains {
        let closure = close(library, text, main_context(library.grammar), &Origin::Map(document.family));
        let has_events = closure.texts.iter().any(|text| has_block(library, *text, &["events"]));
        roots.push(Root { text, document, closure, fragment: document.key != "nginx.conf" && !has_events });
    }
    let loaded: BTreeSet<TextId> = roots.iter().flat_map(|root| &root.closure.texts).copied().collect();
    let mut fragments: Vec<Root<'_>> = Vec::new();
    for (text, document) in others.into_iter().filter(|(text, _)| !loaded.contains(text)) {
        let contexts = fragment_contexts(library, text);
        let closure = close(library, text, contexts, &Origin::Map(document.family));
        fragments.push(Root { text, document, closure, fragment: true });
    }
    let is_loaded = |root: &Root<'_>| {
        let others = fragments.iter().filter(|other| other.text != root.text);
        others.into_iter().any(|other| other.closure.holds(root.text) && !root.closure.holds(other.text))
    };
    let keep: Vec<bool> = fragments.iter().map(|root| !is_loaded(root)).collect();
    roots.extend(fragments.into_iter().zip(keep).filter_map(|(root, keep)| keep.then_some(root)));
    roots.into_iter().map(|root| unit(library, root)).collect()
}

fn unit(library: &Library<'_>, root: Root<'_>) -> LoadedUnit {
    let mut files: Vec<File> = Vec::new();
    let mut seen: BTreeSet<SourceId> = BTreeSet::new();
    for text in root.closure.texts.iter().filter_map(|id| library.text(*id)) {
        if seen.insert(text.source) {
            files.push(File { source: text.source, part: text.span, ..root.document.file });
        } else if let Some(file) = files.iter_mut().find(|file| file.source == text.source) {
            file.part = file.part.to(text.span);
        }
    }
    root.document.unit(files, Content::Nginx(plan(root.closure, root.fragment)))
}
