//! Builds a tree in the order of the text and keeps it well formed whatever arrives: nested spans, keys with values.

use super::node::{Node, NodeId, NodeKind, Style};
use super::tree::{Format, Tree};
use super::{DEEPEST, Tag};
use crate::source::Span;

/// A mapping or a sequence that is not yet closed.
#[derive(Clone, Copy, Debug)]
struct Open {
    id: NodeId,
    is_mapping: bool,
    /// The last node in a mapping was a key.
    wants_value: bool,
}

/// Builds a tree.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub(super) tree: Tree,
    open: Vec<Open>,
    /// Where the last leaf, brace or bracket ends.
    end: u32,
}

impl Builder {
    pub(super) fn new(format: Format, base: u32, expected_nodes: usize) -> Self {
        let tree = Tree { format, nodes: Vec::with_capacity(expected_nodes), ..Tree::default() };
        Self { tree, open: Vec::new(), end: base }
    }

    /// Where the last leaf, brace or bracket ends.
    #[inline]
    pub(super) const fn end(&self) -> u32 {
        self.end
    }

    /// How many mappings and sequences are open.
    #[inline]
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether no mapping and no sequence can be opened any more.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.open.len() >= DEEPEST
    }

    /// Whether the next node is the value of a key.
    #[inline]
    pub(super) fn wants_value(&self) -> bool {
        self.open.last().is_some_and(|open| open.wants_value)
    }

    /// Whether the next node is a key.
    #[inline]
    pub(super) fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_mapping && !open.wants_value)
    }

    /// Where the open mappings and sequences begin, from the outermost.
    pub(super) fn open_starts(&self) -> impl Iterator<Item = u32> + use<'_> {
        self.open.iter().map(|open| self.tree.span(open.id).start)
    }

    /// The innermost open mapping or sequence.
    pub(super) fn innermost(&self) -> Option<(NodeId, NodeKind)> {
        let id = self.open.last()?.id;
        Some((id, self.tree.kind(id)))
    }

    /// Whether a mapping or a sequence is still open.
    pub(super) fn is_open(&self, id: NodeId) -> bool {
        self.open.iter().any(|open| open.id == id)
    }

    /// Whether any mapping, or any sequence, is open.
    pub(super) fn is_any_open(&self, kind: NodeKind) -> bool {
        self.open.iter().any(|open| open.is_mapping == (kind == NodeKind::Mapping))
    }

    /// Adds a scalar, an alias or an error. It never begins before the end of the one before it.
    #[inline]
    pub(super) fn leaf(&mut self, mut node: Node) -> NodeId {
        node.span.start = node.span.start.max(self.end);
        node.span.end = node.span.end.max(node.span.start);
        self.end = node.span.end;
        self.push(node)
    }

    /// Opens a mapping or a sequence that begins at `start`; `length` is that of its brace or bracket, 0 in block style.
    #[inline]
    pub(super) fn open(&mut self, kind: NodeKind, start: u32, length: u32, tag: Tag) -> NodeId {
        let start = start.max(self.end);
        self.end = start + length;
        let id = self.push(Node::container(Span::new(start, self.end), kind).tagged(tag));
        self.open.push(Open { id, is_mapping: kind == NodeKind::Mapping, wants_value: false });
        id
    }

    /// Closes the innermost mapping or sequence; `end` is behind its brace or bracket, `None` in block style.
    #[inline]
    pub(super) fn close(&mut self, end: Option<u32>) {
        if self.wants_value() {
            self.leaf(Node::scalar(Span::empty(self.end), Style::Plain, true));
        }
        self.end = end.unwrap_or(self.end).max(self.end);
        let next = NodeId(self.tree.nodes.len() as u32);
        let node = self.open.pop().and_then(|open| self.tree.nodes.get_mut(open.id.0 as usize));
        if let Some(node) = node {
            node.close(self.end, next);
        }
    }

    /// The tree, with everything closed.
    pub(super) fn finish(mut self) -> Tree {
        while !self.open.is_empty() {
            self.close(None);
        }
        if !self.tree.comments.is_sorted() {
            self.tree.comments.sort_unstable();
        }
        self.tree
    }

    #[inline]
    fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(self.tree.nodes.len() as u32);
        match self.open.last_mut() {
            Some(open) => open.wants_value = open.is_mapping && !open.wants_value,
            None => self.tree.documents.push(id),
        }
        self.tree.nodes.push(node);
        id
    }
}
