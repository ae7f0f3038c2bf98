//! The files that a configuration names: `path_config_source` and its older form.

use crate::source::{Span, View};
use crate::syntax::envoy::{NodeId, NodeKind, Tree};

/// Fields that hold a source of configuration.
const SOURCES: [&str; 14] = [
    "cds_config",
    "cdsConfig",
    "config_source",
    "configSource",
    "eds_config",
    "edsConfig",
    "lds_config",
    "ldsConfig",
    "rds_config_source",
    "rdsConfigSource",
    "rtds_config",
    "rtdsConfig",
    "sds_config",
    "sdsConfig",
];

/// Files in which resources are, as a configuration names them: the place and the path.
pub(super) fn files(tree: &Tree, view: View<'_>) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for (id, node) in tree.iter() {
        if node.kind() == NodeKind::Mapping {
            found.extend(tree.entries(id).filter_map(|(key, value)| file(tree, view, key, tree.resolve(value))));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn file(tree: &Tree, view: View<'_>, key: NodeId, value: NodeId) -> Option<(Span, String)> {
    let key = tree.text(view, key);
    let is_source = matches!(key.as_ref(), "path_config_source" | "pathConfigSource");
    // Before `path_config_source` the path stood in the source itself: `eds_config: {path: ...}`.
    if !is_source && !SOURCES.contains(&key.as_ref()) {
        return None;
    }
    let mut entries = tree.entries(value);
    let path = entries.find(|(key, _)| tree.text(view, *key) == "path").map(|(_, path)| tree.resolve(path))?;
    let text = tree.text(view, path);
    (!text.is_empty()).then(|| (tree.span(path), text.into_owned()))
}
