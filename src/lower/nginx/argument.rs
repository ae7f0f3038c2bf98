//! The words of a statement with their values, as lowering reads them.

use std::borrow::Cow;

use super::Lowering;
use crate::model::{Presence, Text, Value, Why};
use crate::source::{Span, View};
use crate::syntax::nginx::{Place, Statement, Word, WordValue};

/// One word of a statement.
#[derive(Clone, Debug)]
pub(super) struct Argument<'a> {
    /// Where it stands, quotes included.
    pub(super) span: Span,
    /// Its value, or why it is not known.
    pub(super) value: Result<Cow<'a, str>, Why>,
    /// Whether the value differs from the text at `span`.
    differs: bool,
}

impl<'a> Argument<'a> {
    fn new(word: Word, view: View<'a>) -> Self {
        let value = match word.value(view) {
            WordValue::Known(value) => Ok(value),
            WordValue::Masked => Err(Why::Template),
        };
        let differs = value.as_deref() != Ok(word.text(view));
        Self { span: word.span, value, differs }
    }

    /// An empty word that is written nowhere; what stands at `span` makes it so.
    pub(super) const fn empty(span: Span) -> Self {
        Self { span, value: Ok(Cow::Borrowed("")), differs: true }
    }

    /// A word that a template fills in.
    pub(super) const fn unknown(span: Span) -> Self {
        Self { span, value: Err(Why::Template), differs: false }
    }

    /// A part of a word, as a word of its own.
    pub(super) fn part(span: Span, view: View<'a>) -> Self {
        let value = if view.is_masked(span) { Err(Why::Template) } else { Ok(Cow::Borrowed(view.slice(span))) };
        Self { span, value, differs: false }
    }

    /// The value if it is known.
    pub(super) fn known(&self) -> Option<&str> {
        self.value.as_deref().ok()
    }

    /// Whether it is known to be this word.
    pub(super) fn is(&self, word: &str) -> bool {
        self.known() == Some(word)
    }

    /// Reads the value; what cannot be read is malformed.
    pub(super) fn read<T>(&self, read: impl Fn(&str) -> Option<T>) -> Value<T> {
        match &self.value {
            Ok(text) if text.contains('$') => Value::Unknown(Why::Request),
            Ok(text) => read(text).map_or(Value::Unknown(Why::Malformed), Value::Known),
            Err(why) => Value::Unknown(*why),
        }
    }

    /// Where the bytes `range` of the value stand. In a quoted or escaped word that is the whole word.
    pub(super) fn place_of(&self, range: std::ops::Range<usize>) -> Span {
        if self.differs || self.value.is_err() {
            return self.span;
        }
        let at = |offset: usize| self.span.start.saturating_add(offset as u32).min(self.span.end);
        Span::new(at(range.start), at(range.end))
    }

    /// Whether the value differs from the text at its place.
    pub(super) const fn differs(&self) -> bool {
        self.differs
    }
}

impl<'a> Lowering<'a, '_> {
    /// The statement at a place.
    pub(super) fn statement(&self, place: Place) -> Option<&'a Statement> {
        self.input.mounts.get(place.mount)?.tree.get(place.statement)
    }

    /// Whether the statement at a place is there, as seen from another place.
    pub(super) fn presence(&self, place: Place, seen_from: Option<u32>) -> Presence {
        let mount = self.input.mounts.get(place.mount);
        let statement = mount.and_then(|mount| mount.tree.get(place.statement));
        mount.zip(statement).map_or(Presence::Always, |(mount, statement)| {
            Presence::in_template(mount.view, statement.span.start, seen_from)
        })
    }

    /// Whether what stands at a place of the address space is there.
    pub(super) fn presence_at(&self, at: Span) -> Presence {
        let source = self.input.sources.at(at.start).map(|(_, source)| source.view());
        source.map_or(Presence::Always, |view| Presence::in_template(view, at.start, None))
    }

    /// Where the block begins that a statement stands in; the statement itself if it stands in none.
    pub(super) fn header_of_block(&self, place: Place) -> u32 {
        let Some(tree) = self.input.mounts.get(place.mount).map(|mount| &mount.tree) else { return 0 };
        let statement = tree.get(place.statement);
        let block = statement.and_then(Statement::block).and_then(|block| tree.get(block));
        block.or(statement).map_or(0, |statement| statement.span.start)
    }

    /// Whether a template fills in the name of a statement: it can be any number of any statements.
    pub(super) fn is_filled_in(&self, place: Place) -> bool {
        let Some(mount) = self.input.mounts.get(place.mount).filter(|mount| !mount.view.masks.is_empty()) else {
            return false;
        };
        let word = mount.tree.words(mount.view, place.statement).next();
        word.is_some_and(|word| mount.view.is_masked(word.span))
    }

    /// The words of a statement behind the first one.
    pub(super) fn arguments(&self, place: Place) -> impl Iterator<Item = Argument<'a>> + use<'a> {
        let mount = self.input.mounts.get(place.mount);
        let words = mount.map(|mount| (mount.view, mount.tree.words(mount.view, place.statement)));
        words.into_iter().flat_map(|(view, words)| words.skip(1).map(move |word| Argument::new(word, view)))
    }

    /// The first word behind a statement's name.
    pub(super) fn argument(&self, place: Place) -> Option<Argument<'a>> {
        self.arguments(place).next()
    }

    /// All the words of a statement, its name included: what an entry of a block consists of.
    pub(super) fn words(&self, place: Place) -> impl Iterator<Item = Argument<'a>> + use<'a> {
        let mount = self.input.mounts.get(place.mount);
        let words = mount.map(|mount| (mount.view, mount.tree.words(mount.view, place.statement)));
        words.into_iter().flat_map(|(view, words)| words.map(move |word| Argument::new(word, view)))
    }

    /// From a statement's name to the end of its last word.
    pub(super) fn header(&self, place: Place) -> Span {
        let mount = self.input.mounts.get(place.mount);
        mount.map_or(Span::default(), |mount| mount.tree.header(mount.view, place.statement))
    }

    /// The words behind a statement's name, as one place.
    pub(super) fn rest(&self, place: Place) -> Span {
        let mut words = self.arguments(place).map(|argument| argument.span);
        let Some(first) = words.next() else { return self.header(place) };
        words.fold(first, Span::to)
    }

    /// A word as text of the model.
    pub(super) fn text(&mut self, argument: &Argument<'_>) -> Text {
        if let (Ok(value), true) = (&argument.value, argument.differs) {
            self.unit.texts.remember(argument.span, value);
        }
        Text(argument.span)
    }

    /// A part of a word's value as text of the model.
    pub(super) fn part_text(&mut self, argument: &Argument<'_>, part: &str) -> Text {
        let Some(value) = argument.known() else { return Text(argument.span) };
        if value == part {
            return self.text(argument);
        }
        match value.find(part).filter(|_| !argument.differs()) {
            Some(at) => Text(argument.place_of(at..at + part.len())),
            None => self.unit.texts.compose(part),
        }
    }

    /// The value of a text of the model.
    pub(super) fn read_text(&self, text: Text) -> &str {
        self.unit.texts.get(text, self.input.sources)
    }
}
