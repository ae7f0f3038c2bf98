//! Real configurations, where they are there: recognised, and read within bounds.

use lblint::analysis::analyze;
use lblint::settings::Settings;
use lblint::source::DiskReader;
use std::collections::BTreeSet;
use std::path::Path;

const CORPUS: &str = "../shared/corpus/nginx";

#[test]
fn real_configurations_are_recognised() {
    let corpus = std::env::var("LBLINT_CORPUS").map_or_else(|_| CORPUS.to_owned(), |root| format!("{root}/nginx"));
    if !Path::new(&corpus).is_dir() {
        eprintln!("no corpus: skipped");
        return;
    }
    let arguments = [corpus.clone()];
    let analysis = analyze(&DiskReader::for_arguments(&arguments), &arguments, &Settings::default());
    let paths = analysis.units.iter().flat_map(|unit| &unit.unit.files);
    let mut read: BTreeSet<&str> =
        paths.filter_map(|file| analysis.sources.get(file.source)).map(|source| source.path.as_str()).collect();
    read.extend(analysis.orphans.iter().map(String::as_str));
    let all = walkdir::WalkDir::new(&corpus).into_iter().filter_map(Result::ok);
    let files: Vec<_> = all.filter(|entry| entry.file_type().is_file()).collect();
    let missed: Vec<_> = files
        .iter()
        .filter(|entry| !read.contains(&*entry.path().to_string_lossy()))
        .map(walkdir::DirEntry::path)
        .collect();
    assert!(missed.len() * 100 <= files.len(), "{missed:#?}");
    assert!(analysis.errors.is_empty());
}
