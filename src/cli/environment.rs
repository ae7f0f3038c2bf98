//! The environment: it counts more than the settings file and less than the command line.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};
use lblint::settings::{Layer, Origin};

use super::exit::Failure;

/// What `--help` says about it.
pub(crate) const HELP: &str = "\
Environment (counts more than lblint.toml, less than arguments; an empty variable counts as none):
  LBLINT_CONFIG, LBLINT_ISOLATED=1, LBLINT_PROFILE, LBLINT_SELECT, LBLINT_IGNORE, LBLINT_FAIL_ON, LBLINT_PROXY_VERSION;
  for `check` also LBLINT_FORMAT and LBLINT_OUTPUT (FORMAT=FILE, several separated by commas)";

/// Commands that read configurations, and so settings.
const ANALYSING: [&str; 4] = ["check", "pools", "shares", "coverage"];

/// A variable that has a value.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What the environment says about settings.
pub(crate) fn layer() -> Result<Layer, Failure> {
    let mut layer = Layer::default();
    for (name, key) in [("LBLINT_PROFILE", "profile"), ("LBLINT_FAIL_ON", "fail-on")] {
        if let Some(value) = variable(name) {
            layer.word(key, &Origin::Environment(name), value.trim());
        }
    }
    for (name, key) in [("LBLINT_SELECT", "select"), ("LBLINT_IGNORE", "ignore")] {
        if let Some(value) = variable(name) {
            layer.words(key, &Origin::Environment(name), value.split(',').map(str::trim));
        }
    }
    if let Some(value) = variable("LBLINT_PROXY_VERSION") {
        let origin = Origin::Environment("LBLINT_PROXY_VERSION");
        let entry = |part: &str| part.split_once('=').map(|(proxy, version)| (proxy.into(), version.into()));
        let entries: Option<Vec<(String, String)>> = value.split(',').map(|part| entry(part.trim())).collect();
        let entries = entries.ok_or_else(|| format!("{origin}: write PROXY=VERSION, as in haproxy=2.6"))?;
        layer.table("proxy-version", &origin, entries);
    }
    Ok(layer)
}

/// Arguments, and those that the environment adds to them.
pub(crate) struct Arguments {
    pub(crate) all: Vec<OsString>,
    added: Vec<(&'static str, String)>,
}

impl Arguments {
    /// The process's arguments; what the environment says stands before what was typed.
    pub(crate) fn new() -> Result<Self, Failure> {
        let mut arguments = Self { all: std::env::args_os().collect(), added: Vec::new() };
        let Some(command) = arguments.all.get(1).and_then(|word| word.to_str()).map(str::to_owned) else {
            return Ok(arguments);
        };
        if !ANALYSING.contains(&command.as_str()) {
            return Ok(arguments);
        }
        let alone = arguments.has("--config") || arguments.has("--isolated");
        if !alone && switched_on("LBLINT_ISOLATED")? {
            arguments.all.insert(2, "--isolated".into());
        } else if !alone {
            arguments.add("LBLINT_CONFIG", "--config", variable("LBLINT_CONFIG"));
        }
        if command == "check" {
            arguments.add("LBLINT_FORMAT", "--format", variable("LBLINT_FORMAT"));
            if !arguments.has("--output") {
                let outputs = variable("LBLINT_OUTPUT").unwrap_or_default();
                for output in outputs.split(',').filter(|output| !output.is_empty()) {
                    arguments.insert("LBLINT_OUTPUT", "--output", output.trim());
                }
            }
        }
        Ok(arguments)
    }

    fn has(&self, flag: &str) -> bool {
        let is_flag = |word: &str| word.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('='));
        let typed = self.all.iter().take_while(|word| *word != "--");
        typed.filter_map(|word| word.to_str()).any(is_flag)
    }

    fn add(&mut self, name: &'static str, flag: &str, value: Option<String>) {
        if let Some(value) = value.filter(|_| !self.has(flag)) {
            self.insert(name, flag, &value);
        }
    }

    fn insert(&mut self, name: &'static str, flag: &str, value: &str) {
        self.all.insert(2, format!("{flag}={value}").into());
        self.added.push((name, value.to_owned()));
    }

    /// The variable that a wrong value comes from.
    pub(crate) fn culprit(&self, error: &clap::Error) -> Option<&'static str> {
        let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidValue) else { return None };
        self.added.iter().find(|(_, value)| value == wrong).map(|(name, _)| *name)
    }
}

fn switched_on(name: &'static str) -> Result<bool, Failure> {
    match variable(name).as_deref() {
        None | Some("0" | "false" | "no") => Ok(false),
        Some("1" | "true" | "yes") => Ok(true),
        Some(other) => Err(format!("{}: `{other}` is none of: 1, 0", Origin::Environment(name)).into()),
    }
}
