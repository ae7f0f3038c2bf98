//! Which entries of a baseline are not needed any more.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::LoadedUnit;
use crate::checks;
use crate::finding::Census;
use crate::settings::{BaselineEntry, LocalSettings};
use crate::source::{Kind, Reader, Sources, display_path};

/// The entries of the baseline for which nothing was found, although it was looked for: their check ran, and their unit was
/// analysed with all its files, or is gone from a directory that was.
pub(super) fn stale(
    census: &Census,
    units: &[LoadedUnit],
    (reader, arguments): (&dyn Reader, &[String]),
    sources: &Sources,
    settings: &LocalSettings<'_>,
) -> Vec<BaselineEntry> {
    let Some(baseline) = &settings.general.history.baseline else { return Vec::new() };
    let mut judged = Judged::new(units, reader, arguments, sources);
    if settings.is_whole {
        // What settings say is held against everything: findings about them are judged as well.
        judged.files.extend(settings.general.texts.iter().map(|(file, _)| file.clone()));
    }
    let all = settings.all();
    let ran = |name: &str| checks::find(name).is_none_or(|check| all.iter().any(|one| one.runs(check.meta())));
    baseline.stale(census, |entry| ran(&entry.check) && judged.includes(&entry.unit, reader))
}

/// What an analysis was about.
struct Judged {
    /// The files of which everything is reported, from the roots of their projects.
    files: FxHashSet<String>,
    /// The directories that were given, with the roots of their projects, both from the root of the file system.
    directories: Vec<(String, String)>,
}

impl Judged {
    fn new(units: &[LoadedUnit], reader: &dyn Reader, arguments: &[String], sources: &Sources) -> Self {
        let whole = units.iter().filter(|unit| unit.files.iter().all(|file| file.reported));
        let path = |source| sources.get(source).map(|source| reader.in_project(&source.path));
        let paths = |unit: &LoadedUnit| {
            let files = unit.files.iter().filter_map(|file| path(file.source));
            std::iter::once(unit.root_in_project.clone()).chain(files).collect::<Vec<_>>()
        };
        let directories = arguments.iter().filter(|argument| reader.kind(argument) == Kind::Directory);
        let absolute = directories.map(|directory| reader.absolute_path(directory));
        Self {
            files: whole.flat_map(paths).collect(),
            directories: absolute.map(|directory| (root_around(reader, &directory), directory)).collect(),
        }
    }

    fn includes(&self, unit: &str, reader: &dyn Reader) -> bool {
        let is_gone = |(project, directory): &(String, String)| {
            let path = Path::new(project).join(unit);
            path.starts_with(directory) && reader.kind(&display_path(&path)) == Kind::Missing
        };
        self.files.contains(unit) || self.directories.iter().any(is_gone)
    }
}

/// The directory that paths count from, by what is left of a directory's own path without them.
fn root_around(reader: &dyn Reader, directory: &str) -> String {
    let inside = reader.in_project(directory);
    let steps = Path::new(&inside).components().count();
    let above = Path::new(directory).ancestors().nth(if Path::new(directory).ends_with(&inside) { steps } else { 0 });
    above.map_or_else(|| directory.to_owned(), display_path)
}
