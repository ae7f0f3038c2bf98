//! The README's console blocks are real: each command is run, and what is printed is compared.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::Command;

/// The console blocks of a text: the arguments of `lblint`, and what it printed.
fn blocks(text: &str) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    for block in text.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for command in block.split("$ ").skip(1) {
            let (line, output) = command.split_once('\n').unwrap();
            let arguments = line.strip_prefix("cargo run --quiet -- ").or_else(|| line.strip_prefix("lblint "));
            let Some(arguments) = arguments else { continue };
            found.push((arguments.split(' ').map(str::to_owned).collect(), output.trim_end().to_owned()));
        }
    }
    found
}

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let line = |line: &str| match line.split_once(" in ") {
        Some((before, after)) if after.ends_with("ms") || after.ends_with(" s") => before.to_owned(),
        _ => line.to_owned(),
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_readme_shows_what_is_printed() {
    let blocks = blocks(&std::fs::read_to_string("README.md").unwrap());
    assert!(blocks.len() >= 2, "the README has lost its examples");
    for (arguments, shown) in blocks {
        let output = Command::new(env!("CARGO_BIN_EXE_lblint")).args(&arguments).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(without_times(&printed), without_times(&shown), "lblint {}", arguments.join(" "));
    }
}
