//! How lblint gets into a repository, and stays there: hook, action, examples for CI, shells, and without any network.
//!
//! What needs a program says that it was skipped where there is none. `LBLINT_TOOLS` names a folder with `pre-commit`,
//! `check-jsonschema` and a `python` that has PyYAML and Jinja2; `.ci/run` makes one.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod action;
mod hook;
mod offline;
mod schemas;
mod shells;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A program of `LBLINT_TOOLS`.
fn tool(name: &str) -> Option<PathBuf> {
    let tool = std::env::var_os("LBLINT_TOOLS").map(|folder| Path::new(&folder).join(name));
    let tool = tool.filter(|tool| tool.exists());
    if tool.is_none() {
        eprintln!("skipped: no {name} (LBLINT_TOOLS names a folder that has it)");
    }
    tool
}

/// A path with the folder of the built binary before all others.
fn search_path() -> String {
    let built = Path::new(env!("CARGO_BIN_EXE_lblint")).parent().unwrap();
    format!("{}:{}", built.display(), std::env::var("PATH").unwrap())
}

/// What a command printed, both streams, and how it ended.
fn told(output: &Output) -> (Option<i32>, String) {
    let streams = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    (output.status.code(), streams.concat())
}

/// A folder of this test alone, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// `git` in a folder, with nothing of the user's settings.
fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let names = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
    let output = git.envs(names.map(|name| (name, "ops@shop.example"))).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", told(&output).1);
}

/// A copy of a fixture, links included, as a git repository with one commit.
fn repository(fixture: &str, name: &str) -> PathBuf {
    let folder = folder(name);
    let copied = Command::new("cp").arg("-RP").arg(Path::new(fixture).join(".")).arg(&folder).status().unwrap();
    assert!(copied.success());
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--message=as it was"]);
    folder
}
