//! What need not be shown again: the baseline, and what was there at another commit.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use lblint::analysis::analyze;
use lblint::settings::{Baseline, History, Settings, Since};
use lblint::source::{GitError, GitReader, Kind, ReadError, Reader, Repository, project_of};

use super::exit::Failure;
use super::input::{Input, from_here, named_from_here};

/// `--baseline` and `--new-since`.
#[derive(Debug, Args)]
pub(crate) struct KnownFindings {
    /// Show nothing that this file lists; `lblint baseline create` writes it
    #[arg(long, value_name = "FILE")]
    baseline: Option<String>,
    /// Show what the baseline of the settings lists, too
    #[arg(long, conflicts_with = "baseline")]
    no_baseline: bool,
    /// Show only what was not there at the commit where REV (as in origin/main) and HEAD part
    #[arg(long, value_name = "REV")]
    new_since: Option<String>,
}

impl KnownFindings {
    /// Reads what is known of what the input names.
    pub(crate) fn history(&self, input: &Input, settings: &Settings) -> Result<History, Failure> {
        let file = self.baseline.clone().or_else(|| in_settings(settings)).filter(|_| !self.no_baseline);
        let baseline = file.map(|file| read(&file)).transpose()?.map(Arc::new);
        let since = match &self.new_since {
            Some(revision) => Some(Arc::new(since(revision, input, settings)?)),
            None => None,
        };
        Ok(History { baseline, since, counts: false })
    }
}

/// The baseline that the settings name, as it is found from the working directory.
pub(crate) fn in_settings(settings: &Settings) -> Option<String> {
    let file = settings.baseline_file.as_ref()?;
    let directory = settings.directory.as_deref().unwrap_or_default();
    Some(named_from_here(&Path::new(&from_here(directory)).join(file).to_string_lossy()))
}

/// Reads a baseline.
pub(crate) fn read(file: &str) -> Result<Baseline, Failure> {
    let failed = |error: std::io::Error| {
        let is_missing = error.kind() == std::io::ErrorKind::NotFound;
        let remedy = if is_missing { "; `lblint baseline create` writes one" } else { "" };
        ReadError::Io { path: file.to_owned(), reason: error }.to_string() + remedy
    };
    let bytes = std::fs::read(file).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{file}: not UTF-8"))?;
    Ok(Baseline::parse(file, &text).map_err(|error| error.to_string())?)
}

/// What is found in the files as they were.
fn since(revision: &str, input: &Input, settings: &Settings) -> Result<Since, Failure> {
    let paths = input.paths();
    if paths.iter().any(|path| path == "-") {
        return Err("--new-since compares files; standard input has no history".to_owned().into());
    }
    // What is not there now is complained of when it is analysed.
    let there: Vec<String> = paths.iter().filter(|path| Path::new(path).exists()).cloned().collect();
    let repository = Repository::of(if there.is_empty() { paths } else { &there })?;
    let commit = repository.merge_base(revision)?;
    let mut settings = Settings { history: History { counts: true, ..History::default() }, ..settings.clone() };
    input.complete(&mut settings)?;
    let reader = GitReader::new(&repository, &commit, input.disk(&settings))?;
    let before: Vec<String> = there.into_iter().map(|path| before(&reader, path)).collect();
    let analysis = analyze(&reader, &before, &settings);
    let known = analysis.findings.census.known();
    reader.failure().map_or(Ok(Since { revision: revision.to_owned(), commit, known }), |error| Err(error.into()))
}

/// Where what an argument names now was then: a file that came later may belong to a unit that was there, so that all of its
/// project is looked at.
fn before(reader: &GitReader, path: String) -> String {
    if reader.kind(&path) != Kind::Missing {
        return path;
    }
    let real = Path::new(&path).canonicalize().unwrap_or_default();
    from_here(&project_of(&real).unwrap_or(&real).to_string_lossy())
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        Self::Usage(error.to_string())
    }
}
