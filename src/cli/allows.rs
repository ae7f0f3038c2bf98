//! `lblint allows`: what is allowed, by whom, until when, and what it hides.

use clap::Args;
use lblint::finding::Profile;
use lblint::report::{Options, Subject};
use lblint::settings::ProfileChoice;

use super::exit::{Exit, Failure};
use super::format::DocumentFormats;
use super::input::{Analysed, Input};
use super::output::Report;

const EXAMPLES: &str = "\
Examples:
  lblint allows
  lblint allows --format json | jq '.allows[] | select(.hides == 0)'

Findings of all profiles are counted.";

/// List what is allowed in comments and settings.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Allows {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    formats: DocumentFormats,
}

impl Allows {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut settings = self.input.settings()?;
        // Whoever cleans up must know of everything that is hidden, also from stricter eyes.
        settings.profile = ProfileChoice(Profile::Audit);
        let Analysed { analysis, .. } = self.input.analyse(&mut settings, &self.formats.outputs)?;
        let report = Report { analysis: &analysis, subject: Subject::Allows, options: Options::new(&settings) };
        report.write(self.formats.format, &self.formats.outputs, self.formats.color)?;
        Ok(self.input.status(&analysis).unwrap_or(Exit::Clean))
    }
}
