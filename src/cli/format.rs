//! `--format` and `--output`: which formats a command has, and where they go.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice};
use lblint::report::{Format, GroupBy, Subject};

use super::exit::Failure;

/// The formats of findings.
#[derive(Debug, Args)]
pub(crate) struct FindingFormats {
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = finding_format())]
    pub(crate) format: Format,
    /// Also write the report to a file, as in sarif=report.sarif; may be repeated
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = finding_output)]
    pub(crate) outputs: Vec<(Format, String)>,
    /// When to use colours; the variable `NO_COLOR` is respected
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
    /// How many columns of a source line are shown [default: those of the terminal, else 160]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..))]
    pub(crate) width: Option<u16>,
    /// How often each check found something, in place of the findings
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Put findings together by check, owner (CODEOWNERS) or unit
    #[arg(long, value_name = "WHAT", value_parser = ["check", "owner", "unit"])]
    group_by: Option<String>,
}

/// The formats of everything else.
#[derive(Debug, Args)]
pub(crate) struct DocumentFormats {
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = one_of(&DOCUMENTS))]
    pub(crate) format: Format,
    /// Also write it to a file, as in json=report.json; may be repeated
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = document_output)]
    pub(crate) outputs: Vec<(Format, String)>,
    /// When to use colours; the variable `NO_COLOR` is respected
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// `--format` for lists that need no file.
#[derive(Debug, Args)]
pub(crate) struct ListFormat {
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = one_of(&DOCUMENTS))]
    pub(crate) format: Format,
}

impl FindingFormats {
    /// What findings are put together by.
    pub(crate) fn group_by(&self) -> Option<GroupBy> {
        self.group_by.as_deref().and_then(|word| word.parse().ok())
    }

    /// What is reported.
    pub(crate) const fn subject(&self) -> Subject<'static> {
        if self.statistics { Subject::Statistics } else { Subject::Findings }
    }

    /// Formats for programs have an order of their own, and only some know numbers.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let used = || std::iter::once(self.format).chain(self.outputs.iter().map(|(format, _)| *format));
        if let Some(format) = used().find(|format| self.statistics && !COUNTED.contains(format)) {
            return Err(format!("--statistics has no format {}; there are {}", format.name(), names(&COUNTED)).into());
        }
        Ok(())
    }
}

/// The formats of documents, and those that `--statistics` has.
const DOCUMENTS: [Format; 2] = [Format::Human, Format::Json];
const COUNTED: [Format; 3] = [Format::Human, Format::Concise, Format::Json];

fn finding_format() -> impl TypedValueParser<Value = Format> {
    one_of(&Format::ALL)
}

fn one_of(formats: &'static [Format]) -> impl TypedValueParser<Value = Format> {
    let named = |name: String| formats.iter().copied().find(|format| format.name() == name).unwrap_or(Format::Human);
    PossibleValuesParser::new(formats.iter().map(|format| format.name())).map(named)
}

fn finding_output(text: &str) -> Result<(Format, String), String> {
    output(text, &Format::ALL)
}

fn document_output(text: &str) -> Result<(Format, String), String> {
    output(text, &DOCUMENTS)
}

fn output(text: &str, formats: &[Format]) -> Result<(Format, String), String> {
    let (name, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or("write FORMAT=FILE")?;
    let format = formats.iter().find(|format| format.name() == name);
    let format = format.ok_or_else(|| format!("`{name}` is no format; there are {}", names(formats)))?;
    Ok((*format, file.to_owned()))
}

fn names(formats: &[Format]) -> String {
    formats.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_name_a_format_and_a_file() {
        assert_eq!(finding_output("json=a=b.json"), Ok((Format::Json, "a=b.json".to_owned())));
        assert!(finding_output("json").is_err());
        assert!(finding_output("json=").is_err());
        assert!(document_output("concise=x").is_err());
    }
}
