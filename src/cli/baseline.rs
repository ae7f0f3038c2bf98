//! `lblint baseline`: writes down what is known, so that only what is new is shown.

use std::sync::Arc;

use clap::{Args, ColorChoice, Subcommand};
use lblint::settings::{Baseline as Entries, History, Settings};

use super::environment;
use super::exit::{Exit, Failure};
use super::input::Input;
use super::known::{in_settings, read};
use super::output::print;
use super::replace::replace;
use super::selection::Selection;

/// Where the baseline stands unless something else is said.
const FILE: &str = "lblint-baseline.txt";

const EXAMPLES: &str = "\
Examples:
  lblint baseline create                        know of everything that `lblint check` shows now
  lblint check --baseline lblint-baseline.txt   show the rest
  lblint baseline prune                         drop what is no longer found
  lblint baseline update                        the same, and know of what is new, too

`baseline = \"lblint-baseline.txt\"` in lblint.toml stands for --baseline.";

/// Write down the findings that are known, so that `check --baseline` shows only new ones.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Baseline {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write a file with everything that `check` would show now
    Create(Arguments),
    /// Add what is new and drop what is no longer found
    Update(Arguments),
    /// Drop what is no longer found, add nothing
    Prune(Arguments),
}

#[derive(Debug, Args)]
#[command(after_help = environment::HELP)]
struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    selection: Selection,
    /// The baseline [default: that of the settings, else lblint-baseline.txt]
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

impl Baseline {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let (Action::Create(arguments) | Action::Update(arguments) | Action::Prune(arguments)) = &self.action;
        let mut settings = arguments.settings()?;
        let file = arguments.file.clone().or_else(|| in_settings(&settings)).unwrap_or_else(|| FILE.to_owned());
        if file == "-" {
            return Err("--file names a file; `-` is none".to_owned().into());
        }
        let is_new = matches!(self.action, Action::Create(_));
        if is_new && std::fs::symlink_metadata(&file).is_ok() {
            return Err(format!("{file} is there already; `lblint baseline update` brings it up to date").into());
        }
        let old = if is_new { Entries::default() } else { read(&file)? };
        settings.history = History { baseline: Some(Arc::new(old.clone())), since: None, counts: true };
        let analysis = arguments.input.analyse(&mut settings, &[])?.analysis;
        if let Some(exit) = arguments.input.status(&analysis).filter(|exit| *exit != Exit::Clean) {
            return Ok(exit);
        }
        let findings = &analysis.findings;
        let kept = old.clone().without(&findings.stale);
        let new = match self.action {
            Action::Prune(_) => kept,
            Action::Create(_) | Action::Update(_) => kept.with(Entries::of(&findings.census, &file)),
        };
        if is_new || new.text() != old.text() {
            replace(&file, &new.text()).map_err(|error| Failure::Output(file.clone(), error))?;
        }
        print(&told(&file, is_new, &old, &new), ColorChoice::Never)?;
        Ok(Exit::Clean)
    }
}

impl Arguments {
    fn settings(&self) -> Result<Settings, Failure> {
        let mut layers = self.input.layers()?;
        layers.add(self.selection.layer())?;
        Ok(layers.settings()?)
    }
}

fn told(file: &str, is_new: bool, old: &Entries, new: &Entries) -> String {
    let entries = if new.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", new.len()) };
    if is_new {
        return format!("wrote {file}: {entries}; next: lblint check --baseline {file}\n");
    }
    let dropped = old.missing_in(new);
    let added = new.missing_in(old);
    format!("{file}: {entries}, {added} added, {dropped} dropped\n")
}
