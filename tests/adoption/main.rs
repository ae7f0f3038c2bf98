//! How lblint gets into a repository, and stays there: hook, action, examples for CI, shells, and without any network.
//!
//! What needs a program says that it was skipped where there is none. `LBLINT_TOOLS` names a folder with `pre-commit`,
//! `check-jsonschema`, `helm` and a `python` that has `PyYAML`, Jinja2 and `lxml`, and beside it `junit-10.xsd`; `.ci/run` makes one.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod accepted;
mod action;
mod helm;
mod hook;
mod offline;
mod schemas;
mod shells;

#[path = "../common/repository.rs"]
mod repository;

use std::path::{Path, PathBuf};
use std::process::Output;

use repository::{folder, git, repository, search_path};

/// A program of `LBLINT_TOOLS`.
fn tool(name: &str) -> Option<PathBuf> {
    let tool = std::env::var_os("LBLINT_TOOLS").map(|folder| Path::new(&folder).join(name));
    let tool = tool.filter(|tool| tool.exists());
    if tool.is_none() {
        eprintln!("skipped: no {name} (LBLINT_TOOLS names a folder that has it)");
    }
    tool
}

/// What a command printed, both streams, and how it ended.
fn told(output: &Output) -> (Option<i32>, String) {
    let streams = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    (output.status.code(), streams.concat())
}
