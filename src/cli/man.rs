//! `lblint man`: the manual page, of the command and of each of its subcommands.

use clap::{Args, ColorChoice, Command};
use clap_mangen::Man as Page;

use super::exit::{Exit, Failure};
use super::output::print;

/// Print the manual page.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  lblint man > lblint.1\n  lblint man check | man -l -")]
pub(crate) struct Man {
    /// The command whose page is printed [default: lblint as a whole]
    #[arg(value_name = "COMMAND", conflicts_with = "list")]
    command: Option<String>,
    /// Print the names of the commands that have a page
    #[arg(long)]
    list: bool,
}

impl Man {
    pub(crate) fn run(&self, mut command: Command) -> Result<Exit, Failure> {
        // Gives subcommands their whole names, as in `lblint-check`.
        command.build();
        let text = match &self.command {
            _ if self.list => names(&command),
            None => page(command)?,
            Some(name) => page(subcommand(&command, name)?)?,
        };
        print(&text, ColorChoice::Never)?;
        Ok(Exit::Clean)
    }
}

fn names(command: &Command) -> String {
    let names = command.get_subcommands().map(Command::get_name).filter(|name| *name != "help");
    names.collect::<Vec<_>>().join("\n") + "\n"
}

fn subcommand(command: &Command, name: &str) -> Result<Command, Failure> {
    let found = command.find_subcommand(name).cloned();
    Ok(found.ok_or_else(|| format!("`{name}` is no command; `lblint man --list` lists all"))?)
}

fn page(command: Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    Page::new(command).render(&mut text).map_err(|error| Failure::Output("manual page".to_owned(), error))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
