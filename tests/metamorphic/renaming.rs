//! Every pool gets another name, wherever it is defined and wherever it is named.

use std::collections::BTreeSet;

use lblint::analysis::Analysis;
use lblint::finding::Finding;
use lblint::model::{Destination, Namespace, PoolKind, Text, Unit};
use lblint::source::{Dialect, Span};
use lblint::syntax::envoy::NodeKind;

use crate::examples::Example;
use crate::findings::PREFIX;
use crate::text::{Part, with_insertions};
use crate::trees;

/// The fields of Envoy that name clusters besides those that the model has as routes; the model notes only that they are used.
const CLUSTER_FIELDS: [&str; 7] = [
    "cluster",
    "cluster_name",
    "clusters",
    "collector_cluster",
    "cluster_names",
    "local_cluster_name",
    "service_cluster",
];

/// The example with a prefix before the name of every pool; `None` if a name is not written as such.
pub(crate) fn renamed(example: &Example) -> Option<Vec<Part>> {
    let analysis = example.analyze(&[(example.path.clone(), example.text.clone())]);
    // nginx: what leads to no upstream names a host, although an upstream was meant whose name is alike or the same.
    let is_host =
        |finding: &Finding| ["undefined-pool", "unresolvable-route", "shadowed-name"].contains(&finding.meta.name);
    if example.dialect == Dialect::Nginx && analysis.findings.shown.iter().any(is_host) {
        return None;
    }
    let (mut names, mut places) = (BTreeSet::new(), BTreeSet::new());
    for unit in analysis.units.iter().map(|analysed| &analysed.unit) {
        for Named { name, within, is_definition } in named(unit) {
            let name = unit.texts.get(name, &analysis.sources).to_owned();
            places.insert(place(&analysis, example, within, &name)?);
            if is_definition {
                names.insert(name);
            }
        }
    }
    let further = match example.dialect {
        Dialect::Haproxy => in_words(example, &names),
        Dialect::Nginx => Vec::new(),
        Dialect::Envoy => in_fields(example, &names),
    };
    places.extend(further);
    let insertions = places.into_iter().map(|at| (at, PREFIX.to_owned())).collect();
    Some(vec![Part { path: example.path.clone(), pieces: with_insertions(&example.text, insertions) }])
}

/// A place that names a pool.
struct Named {
    name: Text,
    /// The words that hold the name.
    within: Span,
    is_definition: bool,
}

/// Where the model says that pools are named. A host that a pass directive names is no name of a pool.
fn named(unit: &Unit) -> Vec<Named> {
    let is_explicit = |id| unit.pool(id).is_some_and(|pool| pool.kind != PoolKind::Implicit);
    let explicit = unit.pools.iter().filter(|pool| pool.kind != PoolKind::Implicit);
    let mut named: Vec<Named> =
        explicit.map(|pool| Named { name: pool.name, within: pool.name.0, is_definition: true }).collect();
    let references = unit.names.references.iter().filter(|reference| reference.namespace == Namespace::Pool);
    named.extend(references.map(|reference| Named {
        name: reference.name,
        within: reference.name.0,
        is_definition: false,
    }));
    for route in &unit.routes {
        let branches = match &route.to {
            Destination::Pool(name, pool) => vec![(*name, *pool, route.at)],
            Destination::Split(branches) => branches.iter().map(|one| (one.name, one.pool, one.at)).collect(),
            Destination::Computed(..) => Vec::new(),
        };
        let own = branches.into_iter().filter(|(_, pool, _)| pool.is_some_and(is_explicit));
        // nginx: the name of the route is that of the pool, where the pool is defined.
        let within = |name: Text, at| if unit.dialect == Dialect::Nginx { at } else { name.0 };
        named.extend(own.map(|(name, _, at)| Named { name, within: within(name, at), is_definition: false }));
    }
    named
}

/// Where the name begins in the words that hold it.
fn place(analysis: &Analysis, example: &Example, span: Span, name: &str) -> Option<usize> {
    let (_, source) = analysis.sources.at(span.start)?;
    let start = (span.start - source.view().base) as usize;
    let words = analysis.sources.slice(span).to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    let in_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte));
    let stands_alone = |at: &usize| {
        let (before, behind) = (words.as_bytes()[..*at].last(), words.as_bytes().get(at + name.len()));
        !in_name(before) && !in_name(behind)
    };
    let within = words.match_indices(&name).map(|(at, _)| at).find(stands_alone)?;
    (source.path == example.path).then_some(start + within)
}

/// HAProxy: functions and tables name pools inside words: `nbsrv(web)`, `srv_is_up(web/web1)`, `table web`.
fn in_words(example: &Example, names: &BTreeSet<String>) -> Vec<usize> {
    let tree = trees::haproxy(&example.text);
    let view = trees::view(&example.text);
    let mut places = Vec::new();
    for (id, _) in tree.iter() {
        let mut before = "";
        for word in tree.words(view, id) {
            let text = word.text(view);
            if before == "table" && names.contains(text) {
                places.push(word.span.start as usize);
            }
            places.extend(arguments(text, names).map(|at| word.span.start as usize + at));
            before = text;
        }
    }
    places
}

/// Where arguments of functions are names.
fn arguments<'a>(word: &'a str, names: &'a BTreeSet<String>) -> impl Iterator<Item = usize> + 'a {
    let starts = word.match_indices(['(', ',']).map(|(at, _)| at + 1);
    starts.filter(|start| {
        let rest = &word[*start..];
        let end = rest.find([')', ',', '/']).unwrap_or(rest.len());
        word.contains('(') && names.contains(&rest[..end])
    })
}

/// Envoy: filters, tracing and control planes name clusters, too.
fn in_fields(example: &Example, names: &BTreeSet<String>) -> Vec<usize> {
    let tree = trees::envoy(example);
    let view = trees::view(&example.text);
    let mut places = Vec::new();
    for (id, _) in tree.iter().filter(|(_, node)| node.kind() == NodeKind::Mapping) {
        let fields = tree.entries(id).filter(|(key, _)| CLUSTER_FIELDS.contains(&tree.text(view, *key).as_ref()));
        for (_, value) in fields {
            let scalars = std::iter::once(value).chain(tree.children(value));
            let scalars = scalars.filter(|node| tree.kind(*node) == NodeKind::Scalar);
            let naming = scalars.filter(|node| names.contains(tree.text(view, *node).as_ref()));
            places.extend(naming.map(|node| {
                let span = tree.span(node);
                let quoted = example.text[span.start as usize..].starts_with(['"', '\'']);
                span.start as usize + usize::from(quoted)
            }));
        }
    }
    places
}
