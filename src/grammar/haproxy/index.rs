//! Finds the rows of a statement by its words: a tree of words, one level a word.

use rustc_hash::FxHashMap;

use super::{Keyword, RowId};

/// All phrases, by their words.
#[derive(Debug, Default)]
pub(super) struct PhraseIndex {
    root: Level,
}

/// The words that may come next, and the rows that end here.
#[derive(Debug, Default)]
struct Level {
    number: u16,
    rows: Vec<RowId>,
    words: FxHashMap<&'static str, Level>,
    prefixes: Vec<(&'static str, Level)>,
}

impl PhraseIndex {
    pub(super) fn new(keywords: &[Keyword]) -> Self {
        let mut root = Level::default();
        for (index, keyword) in keywords.iter().enumerate() {
            root.insert(keyword.phrase, RowId::new(index));
        }
        let mut firsts: Vec<_> = root.words.iter_mut().collect();
        firsts.sort_unstable_by_key(|(word, _)| **word);
        for (number, (_, level)) in firsts.into_iter().enumerate() {
            level.number = number as u16;
        }
        Self { root }
    }

    pub(super) fn first_word(&self, word: &str) -> Option<u16> {
        self.root.words.get(word).map(|level| level.number)
    }

    pub(super) fn longest<'w>(&self, words: impl Iterator<Item = &'w str>) -> Option<(&[RowId], usize)> {
        let mut level = &self.root;
        let mut best = None;
        for (count, word) in words.enumerate() {
            let Some(next) = level.next(word) else { break };
            level = next;
            if !level.rows.is_empty() {
                best = Some((level.rows.as_slice(), count + 1));
            }
        }
        best
    }
}

impl Level {
    fn insert(&mut self, phrase: &'static str, row: RowId) {
        let level = phrase.split(' ').fold(self, Self::child);
        level.rows.push(row);
    }

    fn child(&mut self, word: &'static str) -> &mut Self {
        let Some(prefix) = word.strip_suffix('*') else {
            return self.words.entry(word).or_default();
        };
        let position = self.prefixes.iter().position(|(known, _)| *known == prefix);
        let position = position.unwrap_or_else(|| {
            self.prefixes.push((prefix, Self::default()));
            self.prefixes.len() - 1
        });
        // The position was just found or made; an empty level stands in to keep this total.
        match self.prefixes.get_mut(position) {
            Some((_, level)) => level,
            None => unreachable!("the position was just found or made"),
        }
    }

    fn next(&self, word: &str) -> Option<&Self> {
        self.words.get(word).or_else(|| {
            let longest = self.prefixes.iter().filter(|(prefix, _)| word.starts_with(prefix));
            longest.max_by_key(|(prefix, _)| prefix.len()).map(|(_, level)| level)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Grammar;

    fn phrase(line: &str) -> Option<(&'static str, usize)> {
        let grammar = Grammar::load();
        let (rows, count) = grammar.phrase(line.split(' '))?;
        Some((grammar.keyword(rows[0]).unwrap().phrase, count))
    }

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(phrase("timeout client 10s"), Some(("timeout client", 2)));
        assert_eq!(phrase("balance roundrobin"), Some(("balance", 1)));
        assert_eq!(phrase("http-request deny if x"), Some(("http-request deny", 2)));
        assert_eq!(phrase("nonsense"), None);
    }

    #[test]
    fn a_star_takes_the_rest_of_the_word() {
        assert_eq!(phrase("http-request set-var(txn.a) src").map(|(_, count)| count), Some(2));
    }
}
