//! The tree of one YAML or JSON text: nodes in the order of the text, each knowing where what it encloses ends.

use std::borrow::Cow;

use super::gaps::Gaps;
use super::node::{Node, NodeId, NodeKind, Style};
use super::scalar::{self, Scalar};
use super::text;
use crate::source::{Span, View};

/// Which of the two notations a text is written in; they read unquoted words differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// YAML, read as Envoy's parser reads it (YAML 1.1 words).
    #[default]
    Yaml,
    /// JSON, with the leniencies of Envoy's parser.
    Json,
}

/// What reading a text gives. A node stands before what it encloses, so that a subtree is a range; a mapping encloses keys
/// and values in turn. Scalars, aliases and errors are the leaves; what lies between them (blanks, comments, punctuation,
/// anchors and tags) are the gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The notation.
    pub format: Format,
    /// All nodes.
    pub(super) nodes: Vec<Node>,
    /// The root of each document of the text; the program reads only the first.
    pub(super) documents: Vec<NodeId>,
    /// The comments, `#` included.
    pub(super) comments: Vec<Span>,
}

impl Tree {
    /// The root of the first document, the one that the program reads.
    pub fn root(&self) -> Option<NodeId> {
        self.documents.first().copied()
    }

    /// The root of each document.
    pub fn documents(&self) -> &[NodeId] {
        &self.documents
    }

    /// The comments of the text, in order.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The node with this id.
    #[inline]
    pub fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    /// Every node with its id, in the order of the text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index as u32), node))
    }

    /// What a node is; an error if there is no such node.
    #[inline]
    pub fn kind(&self, id: NodeId) -> NodeKind {
        self.get(id).map_or(NodeKind::Error, Node::kind)
    }

    /// How a scalar is written; plain for everything else.
    #[inline]
    pub fn style(&self, id: NodeId) -> Style {
        self.get(id).map_or(Style::Plain, Node::style)
    }

    /// Where a node stands: quotes and the header of a block scalar included, anchors and tags not.
    #[inline]
    pub fn span(&self, id: NodeId) -> Span {
        self.get(id).map_or(Span::default(), |node| node.span)
    }

    /// The node that an alias stands for, and any other node itself. An alias that stands in what it names stays an alias.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        match self.get(id).and_then(Node::anchor) {
            Some(target) if !self.encloses(target, id) => target,
            _ => id,
        }
    }

    /// The decoded value of a scalar, or of the scalar that an alias stands for: quotes, escapes, folding and chomping are
    /// resolved. Borrowed where the text is the value; empty for other nodes.
    #[inline]
    pub fn text<'a>(&self, view: View<'a>, id: NodeId) -> Cow<'a, str> {
        let node = self.get(self.resolve(id)).filter(|node| node.kind() == NodeKind::Scalar);
        node.map_or(Cow::Borrowed(""), |node| text::decode(view, node, self.format))
    }

    /// What the program makes of a scalar, or of the scalar that an alias stands for, before it looks at the type of the
    /// field; what could not be read is masked, and mappings and sequences are an empty text.
    pub fn scalar<'a>(&self, view: View<'a>, id: NodeId) -> Scalar<'a> {
        self.get(self.resolve(id)).map_or(Scalar::Masked, |node| scalar::of(view, node, self.format))
    }

    /// What stands between the leaves: blanks, comments, punctuation, anchors and tags, directives, and a byte order mark at
    /// the start. Empty parts are left out.
    pub fn gaps<'a>(&'a self, view: View<'a>) -> Gaps<'a> {
        Gaps::new(&self.nodes, view)
    }

    /// Whether a node is another one or encloses it.
    pub fn encloses(&self, outer: NodeId, inner: NodeId) -> bool {
        outer.0 <= inner.0 && inner.0 < self.end(outer).0
    }

    /// The first node behind what a node encloses.
    #[inline]
    pub fn end(&self, id: NodeId) -> NodeId {
        self.get(id).map_or(NodeId(id.0.saturating_add(1)), |node| node.end(id))
    }

    /// The nodes directly in a node: items of a sequence; keys and values of a mapping in turn. Aliases are not followed.
    #[inline]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { tree: self, next: NodeId(id.0.saturating_add(1)), end: self.end(id) }
    }

    /// Keys and values of a mapping in the order of the text; nothing for other nodes. Aliases are not followed.
    #[inline]
    pub fn entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + use<'_> {
        let end = if self.kind(id) == NodeKind::Mapping { self.end(id) } else { id };
        let mut children = Children { tree: self, next: NodeId(id.0.saturating_add(1)), end };
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }
}

/// The nodes directly in a node.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    tree: &'a Tree,
    next: NodeId,
    end: NodeId,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        if self.next.0 >= self.end.0 {
            return None;
        }
        let id = self.next;
        self.next = self.tree.end(id);
        Some(id)
    }
}
