//! What stands between the leaves of a tree. Nothing of this is stored.

use super::node::{Node, NodeKind};
use crate::source::{Span, View};

/// The parts of a text that belong to no scalar, alias or error: blanks, comments, punctuation, anchors and tags, directives,
/// and a byte order mark at the start. Empty ones are left out.
#[derive(Clone, Debug)]
pub struct Gaps<'a> {
    nodes: std::slice::Iter<'a, Node>,
    /// Where the next gap starts.
    start: u32,
    /// Where the text ends.
    end: u32,
}

impl<'a> Gaps<'a> {
    pub(super) fn new(nodes: &'a [Node], view: View<'_>) -> Self {
        Self { nodes: nodes.iter(), start: view.base, end: view.span().end }
    }
}

impl Iterator for Gaps<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let is_leaf = |node: &&Node| !matches!(node.kind(), NodeKind::Mapping | NodeKind::Sequence);
        while self.start < self.end {
            let next = self.nodes.by_ref().find(is_leaf).map_or(Span::empty(self.end), |node| node.span);
            let gap = Span::new(self.start, next.start);
            self.start = next.end;
            if !gap.is_empty() {
                return Some(gap);
            }
        }
        None
    }
}
