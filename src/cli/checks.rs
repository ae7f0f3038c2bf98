//! `lblint checks`: the list of all checks.

use clap::{Args, ColorChoice};
use lblint::report::render_checks;

use super::exit::{Exit, Failure};
use super::format::ListFormat;
use super::output::print;

/// List all checks.
#[derive(Debug, Args)]
pub(crate) struct Checks {
    #[command(flatten)]
    format: ListFormat,
}

impl Checks {
    pub(crate) fn run(&self, color: ColorChoice) -> Result<Exit, Failure> {
        let checks: Vec<_> = lblint::checks::all().iter().map(|check| check.meta()).collect();
        print(&render_checks(&checks, self.format.format), color)?;
        Ok(Exit::Clean)
    }
}
