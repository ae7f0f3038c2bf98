//! `lblint completions`: what a shell completes after `lblint`.

use clap::{Args, ColorChoice, Command};
use clap_complete::Shell;

use super::exit::{Exit, Failure};
use super::output::print;

const EXAMPLES: &str = "\
Examples:
  lblint completions bash > ~/.local/share/bash-completion/completions/lblint
  lblint completions zsh > ~/.zfunc/_lblint
  lblint completions fish > ~/.config/fish/completions/lblint.fish";

/// Print the completions of a shell.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, mut command: Command) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "lblint", &mut script);
        print(&String::from_utf8_lossy(&script), ColorChoice::Never)?;
        Ok(Exit::Clean)
    }
}
