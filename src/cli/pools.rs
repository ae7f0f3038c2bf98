//! `lblint pools`: the inventory.

use clap::Args;
use lblint::report::{Filter, Options, Subject};

use super::exit::{Exit, Failure};
use super::format::DocumentFormats;
use super::input::{Analysed, Input};
use super::output::{Report, complain};

const EXAMPLES: &str = "\
Examples:
  lblint pools haproxy.cfg
  lblint pools --pool 'web*' --unit 'eu/*'
  lblint pools --format json | jq '.units[].pools[] | select(.probe == \"none\").name'";

/// List pools with their targets, policies and health checks.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Pools {
    #[command(flatten)]
    input: Input,
    /// Only pools of this name; `*` stands for any text; may be repeated
    #[arg(long = "pool", value_name = "PATTERN")]
    names: Vec<String>,
    /// Only units with this root file; `*` stands for any text; may be repeated
    #[arg(long = "unit", value_name = "PATTERN")]
    roots: Vec<String>,
    #[command(flatten)]
    formats: DocumentFormats,
}

impl Pools {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut settings = self.input.settings()?;
        let Analysed { analysis, .. } = self.input.analyse(&mut settings, &self.formats.outputs)?;
        let filter = Filter { units: self.roots.clone(), pools: self.names.clone() };
        if filter.lets_nothing(&analysis) && !analysis.units.is_empty() {
            complain("no pool has a name, and a unit, that --pool and --unit let through");
        }
        let report = Report { analysis: &analysis, subject: Subject::Pools(&filter), options: Options::new(&settings) };
        report.write(self.formats.format, &self.formats.outputs, self.formats.color)?;
        Ok(self.input.status(&analysis).unwrap_or(Exit::Clean))
    }
}
