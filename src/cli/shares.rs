//! `lblint shares`: who would get the traffic, also after failures.

use clap::Args;
use lblint::report::{Detail, Filter, Only, Options, SharesQuestion, Subject, unanswerable};
use lblint::traffic::{Down, Each, FailureMode};

use super::exit::{Exit, Failure};
use super::format::DocumentFormats;
use super::input::{Analysed, Input};
use super::output::{Report, complain};

const EXAMPLES: &str = "\
Examples:
  lblint shares haproxy.cfg                                  each target's share
  lblint shares haproxy.cfg --each-failure                   what any single failure does
  lblint shares haproxy.cfg --down web/web1@hang             what happens while web1 hangs
  lblint shares --down 10.0.0.0/24 --down zone=b             while all of these are down
  lblint shares --each-failure --only unnoticed --top 10     the worst failures that nothing would notice

A target fails in one of four ways: refused (connections are refused), drop (the host is gone), hang (accepted, then silence),
http500 (every answer is an error).";

/// Predict each target's share of the traffic.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Shares {
    #[command(flatten)]
    input: Input,
    /// Targets that are down, all that are given together: POOL/TARGET, ADDRESS, CIDR or zone=NAME, with @MODE behind it or
    /// without
    #[arg(long = "down", value_name = "TARGETS[@MODE]")]
    down: Vec<Down>,
    /// What each single failure does: of every target; `hosts` and `localities` add those
    #[arg(long, value_name = "WHAT", num_args = 0..=1, require_equals = true, default_missing_value = "targets", value_delimiter = ',')]
    each_failure: Vec<Kind>,
    /// In which ways targets fail
    #[arg(long, value_name = "MODE", value_delimiter = ',')]
    modes: Vec<FailureMode>,
    /// Only pools of this name; `*` stands for any text; may be repeated
    #[arg(long = "pool", value_name = "PATTERN")]
    names: Vec<String>,
    /// Only units with this root file; `*` stands for any text; may be repeated
    #[arg(long = "unit", value_name = "PATTERN")]
    roots: Vec<String>,
    /// Only pools of this kind: unnoticed (a failure that nothing notices), failing (requests fail for as long as one lasts),
    /// uneven, unknown
    #[arg(long, value_name = "KIND", value_parser = only)]
    only: Option<Only>,
    /// Only so many pools, the worst ones
    #[arg(long, value_name = "NUMBER")]
    top: Option<usize>,
    /// Show all targets, and how the numbers come about
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    formats: DocumentFormats,
}

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Every target
    Targets,
    /// All targets of a host, where it has several
    Hosts,
    /// All targets of a locality
    Localities,
}

impl Shares {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut settings = self.input.settings()?;
        let Analysed { analysis, .. } = self.input.analyse(&mut settings, &self.formats.outputs)?;
        let filter = Filter { units: self.roots.clone(), pools: self.names.clone() };
        if filter.lets_nothing(&analysis) && !analysis.units.is_empty() {
            complain("no pool has a name, and a unit, that --pool and --unit let through");
        }
        let question = self.question(&filter);
        if let Some(reason) = unanswerable(&analysis, &question) {
            return Err(reason.into());
        }
        let detail = if self.verbose { Detail::Verbose } else { Detail::Normal };
        let options = Options { detail, ..Options::new(&settings) };
        let report = Report { analysis: &analysis, subject: Subject::Shares(&question), options };
        report.write(self.formats.format, &self.formats.outputs, self.formats.color)?;
        Ok(self.input.status(&analysis).unwrap_or(Exit::Clean))
    }

    fn question<'a>(&'a self, filter: &'a Filter) -> SharesQuestion<'a> {
        let asks = !self.each_failure.is_empty() || self.only.is_some_and(Only::asks_for_failures);
        let has = |kind| self.each_failure.contains(&kind);
        let each = Each { hosts: has(Kind::Hosts), localities: has(Kind::Localities) };
        SharesQuestion {
            filter,
            each: asks.then_some(each),
            modes: self.modes(asks),
            down: &self.down,
            only: self.only,
            top: self.top,
        }
    }

    /// People see all ways to fail; programs get what the contract says, `refused`, unless they ask for more.
    fn modes(&self, asks: bool) -> Vec<FailureMode> {
        let for_people = self.formats.format == lblint::report::Format::Human && asks;
        match self.modes.as_slice() {
            [] if for_people => FailureMode::ALL.to_vec(),
            [] => vec![FailureMode::Refused],
            modes => modes.to_vec(),
        }
    }
}

fn only(word: &str) -> Result<Only, String> {
    let found = Only::ALL.iter().find(|(name, _)| *name == word);
    let names: Vec<&str> = Only::ALL.iter().map(|(name, _)| *name).collect();
    found.map(|(_, only)| *only).ok_or_else(|| format!("`{word}` is none of {}", names.join(", ")))
}
