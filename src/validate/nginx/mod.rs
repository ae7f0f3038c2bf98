//! nginx: whether each statement is known, stands where it may, and has the arguments that it takes.

mod arguments;
mod binding;
mod condition;
mod entries;
mod listen;
mod location;
mod parameters;
mod pass;
mod placement;
mod rules;
mod settings;
mod upstream;
mod whole;

pub use binding::{Binding, Bindings};
pub use whole::repeated;

use rustc_hash::FxHashSet;

use super::{Program, nearest};
use crate::diagnostic::{Diagnostic, Kind};
use crate::grammar::nginx::{ContextSet, DirectiveId, Grammar};
use crate::source::{Span, View};
use crate::syntax::nginx::{Statement, StatementId, StatementKind, Tree};
use arguments::Argument;
use rules::Rules;

/// What validation reads.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The text.
    pub view: View<'a>,
    /// Its tree.
    pub tree: &'a Tree,
    /// The tables.
    pub grammar: &'a Grammar,
    /// The program that will read it.
    pub program: Program,
}

/// Validates a text whose own statements stand in one of `contexts`: one for what a main file loads, those that fit for a
/// fragment. A statement is wrong only if none of its contexts takes it.
pub fn validate(input: Input<'_>, contexts: ContextSet, diagnostics: &mut Vec<Diagnostic>) -> Bindings {
    let mut bindings = Bindings::with_capacity(input.tree.statements.len());
    let mut validator = Validator {
        input,
        diagnostics,
        words: Vec::new(),
        rules: Rules::new(input.grammar),
        right_parameters: FxHashSet::default(),
        roots: contexts,
        open: Vec::new(),
        suggestions: MOST_SUGGESTIONS,
    };
    for (id, statement) in input.tree.iter() {
        let binding = validator.statement(id, statement);
        bindings.push(binding);
    }
    bindings
}

/// Everything that one text's validation needs at hand.
struct Validator<'a, 'o> {
    input: Input<'a>,
    diagnostics: &'o mut Vec<Diagnostic>,
    /// The words of the statement, if somebody asked for them.
    words: Vec<Argument<'a>>,
    rules: Rules,
    /// Parameters of servers that were looked at, and are right in these contexts.
    right_parameters: FxHashSet<(&'a str, ContextSet)>,
    /// Where statements stand that are in no block.
    roots: ContextSet,
    /// The blocks around the statement, the innermost last.
    open: Vec<Open>,
    /// For how many more unknown words a known one is looked for.
    suggestions: u32,
}

/// For how many unknown words of a text the nearest known one is looked up: each look-up compares with all of them.
const MOST_SUGGESTIONS: u32 = 64;

/// A block whose statements are being looked at.
#[derive(Clone, Copy)]
struct Open {
    statement: u32,
    /// The contexts that it makes.
    inside: ContextSet,
    /// `split_clients`: what its entries take together, in hundredths of a percent.
    percent: u64,
    /// `geo`: its entries are ranges of addresses from here on.
    ranges: bool,
}

/// A directive that stands where it may, with as many words as it takes.
#[derive(Clone, Copy)]
struct Scene<'w> {
    directive: DirectiveId,
    contexts: ContextSet,
    /// The block around it.
    parent: u32,
    /// Its words, the name included.
    words: &'w [Argument<'w>],
}

impl<'w> Scene<'w> {
    /// The value of the word at a position, if it is known.
    fn known(self, at: usize) -> Option<&'w str> {
        self.words.get(at).and_then(Argument::known)
    }

    /// The same, if it holds no variable.
    fn constant(self, at: usize) -> Option<&'w str> {
        self.words.get(at).and_then(Argument::constant)
    }

    /// Where the word at a position stands.
    fn span(self, at: usize) -> Span {
        self.words.get(at).map(|word| word.span).unwrap_or_default()
    }

    /// The position behind the last word.
    const fn len(self) -> usize {
        self.words.len()
    }
}

impl Validator<'_, '_> {
    fn statement(&mut self, id: StatementId, statement: &Statement) -> Binding {
        let contexts = self.enter(statement.parent);
        self.words.clear();
        let (binding, inside) = match statement.kind() {
            StatementKind::Error => (Binding::none(contexts), ContextSet::UNKNOWN),
            StatementKind::Entry => (self.entry(id, statement, contexts), ContextSet::UNKNOWN),
            _ => self.directive(id, statement, contexts),
        };
        if statement.has_body() {
            self.open.push(Open { statement: id.0, inside, percent: 0, ranges: false });
        }
        binding
    }

    /// Leaves the blocks that end before a statement of `parent`; answers with the contexts there.
    fn enter(&mut self, parent: u32) -> ContextSet {
        while let Some(open) = self.open.last() {
            if open.statement == parent {
                return open.inside;
            }
            self.open.pop();
        }
        self.roots
    }

    fn read_words(&mut self, id: StatementId) {
        if self.words.is_empty() {
            let view = self.input.view;
            self.words.extend(self.input.tree.words(view, id).map(|word| Argument::new(word, view)));
        }
    }

    fn say(&mut self, span: Span, kind: Kind) {
        self.diagnostics.push(Diagnostic::new(span, kind));
    }

    /// The nearest of the known words, unless too many were looked up already.
    fn nearest<'c>(&mut self, word: &str, known: impl Iterator<Item = &'c str>) -> Option<&'c str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        nearest(word, known)
    }

    /// Says that a word is not what the program wants there.
    fn refuse(&mut self, span: Span, expected: &str) {
        self.say(span, Kind::InvalidValue(expected.into()));
    }

    /// Says the same of the word at a position, if it is known, holds no variable, and the program refuses it.
    fn expect(&mut self, scene: Scene<'_>, at: usize, expected: &str, is_right: impl Fn(&str) -> bool) {
        if scene.constant(at).is_some_and(|text| !is_right(text)) {
            self.refuse(scene.span(at), expected);
        }
    }

    /// Whether a set of contexts is no other than these.
    fn is_only(&self, contexts: ContextSet, names: &[&str]) -> bool {
        contexts == names.iter().fold(ContextSet::default(), |set, name| set.with(self.input.grammar.context(name)))
    }
}
