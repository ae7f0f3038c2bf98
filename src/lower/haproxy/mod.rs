//! HAProxy to the model: sections in order, `defaults` first of all, then names are tied together.

mod address;
mod builtin;
mod chosen;
mod clients;
mod comments;
mod draft;
mod drills;
mod http_check;
mod line;
mod listener;
mod logging;
mod methods;
mod names;
mod needs;
mod operations;
mod pins;
mod policy;
mod probe;
mod proxy;
mod routes;
mod server;
mod server_parameters;
mod sessions;
mod settings;
mod stages;
mod template;
mod transport;
mod values;
mod variables;

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::grammar::haproxy::Grammar;
use crate::model::{File, Reads, Unit};
use crate::source::{Dialect, Sources, View};
use crate::syntax::haproxy::{Environment, Tree};
use crate::validate::haproxy::{Bindings, Program};

use super::Answers;
use super::cache::SettingsCache;
use draft::DefaultsSection;
use needs::{WholeWishes, Wishes};

/// One file of a unit, read and validated.
#[derive(Debug)]
pub struct Part<'a> {
    /// The file.
    pub file: File,
    /// Its text.
    pub view: View<'a>,
    /// Its tree.
    pub tree: Tree,
    /// What its statements are.
    pub bindings: Bindings,
}

/// Turns the files of a unit into the model. Names that nothing defines, and the like, become diagnostics.
pub fn lower(
    sources: &Sources,
    parts: &[Part<'_>],
    grammar: &Grammar,
    program: Program,
    environment: &Environment,
    answers: &Answers,
    diagnostics: &mut Vec<Diagnostic>,
) -> Unit {
    let mut unit = Unit::new(Dialect::Haproxy, program.version);
    unit.files = parts.iter().map(|part| part.file).collect();
    let mut lowering = Lowering {
        sources,
        grammar,
        program,
        environment,
        answers,
        diagnostics,
        unit,
        defaults: Vec::new(),
        scope: 0,
        cache: SettingsCache::default(),
        has_global: false,
        global_receiver: logging::Receiver::Nobody,
        header: None,
        certain: true,
        fallback_conditions: Vec::new(),
        method_conditions: Vec::new(),
        condition_reads: FxHashMap::default(),
        tables: sessions::Tables::default(),
        names_are_open: false,
        open_targets: Vec::new(),
        inherits: None,
        wishes: Wishes::default(),
        whole: WholeWishes::default(),
    };
    for part in parts {
        lowering.part(part);
    }
    lowering.finish(parts)
}

/// The state of one unit's lowering.
struct Lowering<'a, 'o> {
    sources: &'a Sources,
    grammar: &'a Grammar,
    program: Program,
    environment: &'a Environment,
    /// What names of hosts stand for.
    answers: &'a Answers,
    diagnostics: &'o mut Vec<Diagnostic>,
    unit: Unit,
    defaults: Vec<DefaultsSection>,
    /// Number of the section that is read; names of conditions and targets are valid in one section.
    scope: u32,
    cache: SettingsCache,
    has_global: bool,
    /// Who gets what goes to the logs of `global`.
    global_receiver: logging::Receiver,
    /// Where the section begins that is read.
    header: Option<u32>,
    /// The line that is read is surely there: what it names must be defined.
    certain: bool,
    /// Conditions of this section that ask whether some pool still has targets: names and expressions.
    fallback_conditions: Vec<(String, String)>,
    /// Conditions of this section, and whether they hold only for methods that may be repeated.
    method_conditions: Vec<(String, bool)>,
    /// What conditions of this section read, by their names, where it must arrive first.
    condition_reads: FxHashMap<String, Reads>,
    /// Tables, and the rules that use them, until names are tied together.
    tables: sessions::Tables,
    /// A template may define names that are written nowhere.
    names_are_open: bool,
    /// Names of servers that are filled in, or that a condition guards.
    open_targets: Vec<template::OpenName>,
    /// The `defaults` that this section inherits from, by position.
    inherits: Option<usize>,
    /// Settings of this section that need another one.
    wishes: Wishes,
    /// Those of `global`, and what else is judged as a whole.
    whole: WholeWishes,
}

impl Lowering<'_, '_> {
    fn part(&mut self, part: &Part<'_>) {
        let first_pool = self.unit.pools.len();
        self.names_are_open |= template::opens_names(part);
        for section in part.tree.sections() {
            self.scope += 1;
            self.fallback_conditions.clear();
            self.method_conditions.clear();
            self.condition_reads.clear();
            self.inherits = None;
            self.header = None;
            self.begin_wishes();
            self.section(part, section);
        }
        comments::find_commented_targets(part, self.unit.pools.get_mut(first_pool..).unwrap_or_default());
    }

    fn finish(mut self, parts: &[Part<'_>]) -> Unit {
        self.unit.headless = self.defaults.is_empty() && !self.has_global;
        // Entrances alone, without settings: their pools stand in another file of the same tree.
        self.unit.fragment =
            self.names_are_open || self.unit.listeners.is_empty() || (self.unit.headless && self.unit.pools.is_empty());
        self.resolve_names();
        self.resolve_tables();
        if !self.unit.headless && !self.unit.fragment {
            self.judge_tables(parts);
        }
        self.finish_wishes();
        self.unit
    }
}
