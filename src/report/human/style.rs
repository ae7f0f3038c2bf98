//! Colours of the terminal output.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use codespan_reporting::diagnostic::{LabelStyle, Severity};
use codespan_reporting::term::WriteStyle;

/// A buffer that takes styled text, or drops the styles.
#[derive(Debug, Default)]
pub(super) struct Painter {
    pub(super) bytes: Vec<u8>,
    pub(super) color: bool,
}

impl Painter {
    fn set(&mut self, style: Style) -> io::Result<()> {
        if self.color { write!(self.bytes, "{style}") } else { Ok(()) }
    }

    pub(super) fn into_text(self) -> String {
        String::from_utf8(self.bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }
}

/// The text in bold, if colours are on.
pub(super) fn bold(text: &str, color: bool) -> String {
    let style = Style::new().bold();
    if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

const fn of_severity(severity: Severity) -> Style {
    let color = match severity {
        Severity::Bug | Severity::Error => AnsiColor::BrightRed,
        Severity::Warning => AnsiColor::BrightYellow,
        Severity::Note => AnsiColor::BrightGreen,
        Severity::Help => AnsiColor::BrightCyan,
    };
    color.on_default()
}

const FRAME: Style = AnsiColor::Cyan.on_default();

impl Write for Painter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WriteStyle for Painter {
    fn set_header(&mut self, severity: Severity) -> io::Result<()> {
        self.set(of_severity(severity).bold())
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.set(Style::new().bold())
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        self.set(FRAME)
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        self.set(FRAME)
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        self.set(FRAME)
    }

    fn set_label(&mut self, severity: Severity, style: LabelStyle) -> io::Result<()> {
        self.set(if style == LabelStyle::Primary { of_severity(severity) } else { FRAME })
    }

    fn reset(&mut self) -> io::Result<()> {
        if self.color { write!(self.bytes, "{}", anstyle::Reset) } else { Ok(()) }
    }
}
