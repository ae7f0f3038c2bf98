//! The events of the YAML parser become nodes with places.

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as Range, Tag as WrittenTag};

use super::lines::BLANKS;
use super::repair::{Region, Repair, Role};
use super::{defect, header};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{Span, View};
use crate::syntax::envoy::DEEPEST;
use crate::syntax::envoy::builder::Builder;
use crate::syntax::envoy::node::{Node, NodeId, NodeKind, Style, Tag};
use crate::syntax::envoy::tree::{Format, Tree};

/// More than [`DEEPEST`], so that the parser never stops before the tree does: it looks up to 1,024 characters ahead.
const PARSER_DEPTH: usize = 1024 + 2 * DEEPEST;

fn options() -> Options {
    granit_parser::options! {
        emit_unresolved_aliases: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: PARSER_DEPTH,
        block_nesting_limit: PARSER_DEPTH,
    }
}

fn kind_of_tag(tag: &WrittenTag) -> Tag {
    match tag.parts() {
        ("!", "") | ("", "!") => Tag::Text,
        ("!", "ignore") | ("", "!ignore") => Tag::Ignore,
        _ => Tag::Other,
    }
}

/// What reading stopped at.
#[derive(Debug)]
pub(super) struct Stop {
    /// An offset in the item that must be taken out to read on.
    pub(super) culprit: usize,
    /// What is wrong; `None` if that is known already.
    pub(super) diagnostic: Option<Diagnostic>,
}

/// Turns events into nodes.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    view: View<'a>,
    builder: Builder,
    diagnostics: Vec<Diagnostic>,
    /// The node of each anchor, by the number that the parser gives it.
    anchors: Vec<NodeId>,
    /// What is taken out and has not come yet; the last one comes first.
    regions: Vec<Region>,
    /// The parser made something else of the place of a region.
    is_lost: bool,
    /// The text is nested too deep; the rest is an error already.
    is_full: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(view: View<'a>, repair: &Repair<'_>) -> Self {
        // A node for every ten bytes is what real files have.
        let builder = Builder::new(Format::Yaml, view.base, view.text.len() / 10);
        let regions = repair.regions().iter().rev().cloned().collect();
        Self { view, builder, diagnostics: Vec::new(), anchors: Vec::new(), regions, is_lost: false, is_full: false }
    }

    /// Reads all events of the text, which is that of the view with some regions taken out. Gives what it stopped at.
    pub(super) fn read(&mut self, text: &str) -> Option<Stop> {
        let mut parser = Parser::new_from_str_with_options(text, options());
        while let Some(event) = parser.next_event() {
            let goes_on = match event {
                Ok((event, range)) => self.event(event, &range),
                Err(error) => return Some(self.stop(&error, text)),
            };
            if !goes_on {
                break;
            }
        }
        if self.is_full {
            return None;
        }
        self.regions.last().map(|region| Stop { culprit: region.bytes.start, diagnostic: None })
    }

    fn stop(&self, error: &ScanError, text: &str) -> Stop {
        let base = self.view.base;
        let flow = self.open_brackets();
        let defect = defect::find(text, error, (self.builder.end() - base) as usize, flow);
        // What was taken out is shorter or longer in characters than what stands there.
        let at = (0..=defect.at).rev().find(|at| self.view.text.is_char_boundary(*at)).unwrap_or_default();
        let next = self.view.text.get(at..).and_then(|rest| rest.chars().next());
        let length = next.filter(|one| !matches!(one, ' ' | '\n' | '\r')).map_or(0, char::len_utf8);
        let span = Span::new(base + at as u32, base + (at + length) as u32);
        Stop { culprit: defect.culprit, diagnostic: Some(Diagnostic::new(span, defect.kind)) }
    }

    /// The outermost and the innermost bracket that is open.
    fn open_brackets(&self) -> Option<(usize, usize)> {
        let mut brackets = self.builder.open_starts().filter(|start| self.is_bracket(*start));
        let outer = brackets.next()?;
        let inner = brackets.last().unwrap_or(outer);
        Some(((outer - self.view.base) as usize, (inner - self.view.base) as usize))
    }

    /// Whether something was read behind a region without the region, so that the region cannot become an error any more.
    pub(super) fn is_past_a_region(&self) -> bool {
        let end = (self.builder.end() - self.view.base) as usize;
        self.regions.last().is_some_and(|region| region.mark.min(region.bytes.start) < end)
    }

    /// Makes an error of all that is not read yet.
    pub(super) fn give_up(&mut self) {
        self.give_up_from(self.builder.end());
    }

    fn give_up_from(&mut self, start: u32) {
        let rest = Span::new(start, self.view.span().end);
        let text = self.view.slice(rest).trim_start_matches('\u{feff}');
        let start = rest.end - text.trim_start_matches(BLANKS).len() as u32;
        let end = start + text.trim_matches(BLANKS).len() as u32;
        if start < end {
            self.builder.leaf(Node::error(Span::new(start, end)));
            self.builder.tree.comments.retain(|comment| comment.end <= start);
        }
    }

    /// The tree; what is wrong with it is added to the diagnostics.
    pub(super) fn finish(mut self, diagnostics: &mut Vec<Diagnostic>) -> Tree {
        diagnostics.append(&mut self.diagnostics);
        self.builder.finish()
    }

    /// Whether a bracket or a brace stands at an offset.
    fn is_bracket(&self, start: u32) -> bool {
        matches!(self.view.slice(Span::new(start, start + 1)), "{" | "[")
    }

    /// Takes one event; `false` if nothing more is read.
    fn event(&mut self, event: Event<'_>, range: &Range) -> bool {
        let span = self.span(range);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let tag = tag.map_or(Tag::None, |tag| kind_of_tag(&tag));
                let is_empty = span.is_empty() && style == ScalarStyle::Plain;
                let id = match self.region(span, is_empty) {
                    Some(error) => self.builder.leaf(error),
                    None if self.is_lost => return false,
                    None => self.builder.leaf(self.scalar(&value, style, span, range).tagged(tag)),
                };
                self.anchor(anchor, id);
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(_) => {
                self.builder.leaf(Node::error(span));
                self.diagnostics.push(Diagnostic::new(span, Kind::UnknownAnchor));
            }
            Event::MappingStart(_, anchor, tag) => return self.open(NodeKind::Mapping, span, anchor, tag.as_deref()),
            Event::SequenceStart(_, anchor, tag) => return self.open(NodeKind::Sequence, span, anchor, tag.as_deref()),
            // The brace or the bracket; nothing for a block.
            Event::MappingEnd | Event::SequenceEnd => self.builder.close((!span.is_empty()).then_some(span.end)),
            Event::Comment(..) => self.builder.tree.comments.push(span),
            _ => {}
        }
        true
    }

    /// The error that takes the place of a scalar, if the scalar is what the parser reads where something is taken out.
    fn region(&mut self, span: Span, is_empty: bool) -> Option<Node> {
        let region = self.regions.last()?;
        let mark = self.view.base + region.mark as u32;
        let is_placeholder = region.role == Role::Key && span == Span::new(mark, mark + 1);
        if span.end <= mark && !(is_empty && span.start == mark) {
            return None;
        }
        let role = match (self.builder.wants_value(), self.builder.wants_key()) {
            (true, _) => Role::Value,
            (_, true) => Role::Key,
            _ => Role::Item,
        };
        let is_behind = self.builder.end() > self.view.base + region.bytes.start as u32;
        self.is_lost = is_behind || (!is_empty && !is_placeholder);
        if self.is_lost || role != region.role {
            return None;
        }
        let bytes = self.regions.pop()?.bytes;
        Some(Node::error(Span::new(self.view.base + bytes.start as u32, self.view.base + bytes.end as u32)))
    }

    fn span(&self, range: &Range) -> Span {
        let bytes = range.byte_range().unwrap_or_default();
        Span::new(self.view.base + bytes.start as u32, self.view.base + bytes.end as u32)
    }

    fn anchor(&mut self, anchor: usize, id: NodeId) {
        if anchor == 0 {
            return;
        }
        if self.anchors.len() <= anchor {
            self.anchors.resize(anchor + 1, id);
        }
        if let Some(place) = self.anchors.get_mut(anchor) {
            *place = id;
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) {
        let Some(&target) = self.anchors.get(anchor) else {
            self.builder.leaf(Node::error(span));
            return;
        };
        let id = self.builder.leaf(Node::alias(span, target));
        // What is still open ends nowhere yet.
        if self.builder.is_open(target) {
            self.diagnostics.push(Diagnostic::new(self.builder.tree.span(id), Kind::AliasCycle));
        }
    }

    /// Opens a mapping or a sequence; `false` if it is too deep.
    fn open(&mut self, kind: NodeKind, span: Span, anchor: usize, tag: Option<&WrittenTag>) -> bool {
        if self.builder.is_full() {
            self.diagnostics.push(Diagnostic::new(Span::empty(span.start), Kind::TooDeep(DEEPEST as u32)));
            self.give_up_from(span.start);
            self.is_full = true;
            return false;
        }
        if self.builder.wants_key() {
            self.diagnostics.push(Diagnostic::new(span, Kind::KeyNotText));
        }
        // A mapping of one entry in a flow sequence has no brace of its own.
        let is_flow = !span.is_empty() && self.is_bracket(span.start);
        let is_list_of_key = kind == NodeKind::Sequence && !is_flow && self.builder.wants_value();
        let start = if is_list_of_key { self.first_dash(span.start) } else { span.start };
        let id = self.builder.open(kind, start, u32::from(is_flow), tag.map_or(Tag::None, kind_of_tag));
        self.anchor(anchor, id);
        true
    }

    /// Where a list begins: the parser places one that is not indented behind its first dash.
    fn first_dash(&self, placed: u32) -> u32 {
        let before = self.view.slice(Span::new(self.builder.end(), self.view.span().end));
        header::list(before).map_or(placed, |at| placed.min(self.builder.end() + at as u32))
    }

    fn scalar(&self, value: &str, style: ScalarStyle, span: Span, range: &Range) -> Node {
        let raw = self.view.slice(span);
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => return self.block(Style::Literal, value, span, range),
            ScalarStyle::Folded => return self.block(Style::Folded, value, span, range),
        };
        if style == Style::Plain {
            return if span.is_empty() { self.empty(span) } else { Node::scalar(span, style, raw == value) };
        }
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        Node::scalar(span, style, inner == value)
    }

    /// A value that is left out: the parser places it before its colon, or before what follows it.
    fn empty(&self, span: Span) -> Node {
        let rest = self.view.slice(Span::new(span.start, self.view.span().end)).as_bytes();
        let is_colon = match rest {
            [b':', next, ..] => next.is_ascii_whitespace() || b",]}".contains(next),
            [byte] => *byte == b':',
            _ => false,
        };
        if is_colon && self.builder.wants_value() {
            return Node::scalar(Span::empty(span.start + 1), Style::Plain, true);
        }
        let before = self.view.slice(Span::new(self.builder.end(), span.start));
        let start = self.builder.end() + before.trim_end_matches(BLANKS).len() as u32;
        // Blanks at the end of a remark belong to it.
        let remark = self.builder.tree.comments.last().filter(|one| one.start < start && start < one.end);
        let start = remark.map_or(start, |remark| remark.end);
        Node::scalar(Span::empty(start.min(span.start)), Style::Plain, true)
    }

    /// A block scalar: the parser gives the place of its lines, without the header.
    fn block(&self, style: Style, value: &str, lines: Span, range: &Range) -> Node {
        let before = Span::new(self.builder.end(), lines.start);
        let start = before.start + header::block_scalar(self.view.slice(before)) as u32;
        let (raw, mut end) = (self.view.slice(lines), lines.end);
        let has_text = value.bytes().any(|byte| byte != b'\n');
        let indentation = if has_text { range.start.col() as u32 } else { u32::MAX };
        // The indentation of what follows it does not belong to it.
        let last = raw.len() - raw.trim_end_matches(' ').len();
        if last > 0
            && last < raw.len()
            && raw.trim_end_matches(' ').ends_with(['\n', '\r'])
            && last <= indentation as usize
        {
            end -= last as u32;
        }
        Node::block(Span::new(start, end), style, indentation)
    }
}
