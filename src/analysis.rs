//! The pipeline spelled out once: arguments to sources to trees to the model to findings.

use rayon::prelude::*;

use crate::checks::{self, Check, Context, OneUnit, Units};
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::model::{File, Unit};
use crate::settings::Settings;
use crate::source::{self, AddressSpaceFull, Dialect, Discovery, ReadError, Reader, SourceId, Sources, UnitFiles};
use crate::traffic::Reach;
use crate::triage::{Triaged, triage};

mod coverage;
mod envoy;
mod evidence;
mod grammars;
mod haproxy;
mod nginx;
mod templates;
mod verdict;

pub(crate) use grammars::Grammars;

pub use coverage::{Coverage, FileCoverage, UnreadInclude};
pub use verdict::{Undecided, Verdict};

/// Below this many bytes a run starts no threads: they would cost more than they save.
const SMALL: usize = 1 << 20;

/// Everything that an invocation found out.
#[derive(Debug)]
pub struct Analysis {
    /// All texts.
    pub sources: Sources,
    /// The units, in the order of their root files.
    pub units: Vec<AnalysedUnit>,
    /// What is shown and what is not.
    pub findings: Triaged,
    /// Files named as arguments that hold no configuration.
    pub unrecognised: Vec<String>,
    /// Copies that no program loads, which are not read.
    pub orphans: Vec<String>,
    /// What could not be read.
    pub errors: Vec<Problem>,
    /// Whether a directory was among the arguments.
    pub directory_given: bool,
    /// The tables that were needed; reports look up in them what is secret.
    pub(crate) grammars: Grammars,
}

impl Analysis {
    /// The files that an engine fills in before a proxy reads them.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().filter(|(_, source)| source.template().is_some()).map(|(_, source)| source.path.as_str())
    }
}

/// One unit with what was learnt about it.
#[derive(Debug)]
pub struct AnalysedUnit {
    /// Its root file.
    pub root: String,
    /// The model.
    pub unit: Unit,
    /// What reading found wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What was understood of it.
    pub coverage: Coverage,
    /// What can be said of its pools.
    pub verdict: Verdict,
}

/// Why something that was asked for is missing from the analysis.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The texts do not fit into the address space.
    #[error(transparent)]
    TooMuch(#[from] AddressSpaceFull),
}

/// Reads what the arguments name and judges it.
pub fn analyze(reader: &dyn Reader, arguments: &[String], settings: &Settings) -> Analysis {
    let grammars = Grammars::default();
    let evidence = |text: &str| evidence::dialect_of(text, &grammars);
    let discovery = source::discover(reader, arguments, settings.dialect, &evidence);
    let Discovery { candidates, unrecognised, mut orphans, errors, directory_given } = discovery;
    let mut sources = Sources::default();
    let mut errors: Vec<Problem> = errors.into_iter().map(Problem::from).collect();
    let (nginx, others): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|one| one.dialect == Dialect::Nginx);
    let (envoy, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|one| one.dialect == Dialect::Envoy);
    let mut units = load(reader, source::group(others), &mut sources, &mut errors);
    if !envoy.is_empty() {
        units.extend(envoy::find(&mut envoy::Library::new(reader, &mut sources, &mut errors), envoy));
    }
    if !nginx.is_empty() {
        let mut library = nginx::Library::new(reader, grammars.nginx(), &mut sources, &mut errors);
        let found = nginx::find(&mut library, nginx, arguments);
        orphans.retain(|path| !found.loaded.contains(&reader.real_path(path)));
        orphans.extend(found.orphans);
        orphans.sort_unstable();
        units.extend(found.units);
    }
    units.sort_by(|a, b| a.root.cmp(&b.root));
    let judged = judge_all(&units, &sources, &grammars, settings);
    let (analysed, findings): (Vec<_>, Vec<_>) = judged.into_iter().unzip();
    let mut findings: Vec<Finding> = findings.into_iter().flatten().collect();
    findings.extend(compare(&analysed, &units, &sources, settings));
    let (units, findings) = (analysed, triage(findings, settings, &sources));
    Analysis { sources, units, findings, unrecognised, orphans, errors, directory_given, grammars }
}

/// A unit whose files are in the address space.
#[derive(Debug)]
struct LoadedUnit {
    root: String,
    root_in_project: String,
    files: Vec<File>,
    content: Content,
}

/// What is known of a unit's files besides their texts.
#[derive(Debug)]
enum Content {
    Haproxy,
    Nginx(nginx::Plan),
    Envoy(envoy::Plan),
}

fn load(
    reader: &dyn Reader,
    units: Vec<UnitFiles>,
    sources: &mut Sources,
    errors: &mut Vec<Problem>,
) -> Vec<LoadedUnit> {
    let mut loaded = Vec::with_capacity(units.len());
    for unit in units {
        let mut files = Vec::with_capacity(unit.files.len());
        for file in unit.files {
            match sources.add_file(file.path, file.bytes, unit.dialect) {
                Ok(source) => files.push(File { source, reported: file.reported, at_run_time: false }),
                Err(error) => errors.push(error.into()),
            }
        }
        let root_in_project = reader.in_project(&unit.root);
        loaded.push(LoadedUnit { root: unit.root, root_in_project, files, content: Content::Haproxy });
    }
    loaded
}

fn judge_all(
    units: &[LoadedUnit],
    sources: &Sources,
    grammars: &Grammars,
    settings: &Settings,
) -> Vec<(AnalysedUnit, Vec<Finding>)> {
    let judge = |unit: &LoadedUnit| judge(unit, sources, grammars, settings);
    if units.len() == 1 || sources.bytes() < SMALL {
        units.iter().map(judge).collect()
    } else {
        units.par_iter().map(judge).collect()
    }
}

/// What only several units together show.
fn compare(analysed: &[AnalysedUnit], loaded: &[LoadedUnit], sources: &Sources, settings: &Settings) -> Vec<Finding> {
    let all = analysed.iter().zip(loaded).map(|(analysed, loaded)| OneUnit {
        root: &analysed.root,
        root_in_project: &loaded.root_in_project,
        unit: &analysed.unit,
    });
    let units = Units { sources, all: all.collect(), options: settings.options };
    let mut findings = checks::run_over_units(&units, &wanted(settings));
    let is_reported = |finding: &Finding| units.all.iter().any(|unit| unit.is_reported(finding.primary.span, sources));
    findings.retain(is_reported);
    findings
}

/// The checks that neither the profile nor the next one hides.
fn wanted(settings: &Settings) -> Vec<&'static dyn Check> {
    checks::all().iter().copied().filter(|check| settings.runs(check.meta())).collect()
}

fn judge(
    unit: &LoadedUnit,
    sources: &Sources,
    grammars: &Grammars,
    settings: &Settings,
) -> (AnalysedUnit, Vec<Finding>) {
    let mut diagnostics = Vec::new();
    let (model, coverage) = match &unit.content {
        Content::Haproxy => haproxy::read(unit, sources, grammars.haproxy(), settings, &mut diagnostics),
        Content::Nginx(plan) => nginx::read(unit, plan, sources, grammars, settings, &mut diagnostics),
        Content::Envoy(plan) => envoy::read(unit, plan, sources, grammars, settings, &mut diagnostics),
    };
    templates::silence(&mut diagnostics, sources);
    let reach = Reach::new(&model);
    let context = Context {
        sources,
        unit: &model,
        root: &unit.root,
        root_in_project: &unit.root_in_project,
        diagnostics: &diagnostics,
        reach,
        options: settings.options,
        own_addresses: std::cell::OnceCell::new(),
    };
    let pools = context.pools();
    let mut findings = checks::run(&context, &pools, &wanted(settings));
    let verdict = Verdict::new(&context, &pools);
    let reported: Vec<SourceId> = unit.files.iter().filter(|file| file.reported).map(|file| file.source).collect();
    findings.retain(|finding| templates::can_hold(finding, sources));
    findings.retain(|finding| sources.at(finding.primary.span.start).is_some_and(|(id, _)| reported.contains(&id)));
    (AnalysedUnit { root: unit.root.clone(), unit: model, diagnostics, coverage, verdict }, findings)
}
