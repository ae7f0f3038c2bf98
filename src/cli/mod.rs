//! The command line: one file a subcommand; the only place that prints.

mod allows;
mod baseline;
mod check;
mod checks;
mod completions;
mod coverage;
mod destination;
mod environment;
mod exit;
mod explain;
mod format;
mod init;
mod input;
mod known;
mod man;
mod output;
mod pools;
mod progress;
mod replace;
mod selection;
mod shares;
mod today;

use clap::{CommandFactory, Parser, Subcommand};

use exit::{Exit, Failure};

/// Says before deployment what sends load-balanced traffic to the wrong place.
///
/// Reads HAProxy, nginx and Envoy configurations, works out who would get the traffic, and reports what would hurt.
/// Configurations are only read: nothing is resolved or contacted, and no program is run but git, for `--new-since`.
#[derive(Debug, Parser)]
#[command(name = "lblint", bin_name = "lblint", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  lblint check                               everything below the working directory
  lblint check haproxy.cfg --format json     one file, for a program
  lblint pools haproxy.cfg                   what was understood: pools, targets, policies, health
  lblint shares haproxy.cfg --each-failure   who gets the traffic, and what failures do
  lblint explain single-target               why a check fires and what to do

Exit status: 0 clean, 1 findings, 2 wrong usage or an unreadable file, 3 nothing to analyse.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Report what would go wrong
    Check(check::Check),
    /// List pools with their targets, policies and health checks
    Pools(pools::Pools),
    /// Predict each target's share of the traffic, also after failures
    Shares(shares::Shares),
    /// List what was not understood and what could not be decided
    Coverage(coverage::Coverage),
    /// List what is allowed in comments and settings
    Allows(allows::Allows),
    /// Show the page of a check
    Explain(explain::Explain),
    /// List all checks
    Checks(checks::Checks),
    /// Write down the findings that are known, so that only new ones are shown
    Baseline(baseline::Baseline),
    /// Write a commented lblint.toml into the working directory
    Init(init::Init),
    /// Print the completions of a shell
    Completions(completions::Completions),
    /// Print the manual page
    Man(man::Man),
}

/// Runs the command that the process's arguments name.
pub(crate) fn run() -> Exit {
    let arguments = match environment::Arguments::new() {
        Ok(arguments) => arguments,
        Err(failure) => return complain_of(&failure),
    };
    let cli = match Cli::try_parse_from(&arguments.all) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed terminal is no reason for another status.
            let _ = error.print();
            if let Some(variable) = arguments.culprit(&error) {
                output::complain(&format!("the value comes from the environment variable {variable}"));
            }
            return if error.use_stderr() { Exit::Failed } else { Exit::Clean };
        }
    };
    let result = match &cli.command {
        Command::Check(command) => command.run(),
        Command::Pools(command) => command.run(),
        Command::Shares(command) => command.run(),
        Command::Coverage(command) => command.run(),
        Command::Allows(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Checks(command) => command.run(),
        Command::Baseline(command) => command.run(),
        Command::Init(command) => command.run(),
        Command::Completions(command) => command.run(Cli::command()),
        Command::Man(command) => command.run(Cli::command()),
    };
    result.unwrap_or_else(|failure| complain_of(&failure))
}

/// Several mistakes are several lines.
fn complain_of(failure: &Failure) -> Exit {
    failure.to_string().lines().for_each(output::complain);
    Exit::Failed
}

impl From<lblint::settings::SettingsErrors> for Failure {
    fn from(errors: lblint::settings::SettingsErrors) -> Self {
        Self::Usage(errors.to_string())
    }
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Usage(reason)
    }
}
