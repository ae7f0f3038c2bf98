//! An analysis to bytes: one file a format. Nothing here reads a file, prints, or decides an exit status.

mod address;
mod checkstyle;
mod clearance;
mod concise;
mod entry;
mod excerpt;
mod expectations;
mod filter;
mod github;
mod gitlab;
mod grouping;
mod human;
mod inventory;
mod json;
mod junit;
mod markdown;
mod numbers;
mod redact;
mod sanitise;
mod sarif;
mod shares;
mod statistics;
mod targets;
mod totals;
mod understanding;

pub use filter::Filter;
pub use grouping::GroupBy;
pub use sanitise::line as sanitised;
pub use shares::{Only, SharesQuestion, unanswerable};

use std::time::Duration;

use crate::analysis::Analysis;
use crate::finding::Meta;
use crate::settings::Settings;
use crate::source::Owners;

/// How a report is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: excerpts, notes, closing lines.
    Human,
    /// One line a finding: `file:line:column: severity[check]: message`.
    Concise,
    /// For programs; the fields are a contract.
    Json,
    /// SARIF 2.1.0: code scanning, editors, dashboards.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// `JUnit` XML, for the test view of CI servers.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// A report to read, or to paste into a merge request.
    Markdown,
}

impl Format {
    /// The formats of findings; those of everything else are human and json.
    pub const ALL: [Self; 9] = [
        Self::Human,
        Self::Concise,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Checkstyle,
        Self::Markdown,
    ];

    /// The word for it on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Checkstyle => "checkstyle",
            Self::Markdown => "markdown",
        }
    }
}

/// What is reported about an analysis.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// What was found wrong.
    Findings,
    /// How often each check found something.
    Statistics,
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
    /// What findings are put together by, in the formats for people.
    pub group_by: Option<GroupBy>,
    /// Who owns which file.
    pub owners: Option<&'a Owners>,
    /// Whether the terminal follows links.
    pub links: bool,
}

/// Columns of a source line that are shown around a label, unless something else is asked for.
pub const WIDTH: usize = 160;

impl<'a> Options<'a> {
    /// Plain text with the usual detail.
    pub const fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            color: false,
            width: WIDTH,
            detail: Detail::Normal,
            elapsed: None,
            group_by: None,
            owners: None,
            links: false,
        }
    }
}

/// Writes down what an analysis says about `subject`. The same input gives the same bytes.
pub fn render(analysis: &Analysis, subject: Subject<'_>, format: Format, options: &Options<'_>) -> String {
    match (subject, format) {
        (Subject::Findings, format) => findings(analysis, format, options),
        (Subject::Statistics, Format::Json) => json::text(&statistics::document(analysis, options)),
        (Subject::Statistics, _) => human::statistics(&statistics::document(analysis, options), options),
        (Subject::Pools(filter), Format::Json) => json::text(&inventory::inventory(analysis, filter)),
        (Subject::Pools(filter), _) => human::pools(&inventory::inventory(analysis, filter), options),
        (Subject::Shares(question), Format::Json) => json::text(&shares::document(analysis, question)),
        (Subject::Shares(question), _) => human::shares(&shares::document(analysis, question), options),
        (Subject::Coverage, Format::Json) => json::text(&understanding::understanding(analysis)),
        (Subject::Coverage, _) => human::coverage(&understanding::understanding(analysis), options),
    }
}

fn findings(analysis: &Analysis, format: Format, options: &Options<'_>) -> String {
    match format {
        Format::Human => human::findings(analysis, options),
        Format::Concise => concise::findings(analysis, options),
        Format::Json => json::findings(analysis, options),
        Format::Sarif => sarif::findings(analysis, options),
        Format::Github => github::findings(analysis, options),
        Format::Gitlab => gitlab::findings(analysis, options),
        Format::Junit => junit::findings(analysis, options),
        Format::Checkstyle => checkstyle::findings(analysis, options),
        Format::Markdown => markdown::findings(analysis, options),
    }
}

/// Writes down the list of checks.
pub fn render_checks(checks: &[&Meta], format: Format) -> String {
    match format {
        Format::Json => json::checks(checks),
        _ => human::checks(checks),
    }
}

/// Where a check's page can be read.
pub fn page_url(check: &str) -> String {
    format!("https://github.com/lblint/lblint/blob/main/docs/checks/{check}.md")
}
