//! The README and the guides are real: each command of a console block is run, and what is printed is compared.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "the incidents look at the exit status, too")]
#[path = "common/console.rs"]
mod console;
#[path = "common/guide.rs"]
mod guide;
#[path = "common/repository.rs"]
mod repository;

use std::path::{Path, PathBuf};

/// Of what the reader of a guide has a copy unless it says something else.
const DEFAULT: &str = "fixtures/repos/etc";

#[test]
fn the_readme_shows_what_is_printed() {
    let blocks = console::blocks(&std::fs::read_to_string("README.md").unwrap(), "console");
    assert!(blocks.len() >= 2, "the README has lost its examples");
    for shown in blocks {
        shown.verify();
    }
}

/// The guides, without those that trycmd runs (they have a folder beside them).
fn guides() -> Vec<PathBuf> {
    let entries = std::fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().path());
    let is_guide = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let mut guides: Vec<PathBuf> =
        entries.filter(is_guide).filter(|path| !path.with_extension("in").exists()).collect();
    guides.sort();
    guides
}

#[test]
fn the_guides_show_what_is_printed() {
    let count: usize = guides().iter().map(|guide| guide::run(guide, DEFAULT)).sum();
    assert!(count >= 10, "the guides have lost their examples: {count}");
}

/// Three teams, from the first run on.
#[test]
fn the_stories_of_the_repositories_are_true() {
    let story = |name| {
        let folder = Path::new("fixtures/repos").join(name);
        guide::run(&folder.join("README.md"), folder.to_str().unwrap())
    };
    let count: usize = ["ansible", "etc", "kubernetes"].into_iter().map(story).sum();
    assert!(count >= 5, "the stories have lost their steps: {count}");
}

#[test]
fn the_index_names_each_guide() {
    let index = std::fs::read_to_string("docs/README.md").unwrap();
    for guide in std::fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        let is_guide = guide.ends_with(".md") && guide != "README.md";
        assert!(!is_guide || index.contains(&format!("]({guide})")), "docs/README.md does not name {guide}");
    }
}
