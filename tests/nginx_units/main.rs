//! nginx units: from arguments to main files with all that they load, dumps, fragments and orphans.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests")]

mod anything;
mod corpus;
mod disk;
mod includes;
mod live;
mod mapped;

use lblint::analysis::{AnalysedUnit, Analysis, analyze};
use lblint::diagnostic::Kind;
use lblint::settings::Settings;
use lblint::source::{MapReader, Reader, Unread};

/// What is read when these arguments are given.
fn analysed(reader: &dyn Reader, arguments: &[&str]) -> Analysis {
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    analyze(reader, &arguments, &Settings::default())
}

fn map(files: &[(&str, &str)]) -> MapReader {
    MapReader::new(files.iter().copied())
}

fn roots(analysis: &Analysis) -> Vec<&str> {
    analysis.units.iter().map(|unit| unit.root.as_str()).collect()
}

/// The files of a unit in the order in which they are loaded.
fn files<'a>(analysis: &'a Analysis, unit: &AnalysedUnit) -> Vec<&'a str> {
    unit.unit.files.iter().map(|file| analysis.sources.get(file.source).unwrap().path.as_str()).collect()
}

/// The files of a unit in which findings are reported.
fn reported<'a>(analysis: &'a Analysis, unit: &AnalysedUnit) -> Vec<&'a str> {
    let reported = unit.unit.files.iter().filter(|file| file.reported);
    reported.map(|file| analysis.sources.get(file.source).unwrap().path.as_str()).collect()
}

/// The includes of a unit that were not read, with the reason.
fn unread<'a>(analysis: &'a Analysis, unit: &AnalysedUnit) -> Vec<(&'a str, Unread)> {
    unit.coverage.unread.iter().map(|include| (analysis.sources.slice(include.at), include.why)).collect()
}

/// What is wrong with a unit, with the words.
fn wrong<'a>(analysis: &'a Analysis, unit: &AnalysedUnit) -> Vec<(&'a str, Kind)> {
    let diagnostics = unit.diagnostics.iter();
    diagnostics.map(|diagnostic| (analysis.sources.slice(diagnostic.span), diagnostic.kind.clone())).collect()
}
