//! The README's console blocks are real: each command is run, and what is printed is compared.

#![allow(clippy::unwrap_used, reason = "tests")]

#[allow(dead_code, reason = "the incidents look at the exit status, too")]
#[path = "common/console.rs"]
mod console;

#[test]
fn the_readme_shows_what_is_printed() {
    let blocks = console::blocks(&std::fs::read_to_string("README.md").unwrap(), "console");
    assert!(blocks.len() >= 2, "the README has lost its examples");
    for shown in blocks {
        shown.verify();
    }
}
