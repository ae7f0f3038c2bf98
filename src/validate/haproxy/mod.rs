//! HAProxy: which row each statement belongs to, and whether its place, version and arguments fit.

mod arguments;
mod balance;
mod condition;
mod expression;
mod log;
mod parameters;
mod placement;
mod reader;

pub use super::{Program, nearest};
pub use placement::{Binding, Bindings};
pub use reader::{Argument, Arguments, Unread, active};

use crate::diagnostic::{Diagnostic, Kind};
use crate::grammar::haproxy::{Grammar, Keyword};
use crate::source::{Span, View};
use crate::syntax::haproxy::{Decision, Environment, Prefix, Statement, StatementId, StatementKind, Tree, Vocabulary};

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

/// Validates a text; the environment carries what `setenv` set in earlier files of the unit.
pub fn validate(input: Input<'_>, environment: &mut Environment, diagnostics: &mut Vec<Diagnostic>) -> Bindings {
    let mut bindings = Bindings::with_capacity(input.tree.statements.len());
    let mut validator =
        Validator { input, environment, diagnostics, words: Vec::new(), section: None, doubtful: false };
    for (id, statement) in input.tree.iter() {
        let binding = validator.statement(id, statement);
        bindings.push(binding);
    }
    bindings
}

/// The program takes 64 words a line and refuses more (2.6.12); what stands behind them says nothing new.
const MOST_WORDS: usize = 64;

/// Everything that one text's validation needs at hand.
struct Validator<'a, 'o> {
    input: Input<'a>,
    environment: &'o mut Environment,
    diagnostics: &'o mut Vec<Diagnostic>,
    words: Vec<Argument<'a>>,
    section: Option<SectionHeader<'a>>,
    /// The statement stands in a branch that may not be read: what depends on versions is not said.
    doubtful: bool,
}

/// The section that statements belong to at the moment.
#[derive(Clone, Copy)]
struct SectionHeader<'a> {
    word: &'a str,
    named: bool,
}

impl Validator<'_, '_> {
    fn statement(&mut self, id: StatementId, statement: &Statement) -> Binding {
        let presence = active(self.input, statement.span.start, self.environment);
        match statement.kind() {
            _ if presence == Decision::False => return Binding::INACTIVE,
            StatementKind::Scope => return Binding::IRRELEVANT,
            StatementKind::Error => return Binding::NONE,
            _ => {}
        }
        self.doubtful = presence == Decision::Undecided;
        self.read_words(id);
        match statement.kind() {
            StatementKind::Section => self.header(),
            StatementKind::Setting => self.setting(statement),
            _ => Binding::IRRELEVANT,
        }
    }

    fn read_words(&mut self, id: StatementId) {
        self.words.clear();
        let words = self.input.tree.words(self.input.view, id).until_empty().take(MOST_WORDS);
        self.words.extend(words.map(|word| Argument::new(word, self.input.view, self.environment)));
    }

    fn say(&mut self, span: Span, kind: Kind) {
        self.diagnostics.push(Diagnostic::new(span, kind));
    }

    /// Complains of a lifetime that does not include the version that will run the configuration.
    fn check_lifetime(&mut self, at: Span, lifetime: crate::grammar::Lifetime, instead: &'static str) {
        let program = self.input.program;
        if self.doubtful || lifetime.includes(program.version) {
            return;
        }
        if let Some(since) = lifetime.removed.filter(|removed| *removed <= program.version) {
            return self.say(at, Kind::Removed { since, instead });
        }
        if let Some(since) = lifetime.since.filter(|_| program.stated) {
            self.say(at, Kind::TooNew(since));
        }
    }

    fn setting(&mut self, statement: &Statement) -> Binding {
        let Some(section) = self.section else { return Binding::NONE };
        let prefix_words = usize::from(statement.prefix() != Prefix::None);
        let (binding, keyword) = self.bind(section, prefix_words);
        if let Some(keyword) = keyword {
            self.check_prefix(statement, keyword);
            self.check_arguments(section, statement, keyword, binding);
            self.follow_environment(keyword.phrase, usize::from(binding.words));
        }
        binding
    }

    fn check_prefix(&mut self, statement: &Statement, keyword: &Keyword) {
        let fits = match statement.prefix() {
            Prefix::None => true,
            Prefix::No => keyword.prefixes.no,
            Prefix::Default => keyword.prefixes.default,
        };
        if let (false, Some(word)) = (fits, self.words.first()) {
            self.say(word.span, Kind::PrefixRefused);
        }
    }

    /// `setenv` and its kin in `global` decide what later words mean.
    fn follow_environment(&mut self, phrase: &str, from: usize) {
        let value = |position: usize| self.words.get(from + position).and_then(|word| word.known());
        let Some(name) = value(0).map(str::to_owned) else { return };
        match (phrase, value(1).map(str::to_owned)) {
            ("setenv", Some(text)) => self.environment.set(&name, &text),
            ("setenv", None) | ("presetenv", Some(_)) => self.environment.forget(&name),
            ("unsetenv", _) => self.environment.unset(&name),
            _ => {}
        }
    }
}

/// The grammar as the reader asks for it.
impl Vocabulary for Grammar {
    fn is_section(&self, word: &str) -> bool {
        self.section(word).is_some()
    }

    fn keyword(&self, word: &str) -> crate::syntax::haproxy::KeywordId {
        use crate::syntax::haproxy::KeywordId;
        self.first_word(word).map_or(KeywordId::UNKNOWN, KeywordId)
    }
}
