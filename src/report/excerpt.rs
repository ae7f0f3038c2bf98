//! The source lines that a finding shows, cut to a window, harmless and without secrets, with their true numbers.

use std::ops::Range;

use codespan_reporting::files::{Error, Files};

use super::redact::{BLOT, Place, Redactor};
use super::sanitise;
use crate::source::{SourceId, Sources, Span};

const ELLIPSIS: char = '…';

/// Everything that the terminal renderer may show of the sources for one finding.
#[derive(Debug, Default)]
pub(super) struct Excerpts {
    files: Vec<File>,
}

/// A label's place in the excerpts: which file, which bytes of its text.
pub(super) type Shown = (usize, Range<usize>);

#[derive(Debug)]
struct File {
    source: SourceId,
    name: String,
    text: String,
    lines: Vec<Line>,
}

/// One line of an excerpt.
#[derive(Debug)]
struct Line {
    /// 0-based, in the source.
    index: usize,
    /// Its part of the excerpt's text, line feed included.
    range: Range<usize>,
    /// The source's column of its first character, from 1.
    column: usize,
    /// Offsets in the source's line and in the excerpt's text, one pair a character.
    marks: Vec<(usize, usize)>,
}

impl Excerpts {
    /// Excerpts that show all places, and where each of them is there; places that lie nowhere are left out.
    pub(super) fn new(sources: &Sources, redactor: &Redactor<'_>, spans: &[Span], width: usize) -> (Self, Vec<Shown>) {
        let places: Vec<Place<'_>> = spans.iter().filter_map(|span| Place::of(sources, *span)).collect();
        let mut excerpts = Self::default();
        for place in &places {
            excerpts.file_of(sources, place.source);
        }
        for file in &mut excerpts.files {
            file.show(sources, redactor, &places, width);
        }
        let shown = places.iter().filter_map(|place| excerpts.find(place)).collect();
        (excerpts, shown)
    }

    fn file_of(&mut self, sources: &Sources, source: SourceId) {
        if self.files.iter().any(|file| file.source == source) {
            return;
        }
        let path = sources.get(source).map_or("", |held| held.path.as_str());
        let name = sanitise::line(path).into_owned();
        self.files.push(File { source, name, text: String::new(), lines: Vec::new() });
    }

    fn find(&self, place: &Place<'_>) -> Option<Shown> {
        let id = self.files.iter().position(|file| file.source == place.source)?;
        let line = self.files.get(id)?.line(place.index)?;
        Some((id, line.translate(place.start)..line.translate(place.end)))
    }

    fn get(&self, id: usize) -> Result<&File, Error> {
        self.files.get(id).ok_or(Error::FileMissing)
    }
}

impl File {
    /// Adds the lines of all places in this file, and those that lie alone between two of them.
    fn show(&mut self, sources: &Sources, redactor: &Redactor<'_>, places: &[Place<'_>], width: usize) {
        let mut own: Vec<Place<'_>> = places.iter().filter(|place| place.source == self.source).copied().collect();
        // The first place on a line decides the window; the finding's cause comes first of all.
        own.sort_by_key(|place| place.index);
        own.dedup_by_key(|place| place.index);
        let between = own.iter().zip(own.iter().skip(1)).filter(|(one, next)| next.index == one.index + 2);
        let between: Vec<Place<'_>> = between.filter_map(|(one, _)| next_line(sources, one)).collect();
        own.extend(between);
        own.sort_by_key(|place| place.index);
        for place in own {
            self.push(sources, redactor, &place, width);
        }
    }

    fn push(&mut self, sources: &Sources, redactor: &Redactor<'_>, place: &Place<'_>, width: usize) {
        let window = window(place.line, place.start, width);
        let secrets = redactor.secrets(place);
        let begin = self.text.len();
        let mut marks = Vec::with_capacity(width + 1);
        if window.start > 0 {
            self.text.push(ELLIPSIS);
        }
        for (at, character) in place.line.get(window.clone()).unwrap_or_default().char_indices() {
            let at = window.start + at;
            marks.push((at, self.text.len()));
            self.text.push(harmless(character, secrets.iter().any(|secret| secret.contains(&at))));
        }
        marks.push((window.end, self.text.len()));
        if window.end < place.line.len() {
            self.text.push(ELLIPSIS);
        }
        self.text.push('\n');
        let column = first_column(sources, place, &window);
        self.lines.push(Line { index: place.index, range: begin..self.text.len(), column, marks });
    }

    fn line(&self, index: usize) -> Option<&Line> {
        self.lines.binary_search_by_key(&index, |line| line.index).ok().and_then(|at| self.lines.get(at))
    }
}

impl Line {
    /// An offset of the source's line as an offset of the excerpt's text; what is cut off lies at the window's edge.
    fn translate(&self, offset: usize) -> usize {
        let at = self.marks.partition_point(|(source, _)| *source < offset);
        let mark = self.marks.get(at).or_else(|| self.marks.last());
        mark.map_or(self.range.start, |(_, shown)| *shown)
    }
}

fn harmless(character: char, secret: bool) -> char {
    match character {
        // The renderer turns tabs into blanks and counts them in its labels.
        '\t' => '\t',
        _ if secret => BLOT,
        _ if sanitise::is_unsafe(character) => sanitise::REPLACEMENT,
        _ => character,
    }
}

/// The part of a line that is shown: all of it, or `width` characters with a quarter of them before the label.
fn window(line: &str, label: usize, width: usize) -> Range<usize> {
    if line.len() <= width || (line.len() <= 4 * width && line.chars().count() <= width) {
        return 0..line.len();
    }
    let label = super::redact::floor(line, label);
    let before = line.get(..label).unwrap_or_default().char_indices().rev();
    let start = before.take(width / 4).last().map_or(label, |(at, _)| at);
    let after = line.get(start..).unwrap_or_default().char_indices();
    let end = after.skip(width).map(|(at, _)| start + at).next().unwrap_or(line.len());
    start..end
}

fn first_column(sources: &Sources, place: &Place<'_>, window: &Range<usize>) -> usize {
    if window.start == 0 {
        return 1;
    }
    let column = sources.locate(place.base + window.start as u32).column as usize;
    // The ellipsis stands where the character before the window would.
    column.saturating_sub(1)
}

fn next_line<'a>(sources: &'a Sources, place: &Place<'a>) -> Option<Place<'a>> {
    let (_, source) = sources.at(place.base)?;
    let view = source.written();
    let range = source.lines().range(place.index + 1, view.text)?;
    Place::of(sources, Span::empty(view.base + range.start as u32))
}

impl<'a> Files<'a> for Excerpts {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.get(id)?.name)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.get(id)?.text)
    }

    fn line_index(&'a self, id: usize, byte_index: usize) -> Result<usize, Error> {
        let lines = &self.get(id)?.lines;
        let after = lines.partition_point(|line| line.range.start <= byte_index);
        let line = after.checked_sub(1).and_then(|at| lines.get(at));
        line.map(|line| line.index).ok_or(Error::IndexTooLarge { given: byte_index, max: 0 })
    }

    fn column_number(&'a self, id: usize, line_index: usize, byte_index: usize) -> Result<usize, Error> {
        let file = self.get(id)?;
        let line = file.line(line_index).ok_or(Error::LineTooLarge { given: line_index, max: 0 })?;
        let before = file.text.get(line.range.start..byte_index).unwrap_or_default();
        Ok(line.column + before.chars().count())
    }

    fn line_range(&'a self, id: usize, line_index: usize) -> Result<Range<usize>, Error> {
        let line = self.get(id)?.line(line_index);
        line.map(|line| line.range.clone()).ok_or(Error::LineTooLarge { given: line_index, max: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_are_shown_whole() {
        assert_eq!(window("server a", 7, 160), 0..8);
        assert_eq!(window("", 0, 160), 0..0);
        let wide = "é".repeat(100);
        assert_eq!(window(&wide, 10, 160), 0..200);
    }

    #[test]
    fn long_lines_are_cut_around_the_label() {
        let line = "é".repeat(1000);
        assert_eq!(window(&line, 1000, 160), 920..1240);
        assert_eq!(window(&line, 0, 160), 0..320);
        assert_eq!(window(&line, 2000, 160), 1920..2000);
    }
}
