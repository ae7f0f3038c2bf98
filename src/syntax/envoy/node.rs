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
    /// Behind what a mapping or a sequence encloses; the node that an alias stands for; how far the lines of a block scalar
    /// are indented.
    link: u32,
    kind: NodeKind,
    style: Style,
    tag: Tag,
    /// The text between the quotes is the value: nothing to unescape, to fold or to unindent.
    verbatim: bool,
}

impl Node {
    /// A scalar without a tag; `verbatim` if its value is its text between the quotes.
    pub(super) const fn scalar(span: Span, style: Style, verbatim: bool) -> Self {
        Self { span, link: 0, kind: NodeKind::Scalar, style, tag: Tag::None, verbatim }
    }

    /// A block scalar whose lines are indented by `indentation` columns.
    pub(super) const fn block(span: Span, style: Style, indentation: u32) -> Self {
        Self { span, link: indentation, kind: NodeKind::Scalar, style, tag: Tag::None, verbatim: false }
    }

    /// What could not be read.
    pub(super) const fn error(span: Span) -> Self {
        Self { span, link: 0, kind: NodeKind::Error, style: Style::Plain, tag: Tag::None, verbatim: true }
    }

    /// An alias of the node `target`; one of an unknown anchor is an error, not an alias.
    pub(super) const fn alias(span: Span, target: NodeId) -> Self {
        Self { span, link: target.0, kind: NodeKind::Alias, style: Style::Plain, tag: Tag::None, verbatim: true }
    }

    /// A mapping or a sequence that is not yet closed.
    pub(super) const fn container(span: Span, kind: NodeKind) -> Self {
        Self { span, link: 0, kind, style: Style::Plain, tag: Tag::None, verbatim: true }
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

    /// How many columns the lines of a block scalar are indented.
    pub(super) const fn indentation(&self) -> u32 {
        self.link
    }

    /// The node that an alias stands for.
    pub(super) fn anchor(&self) -> Option<NodeId> {
        (self.kind == NodeKind::Alias).then_some(NodeId(self.link))
    }

    /// The first node behind what it encloses.
    #[inline]
    pub(super) const fn end(&self, own: NodeId) -> NodeId {
        match self.kind {
            NodeKind::Mapping | NodeKind::Sequence => NodeId(self.link),
            NodeKind::Scalar | NodeKind::Alias | NodeKind::Error => NodeId(own.0 + 1),
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
