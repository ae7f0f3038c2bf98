//! `lblint init`: a settings file to begin with.

use std::io::{ErrorKind, Write};

use clap::{Args, ColorChoice};
use lblint::settings::commented_file;

use super::exit::{Exit, Failure};
use super::output::print;

const FILE: &str = "lblint.toml";

/// Write a commented lblint.toml into the working directory.
#[derive(Debug, Args)]
#[command(
    after_help = "Every key stands in it with its meaning and its default, commented out: nothing changes until you change it."
)]
pub(crate) struct Init {
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let text = commented_file();
        let written = if self.force { replace(&text) } else { create(&text) };
        written.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => format!("{FILE} is there already; --force replaces it").into(),
            _ => Failure::Output(FILE.to_owned(), error),
        })?;
        print(&format!("wrote {FILE}; next: lblint check --show-settings\n"), ColorChoice::Never)?;
        Ok(Exit::Clean)
    }
}

fn create(text: &str) -> std::io::Result<()> {
    std::fs::File::create_new(FILE)?.write_all(text.as_bytes())
}

/// Whoever reads the file meanwhile sees the old one or the new one.
fn replace(text: &str) -> std::io::Result<()> {
    let new = format!(".{FILE}.{}", std::process::id());
    std::fs::write(&new, text)?;
    std::fs::rename(&new, FILE)
}
