//! Writing reports: to standard output with or without colours, to files, and complaints to standard error.

use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use clap::ColorChoice;
use lblint::analysis::Analysis;
use lblint::report::{Format, Options, Subject, WIDTH, render, sanitised};

use super::destination;
use super::exit::Failure;

/// A report on its way out.
pub(crate) struct Report<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) subject: Subject<'a>,
    pub(crate) options: Options<'a>,
}

impl Report<'_> {
    /// Prints one format and writes others to files. Files come first: a reader that leaves early must not prevent them.
    pub(crate) fn write(
        &self,
        format: Format,
        outputs: &[(Format, String)],
        color: ColorChoice,
    ) -> Result<(), Failure> {
        destination::check(outputs, self.files())?;
        for (format, file) in outputs {
            let text = render(self.analysis, self.subject, *format, &Options { width: WIDTH, ..self.options });
            std::fs::write(file, text).map_err(|error| Failure::Output(file.clone(), error))?;
        }
        let color_on = stream_choice(color) != anstream::ColorChoice::Never;
        let links = color_on && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
        let options = Options { color: color_on, links, ..self.options };
        print(&render(self.analysis, self.subject, format, &options), color)
    }
}

impl Report<'_> {
    /// The files that were read or left unread, and that no report may take the place of.
    fn files(&self) -> impl Iterator<Item = &str> {
        let sources = self.analysis.sources.iter().map(|(_, source)| source.path.as_str());
        let others = self.analysis.orphans.iter().chain(&self.analysis.unrecognised).map(String::as_str);
        sources.chain(others).chain(self.analysis.skipped.iter().map(|skipped| skipped.path.as_str()))
    }
}

/// Whether the terminal takes colours, and which way.
fn stream_choice(color: ColorChoice) -> anstream::ColorChoice {
    match color {
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
        ColorChoice::Auto => AutoStream::choice(&io::stdout()),
    }
}

/// How many columns of a source line fit beside the line numbers of an excerpt; 160 where nobody looks.
pub(crate) fn columns() -> usize {
    const LINE_NUMBERS: usize = 10;
    let terminal = io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    terminal.map_or(WIDTH, |(width, _)| usize::from(width.0).saturating_sub(LINE_NUMBERS).max(40))
}

/// Prints a text that may hold styles.
pub(crate) fn print(text: &str, color: ColorChoice) -> Result<(), Failure> {
    let mut stream = AutoStream::new(io::stdout().lock(), stream_choice(color));
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // Whoever reads has seen enough (`lblint check | head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::Output("standard output".to_owned(), error)),
        Ok(()) => Ok(()),
    }
}

/// Says on standard error what is wrong; names from outside may stand in it.
pub(crate) fn complain(text: &str) {
    // If standard error is gone, nobody is left to be told.
    let _ = writeln!(io::stderr().lock(), "lblint: {}", sanitised(text));
}
