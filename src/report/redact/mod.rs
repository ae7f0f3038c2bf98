//! Secrets never reach a report: they are found by the grammar's `secret` column and blotted out in place.

mod envoy;
mod haproxy;
mod nginx;

use std::ops::Range;

use super::sanitise;
use crate::analysis::{Analysis, Grammars};
use crate::source::{Dialect, SourceId, Sources, Span};

/// How much of a line is taken apart; what stands beyond cannot be judged, so it is not shown at all.
const READ: usize = 64 * 1024;

/// What a character of a secret becomes: one for one, so that columns stay right.
pub(super) const BLOT: char = '*';

/// Finds the secrets of an analysis's texts.
pub(super) struct Redactor<'a> {
    sources: &'a Sources,
    /// The parts of all sources and their languages, in order.
    dialects: Vec<(Span, Dialect)>,
    grammars: &'a Grammars,
}

impl<'a> Redactor<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        let units = analysis.units.iter().map(|analysed| &analysed.unit);
        let parts = units.flat_map(|unit| unit.files.iter().map(|file| (file.part, unit.dialect)));
        let mut dialects: Vec<(Span, Dialect)> = parts.collect();
        dialects.sort_unstable();
        dialects.dedup();
        Self { sources: &analysis.sources, dialects, grammars: &analysis.grammars }
    }

    /// The language of what stands at an offset; of a text around embedded ones that of the nearest.
    fn dialect_at(&self, offset: u32) -> Option<Dialect> {
        let before = self.dialects.partition_point(|(part, _)| part.start <= offset);
        let part = self.dialects.get(before.saturating_sub(1))?;
        Some(part.1)
    }

    /// The parts of a place's line that are secret, by their offsets in the line, in order.
    pub(super) fn secrets(&self, place: &Place<'_>) -> Vec<Range<usize>> {
        let line = place.line;
        let read = floor(line, READ);
        let judged = line.get(..read).unwrap_or(line);
        let mut secrets = match self.dialect_at(place.base) {
            Some(Dialect::Haproxy) => haproxy::secrets(judged, self.grammars.haproxy()),
            Some(Dialect::Nginx) => nginx::secrets(judged, self.grammars.nginx()),
            Some(Dialect::Envoy) => envoy::secrets(judged, self.grammars.envoy()),
            None => return Vec::new(),
        };
        if read < line.len() {
            secrets.push(read..line.len());
        }
        secrets
    }

    /// The words at a place as one harmless line without secrets.
    pub(super) fn text(&self, span: Span) -> String {
        let Some(place) = Place::of(self.sources, span) else { return String::new() };
        let secrets = self.secrets(&place);
        let from = place.start;
        let shown = place.line.get(from..place.end).unwrap_or_default();
        let blotted = shown.char_indices().map(|(at, character)| {
            if secrets.iter().any(|secret| secret.contains(&(from + at))) { BLOT } else { character }
        });
        sanitise::line(&blotted.collect::<String>()).into_owned()
    }

    /// The secret words on the lines of these places.
    pub(super) fn words(&self, spans: impl Iterator<Item = Span>) -> Secrets<'a> {
        let mut words = Vec::new();
        for place in spans.filter_map(|span| Place::of(self.sources, span)) {
            let secrets = self.secrets(&place).into_iter();
            words.extend(secrets.filter(|range| range.len() <= READ).filter_map(|range| place.line.get(range)));
        }
        words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
        words.dedup();
        Secrets { words }
    }
}

/// Secret words that a finding's own sentences could repeat.
#[derive(Debug, Default)]
pub(super) struct Secrets<'a> {
    words: Vec<&'a str>,
}

impl Secrets<'_> {
    /// A sentence without the secrets.
    pub(super) fn hide(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
        for word in &self.words {
            let bare = word.trim_matches(['"', '\'']);
            if !bare.is_empty() && hidden.contains(bare) {
                hidden = hide_word(&hidden, bare);
            }
        }
        hidden
    }
}

/// Replaces a word where it stands by itself: a secret as short as `a` must not tear other words apart.
fn hide_word(text: &str, word: &str) -> String {
    let part_of_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let mut hidden = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices(word) {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
        if !part_of_word(before) && !part_of_word(after) {
            hidden.push_str(text.get(from..at).unwrap_or_default());
            hidden.push_str("***");
            from = at + word.len();
        }
    }
    hidden.push_str(text.get(from..).unwrap_or_default());
    hidden
}

/// The passwords in URLs: `://user:password@host`.
fn user_information(text: &str) -> Vec<Range<usize>> {
    let found = text.match_indices("://").filter_map(|(at, mark)| {
        let start = at + mark.len();
        let authority = text.get(start..)?.split(['/', ' ', ';', '"', '\'', '?']).next()?;
        let (user, _) = authority.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(start + name.len() + 1..start + user.len())
    });
    found.collect()
}

/// The last character boundary at or before an offset.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line with its secrets blotted out.
    pub(super) fn blotted(line: &str, secrets: Vec<Range<usize>>) -> String {
        let mut text = line.to_owned();
        for range in secrets {
            text.replace_range(range.clone(), &"*".repeat(range.len()));
        }
        text
    }

    #[test]
    fn sentences_do_not_repeat_secrets() {
        let secrets = Secrets { words: vec!["\"admin:x\"", "a"] };
        assert_eq!(secrets.hide("`admin:x` is a banana"), "`***` is *** banana");
    }
}

/// A span's first line, and the span's part of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) source: SourceId,
    /// 0-based.
    pub(super) index: usize,
    /// The line without its terminator.
    pub(super) line: &'a str,
    /// Absolute offset of the line.
    pub(super) base: u32,
    /// Offset in the line where the span begins.
    pub(super) start: usize,
    /// Offset in the line where it ends, the line's end at most.
    pub(super) end: usize,
}

impl<'a> Place<'a> {
    /// `None` for a span that lies nowhere.
    pub(super) fn of(sources: &'a Sources, span: Span) -> Option<Self> {
        let (source, held) = sources.at(span.start)?;
        let view = held.written();
        let index = held.lines().line_of(span.start - view.base);
        let range = held.lines().range(index, view.text)?;
        let base = view.base + range.start as u32;
        let line = view.text.get(range)?.trim_end_matches(['\n', '\r']);
        let local = |offset: u32| floor(line, offset.saturating_sub(base) as usize);
        Some(Self { source, index, line, base, start: local(span.start), end: local(span.end.max(span.start)) })
    }
}
