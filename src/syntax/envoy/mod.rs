//! The Envoy reader: YAML and JSON into one tree of nodes with their places.

mod builder;
mod gaps;
mod json;
mod message;
mod node;
mod remarks;
mod scalar;
mod shape;
mod text;
mod tree;
pub mod values;
mod yaml;

pub use gaps::Gaps;
pub use message::Message;
pub use node::{Node, NodeId, NodeKind, Style, Tag};
pub use remarks::remarks;
pub use scalar::Scalar;
pub use shape::{Resource, Shape, is_field, shape};
pub use tree::{Children, Format, Tree};

use crate::diagnostic::Diagnostic;
use crate::source::View;

/// Deepest nesting of mappings and sequences that is followed.
const DEEPEST: usize = 256;

/// Reads a text; what is wrong with it is added to `diagnostics`, and the rest is read nevertheless.
pub fn parse(view: View<'_>, format: Format, diagnostics: &mut Vec<Diagnostic>) -> Tree {
    match format {
        Format::Yaml => yaml::parse(view, diagnostics),
        Format::Json => json::parse(view, diagnostics),
    }
}
