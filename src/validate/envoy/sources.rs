//! Files that configurations take resources from (measured, 1.40).

use crate::diagnostic::{Diagnostic, Kind};
use crate::syntax::envoy::Message;

/// A path without a directory has nothing that could be watched; another directory may be named for that.
pub(super) fn check(source: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let newer = source.field("path_config_source");
    let holder = newer.unwrap_or(*source);
    let Some(path) = holder.field("path").filter(|_| holder.field("watched_directory").is_none()) else { return };
    let Some(text) = path.text().filter(|text| !text.is_empty() && !text.contains('/')) else { return };
    let why = format!("Envoy refuses a path without a directory: write `./{text}`");
    diagnostics.push(Diagnostic::new(path.span(), Kind::Conflict(why.into())));
}

/// A file that a cluster takes its endpoints from holds those of one cluster.
pub(super) fn endpoints(file: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let is_assignment =
        |resource: &Message<'_>| resource.text_of("@type").is_some_and(|url| url.ends_with(".ClusterLoadAssignment"));
    if let Some(second) = file.list("resources").filter(is_assignment).nth(1) {
        let why = "a file of endpoints holds one `ClusterLoadAssignment`: Envoy takes none of this one, and its clusters \
                   have no endpoints; write a file for each cluster";
        diagnostics.push(Diagnostic::new(second.first_line(), Kind::Conflict(why.into())));
    }
}
