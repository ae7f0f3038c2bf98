//! `--format` and `--output`: which formats a command has, and where they go.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use lblint::report::Format;

/// The formats of findings.
#[derive(Debug, Args)]
pub(crate) struct FindingFormats {
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = parser(&["human", "concise", "json"]))]
    pub(crate) format: Format,
    /// Also write the report to a file, as in json=report.json; may be repeated
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = finding_output)]
    pub(crate) outputs: Vec<(Format, String)>,
}

/// The formats of everything else.
#[derive(Debug, Args)]
pub(crate) struct DocumentFormats {
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = parser(&["human", "json"]))]
    pub(crate) format: Format,
    /// Also write it to a file, as in json=report.json; may be repeated
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = document_output)]
    pub(crate) outputs: Vec<(Format, String)>,
}

/// `--format` for lists that need no file.
#[derive(Debug, Args)]
pub(crate) struct ListFormat {
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = parser(&["human", "json"]))]
    pub(crate) format: Format,
}

fn parser(names: &'static [&'static str]) -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(names).map(|name| named(&name).unwrap_or(Format::Human))
}

fn named(name: &str) -> Option<Format> {
    match name {
        "human" => Some(Format::Human),
        "concise" => Some(Format::Concise),
        "json" => Some(Format::Json),
        _ => None,
    }
}

fn finding_output(text: &str) -> Result<(Format, String), String> {
    output(text, "human, concise, json")
}

fn document_output(text: &str) -> Result<(Format, String), String> {
    output(text, "human, json")
}

fn output(text: &str, formats: &str) -> Result<(Format, String), String> {
    let (name, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or("write FORMAT=FILE")?;
    let known = formats.split(", ").any(|format| format == name);
    let format = named(name).filter(|_| known);
    format.map(|format| (format, file.to_owned())).ok_or_else(|| format!("`{name}` is no format; there are {formats}"))
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
