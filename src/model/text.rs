//! Words of a configuration as spans, with the few whose value differs from their raw text kept aside.

use rustc_hash::FxHashMap;

use crate::source::{Sources, Span};

/// A word of the configuration: its place; the value is looked up through [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(pub Span);

/// Values of words that were quoted or escaped, keyed by their place.
#[derive(Debug, Default)]
pub struct Texts {
    decoded: FxHashMap<Span, Box<str>>,
    /// How many values stand nowhere as such.
    composed: u32,
}

impl Texts {
    /// Remembers a value that differs from the raw text at `span`.
    pub fn remember(&mut self, span: Span, value: &str) {
        self.decoded.insert(span, value.into());
    }

    /// A name that stands nowhere as such: it is put together from several words.
    pub fn compose(&mut self, value: &str) -> Text {
        // Counted from the end of the address space, where no source can lie: all of them end below `u32::MAX`.
        let place = u32::MAX - self.composed;
        self.composed += 1;
        let span = Span::new(place, place);
        self.remember(span, value);
        Text(span)
    }

    /// The value of a word.
    pub fn get<'a>(&'a self, text: Text, sources: &'a Sources) -> &'a str {
        match self.decoded.get(&text.0) {
            Some(value) => value,
            None => sources.slice(text.0),
        }
    }
}
