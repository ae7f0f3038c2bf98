//! The pipeline spelled out once: arguments to sources to trees to the model to findings.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::checks::intent::{Expectations, Intent};
use crate::checks::{self, Check, Context, OneUnit, Units};
use crate::diagnostic::Diagnostic;
use crate::finding::Finding;
use crate::model::{File, Unit};
use crate::settings::{LocalSettings, MAP_OF_HAPROXY, Settings};
use crate::source::{
    self, AddressSpaceFull, DeclaredUnit, Dialect, Discovery, Layout, ReadError, Reader, Scope, Skipped, Sources,
    UnitFiles,
};
use crate::syntax::Remark;
use crate::traffic::Reach;
use crate::triage::{Triaged, triage};

mod around;
mod coverage;
mod documents;
mod envoy;
mod evidence;
mod fronts;
mod grammars;
mod haproxy;
mod modules;
mod nginx;
mod stale;
mod templates;
mod verdict;

pub(crate) use grammars::Grammars;

pub use coverage::{Coverage, FileCoverage, UnreadInclude};
pub use verdict::{Undecided, Verdict, Verified};

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
    /// Files that hold or may hold a configuration and cannot be read: encrypted, of another encoding, too large.
    pub skipped: Vec<Skipped>,
    /// What could not be read.
    pub errors: Vec<Problem>,
    /// Whether a directory was among the arguments.
    pub directory_given: bool,
    /// The tables that were needed; reports look up in them what is secret.
    pub(crate) grammars: Grammars,
}

impl Analysis {
    /// The files that an engine fills in before a proxy reads them, or parts of them, sorted by path.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        let templates = self.sources.iter().filter(|(_, source)| source.template().is_some());
        templates.map(|(id, _)| self.sources.file_of(id)).collect::<BTreeSet<_>>().into_iter()
    }
}

/// One unit with what was learnt about it.
#[derive(Debug)]
pub struct AnalysedUnit {
    /// Its root file.
    pub root: String,
    /// What the settings say of it.
    pub declared: Option<DeclaredUnit>,
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
    /// What the settings say cannot have an effect.
    #[error("{at}: {message}")]
    WithoutEffect {
        /// Where they say it.
        at: String,
        /// What is wrong with it.
        message: &'static str,
    },
}

/// Reads what the arguments name and judges it.
pub fn analyze(reader: &dyn Reader, arguments: &[String], settings: &Settings) -> Analysis {
    let grammars = Grammars::default();
    let scope = &Scope { dialect: settings.dialect, ..settings.scope.clone() };
    let evidence = evidence::ByGrammar(&grammars);
    let discovery = source::discover(reader, arguments, scope, &evidence);
    let Discovery { candidates, hosts, unrecognised, mut orphans, skipped, errors, directory_given } = discovery;
    let mut sources = Sources::default();
    let mut errors: Vec<Problem> = errors.into_iter().map(Problem::from).collect();
    let embedded = documents::load(reader, hosts, &mut sources, &mut errors);
    let (nginx, others): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|one| one.dialect == Dialect::Nginx);
    let (envoy, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|one| one.dialect == Dialect::Envoy);
    let mut units = load(reader, source::group(others, reader, scope), &mut sources, &mut errors);
    units.extend(embedded.haproxy_units());
    if !envoy.is_empty() || embedded.has(Dialect::Envoy) {
        let mut library = envoy::Library::new(reader, scope, &mut sources, &mut errors);
        units.extend(envoy::find(&mut library, envoy));
        units.extend(envoy::find_documents(&mut library, &embedded));
    }
    if !nginx.is_empty() || embedded.has(Dialect::Nginx) {
        let mut library = nginx::Library::new(reader, scope, grammars.nginx(), &mut sources, &mut errors);
        units.extend(nginx::find_documents(&mut library, &embedded));
        let found = nginx::find(&mut library, nginx, arguments);
        orphans.retain(|path| !found.loaded.contains(&reader.real_path(path)));
        orphans.extend(found.orphans);
        orphans.sort_unstable();
        units.extend(found.units);
    }
    units.sort_by(|a, b| a.root.cmp(&b.root));
    sources.mark_generated(|path| scope.is_generated(reader, path));
    for unit in &mut units {
        unit.declared = scope.unit_of(reader, &unit.root);
        unit.remarks = embedded.remarks_around(&unit.files);
    }
    errors.extend(units.iter().filter_map(|unit| map_without_effect(unit, scope)));
    let roots: Vec<&str> = units.iter().map(|unit| unit.root.as_str()).collect();
    let expectations = settings.expectations(&mut sources, reader, arguments, &roots);
    let expectations = expectations.unwrap_or_else(|error| {
        errors.push(error.into());
        Expectations::default()
    });
    let mut told = BTreeSet::new();
    errors.retain(|problem| told.insert(problem.to_string()));
    let settings = &LocalSettings::new(settings, &sources, reader).asked_about(arguments, reader);
    let mut read = read_all(&units, &sources, &grammars, settings);
    let fronts = settings.general.declared_fronts(&sources, &expectations.files);
    fronts::link(&units, &mut read, &sources, settings.general, &fronts);
    let judged = judge_all(&units, read, &sources, settings, &expectations);
    let (analysed, findings): (Vec<_>, Vec<_>) = judged.into_iter().unzip();
    let mut findings: Vec<Finding> = findings.into_iter().flatten().collect();
    let all = together(&analysed, &units, &sources, settings, &expectations);
    findings.extend(checks::run_over_units(&all, &wanted(&settings.all())));
    let mut findings = triage(findings, &all, settings);
    findings.stale = stale::stale(&findings.census, &units, (reader, arguments), &sources, settings);
    Analysis { sources, units: analysed, findings, unrecognised, orphans, skipped, errors, directory_given, grammars }
}

/// A unit whose files are in the address space.
#[derive(Debug)]
struct LoadedUnit {
    root: String,
    root_in_project: String,
    files: Vec<File>,
    content: Content,
    /// The `[[unit]]` of the settings that it is, by position.
    declared: Option<usize>,
    /// What comments say to lblint in the texts around its own.
    remarks: Vec<Remark>,
}

/// What is known of a unit's files besides their texts.
#[derive(Debug)]
enum Content {
    Haproxy,
    Nginx(nginx::Plan),
    Envoy(envoy::Plan),
}

impl LoadedUnit {
    const fn dialect(&self) -> Dialect {
        match self.content {
            Content::Haproxy => Dialect::Haproxy,
            Content::Nginx(_) => Dialect::Nginx,
            Content::Envoy(_) => Dialect::Envoy,
        }
    }
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
                Ok(source) => {
                    let part = sources.get(source).map(|held| held.view().span()).unwrap_or_default();
                    files.push(File { source, part, reported: file.reported, at_run_time: false, elsewhere: false });
                }
                Err(error) => errors.push(error.into()),
            }
        }
        let root_in_project = reader.in_project(&unit.root);
        let (root, content) = (unit.root, Content::Haproxy);
        loaded.push(LoadedUnit { root, root_in_project, files, content, declared: None, remarks: Vec::new() });
    }
    loaded
}

/// A `map` of a unit that turned out to be HAProxy's.
fn map_without_effect(unit: &LoadedUnit, scope: &Scope) -> Option<Problem> {
    let declared = unit.declared.and_then(|at| scope.units.get(at))?;
    let at = declared.map_at.clone().filter(|_| unit.dialect() == Dialect::Haproxy)?;
    Some(Problem::WithoutEffect { at, message: MAP_OF_HAPROXY })
}

/// The model of a unit, and what reading it told.
#[derive(Debug)]
struct Read {
    model: Unit,
    diagnostics: Vec<Diagnostic>,
    coverage: Coverage,
}

fn read_all(units: &[LoadedUnit], sources: &Sources, grammars: &Grammars, settings: &LocalSettings<'_>) -> Vec<Read> {
    let read = |unit: &LoadedUnit| read(unit, sources, grammars, settings);
    if is_small(units, sources) { units.iter().map(read).collect() } else { units.par_iter().map(read).collect() }
}

fn judge_all(
    units: &[LoadedUnit],
    read: Vec<Read>,
    sources: &Sources,
    settings: &LocalSettings<'_>,
    expectations: &Expectations,
) -> Vec<(AnalysedUnit, Vec<Finding>)> {
    let judge = |(unit, read): (&LoadedUnit, Read)| judge(unit, read, sources, settings, expectations);
    if is_small(units, sources) {
        units.iter().zip(read).map(judge).collect()
    } else {
        units.par_iter().zip(read).map(judge).collect()
    }
}

fn is_small(units: &[LoadedUnit], sources: &Sources) -> bool {
    units.len() == 1 || sources.bytes() < SMALL
}

/// All units side by side.
fn together<'a>(
    analysed: &'a [AnalysedUnit],
    loaded: &'a [LoadedUnit],
    sources: &'a Sources,
    settings: &LocalSettings<'_>,
    expectations: &'a Expectations,
) -> Units<'a> {
    let all = analysed.iter().zip(loaded).map(|(analysed, loaded)| OneUnit {
        root: &analysed.root,
        root_in_project: &loaded.root_in_project,
        unit: &analysed.unit,
    });
    Units { sources, all: all.collect(), options: settings.general.options, expectations }
}

/// The checks that neither the profile nor the next one hides, in any of these settings.
fn wanted(settings: &[&Settings]) -> Vec<&'static dyn Check> {
    let runs = |check: &&dyn Check| settings.iter().any(|settings| settings.runs(check.meta()));
    checks::all().iter().copied().filter(runs).collect()
}

/// The settings of a unit.
fn general<'s>(unit: &LoadedUnit, settings: &'s LocalSettings<'_>) -> std::borrow::Cow<'s, Settings> {
    let declared = unit.declared.and_then(|at| settings.general.scope.units.get(at));
    settings.general.for_unit(declared, unit.dialect())
}

fn read(unit: &LoadedUnit, sources: &Sources, grammars: &Grammars, settings: &LocalSettings<'_>) -> Read {
    let mut diagnostics = Vec::new();
    let general = general(unit, settings);
    let general = general.as_ref();
    let (mut model, mut coverage) = match &unit.content {
        Content::Haproxy => haproxy::read(unit, sources, grammars.haproxy(), general, &mut diagnostics),
        Content::Nginx(plan) => nginx::read(unit, plan, sources, grammars, general, &mut diagnostics),
        Content::Envoy(plan) => envoy::read(unit, plan, sources, grammars, general, &mut diagnostics),
    };
    model.remarks.extend(&unit.remarks);
    templates::silence(&mut diagnostics, sources, Layout::of(model.dialect));
    modules::set_known(general, model.dialect, sources, &mut diagnostics, &mut coverage);
    Read { model, diagnostics, coverage }
}

fn judge(
    unit: &LoadedUnit,
    read: Read,
    sources: &Sources,
    settings: &LocalSettings<'_>,
    expectations: &Expectations,
) -> (AnalysedUnit, Vec<Finding>) {
    let Read { model, diagnostics, coverage } = read;
    let general = general(unit, settings);
    let general = general.as_ref();
    let declared = unit.declared.and_then(|at| settings.general.scope.units.get(at));
    let own = |file: &File| settings.of(file.source);
    let reach = Reach::new(&model);
    let context = Context {
        sources,
        unit: &model,
        root: &unit.root,
        root_in_project: &unit.root_in_project,
        diagnostics: &diagnostics,
        reach,
        options: unit.files.first().map_or(general, own).options,
        own_addresses: std::cell::OnceCell::new(),
        intent: Intent::new(expectations, &model, &unit.root_in_project, sources),
    };
    let pools = context.pools();
    let locals: Vec<&Settings> = unit.files.iter().map(own).collect();
    let findings = checks::run(&context, &pools, &wanted(&locals));
    let verdict = Verdict::new(&context, &pools);
    let findings = findings.into_iter().filter(|finding| templates::can_hold(finding, sources)).collect();
    let (root, declared) = (unit.root.clone(), declared.cloned());
    (AnalysedUnit { root, declared, unit: model, diagnostics, coverage, verdict }, findings)
}
