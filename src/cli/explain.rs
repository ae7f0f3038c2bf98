//! `lblint explain`: a check's page.

use clap::{Args, ColorChoice};

use super::exit::{Exit, Failure};
use super::output::print;

/// Show the page of a check.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  lblint explain no-health-check")]
pub(crate) struct Explain {
    /// The check's name, as it stands in brackets in its findings
    #[arg(value_name = "CHECK")]
    check: String,
}

impl Explain {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let check = lblint::checks::find(&self.check).ok_or_else(|| unknown(&self.check))?;
        print(check.meta().page, ColorChoice::Never)?;
        Ok(Exit::Clean)
    }
}

fn unknown(word: &str) -> String {
    let names = lblint::checks::all().iter().map(|check| check.meta().name);
    match lblint::validate::resembling(word, names) {
        Some(name) => format!("`{word}` is no check; did you mean `{name}`? `lblint checks` lists all"),
        None => format!("`{word}` is no check; `lblint checks` lists all"),
    }
}
