//! `[[expect]]` and `[[replicas]]`: what is declared, brought to the sources that it is about.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::overrides::{FilePattern, relative};
use super::{Place, Placed, Settings, Word};
use crate::checks::intent::{Declared, Expectations, Replicas};
use crate::source::{AddressSpaceFull, Kind, Reader, SourceId, Sources, Span};

/// Files that configure copies of one proxy.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReplicaFiles {
    /// The main files, from the directory of the settings file, as in `[[path]]`.
    #[schemars(example = ["eu/lb*.cfg"])]
    files: Vec<Placed<Word<FilePattern>>>,
    /// What may differ: patterns of a pool's name, of `pool/target`, of `pool/policy`.
    #[serde(default)]
    #[schemars(example = ["payments/*"])]
    differ_only_in: Vec<String>,
}

/// The settings files among the sources.
pub(super) struct Files<'s> {
    pub(super) sources: &'s Sources,
    pub(super) of: Vec<(String, SourceId)>,
}

impl Files<'_> {
    /// A place of a settings file in the address space.
    pub(super) fn span(&self, place: Option<&Place>) -> Span {
        let found = place.and_then(|place| {
            let (_, id) = self.of.iter().find(|(file, _)| **file == *place.file)?;
            let view = self.sources.get(*id)?.view();
            Some(Span::new(view.base + place.start, view.base + place.end))
        });
        found.unwrap_or_default()
    }

    /// Declared copies, of these main files.
    fn replicas(&self, declared: &Placed<ReplicaFiles>, roots: &[Root<'_>]) -> Replicas {
        let ReplicaFiles { files, differ_only_in } = &declared.value;
        let is_meant = |(_, path): &&Root<'_>| files.iter().any(|pattern| pattern.value.0.is_match(path));
        let without = files.iter().filter(|pattern| !roots.iter().any(|(_, path)| pattern.value.0.is_match(path)));
        Replicas {
            roots: roots.iter().filter(is_meant).map(|(root, _)| (*root).to_owned()).collect(),
            without_files: without.map(|pattern| self.written(pattern)).collect(),
            differ_only_in: differ_only_in.clone(),
            at: self.span(declared.at.as_ref()),
        }
    }

    /// A pattern as it is written, and where.
    fn written(&self, pattern: &Placed<Word<FilePattern>>) -> (String, Span) {
        let at = self.span(pattern.at.as_ref());
        let text = self.sources.slice(at).trim_matches(['"', '\'']);
        let text = if text.is_empty() { pattern.value.0.as_str() } else { text };
        (text.to_owned(), at)
    }
}

/// A main file as it is shown, and its path from the directory of the settings file.
type Root<'r> = (&'r str, String);

impl Settings {
    /// What is declared, with places in the address space, to which the settings files are added; `roots` are the units.
    ///
    /// # Errors
    /// [`AddressSpaceFull`] when the settings files do not fit.
    pub fn expectations(
        &self,
        sources: &mut Sources,
        reader: &dyn Reader,
        arguments: &[String],
        roots: &[&str],
    ) -> Result<Expectations, AddressSpaceFull> {
        // What is allowed there, and what stands in front, points into these files as well.
        let points_there = !self.allow.is_empty() || self.tells_of_fronts();
        if self.expect.is_empty() && self.replicas.is_empty() && !points_there {
            return Ok(Expectations { today: self.today, ..Expectations::default() });
        }
        let mut of = Vec::with_capacity(self.texts.len());
        for (file, text) in &self.texts {
            of.push((file.clone(), sources.add(file.clone(), text.clone().into_bytes())?));
        }
        let files = Files { sources, of };
        let declared = self.expect.iter().map(|expect| {
            let keys = expect.keys.iter().map(|key| (key.value.clone(), files.span(key.at.as_ref())));
            let at = files.span(expect.table.at.as_ref());
            Arc::new(Declared { wanted: expect.table.value.clone(), at, keys: keys.collect() })
        });
        let roots: Vec<Root<'_>> =
            roots.iter().map(|root| (*root, relative(self.directory.as_deref(), root, reader))).collect();
        let replicas = self.replicas.iter().map(|replicas| files.replicas(replicas, &roots));
        Ok(Expectations {
            declared: declared.collect(),
            replicas: replicas.collect(),
            today: self.today,
            all_read: self.covers(reader, arguments),
            files: files.of.iter().map(|(_, id)| *id).collect(),
        })
    }

    /// Whether the arguments cover the directory that the settings are for.
    fn covers(&self, reader: &dyn Reader, arguments: &[String]) -> bool {
        let Some(directory) = self.directory.as_deref() else { return false };
        let above = |argument: &String| Path::new(directory).starts_with(reader.absolute_path(argument));
        arguments.iter().any(|argument| reader.kind(argument) == Kind::Directory && above(argument))
    }
}
