//! The events of the YAML parser become nodes with places.

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as Range, StructureStyle, Tag as WrittenTag};

use super::header;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{Span, View};
use crate::syntax::envoy::DEEPEST;
use crate::syntax::envoy::builder::Builder;
use crate::syntax::envoy::node::{Node, NodeId, NodeKind, Style, Tag};
use crate::syntax::envoy::tree::{Format, Tree};

/// More than [`DEEPEST`], so that the parser never stops before the tree does: it looks up to 1,024 characters ahead.
const PARSER_DEPTH: usize = 1024 + 2 * DEEPEST;

pub(in crate::syntax::envoy) fn parse(view: View<'_>, diagnostics: &mut Vec<Diagnostic>) -> Tree {
    let mut reader = Reader::new(view, diagnostics);
    let _ = reader.read();
    reader.builder.finish()
}

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

/// Turns events into nodes.
#[derive(Debug)]
struct Reader<'a, 'd> {
    view: View<'a>,
    diagnostics: &'d mut Vec<Diagnostic>,
    builder: Builder,
    /// The node of each anchor, by the number that the parser gives it.
    anchors: Vec<NodeId>,
}

impl<'a, 'd> Reader<'a, 'd> {
    fn new(view: View<'a>, diagnostics: &'d mut Vec<Diagnostic>) -> Self {
        // A node for every ten bytes is what real files have.
        let builder = Builder::new(Format::Yaml, view.base, view.text.len() / 10);
        Self { view, diagnostics, builder, anchors: Vec::new() }
    }

    /// Reads all events; the error is the one that the parser stopped at.
    fn read(&mut self) -> Result<(), ScanError> {
        let mut parser = Parser::new_from_str_with_options(self.view.text, options());
        while let Some(event) = parser.next_event() {
            let (event, range) = event?;
            if !self.event(event, &range) {
                break;
            }
        }
        Ok(())
    }

    /// Takes one event; `false` if nothing more is read.
    fn event(&mut self, event: Event<'_>, range: &Range) -> bool {
        let span = self.span(range);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let tag = tag.map_or(Tag::None, |tag| kind_of_tag(&tag));
                let node = self.scalar(&value, style, span, range).tagged(tag);
                let id = self.builder.leaf(node);
                self.anchor(anchor, id);
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(_) => {
                self.builder.leaf(Node::error(span));
                self.diagnostics.push(Diagnostic::new(span, Kind::UnknownAnchor));
            }
            Event::MappingStart(style, anchor, tag) => {
                return self.open(NodeKind::Mapping, style, span, anchor, tag.as_deref());
            }
            Event::SequenceStart(style, anchor, tag) => {
                return self.open(NodeKind::Sequence, style, span, anchor, tag.as_deref());
            }
            // The brace or the bracket; nothing for a block.
            Event::MappingEnd | Event::SequenceEnd => self.builder.close((!span.is_empty()).then_some(span.end)),
            Event::Comment(..) => self.builder.tree.comments.push(span),
            _ => {}
        }
        true
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
    fn open(
        &mut self,
        kind: NodeKind,
        style: StructureStyle,
        span: Span,
        anchor: usize,
        tag: Option<&WrittenTag>,
    ) -> bool {
        if self.builder.is_full() {
            let rest = Span::new(span.start, self.view.span().end);
            let length = self.view.slice(rest).trim_end().len() as u32;
            self.builder.leaf(Node::error(Span::new(span.start, span.start + length)));
            self.diagnostics.push(Diagnostic::new(Span::empty(span.start), Kind::TooDeep(DEEPEST as u32)));
            return false;
        }
        let tag = tag.map_or(Tag::None, kind_of_tag);
        // A mapping of one entry in a flow sequence has no brace of its own.
        let is_flow = style == StructureStyle::Flow && self.view.slice(span).starts_with(['{', '[']);
        let id = self.builder.open(kind, span.start, u32::from(is_flow), tag);
        self.anchor(anchor, id);
        true
    }

    fn scalar(&self, value: &str, style: ScalarStyle, span: Span, range: &Range) -> Node {
        let raw = self.view.slice(span);
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => return self.block(Style::Literal, span, range),
            ScalarStyle::Folded => return self.block(Style::Folded, span, range),
        };
        if style == Style::Plain {
            return if span.is_empty() { self.empty(span) } else { Node::scalar(span, style, raw == value) };
        }
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        Node::scalar(span, style, inner == value)
    }

    /// A value that is left out: the parser places it before its `:`.
    fn empty(&self, span: Span) -> Node {
        let colon = Span::new(span.start, span.start + 1);
        let is_value = self.builder.wants_value() && self.view.slice(colon) == ":";
        Node::scalar(Span::empty(if is_value { colon.end } else { span.start }), Style::Plain, true)
    }

    /// A block scalar: the parser gives the place of its lines, without the header.
    fn block(&self, style: Style, lines: Span, range: &Range) -> Node {
        let before = Span::new(self.builder.end(), lines.start);
        let start = before.start + header::find(self.view.slice(before)) as u32;
        let (raw, mut end) = (self.view.slice(lines), lines.end);
        let indentation = if lines.is_empty() { u32::MAX } else { range.start.col() as u32 };
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
