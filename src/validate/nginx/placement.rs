//! Which row of the grammar takes a statement, and what is wrong if none does.

use super::rules::Rule;
use super::{Binding, Scene, Validator};
use crate::diagnostic::Kind;
use crate::grammar::Support;
use crate::grammar::nginx::{ContextId, ContextSet, Directive, DirectiveId};
use crate::source::{Span, Version};
use crate::syntax::nginx::{Statement, StatementId, StatementKind};

/// What of a statement decides between the rows of its directive.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) contexts: ContextSet,
    pub(super) has_block: bool,
    /// How many words follow the name.
    pub(super) words: usize,
}

impl Shape {
    pub(super) fn fits(self, row: &Directive) -> bool {
        row.contexts.meets(self.contexts) && row.arity.has_block == self.has_block && row.arity.accepts(self.words)
    }

    /// The contexts in which some row takes the statement.
    fn taking(self, rows: &[Directive]) -> ContextSet {
        let fitting = rows.iter().filter(|row| self.fits(row));
        fitting.fold(ContextSet::default(), |set, row| set.or(row.contexts)).and(self.contexts)
    }
}

impl<'a> Validator<'a, '_> {
    /// A directive, and the contexts that its block makes.
    pub(super) fn directive(
        &mut self,
        id: StatementId,
        statement: &Statement,
        contexts: ContextSet,
    ) -> (Binding, ContextSet) {
        let directive = DirectiveId(statement.keyword.0);
        let rows = self.input.grammar.rows(directive);
        let Some(first) = rows.first() else { return (self.unknown(id, contexts), ContextSet::UNKNOWN) };
        if is_unknown(contexts) {
            return (Binding { contexts, support: Some(first.support) }, ContextSet::UNKNOWN);
        }
        let has_block = statement.kind() != StatementKind::Directive;
        let shape = Shape { contexts, has_block, words: usize::from(statement.words.saturating_sub(1)) };
        let version = self.input.program.version;
        let row = rows.iter().find(|row| shape.fits(row) && row.lifetime.includes(version));
        let Some(row) = row.or_else(|| self.misfit(id, rows, shape)) else {
            return (Binding::none(contexts), self.inside(directive, contexts, has_block));
        };
        self.check_arguments(id, statement, rows, row, shape);
        let taking = if row.contexts.and(contexts) == contexts { contexts } else { shape.taking(rows) };
        let binding = Binding { contexts: taking, support: Some(row.support) };
        (binding, self.inside(directive, contexts, has_block))
    }

    /// The contexts that a directive's block makes.
    fn inside(&self, directive: DirectiveId, contexts: ContextSet, has_block: bool) -> ContextSet {
        if !has_block {
            return ContextSet::UNKNOWN;
        }
        let openings = self.input.grammar.openings(self.input.grammar.name(directive));
        let (mut inside, mut anywhere) = (ContextSet::default(), ContextSet::default());
        for (context, within) in openings {
            anywhere = anywhere.with(context);
            if within.meets(contexts) {
                inside = inside.with(context);
            }
        }
        // A block in the wrong place is still read as what it is.
        match (inside.is_empty(), anywhere.is_empty()) {
            (false, _) => inside,
            (true, false) => anywhere,
            (true, true) => ContextSet::UNKNOWN,
        }
    }

    /// Says why no row of the version takes the statement. The answer is the row of another version, if there is one.
    #[cold]
    fn misfit(&mut self, id: StatementId, rows: &'a [Directive], shape: Shape) -> Option<&'a Directive> {
        self.read_words(id);
        let name = rows.first().map_or("", |row| row.name);
        let first = self.words.first().map(|word| word.span)?;
        if let Some(row) = rows.iter().find(|row| shape.fits(row)) {
            self.check_lifetime(first, row.lifetime, row.instead);
            return Some(row);
        }
        let here: Vec<&Directive> = rows.iter().filter(|row| row.contexts.meets(shape.contexts)).collect();
        if here.is_empty() {
            let accepted = rows.iter().fold(ContextSet::default(), |set, row| set.or(row.contexts));
            let (within, accepted_in) = (self.describe(shape.contexts), self.describe(accepted));
            self.say(first, Kind::Misplaced { within, accepted_in });
        } else if here.iter().all(|row| row.arity.has_block != shape.has_block) {
            self.wrong_end(id, name, shape.has_block);
        } else {
            self.wrong_count(name, &here, shape.words);
        }
        None
    }

    /// A block where `;` belongs, or the other way round.
    fn wrong_end(&mut self, id: StatementId, name: &str, has_block: bool) {
        let header = self.input.tree.header(self.input.view, id);
        let first_line = self.input.view.slice(header).lines().next().unwrap_or_default().trim_end().len();
        let span = Span::new(header.start, header.start + first_line as u32);
        self.say(span, if has_block { Kind::UnexpectedBlock(name.into()) } else { Kind::MissingBlock(name.into()) });
    }

    fn wrong_count(&mut self, name: &str, here: &[&Directive], words: usize) {
        // A template expression may stand for any number of words.
        if self.words.iter().any(|word| word.known().is_none()) {
            return;
        }
        let extra = (0..words).rev().find(|&fewer| here.iter().any(|row| row.arity.accepts(fewer)));
        let last = self.words.last().map(|word| word.span).unwrap_or_default();
        match extra {
            Some(most) => {
                let span = self.words.get(most + 1).map_or(last, |word| word.span);
                self.say(span, Kind::ExtraArgument(name.into()));
            }
            None => self.say(last, Kind::MissingArgument(name.into())),
        }
    }

    /// Complains of a lifetime that does not include the version that will run the configuration.
    pub(super) fn check_lifetime(&mut self, at: Span, lifetime: crate::grammar::Lifetime, instead: &'static str) {
        let program = self.input.program;
        if let Some(since) = lifetime.removed.filter(|removed| *removed <= program.version) {
            return self.say(at, Kind::Removed { since, instead });
        }
        if let Some(since) = lifetime.since.filter(|since| program.stated && *since > program.version) {
            self.say(at, Kind::TooNew(since));
        }
    }

    /// The same for something that the tables do not hold.
    pub(super) fn check_since(&mut self, at: Span, since: Version) {
        self.check_lifetime(at, crate::grammar::Lifetime { since: Some(since), removed: None }, "");
    }

    /// No table has a directive of this name.
    #[cold]
    fn unknown(&mut self, id: StatementId, contexts: ContextSet) -> Binding {
        if is_unknown(contexts) {
            return Binding { contexts, support: Some(Support::Unsupported) };
        }
        self.read_words(id);
        if let Some((span, name)) = self.words.first().and_then(|word| Some((word.span, word.known()?.to_owned()))) {
            let grammar = self.input.grammar;
            let known = contexts.iter().flat_map(|context| grammar.names_in(context)).filter(|known| *known != "*");
            let suggestion = self.nearest(&name, known).map(Into::into);
            self.say(span, Kind::UnknownKeyword { within: self.describe(contexts), suggestion });
        }
        Binding::none(contexts)
    }

    /// How to call contexts in a message.
    pub(super) fn describe(&self, contexts: ContextSet) -> Box<str> {
        let names = contexts.iter().map(|context| title(self.input.grammar.context_name(context)));
        let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
        names.join(", ").into()
    }

    /// Types, named parameters and the rules of single directives.
    #[inline]
    fn check_arguments(
        &mut self,
        id: StatementId,
        statement: &Statement,
        rows: &'a [Directive],
        row: &'a Directive,
        shape: Shape,
    ) {
        let directive = DirectiveId(statement.keyword.0);
        let rule = self.rules.of(directive);
        if matches!(rule, Rule::None) && !row.arity.is_flag && row.signature().is_none() {
            return;
        }
        self.read_words(id);
        let words = std::mem::take(&mut self.words);
        let scene = Scene { directive, contexts: shape.contexts, parent: statement.parent, words: &words };
        if self.check_types(scene, rows, row, shape) {
            self.apply(rule, scene);
        }
        self.words = words;
    }
}

/// Whether nothing is known of what may stand there.
pub(super) fn is_unknown(contexts: ContextSet) -> bool {
    contexts != ContextSet::ALL && contexts.contains(ContextId::UNKNOWN)
}

/// A context as people call it.
fn title(name: &str) -> String {
    match (name, name.split_once('_')) {
        ("lif", _) => "if in location".to_owned(),
        ("if", _) => "if in server".to_owned(),
        ("server", _) => "server in http".to_owned(),
        (_, Some((protocol @ ("stream" | "mail" | "rtmp" | "tcp"), block))) => format!("{block} in {protocol}"),
        _ => name.to_owned(),
    }
}
