//! What a template leaves open in a cluster: entries and items that are filled in, and what these may set.

use super::Lowering;
use super::cluster::Draft;
use crate::model::{Completeness, Fact, Origin, Presence, Why};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Where the members of a cluster stand, from the outside in.
const MEMBERS: [&str; 3] = ["load_assignment", "endpoints", "lb_endpoints"];

/// Notes what entries that are filled in leave open of a cluster that is read.
pub(super) fn doubt(cluster: &Message<'_>, draft: &mut Draft) {
    if cluster.view().masks.is_empty() {
        return;
    }
    if members_are_open(cluster, &MEMBERS) && draft.completeness.is_complete() {
        draft.completeness = Completeness::Incomplete(Why::Template, cluster.first_line());
    }
    if has_splice(cluster) {
        forget(&mut draft.settings.policy);
        forget(&mut draft.settings.timeouts.connect);
        forget(&mut draft.target.checked);
        forget(&mut draft.target.ejected_after);
        forget(&mut draft.target.observed);
    }
}

fn forget<T>(fact: &mut Fact<T>) {
    if !fact.origin.is_explicit() {
        *fact = Fact::unknown(Why::Template, Origin::written(fact.origin.at));
    }
}

/// Whether an entry is filled in as a whole.
fn has_splice(message: &Message<'_>) -> bool {
    message.fields().any(|(key, value)| key.is_masked() && value.is_null())
}

fn members_are_open(message: &Message<'_>, names: &[&str]) -> bool {
    let Some((name, rest)) = names.split_first() else { return false };
    match message.field(name) {
        None => message.is_mapping() && message.fields().any(|(key, _)| key.is_masked()),
        Some(value) if value.is_scalar() => value.is_masked(),
        Some(value) => value.items().any(|item| {
            is_filled_in(&item) || (item.is_mapping() && has_splice(&item)) || members_are_open(&item, rest)
        }),
    }
}

impl Lowering<'_, '_> {
    /// Whether names may be defined that are written nowhere.
    pub(super) fn names_are_open<'a>(&self, clusters: impl IntoIterator<Item = &'a Message<'a>>) -> bool {
        let mut files = self.input.parts.iter().filter_map(|part| self.input.sources.get(part.file.source));
        let mut clusters = clusters.into_iter();
        files.any(|source| source.template().is_some_and(|template| !template.splices.is_empty()))
            || clusters
                .any(|cluster| is_filled_in(cluster) || cluster.field("name").is_some_and(|name| name.is_masked()))
    }
}

/// Whether an engine writes a message as a whole, or any number of them.
pub(super) fn is_filled_in(message: &Message<'_>) -> bool {
    message.is_scalar() && message.is_masked()
}

/// Where a scalar that is filled in stands between its quotes.
pub(super) fn without_quotes(message: &Message<'_>) -> Span {
    let (span, text) = (message.span(), message.view().slice(message.span()));
    let is_quoted =
        ['"', '\''].iter().any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote));
    if is_quoted { Span::new(span.start + 1, span.end - 1) } else { span }
}

/// Whether a message is there, as seen from another place.
pub(super) fn presence(message: &Message<'_>, seen_from: Option<u32>) -> Presence {
    Presence::in_template(message.view(), message.span().start, seen_from)
}
