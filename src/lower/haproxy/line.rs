//! One statement as lowering sees it: its phrase, its arguments, whether it is there.

use super::{Lowering, Part, operations};
use crate::grammar::haproxy::RowId;
use crate::model::{Arm, Presence, Text, Value, Why};
use crate::source::Span;
use crate::syntax::haproxy::{Decision, Prefix, StatementId};
use crate::validate::haproxy::{Argument, Input, Unread, active};

/// One statement.
#[derive(Debug)]
pub(super) struct Line<'p> {
    /// The words of the grammar that it begins with.
    pub(super) phrase: &'static str,
    /// `no` or `default`.
    pub(super) prefix: Prefix,
    /// Everything behind the phrase.
    pub(super) arguments: Vec<Argument<'p>>,
    /// The whole statement.
    pub(super) span: Span,
    /// Whether it is there.
    pub(super) presence: Presence,
}

impl Line<'_> {
    /// The argument at this position.
    pub(super) fn argument(&self, position: usize) -> Option<&Argument<'_>> {
        self.arguments.get(position)
    }

    /// The value of the argument at this position, if it is there and known.
    pub(super) fn known(&self, position: usize) -> Option<&str> {
        self.arguments.get(position).and_then(Argument::known)
    }

    /// The place of an argument; the whole statement if it is not there.
    pub(super) fn at(&self, position: usize) -> Span {
        self.arguments.get(position).map_or(self.span, |argument| argument.span)
    }

    /// The value of an argument, read by `read`; without the argument, `absent`.
    pub(super) fn value<T>(&self, position: usize, absent: T, read: impl Fn(&str) -> Option<T>) -> Value<T> {
        match self.arguments.get(position).map(|argument| &argument.value) {
            None => Value::Known(absent),
            Some(Err(unread)) => Value::Unknown(why(*unread)),
            Some(Ok(text)) => read(text).map_or(Value::Unknown(Why::Malformed), Value::Known),
        }
    }
}

/// Why a word that was not read is not known, in the model's words.
pub(super) const fn why(unread: Unread) -> Why {
    match unread {
        Unread::Variable => Why::Variable,
        Unread::Split => Why::Repetition,
        Unread::Masked => Why::Template,
    }
}

impl Lowering<'_, '_> {
    /// Whether the program reads the statement at an offset; `None` if it certainly does not.
    pub(super) fn presence(&self, part: &Part<'_>, offset: u32) -> Option<Presence> {
        let in_template = Presence::in_template(part.view, offset, self.header);
        if part.tree.branches.is_empty() {
            return Some(in_template);
        }
        let input = Input { view: part.view, tree: &part.tree, grammar: self.grammar, program: self.program };
        match active(input, offset, self.environment) {
            Decision::True => Some(in_template),
            Decision::False => None,
            Decision::Undecided if !in_template.is_certain() => Some(in_template),
            Decision::Undecided => {
                let branch = part.tree.branches_at(offset).next().and_then(|index| part.tree.branch(index));
                let first = branch.and_then(|arm| part.tree.branch(arm.first));
                Some(Presence::Maybe(Arm {
                    condition: first.map_or(0, |first| first.span.start),
                    number: branch.map_or(0, |arm| u16::from(arm.arm)),
                    is_rest: branch.is_some_and(|arm| arm.is_else),
                }))
            }
        }
    }

    /// Reads a statement's words into `line`; false if there is nothing to lower in it.
    pub(super) fn read_line<'p>(&self, part: &Part<'p>, id: StatementId, line: &mut Line<'p>) -> bool {
        let binding = part.bindings.of(id);
        let Some(statement) = part.tree.get(id).filter(|_| binding.row != RowId::NONE) else { return false };
        let (Some(keyword), Some(presence)) =
            (self.grammar.keyword(binding.row), self.presence(part, statement.span.start))
        else {
            return false;
        };
        // What cannot change who gets the traffic still has to name conditions that exist.
        let is_read = keyword.signature.takes_condition() || operations::is_read(keyword.phrase);
        if binding.support == Some(crate::grammar::Support::Irrelevant) && !is_read {
            return false;
        }
        line.phrase = keyword.phrase;
        line.prefix = statement.prefix();
        line.span = statement.span;
        line.presence = presence;
        line.arguments.clear();
        let words = part.tree.words(part.view, id).until_empty().skip(usize::from(binding.words));
        line.arguments.extend(words.map(|word| Argument::new(word, part.view, self.environment)));
        true
    }

    /// A word as text of the model; remembers its value if that differs from what is written.
    pub(super) fn text(&mut self, argument: &Argument<'_>) -> Text {
        if let (true, Ok(value)) = (argument.differs(), &argument.value) {
            self.unit.texts.remember(argument.span, value);
        }
        Text(argument.span)
    }

    /// The value of a text.
    pub(super) fn read(&self, text: Text) -> &str {
        self.unit.texts.get(text, self.sources)
    }
}
