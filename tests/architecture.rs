//! The structure of the code: layers point one way, files and functions stay small, modules say what they are for.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

/// The layers in order: each uses only what stands before it. `report` and `cli` come last.
const LAYERS: [&str; 15] = [
    "source",
    "diagnostic",
    "grammar",
    "syntax",
    "validate",
    "model",
    "lower",
    "traffic",
    "finding",
    "checks",
    "settings",
    "triage",
    "analysis",
    "report",
    "cli",
];

/// Most lines of a file.
const LONGEST_FILE: usize = 500;
/// Most lines of a function.
const LONGEST_FUNCTION: usize = 80;
/// Most lines of the median function.
const MEDIAN_FUNCTION: usize = 8;
/// Most lines of the median file.
const MEDIAN_FILE: usize = 160;

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(directory).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = walk.map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn source_files() -> Vec<(PathBuf, String)> {
    let files = rust_files(Path::new("src"));
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The layer that a file belongs to: its folder, or its own name at the top.
fn layer(path: &Path) -> Option<usize> {
    let first = path.strip_prefix("src").ok()?.components().next()?;
    let name = first.as_os_str().to_str()?.trim_end_matches(".rs");
    LAYERS.iter().position(|layer| *layer == name)
}

/// The layers that a text names as `crate::<layer>`.
fn used_layers(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let uses = lines.flat_map(|line| line.match_indices("crate::").map(move |(at, _)| (line, at + "crate::".len())));
    uses.filter_map(|(line, at)| {
        let name = line[at..].split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        Some((LAYERS.iter().position(|layer| *layer == name)?, line))
    })
    .collect()
}

#[test]
fn layers_use_only_what_stands_before_them() {
    let mut wrong = Vec::new();
    for (path, text) in source_files() {
        let Some(own) = layer(&path) else { continue };
        for (used, line) in used_layers(&text) {
            if used > own {
                wrong.push(format!("{}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point the wrong way:\n{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_a_layer() {
    let known = |path: &Path| layer(path).is_some() || ["src/lib.rs", "src/main.rs"].map(Path::new).contains(&path);
    let unknown: Vec<_> = source_files().into_iter().map(|(path, _)| path).filter(|path| !known(path)).collect();
    assert!(unknown.is_empty(), "not in a layer: {unknown:?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = source_files().into_iter().filter(|(_, text)| !text.starts_with("//! ")).collect();
    assert!(silent.is_empty(), "{:?}", silent.iter().map(|(path, _)| path).collect::<Vec<_>>());
}

#[test]
fn only_the_command_line_prints() {
    let prints = ["println!", "print!", "eprintln!", "eprint!"];
    let wrong = |path: &Path, text: &str| {
        !path.starts_with("src/cli")
            && path != Path::new("src/main.rs")
            && prints.iter().any(|print| text.contains(print))
    };
    let printing: Vec<_> = source_files().into_iter().filter(|(path, text)| wrong(path, text)).collect();
    assert!(printing.is_empty(), "{:?}", printing.iter().map(|(path, _)| path).collect::<Vec<_>>());
}

#[test]
fn files_stay_small() {
    let mut files = source_files();
    files.extend(
        rust_files(Path::new("tests")).into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())),
    );
    let mut lengths: Vec<(usize, PathBuf)> =
        files.into_iter().map(|(path, text)| (text.lines().count(), path)).collect();
    lengths.sort();
    let long: Vec<_> = lengths.iter().filter(|(length, _)| *length > LONGEST_FILE).collect();
    assert!(long.is_empty(), "over {LONGEST_FILE} lines: {long:?}");
    assert!(lengths[lengths.len() / 2].0 <= MEDIAN_FILE, "median file: {:?}", lengths[lengths.len() / 2]);
}

/// The lengths of all functions: from the line with `fn` to the brace that closes it at the same indentation.
fn function_lengths(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut lengths = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let head = trimmed.split('(').next().unwrap_or_default();
        if !head.split_whitespace().any(|word| word == "fn") || trimmed.starts_with("//") {
            continue;
        }
        let indentation = &line[..line.len() - trimmed.len()];
        let end = format!("{indentation}}}");
        let body = lines[start..].iter().position(|line| **line == end);
        let one_line = trimmed.ends_with('}') || trimmed.ends_with(';');
        let length = if one_line { 1 } else { body.map_or(1, |length| length + 1) };
        lengths.push((length, head.to_owned()));
    }
    lengths
}

#[test]
fn functions_stay_small() {
    let mut lengths: Vec<(usize, String)> =
        source_files().iter().flat_map(|(_, text)| function_lengths(text)).collect();
    lengths.sort();
    let longest = lengths.last().unwrap();
    assert!(longest.0 <= LONGEST_FUNCTION, "{longest:?}");
    let median = lengths[lengths.len() / 2].0;
    assert!(median <= MEDIAN_FUNCTION, "the median function has {median} lines");
}
