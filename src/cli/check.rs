//! `lblint check`: findings.

use clap::Args;
use lblint::analysis::Analysis;
use lblint::report::{Detail, Format, Options};
use lblint::settings::{FailOn, Layer, Origin};

use super::environment;
use super::exit::{Exit, Failure};
use super::format::FindingFormats;
use super::input::{Analysed, Input, Threshold, owners};
use super::known::KnownFindings;
use super::output::{self, Report, complain, print};
use super::selection::Selection;

const EXAMPLES: &str = "\
Examples:
  lblint check                                      everything below the working directory
  lblint check haproxy.cfg conf.d                   a file and a directory
  render | lblint check - --stdin-filename lb.cfg   standard input
  lblint check --fail-on error --output json=lblint.json
  lblint check --select routing --profile strict
  lblint check --new-since origin/main              only what a branch adds

Exit status: 0 no finding at or above --fail-on, 1 there are such findings, 2 wrong usage or an
unreadable file, 3 nothing to analyse in a directory, or less understood than --min-coverage.";

/// Report what would go wrong.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", environment::HELP))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Check {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    selection: Selection,
    /// From which severity on findings make the status 1: error, warning, info, never [default: warning]
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// Print the settings that hold, each with where it comes from, and analyse nothing
    #[arg(long)]
    show_settings: bool,
    /// Also show what comments and settings allow
    #[arg(long)]
    no_suppressions: bool,
    #[command(flatten)]
    known: KnownFindings,
    #[command(flatten)]
    threshold: Threshold,
    #[command(flatten)]
    formats: FindingFormats,
    /// Findings only, without the closing lines
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Cut no lists; say what would decide each undecided pool, and which checks found nothing
    #[arg(short, long)]
    verbose: bool,
}

impl Check {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        self.formats.check()?;
        let mut layers = self.input.layers()?;
        layers.add(self.layer())?;
        if self.show_settings {
            print(&layers.show(), self.formats.color)?;
            return Ok(Exit::Clean);
        }
        let mut settings = layers.settings()?;
        settings.no_suppressions = self.no_suppressions;
        settings.history = self.known.history(&self.input, &settings)?;
        let Analysed { analysis, elapsed } = self.input.analyse(&mut settings, &self.formats.outputs)?;
        let detail = match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        };
        let owners = owners();
        let width = self.formats.width.map_or_else(output::columns, usize::from);
        let group_by = self.formats.group_by();
        let options = Options {
            detail,
            elapsed: Some(elapsed),
            group_by,
            owners: Some(&owners),
            width,
            ..Options::new(&settings)
        };
        let report = Report { analysis: &analysis, subject: self.formats.subject(), options };
        report.write(self.formats.format, &self.formats.outputs, self.formats.color)?;
        self.note_unrecognised(&analysis);
        Ok(self.status(&analysis, settings.fail_on))
    }

    /// The human format says it in its closing lines; the others leave no place that somebody looks at.
    fn note_unrecognised(&self, analysis: &Analysis) {
        if self.formats.format == Format::Human && !self.quiet {
            return;
        }
        for path in &analysis.unrecognised {
            complain(&format!(
                "{path}: not analysed: no configuration that lblint knows (--dialect NAME reads it all the same)"
            ));
        }
    }

    /// What the command line says about settings.
    fn layer(&self) -> Layer {
        let mut layer = self.selection.layer();
        if let Some(least) = self.fail_on {
            layer.word("fail-on", &Origin::CommandLine("--fail-on"), least.to_string());
        }
        layer
    }

    fn status(&self, analysis: &Analysis, fail_on: FailOn) -> Exit {
        if let Some(exit) = self.input.status(analysis) {
            return exit;
        }
        let fails = |least| analysis.findings.shown.iter().any(|finding| finding.severity >= least);
        match fail_on {
            FailOn::At(severity) if fails(severity) => Exit::Findings,
            _ => self.threshold.status(analysis).unwrap_or(Exit::Clean),
        }
    }
}
