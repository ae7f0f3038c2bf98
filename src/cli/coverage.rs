//! `lblint coverage`: what was not understood.

use clap::Args;
use lblint::report::{Detail, Options, Subject};

use super::exit::{Exit, Failure};
use super::format::DocumentFormats;
use super::input::{Analysed, Input, Threshold};
use super::output::Report;

const EXAMPLES: &str = "\
Examples:
  lblint coverage
  lblint coverage --min-coverage 99 haproxy.cfg";

/// List what was not understood and what could not be decided.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Coverage {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    threshold: Threshold,
    #[command(flatten)]
    formats: DocumentFormats,
    /// Cut no lists
    #[arg(short, long)]
    verbose: bool,
}

impl Coverage {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut settings = self.input.settings()?;
        let Analysed { analysis, .. } = self.input.analyse(&mut settings, &self.formats.outputs)?;
        let detail = if self.verbose { Detail::Verbose } else { Detail::Normal };
        let options = Options { detail, ..Options::new(&settings) };
        let report = Report { analysis: &analysis, subject: Subject::Coverage, options };
        report.write(self.formats.format, &self.formats.outputs, self.formats.color)?;
        let status = self.input.status(&analysis).or_else(|| self.threshold.status(&analysis));
        Ok(status.unwrap_or(Exit::Clean))
    }
}
