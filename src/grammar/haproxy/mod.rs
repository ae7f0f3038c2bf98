//! The HAProxy grammar: sections, statements, parameters of servers and binds, sample functions.

mod index;
mod keyword;
mod parameter;
mod sample;
mod section;

pub use keyword::{Keyword, Prefixes, RowId};
pub use parameter::{Line, Parameter};
pub use sample::{Sample, SampleKind};
pub use section::{Naming, Placement, Section, SectionSet};

use std::hash::Hash;

use index::PhraseIndex;
use rustc_hash::FxHashMap;

use super::table;

const SECTIONS: &str = include_str!("../../../grammars/haproxy/sections.tsv");
const KEYWORDS: &str = include_str!("../../../grammars/haproxy/keywords.tsv");
const PARAMETERS: &str = include_str!("../../../grammars/haproxy/parameters.tsv");
const SAMPLES: &str = include_str!("../../../grammars/haproxy/samples.tsv");

/// All that is known of HAProxy's configuration language.
#[derive(Debug)]
pub struct Grammar {
    sections: FxHashMap<&'static str, Section>,
    keywords: Vec<Keyword>,
    phrases: PhraseIndex,
    parameters: ByKind<Line, Parameter>,
    samples: ByKind<SampleKind, Sample>,
}

impl Grammar {
    /// Reads the embedded tables (well under a millisecond).
    pub fn load() -> Self {
        let keywords: Vec<Keyword> = table::rows(KEYWORDS).map(Keyword::read).collect();
        Self {
            sections: table::rows(SECTIONS).map(Section::read).map(|row| (row.name, row)).collect(),
            phrases: PhraseIndex::new(&keywords),
            keywords,
            parameters: by_kind(table::rows(PARAMETERS).map(Parameter::read), |row| (row.line, row.name)),
            samples: by_kind(table::rows(SAMPLES).map(Sample::read), |row| (row.kind, row.name)),
        }
    }

    /// The section that a word opens.
    pub fn section(&self, word: &str) -> Option<&Section> {
        self.sections.get(word)
    }

    /// The row with this id.
    pub fn keyword(&self, id: RowId) -> Option<&Keyword> {
        self.keywords.get(id.index())
    }

    /// All rows.
    pub fn keywords(&self) -> &[Keyword] {
        &self.keywords
    }

    /// Number of the first word of a statement in the index; the same word always has the same number.
    pub fn first_word(&self, word: &str) -> Option<u16> {
        self.phrases.first_word(word)
    }

    /// The rows whose phrase is the longest that the words begin with, and how many words it has.
    pub fn phrase<'w>(&self, words: impl Iterator<Item = &'w str>) -> Option<(&[RowId], usize)> {
        self.phrases.longest(words)
    }

    /// The words that may follow a phrase's first word, for suggestions: `option`, `timeout` and the like.
    pub fn members(&self, first: &str) -> impl Iterator<Item = &'static str> {
        let is_member = move |keyword: &&Keyword| keyword.phrase.split(' ').next() == Some(first);
        let first_length = first.len();
        self.keywords.iter().filter(is_member).filter_map(move |keyword| keyword.phrase.get(first_length + 1..))
    }

    /// The parameter of a server or bind line; a row whose name ends in `*` takes every word that begins so.
    pub fn parameter(&self, line: Line, word: &str) -> Option<&Parameter> {
        let rows = self.parameters.get(&line)?;
        rows.get(word).or_else(|| {
            let stem = word.get(..word.find('(')?)?;
            rows.get(format!("{stem}*").as_str())
        })
    }

    /// The names of all parameters of a line, for suggestions.
    pub fn parameter_names(&self, line: Line) -> impl Iterator<Item = &'static str> {
        self.parameters.get(&line).into_iter().flat_map(|rows| rows.keys().copied())
    }

    /// The names of all functions of a kind, for suggestions.
    pub fn sample_names(&self, kind: SampleKind) -> impl Iterator<Item = &'static str> {
        self.samples.get(&kind).into_iter().flat_map(|rows| rows.keys().copied())
    }

    /// A sample fetch, converter or ACL by name.
    pub fn sample(&self, kind: SampleKind, name: &str) -> Option<&Sample> {
        self.samples.get(&kind)?.get(name)
    }
}

/// Rows by their kind and name.
type ByKind<K, R> = FxHashMap<K, FxHashMap<&'static str, R>>;

fn by_kind<K: Hash + Eq, R>(rows: impl Iterator<Item = R>, key: impl Fn(&R) -> (K, &'static str)) -> ByKind<K, R> {
    let mut kinds: ByKind<K, R> = FxHashMap::default();
    for row in rows {
        let (kind, name) = key(&row);
        kinds.entry(kind).or_default().insert(name, row);
    }
    kinds
}
