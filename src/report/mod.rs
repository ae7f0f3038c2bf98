//! An analysis to bytes: one file a format. Nothing here reads a file, prints, or decides an exit status.

mod address;
mod clearance;
mod concise;
mod excerpt;
mod filter;
mod human;
mod inventory;
mod json;
mod numbers;
mod redact;
mod sanitise;
mod shares;
mod targets;
mod totals;
mod understanding;

pub use filter::Filter;
pub use sanitise::line as sanitised;
pub use shares::{Only, SharesQuestion, unanswerable};

use std::time::Duration;

use crate::analysis::Analysis;
use crate::finding::Meta;
use crate::settings::Settings;

/// How a report is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: excerpts, notes, closing lines.
    Human,
    /// One line a finding: `file:line:column: severity[check]: message`.
    Concise,
    /// For programs; the fields are a contract.
    Json,
}

/// What is reported about an analysis.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// What was found wrong.
    Findings,
    /// The inventory of pools, those that the filter lets through.
    Pools(&'a Filter),
    /// Who gets the traffic, also after failures.
    Shares(&'a SharesQuestion<'a>),
    /// What was understood and what was not.
    Coverage,
}

/// How much is said to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Findings only.
    Quiet,
    /// Findings and the closing lines; long lists are cut.
    #[default]
    Normal,
    /// Nothing is cut.
    Verbose,
}

/// What the formats need to know besides the analysis.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// What the analysis was made with.
    pub settings: &'a Settings,
    /// Whether the human format uses colours.
    pub color: bool,
    /// How many columns of a source line are shown around a label.
    pub width: usize,
    /// How much the human format says.
    pub detail: Detail,
    /// How long the analysis took, for the human format.
    pub elapsed: Option<Duration>,
}

/// Columns of a source line that are shown around a label, unless something else is asked for.
const WIDTH: usize = 160;

impl<'a> Options<'a> {
    /// Plain text with the usual detail.
    pub const fn new(settings: &'a Settings) -> Self {
        Self { settings, color: false, width: WIDTH, detail: Detail::Normal, elapsed: None }
    }
}

/// Writes down what an analysis says about `subject`. The same input gives the same bytes.
pub fn render(analysis: &Analysis, subject: Subject<'_>, format: Format, options: &Options<'_>) -> String {
    match (subject, format) {
        (Subject::Findings, Format::Human) => human::findings(analysis, options),
        (Subject::Findings, Format::Concise) => concise::findings(analysis),
        (Subject::Findings, Format::Json) => json::findings(analysis, options),
        (Subject::Pools(filter), Format::Json) => json::text(&inventory::inventory(analysis, filter)),
        (Subject::Pools(filter), _) => human::pools(&inventory::inventory(analysis, filter), options),
        (Subject::Shares(question), Format::Json) => json::text(&shares::document(analysis, question)),
        (Subject::Shares(question), _) => human::shares(&shares::document(analysis, question), options),
        (Subject::Coverage, Format::Json) => json::text(&understanding::understanding(analysis)),
        (Subject::Coverage, _) => human::coverage(&understanding::understanding(analysis), options),
    }
}

/// Writes down the list of checks.
pub fn render_checks(checks: &[&Meta], format: Format) -> String {
    match format {
        Format::Json => json::checks(checks),
        Format::Human | Format::Concise => human::checks(checks),
    }
}

/// Where a check's page can be read.
pub fn page_url(check: &str) -> String {
    format!("https://github.com/lblint/lblint/blob/main/docs/checks/{check}.md")
}
