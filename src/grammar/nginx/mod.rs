//! The nginx grammar: contexts, directives, their named parameters, variables.

mod arity;
mod context;
mod directive;
mod parameter;
mod variable;

pub use arity::Arity;
pub use context::{Content, ContextId, ContextSet};
pub use directive::{Directive, DirectiveId, Inheritance};
pub use parameter::Parameter;
pub use variable::{Variable, VariableSource};

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::table;
use context::Contexts;

const CONTEXTS: &str = include_str!("../../../grammars/nginx/contexts.tsv");
const DIRECTIVES: &str = include_str!("../../../grammars/nginx/directives.tsv");
const PARAMETERS: &str = include_str!("../../../grammars/nginx/parameters.tsv");
const VARIABLES: &str = include_str!("../../../grammars/nginx/variables.tsv");
const DEFINITIONS: &str = include_str!("../../../grammars/nginx/definitions.tsv");

/// All that is known of nginx's configuration language, its forks and modules included.
#[derive(Debug)]
pub struct Grammar {
    contexts: Contexts,
    /// Sorted by name; the rows of one directive stand together.
    directives: Vec<Directive>,
    /// For each directive the first of its rows; one more at the end.
    first_rows: Vec<u16>,
    names: FxHashMap<&'static str, DirectiveId>,
    /// Sorted by directive (the table's `line` without its context).
    parameters: Vec<Parameter>,
    /// For each directive where its parameters begin and end.
    parameter_rows: Vec<(u16, u16)>,
    /// By name, read when first asked for.
    variables: OnceLock<Vec<Variable>>,
    definitions: Vec<VariableSource>,
}

impl Grammar {
    /// Reads the embedded tables (about a millisecond).
    pub fn load() -> Self {
        let mut contexts = Contexts::read(table::rows(CONTEXTS));
        let directives: Vec<Directive> =
            table::rows(DIRECTIVES).map(|row| Directive::read(row, &mut contexts)).collect();
        let (first_rows, names) = index(&directives);
        let mut parameters: Vec<Parameter> =
            table::rows(PARAMETERS).map(|row| Parameter::read(row, &mut contexts)).collect();
        parameters.sort_by_key(|parameter| parameter.form);
        let parameter_rows = index_parameters(&parameters, &names);
        let definitions = table::rows(DEFINITIONS).map(|row| VariableSource::read(row, &mut contexts)).collect();
        let variables = OnceLock::new();
        Self { contexts, directives, first_rows, names, parameters, parameter_rows, variables, definitions }
    }

    /// The directive with this name, in any context and of any edition.
    #[inline]
    pub fn directive(&self, name: &str) -> Option<DirectiveId> {
        self.names.get(name).copied()
    }

    /// The name of a directive; empty for [`DirectiveId::NONE`].
    pub fn name(&self, id: DirectiveId) -> &'static str {
        self.rows(id).first().map_or("", |row| row.name)
    }

    /// All rows of a directive: editions, modules, contexts and times differ.
    pub fn rows(&self, id: DirectiveId) -> &[Directive] {
        let bound = |index: usize| self.first_rows.get(index).map_or(0, |row| usize::from(*row));
        let index = id.index();
        if id == DirectiveId::NONE {
            return &[];
        }
        self.directives.get(bound(index)..bound(index + 1)).unwrap_or_default()
    }

    /// The rows of a directive that a context has; `open source` first.
    pub fn rows_in(&self, id: DirectiveId, context: ContextId) -> impl Iterator<Item = &Directive> {
        self.rows(id).iter().filter(move |row| row.contexts.contains(context))
    }

    /// The names of the directives that a context has, for suggestions.
    pub fn names_in(&self, context: ContextId) -> impl Iterator<Item = &'static str> {
        self.directives.iter().filter(move |row| row.contexts.contains(context)).map(|row| row.name)
    }

    /// The named parameters of a directive in a context, of its form that `first` selects where it has forms
    /// (`sticky cookie`).
    pub fn parameters<'g>(
        &'g self,
        directive: &str,
        first: Option<&'g str>,
        context: ContextId,
    ) -> impl Iterator<Item = &'g Parameter> {
        let all = self.directive(directive).map(|id| self.parameters_of(id)).unwrap_or_default();
        all.iter().filter(move |parameter| parameter.is_of(first) && parameter.contexts.contains(context))
    }

    /// The named parameters of all forms of a directive, in all contexts.
    #[inline]
    pub fn parameters_of(&self, id: DirectiveId) -> &[Parameter] {
        let (start, end) = self.parameter_rows.get(id.index()).copied().unwrap_or_default();
        self.parameters.get(usize::from(start)..usize::from(end)).unwrap_or_default()
    }

    /// The context with this name; [`ContextId::UNKNOWN`] if there is none.
    pub fn context(&self, name: &str) -> ContextId {
        self.contexts.find(name)
    }

    /// What a context is called in messages and in the tables.
    pub fn context_name(&self, id: ContextId) -> &'static str {
        self.contexts.name(id)
    }

    /// How the program reads what stands in a context.
    pub fn content(&self, id: ContextId) -> Content {
        self.contexts.content(id)
    }

    /// The context that a directive's block opens inside a context; [`ContextId::UNKNOWN`] if the tables have none.
    pub fn opened_by(&self, directive: &str, inside: ContextId) -> ContextId {
        self.contexts.opened_by(directive, inside)
    }

    /// Every context that a directive can open, with the contexts in which it does.
    pub fn openings<'g>(&'g self, directive: &str) -> impl Iterator<Item = (ContextId, ContextSet)> + use<'g> {
        self.contexts.openings(directive)
    }

    /// The built-in variables whose name begins like `name`: the exact one, or a family such as `arg_*`.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        let variables = self.variables.get_or_init(|| {
            let mut variables: Vec<Variable> = table::rows(VARIABLES).map(Variable::read).collect();
            variables.sort_by_key(|variable| variable.stem);
            variables
        });
        let exact = variables.partition_point(|variable| variable.stem < name);
        let exact = variables.get(exact).filter(|variable| variable.stem == name && !variable.is_family);
        exact.or_else(|| {
            let families = variables.iter().filter(|variable| variable.is_family);
            families.filter(|variable| name.starts_with(variable.stem)).max_by_key(|variable| variable.stem.len())
        })
    }

    /// Whether a directive makes variables in any context.
    pub fn may_make_variables(&self, directive: &str) -> bool {
        self.definitions.iter().any(|row| row.directive == directive)
    }

    /// How a directive makes variables in a context, if it does.
    pub fn makes_variables(&self, directive: &str, context: ContextId) -> Option<&VariableSource> {
        self.definitions.iter().find(|row| row.directive == directive && row.contexts.contains(context))
    }
}

/// For each directive its first row, and the directives by name. The table is sorted by name.
fn index(directives: &[Directive]) -> (Vec<u16>, FxHashMap<&'static str, DirectiveId>) {
    let mut first_rows = Vec::with_capacity(directives.len());
    let mut names = FxHashMap::with_capacity_and_hasher(directives.len(), rustc_hash::FxBuildHasher);
    let mut previous = None;
    for (row, directive) in directives.iter().enumerate() {
        if previous != Some(directive.name) {
            names.insert(directive.name, DirectiveId::new(first_rows.len()));
            first_rows.push(row as u16);
            previous = Some(directive.name);
        }
    }
    first_rows.push(directives.len() as u16);
    (first_rows, names)
}

/// For each directive the range of its parameters; forms of one directive stand together.
fn index_parameters(parameters: &[Parameter], names: &FxHashMap<&'static str, DirectiveId>) -> Vec<(u16, u16)> {
    let mut rows = vec![(0, 0); names.len()];
    for (row, parameter) in parameters.iter().enumerate() {
        let name = parameter.form.split(' ').next().unwrap_or_default();
        let Some(range) = names.get(name).and_then(|id| rows.get_mut(id.index())) else { continue };
        let start = if range.1 == 0 { row as u16 } else { range.0 };
        *range = (start, row as u16 + 1);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Version;

    #[test]
    fn a_directive_is_found_with_its_rows() {
        let grammar = Grammar::load();
        let id = grammar.directive("ip_hash").unwrap();
        assert_eq!(grammar.name(id), "ip_hash");
        let upstream = grammar.context("upstream");
        let row = grammar.rows_in(id, upstream).next().unwrap();
        assert!(row.arity.accepts(0) && !row.arity.accepts(1));
        assert!(grammar.rows_in(id, grammar.context("stream_upstream")).next().is_none());
        assert!(grammar.directive("Server").is_none(), "names are case-sensitive");
        assert!(grammar.rows(DirectiveId::NONE).is_empty());
    }

    #[test]
    fn rows_of_one_name_stand_together() {
        let grammar = Grammar::load();
        for (name, id) in &grammar.names {
            assert!(grammar.rows(*id).iter().all(|row| row.name == *name), "{name}");
        }
        let rows: usize = grammar.names.values().map(|id| grammar.rows(*id).len()).sum();
        assert_eq!(rows, grammar.directives.len());
    }

    #[test]
    fn contexts_are_opened_by_directives() {
        let grammar = Grammar::load();
        let (http, stream) = (grammar.context("http"), grammar.context("stream"));
        assert_eq!(grammar.opened_by("upstream", http), grammar.context("upstream"));
        assert_eq!(grammar.opened_by("upstream", stream), grammar.context("stream_upstream"));
        assert_eq!(grammar.opened_by("location", grammar.context("location")), grammar.context("location"));
        assert_eq!(grammar.opened_by("upstream", grammar.context("server")), ContextId::UNKNOWN);
        assert_eq!(grammar.content(grammar.context("map")), Content::Words);
    }

    #[test]
    fn parameters_belong_to_a_line() {
        let grammar = Grammar::load();
        let upstream = grammar.context("upstream");
        assert!(grammar.parameters("server", None, upstream).any(|row| row.name == "max_fails"));
        assert!(grammar.parameters("sticky", Some("cookie"), upstream).any(|row| row.name == "path"));
        let mut rows = grammar.parameters("server", None, upstream);
        let resolve = rows.find(|row| row.name == "resolve" && row.edition == "oss").unwrap();
        assert_eq!(resolve.lifetime.since, Some(Version::release(1, 27, 3)));
    }

    #[test]
    fn variables_and_what_makes_them() {
        let grammar = Grammar::load();
        assert_eq!(grammar.variable("remote_addr").unwrap().stem, "remote_addr");
        assert_eq!(grammar.variable("arg_page").unwrap().stem, "arg_");
        assert!(grammar.variable("no_such").is_none());
        let server = grammar.context("server");
        assert!(grammar.makes_variables("set", server).is_some());
    }
}
