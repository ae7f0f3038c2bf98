//! Comments in the YAML around embedded configurations: one above an entry speaks of the text in it, one above several entries
//! of all of them, `allow-file` at the top of all in the file.

use super::evidence::manifest;
use crate::model::File;
use crate::source::{Layout, Source, SourceId, Span, Template, View};
use crate::syntax::{Remark, may_speak};

/// What a file says around its embedded configurations.
#[derive(Debug)]
pub(super) struct Around {
    host: SourceId,
    remarks: Vec<Remark>,
    texts: Vec<Embedded>,
}

/// An embedded configuration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Embedded {
    /// Where it stands in its host.
    pub(super) home: Span,
    /// Its text: there, or a decoded copy.
    pub(super) file: File,
}

impl Around {
    /// `None` if nothing is said.
    pub(super) fn new(host: SourceId, source: &Source, texts: Vec<Embedded>) -> Option<Self> {
        let written = source.written().text;
        if !may_speak(written) {
            return None;
        }
        // Of a template all is filled in here, not only what the embedded texts hold.
        let (path, base) = (source.path.as_str(), source.view().base);
        let is_template = Template::is(path, written);
        let filled_in = is_template.then(|| Template::read(path, written, Layout::Indented, base)).flatten();
        let text = filled_in.as_ref().map_or(written, |template| template.text.as_str());
        let mut remarks = manifest::remarks(View::new(text, base), written);
        let is_within = |at: Span| texts.iter().any(|one| one.file.source == host && one.home.contains(at.start));
        remarks.retain(|remark| !is_within(remark.at));
        (!remarks.is_empty()).then_some(Self { host, remarks, texts })
    }

    /// What speaks of the files of a unit, and what speaks of nothing.
    pub(super) fn of(&self, files: &[File]) -> Vec<Remark> {
        let is_own = |one: &Embedded| {
            files.iter().any(|file| file.source == one.file.source && file.part.encloses(one.file.part))
        };
        let own: Vec<Embedded> = self.texts.iter().copied().filter(is_own).collect();
        if own.is_empty() {
            return Vec::new();
        }
        self.remarks.iter().flat_map(|remark| self.brought(*remark, &own)).collect()
    }

    fn brought(&self, remark: Remark, own: &[Embedded]) -> Vec<Remark> {
        let holds_some = |span: &Span| self.texts.iter().any(|one| one.is_in(*span));
        let covers = remark.covers.filter(holds_some);
        let file = remark.file.filter(holds_some).or(covers);
        if covers.or(file).is_none() {
            return vec![Remark { covers, file, ..remark }];
        }
        let texts = own.iter().filter(|one| covers.into_iter().chain(file).any(|span| one.is_in(span)));
        let extent = |one: &Embedded, span: Option<Span>| {
            let span = span.filter(|span| one.is_in(*span))?;
            Some(if one.file.source == self.host { span } else { one.file.part })
        };
        texts.map(|one| Remark { covers: extent(one, covers), file: extent(one, file), ..remark }).collect()
    }
}

impl Embedded {
    fn is_in(&self, span: Span) -> bool {
        span.contains(self.home.start)
    }
}
