//! The Envoy reader: YAML and JSON into one tree of nodes with their places.

mod node;
mod tree;

pub use node::{Node, NodeId, NodeKind, Style, Tag};
pub use tree::{Children, Format, Tree};
