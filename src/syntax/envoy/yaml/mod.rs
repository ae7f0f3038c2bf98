//! Reads YAML: the events of the parser become nodes.

mod events;
mod header;

pub(super) use events::parse;
