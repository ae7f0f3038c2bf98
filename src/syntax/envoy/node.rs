//! One node of a tree in 16 bytes: where it stands, what it is, and where what it encloses ends.

use crate::source::Span;

/// Index into the nodes of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum NodeKind {
    /// Keys and values.
    Mapping,
    /// Items.
    Sequence,
    /// A word, a number, a text; also a value that is left out.
    Scalar,
    /// Stands for the node of an anchor.
    Alias,
    /// Could not be read.
    Error,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Style {
    /// Without quotes (YAML), or a number, `true`, `false` or `null` (JSON).
    Plain,
    /// In single quotes.
    SingleQuoted,
    /// In double quotes.
    DoubleQuoted,
    /// A block that keeps its line ends: `|`.
    Literal,
    /// A block whose lines are joined: `>`.
    Folded,
}

/// The tag of a node, as far as the program cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Tag {
    /// None.
    None,
    /// `!`: the scalar is a text, whatever it looks like.
    Text,
    /// `!ignore`: on a key, the entry is skipped.
    Ignore,
    /// Another one, which changes nothing.
    Other,
}

/// One node of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it stands: quotes and the header of a block scalar included, anchors and tags not. A value that is left out is
    /// empty and stands behind its `:`.
    pub span: Span,
    /// Behind what it encloses; for an alias the node that it stands for.
    link: u32,
    kind: NodeKind,
    style: Style,
    tag: Tag,
    /// The text between the quotes is the value: nothing to unescape, to fold or to unindent.
    verbatim: bool,
}

impl Node {
    /// A leaf: a scalar or an error.
    pub(super) const fn leaf(id: NodeId, span: Span, kind: NodeKind, style: Style, verbatim: bool) -> Self {
        Self { span, link: id.0 + 1, kind, style, tag: Tag::None, verbatim }
    }

    /// An alias of the node `target`; one of an unknown anchor is an error, not an alias.
    pub(super) const fn alias(span: Span, target: NodeId) -> Self {
        Self { span, link: target.0, kind: NodeKind::Alias, style: Style::Plain, tag: Tag::None, verbatim: true }
    }

    /// A mapping or a sequence that encloses nothing yet.
    pub(super) const fn container(id: NodeId, span: Span, kind: NodeKind) -> Self {
        Self::leaf(id, span, kind, Style::Plain, true)
    }

    /// Says where a mapping or a sequence ends: behind its last byte, and behind its last node.
    pub(super) const fn close(&mut self, end_of_span: u32, next: NodeId) {
        self.span.end = end_of_span;
        self.link = next.0;
    }

    /// Adds a tag.
    #[must_use]
    pub(super) const fn tagged(mut self, tag: Tag) -> Self {
        self.tag = tag;
        self
    }

    /// What it is.
    #[inline]
    pub const fn kind(&self) -> NodeKind {
        self.kind
    }

    /// How it is written.
    #[inline]
    pub const fn style(&self) -> Style {
        self.style
    }

    /// Its tag.
    #[inline]
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// Whether the text between the quotes is the value.
    #[inline]
    pub const fn is_verbatim(&self) -> bool {
        self.verbatim
    }

    /// The node that an alias stands for.
    pub(super) fn anchor(&self) -> Option<NodeId> {
        (self.kind == NodeKind::Alias).then_some(NodeId(self.link))
    }

    /// The first node behind what it encloses.
    #[inline]
    pub(super) const fn end(&self, own: NodeId) -> NodeId {
        match self.kind {
            NodeKind::Alias => NodeId(own.0 + 1),
            _ => NodeId(self.link),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_small() {
        assert_eq!(size_of::<Node>(), 16);
    }
}
