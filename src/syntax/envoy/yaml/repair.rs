//! Recovery: what the parser stopped at is taken out of a copy of the text, so that the rest can be read.

use std::borrow::Cow;
use std::ops::Range;

use super::lines::{BLANKS, Line, Mark};

/// What a part of the text takes the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The value of a key.
    Value,
    /// A key, or a key and its value.
    Key,
    /// An item of a list.
    Item,
}

/// A part of the text that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// Its bytes.
    pub(super) bytes: Range<usize>,
    /// Offset of what the parser reads in its place: a `-`, `?` or `:` with nothing behind it, or the key `?:`.
    pub(super) mark: usize,
    /// What it is the place of.
    pub(super) role: Role,
    /// What is put there, if nothing stands there that could be used.
    placeholder: &'static [u8],
}

impl Region {
    fn encloses(&self, other: &Self) -> bool {
        self.bytes.start <= other.bytes.start && other.bytes.end <= self.bytes.end
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.bytes.start < other.bytes.end && other.bytes.start < self.bytes.end
    }
}

/// What taking out a part has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A part that was whole before.
    New,
    /// A part that holds another one: that one alone was not enough.
    Wider,
    /// There is nothing left to take out.
    Nothing,
}

/// The regions of a text.
#[derive(Debug)]
pub(super) struct Repair<'a> {
    original: &'a str,
    /// Without control characters, which the program takes and the parser does not.
    plain: Cow<'a, str>,
    text: Cow<'a, str>,
    /// In order, disjoint.
    regions: Vec<Region>,
}

impl<'a> Repair<'a> {
    pub(super) fn new(original: &'a str) -> Self {
        let plain = plain(original);
        Self { original, text: plain.clone(), plain, regions: Vec::new() }
    }

    /// The text to read: as long as the original, without what cannot be read.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// Takes out the smallest item that holds an offset and is not yet taken out.
    pub(super) fn take_out(&mut self, culprit: usize) -> Outcome {
        // What is taken out only grows, so that this comes to an end.
        let is_new = |region: &Region| {
            self.regions
                .iter()
                .all(|other| !other.overlaps(region) || (region.encloses(other) && !other.encloses(region)))
        };
        let Some(region) = smallest(self.original, culprit, is_new) else {
            return Outcome::Nothing;
        };
        let before = self.regions.len();
        self.regions.retain(|other| !other.overlaps(&region));
        let outcome = if self.regions.len() < before { Outcome::Wider } else { Outcome::New };
        let at = self.regions.partition_point(|other| other.bytes.start < region.bytes.start);
        self.regions.insert(at, region);
        self.text = Cow::Owned(self.blanked());
        outcome
    }

    /// The text with blanks in place of the regions.
    fn blanked(&self) -> String {
        let mut bytes = self.plain.as_bytes().to_vec();
        for region in &self.regions {
            let is_placed = !region.placeholder.is_empty();
            let start = if is_placed { region.mark.min(region.bytes.start) } else { region.bytes.start };
            let blanks = bytes.get_mut(start..region.bytes.end).unwrap_or_default();
            blanks.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
            let places = bytes.get_mut(region.mark..).unwrap_or_default().iter_mut();
            places.zip(region.placeholder).for_each(|(place, byte)| *place = *byte);
        }
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// The text with a letter in place of each control character.
fn plain(text: &str) -> Cow<'_, str> {
    let is_control = |byte: u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f;
    if !text.bytes().any(is_control) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|one| if one.is_ascii() && is_control(one as u8) { 'x' } else { one }).collect()
}

/// The smallest item around an offset that is wanted.
fn smallest(text: &str, culprit: usize, is_wanted: impl Fn(&Region) -> bool) -> Option<Region> {
    let here = Line::at(text, culprit).filter(|line| !line.is_comment());
    let innermost = here.or_else(|| before(text, culprit));
    std::iter::successors(innermost, Line::parent).find_map(|line| {
        let by_tabs = line.tab().and_then(|_| indented_by_tabs(text, &line));
        let marks = line.marks();
        let values = marks.iter().rev().filter(|mark| mark.value <= culprit).map(|mark| value(&line, mark));
        let values = values.filter(|region| !region.bytes.is_empty());
        by_tabs.into_iter().chain(values).find(&is_wanted).or_else(|| whole(&line, None).filter(&is_wanted))
    })
}

/// The last line with something on it before an offset.
fn before(text: &str, offset: usize) -> Option<Line<'_>> {
    let end = text.get(..offset)?.trim_end_matches(BLANKS).len();
    let line = Line::at(text, end.checked_sub(1)?)?;
    if line.is_comment() { line.before() } else { Some(line) }
}

/// The value behind a mark.
fn value(line: &Line<'_>, mark: &Mark) -> Region {
    let bytes = mark.value..line.end_of_item(mark.column, mark.is_key());
    let role = match mark.byte {
        b':' => Role::Value,
        b'?' => Role::Key,
        _ => Role::Item,
    };
    Region { bytes, mark: mark.at, role, placeholder: &[] }
}

/// A line, with what belongs to it or up to `end`, as an entry of its own in the innermost block that is open before it.
fn whole(line: &Line<'_>, end: Option<usize>) -> Option<Region> {
    let column = line.column();
    let suitable = |earlier: Line<'_>| earlier.marks().into_iter().rev().find(|mark| mark.column <= column);
    let mark = std::iter::successors(line.neighbour(), Line::neighbour).find_map(suitable)?;
    let role = if mark.byte == b'-' { Role::Item } else { Role::Key };
    let has_key = role == Role::Key && line.marks().first().is_some_and(Mark::is_key);
    let end = end.unwrap_or_else(|| line.end_of_item(line.column(), has_key));
    let mark = line.start + mark.column;
    let placeholder: &[u8] = match role {
        Role::Item => b"-",
        _ if mark + 2 <= end => b"?:",
        _ => b"?",
    };
    Some(Region { bytes: line.content..end, mark, role, placeholder })
}

/// A line and all that follow it and are indented by tabs too.
fn indented_by_tabs(text: &str, line: &Line<'_>) -> Option<Region> {
    let mut end = line.end;
    let mut next = line.end;
    while let Some(feed) = text.get(next..).and_then(|rest| rest.find('\n')) {
        next += feed + 1;
        match Line::at(text, next) {
            Some(line) if line.tab().is_some() => end = line.end,
            Some(_) => break,
            None => {}
        }
    }
    whole(line, Some(end))
}
