//! `lblint shares` as other programs read it: the situations of which shares and failures are known, and the document itself.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod document;
mod listeners;
mod members;
mod outages;
mod situations;
mod size;

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The document of a configuration on standard input, for further arguments.
pub(crate) fn shares(dialect: &str, configuration: &str, arguments: &[&str]) -> Value {
    let (output, errors, status) = run(dialect, configuration, &[&["--format", "json"], arguments].concat());
    assert_eq!(status, Some(0), "{errors}");
    let document: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(document["schema"], "lblint/shares/1");
    document
}

/// Standard output, standard error and the exit status.
pub(crate) fn run(dialect: &str, configuration: &str, arguments: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lblint"));
    command.args(["shares", "-", "--dialect", dialect]).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that complains of its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(configuration.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

/// The pool of this name.
pub(crate) fn pool<'d>(document: &'d Value, name: &str) -> &'d Value {
    let units = document["units"].as_array().unwrap().iter();
    units.flat_map(|unit| unit["pools"].as_array().unwrap()).find(|pool| pool["name"] == name).unwrap()
}

/// Shares in thousandths, in the order of the targets; -1 where one is not known.
pub(crate) fn dealt(pool: &Value) -> Vec<i64> {
    pool["shares"].as_array().unwrap().iter().map(|share| thousandths(&share["share"])).collect()
}

/// A fraction in thousandths; -1 for none.
pub(crate) fn thousandths(fraction: &Value) -> i64 {
    fraction.as_f64().map_or(-1, |fraction| (fraction * 1000.0).round() as i64)
}

/// What fails for good: as said, at least, at most.
pub(crate) fn lost(failure: &Value) -> (i64, i64, i64) {
    (thousandths(&failure["failed"]), thousandths(&failure["low"]), thousandths(&failure["high"]))
}

/// The listener of this name.
pub(crate) fn listener<'d>(listeners: &'d Value, name: &str) -> &'d Value {
    listeners.as_array().unwrap().iter().find(|listener| listener["name"] == name).unwrap()
}
