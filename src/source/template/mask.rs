//! The copy of a template that readers get: of the same length, with placeholders where something is filled in.

use std::ops::Range;

use super::blocks::{Group, fulfil_outermost, groups};
use super::token::{Opens, Token, TokenKind};
use super::{Layout, balance, common, guarded, words, yaml};

/// Stands for a byte that something unknown takes the place of, until the copy is finished.
pub(super) const HOLE: u8 = 1;

/// How far from a place the ends of its line are looked for, in bytes.
const LONGEST_LINE: usize = 1 << 16;
/// How far back the end of the statement before a place is looked for, in bytes.
const LONGEST_REMARK: usize = 1 << 13;

/// A copy of a template while it is made.
#[derive(Debug)]
pub(super) struct Copy<'t> {
    pub(super) text: &'t str,
    pub(super) layout: Layout,
    pub(super) tokens: Vec<Token>,
    /// The blocks whose statements readers see.
    pub(super) groups: Vec<Group>,
    /// Texts of their own that stand in this one.
    pub(super) within: &'t [Range<usize>],
    /// The copy.
    pub(super) bytes: Vec<u8>,
    /// Where placeholders stand.
    pub(super) masks: Vec<Range<usize>>,
    /// Values that stand alone on their lines: any number of statements takes their place.
    pub(super) splices: Vec<Range<usize>>,
    /// Arms open or close blocks of the configuration: its brackets may not match.
    pub(super) is_unbalanced: bool,
    /// Line ends that a tag beside them takes away.
    trimmed: Vec<usize>,
}

impl<'t> Copy<'t> {
    pub(super) fn new(text: &'t str, layout: Layout, tokens: Vec<Token>, within: &'t [Range<usize>]) -> Self {
        let groups = groups(&tokens, text.len());
        let bytes = text.as_bytes().to_vec();
        let (masks, splices, trimmed) = (Vec::new(), Vec::new(), Vec::new());
        let is_unbalanced = false;
        let mut copy = Self { text, layout, tokens, groups, within, bytes, masks, splices, is_unbalanced, trimmed };
        copy.trim();
        copy.fill_tokens();
        copy.fill_groups();
        words::part(&mut copy);
        copy.restore_line_ends();
        if layout == Layout::Terminated {
            balance::settle(&mut copy);
        }
        copy.find_splices();
        match layout {
            Layout::Indented => yaml::hide_conditional_entries(&mut copy),
            Layout::Terminated => guarded::mask(&mut copy),
            Layout::Lines => common::settle(&mut copy),
        }
        copy.finish();
        copy
    }

    /// Finds the line ends that tags take away. In YAML lines stay: their indentation counts.
    fn trim(&mut self) {
        for index in 0..self.tokens.len() {
            let Some(token) = self.tokens.get(index).cloned() else { continue };
            if token.kind == TokenKind::Value && is_alone(self.text, &token.span) {
                continue;
            }
            let blanks = |byte: &u8| byte.is_ascii_whitespace();
            let bytes = self.text.as_bytes();
            if token.trims_left {
                let before = bytes.get(..token.span.start).unwrap_or_default();
                let length = before.iter().rev().take_while(|byte| blanks(byte)).count();
                self.take_away(token.span.start - length..token.span.start);
            }
            if token.trims_right {
                let behind = bytes.get(token.span.end..).unwrap_or_default();
                let length = behind.iter().take_while(|byte| blanks(byte)).count();
                self.take_away(token.span.end..token.span.end + length);
            }
        }
        self.trimmed.sort_unstable();
    }

    fn take_away(&mut self, blanks: Range<usize>) {
        for at in blanks {
            if self.bytes.get(at) == Some(&b'\n') {
                self.trimmed.push(at);
                if self.layout != Layout::Indented {
                    self.put(at..at + 1, b' ');
                }
            }
        }
    }

    pub(super) fn put(&mut self, range: Range<usize>, byte: u8) {
        if let Some(bytes) = self.bytes.get_mut(range) {
            bytes.fill(byte);
        }
    }

    /// Makes a range a placeholder.
    pub(super) fn mask(&mut self, range: Range<usize>) {
        self.put(range.clone(), HOLE);
        self.masks.push(range);
    }

    /// Makes a range blank; its line ends stay.
    pub(super) fn blank(&mut self, range: Range<usize>) {
        let bytes = self.bytes.get_mut(range).unwrap_or_default();
        bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }

    fn fill_tokens(&mut self) {
        for index in 0..self.tokens.len() {
            let Some(Token { span, kind, .. }) = self.tokens.get(index).cloned() else { continue };
            match kind {
                TokenKind::Value if self.is_comma(&span) => {
                    self.put(span.clone(), b' ');
                    self.put(span.start..span.start + 1, b',');
                }
                TokenKind::Value => self.mask(span),
                TokenKind::LineEnd => {
                    self.put(span.start + 1..span.end, b' ');
                    self.put(span.start..span.start + 1, b'\n');
                }
                _ => self.put(span, b' '),
            }
        }
    }

    /// Whether a value is the comma between two things of JSON, or nothing.
    fn is_comma(&self, span: &Range<usize>) -> bool {
        let before = || self.text.get(..span.start).unwrap_or_default().trim_end();
        self.layout == Layout::Indented
            && self.text.get(span.clone()).is_some_and(words::is_comma)
            && (before().ends_with(['}', ']']) || yaml::is_flow(self.text))
    }

    /// Decides for each block whether it is a part of a statement, which makes it a value, or holds statements.
    fn fill_groups(&mut self) {
        let mut kept: Vec<Group> = Vec::with_capacity(self.groups.len());
        let mut behind = 0;
        for group in std::mem::take(&mut self.groups) {
            if group.span.start < behind {
                continue;
            }
            if group.opens == Opens::Hidden {
                self.blank(group.span.clone());
                behind = group.span.end;
            } else if self.is_value(&group) {
                self.fill_value(&group);
                behind = group.span.end;
            } else {
                self.mark_start(&group);
                kept.push(group);
            }
        }
        fulfil_outermost(&mut kept, &self.bytes);
        self.groups = kept;
    }

    /// The text of a block without its tags.
    fn literal(&self, group: &Group) -> Vec<u8> {
        group.arms.iter().filter_map(|arm| self.bytes.get(arm.clone())).flatten().copied().collect()
    }

    fn is_value(&self, group: &Group) -> bool {
        let literal = self.literal(group);
        let holds = |signs: &[u8]| literal.iter().any(|byte| signs.contains(byte));
        let newlines = self.text.as_bytes().iter().enumerate().take(group.span.end).skip(group.span.start);
        let mut inside = newlines.filter(|(at, byte)| **byte == b'\n' && !self.is_in_token(*at));
        let joined = inside.clone().all(|(at, _)| self.trimmed.binary_search(&at).is_ok());
        let line = self.line(group.span.start);
        let begins_line = self.is_blank(line.start..group.span.start);
        let ends_line = self.is_blank(group.span.end..self.line(group.span.end).end);
        match self.layout {
            Layout::Terminated if holds(b";{}") => false,
            Layout::Terminated => {
                !literal.iter().all(u8::is_ascii_whitespace) && !self.begins_statement(group.span.start)
            }
            Layout::Lines => joined && !holds(b"\n") && !(begins_line && ends_line),
            Layout::Indented if literal.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b',') => false,
            Layout::Indented if begins_line && ends_line => !yaml::is_flow(self.text) && inside.next().is_none(),
            Layout::Indented => joined,
        }
    }

    fn is_in_token(&self, at: usize) -> bool {
        let after = self.tokens.partition_point(|token| token.span.start <= at);
        after.checked_sub(1).and_then(|index| self.tokens.get(index)).is_some_and(|token| token.span.end > at)
    }

    /// Whether nothing of a statement of nginx stands before a place.
    pub(super) fn begins_statement(&self, at: usize) -> bool {
        let before = self.bytes.get(at.saturating_sub(LONGEST_REMARK)..at).unwrap_or_default();
        for line in before.rsplit(|byte| *byte == b'\n') {
            let end = line.iter().position(|byte| *byte == b'#').unwrap_or(line.len());
            let code = line.get(..end).unwrap_or_default().trim_ascii();
            if let Some(last) = code.last() {
                return b";{}".contains(last) || code.iter().all(|byte| *byte == HOLE);
            }
        }
        true
    }

    /// A block in a statement: one value. A blank that all its arms begin with stays one.
    fn fill_value(&mut self, group: &Group) {
        let arms: Vec<&[u8]> = group.arms.iter().filter_map(|arm| self.text.as_bytes().get(arm.clone())).collect();
        let written = || arms.iter().filter(|arm| !arm.is_empty());
        let begins_apart = written().all(|arm| arm.first().is_some_and(u8::is_ascii_whitespace));
        let ends_apart = written().all(|arm| arm.last().is_some_and(u8::is_ascii_whitespace));
        let Range { start, end } = group.span;
        let joins = self.text.as_bytes().get(..start).unwrap_or_default();
        let blanks = joins.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
        let is_joined = (start - blanks..start).any(|at| self.trimmed.binary_search(&at).is_ok());
        self.mask(start..end);
        self.put(start..start + usize::from(begins_apart && end > start), b' ');
        self.put(end - usize::from(ends_apart && end > start)..end, b' ');
        if is_joined {
            self.put(start - blanks..start, if begins_apart { b' ' } else { HOLE });
            self.masks.push(start - blanks..start);
        }
    }

    /// A block of several lines that begins within a statement: what its first line brings is not known.
    fn mark_start(&mut self, group: &Group) {
        let line = self.line(group.span.start);
        let before = line.start..group.span.start;
        let first = group.arms.first().map_or(group.span.end, |arm| arm.start);
        let brings_nothing = self.is_blank(first..self.line(first).end.max(first));
        if self.layout != Layout::Lines || self.is_blank(before) || brings_nothing || first - group.span.start < 2 {
            return;
        }
        if self.text.get(group.span.clone()).is_some_and(|text| text.contains('\n')) {
            self.mask(group.span.start + 1..first);
        }
    }

    /// The line of the copy that holds a place, without its end.
    pub(super) fn line(&self, at: usize) -> Range<usize> {
        let first = at.saturating_sub(LONGEST_LINE);
        let last = self.bytes.len().min(at + LONGEST_LINE);
        let start = self.bytes.get(first..at).and_then(|before| memchr::memrchr(b'\n', before));
        let end = self.bytes.get(at..last).and_then(|rest| memchr::memchr(b'\n', rest));
        start.map_or(first, |found| first + found + 1)..end.map_or(last, |found| at + found)
    }

    fn is_blank(&self, range: Range<usize>) -> bool {
        self.bytes.get(range).unwrap_or_default().iter().all(u8::is_ascii_whitespace)
    }

    /// A tag of several lines that stands alone keeps its line ends.
    fn restore_line_ends(&mut self) {
        for index in 0..self.tokens.len() {
            let Some(span) = self.tokens.get(index).map(|token| token.span.clone()) else { continue };
            let Some(written) = self.text.get(span.clone()).filter(|text| text.contains('\n')) else { continue };
            if self.is_blank(self.line(span.start)) {
                let ends: Vec<usize> = written.match_indices('\n').map(|(at, _)| span.start + at).collect();
                for at in ends {
                    self.put(at..at + 1, b'\n');
                }
            }
        }
    }

    /// Values that stand alone on their lines.
    fn find_splices(&mut self) {
        let mut at = 0;
        while let Some(found) = self.bytes.get(at..).and_then(|rest| memchr::memchr(HOLE, rest)) {
            let line = self.line(at + found);
            at = line.end;
            let content = self.bytes.get(line.clone()).unwrap_or_default();
            if content.iter().all(|byte| *byte == HOLE || byte.is_ascii_whitespace()) {
                self.splice(line);
            }
        }
    }

    fn splice(&mut self, line: Range<usize>) {
        let content = self.bytes.get(line.clone()).unwrap_or_default();
        let first = content.iter().position(|byte| *byte == HOLE).unwrap_or(0);
        let last = content.iter().rposition(|byte| *byte == HOLE).unwrap_or(0);
        let span = line.start + first..line.start + last + 1;
        match self.layout {
            Layout::Lines => self.put(span.clone(), HOLE),
            Layout::Indented => {
                let placed = yaml::place_splice(self, &line);
                self.masks.extend(placed);
            }
            Layout::Terminated if self.begins_statement(line.start) && !self.opens_block(line.end) => {
                self.put(span.clone(), HOLE);
                self.put(span.end - 1..span.end, b';');
            }
            Layout::Terminated => return,
        }
        self.masks.push(span.clone());
        self.splices.push(span);
    }

    fn opens_block(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.trim_ascii_start().starts_with(b"{")
    }

    /// Puts the bytes of a word into the holes.
    fn finish(&mut self) {
        let word = if self.layout == Layout::Indented && yaml::is_flow(self.text) { b'1' } else { b'x' };
        self.masks.sort_unstable_by_key(|mask| (mask.start, mask.end));
        let mut joined: Vec<Range<usize>> = Vec::with_capacity(self.masks.len());
        for mask in std::mem::take(&mut self.masks) {
            match joined.last_mut() {
                Some(last) if mask.start < last.end => last.end = last.end.max(mask.end),
                _ => joined.push(mask),
            }
        }
        for mask in &joined {
            let bytes = self.bytes.get_mut(mask.clone()).unwrap_or_default();
            bytes.iter_mut().filter(|byte| **byte == HOLE).for_each(|byte| *byte = word);
        }
        self.masks = joined;
    }
}

/// Whether only blanks stand beside a piece on its lines.
fn is_alone(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    let behind = text.get(span.end..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
    before.trim().is_empty() && behind.trim().is_empty()
}
