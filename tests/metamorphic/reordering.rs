//! What is independent changes places: pools among each other, and targets where the policy does not ask for their order.

use std::ops::Range;

use lblint::analysis::Analysis;
use lblint::model::{Method, Pool, Unit};
use lblint::source::Dialect;
use lblint::syntax::envoy::{NodeId, NodeKind};
use lblint::syntax::haproxy::Section;

use crate::examples::Example;
use crate::text::{Part, line_start, reversed};
use crate::trees;

/// Pools in the opposite order, where nothing that they inherit stands between them.
pub(crate) fn pools_reversed(example: &Example) -> Option<Vec<Part>> {
    if !example.further.is_empty() {
        // A section belongs to one of several files that are compared.
        return None;
    }
    let groups = match example.dialect {
        Dialect::Haproxy => backends(&example.text)?,
        Dialect::Nginx => upstreams(&example.text),
        Dialect::Envoy => lists(example, "clusters", |_| true)?,
    };
    in_place(example, groups)
}

/// Targets in the opposite order, in pools whose policy does not care.
pub(crate) fn targets_reversed(example: &Example) -> Option<Vec<Part>> {
    let analysis = example.analyze(&[(example.path.clone(), example.text.clone())]);
    // HAProxy: of two servers with one cookie the first gets the clients.
    let first_counts = analysis.findings.shown.iter().any(|finding| finding.meta.name == "duplicate-cookie-value");
    if first_counts || !example.further.is_empty() {
        return None;
    }
    let free = extents(example, &analysis);
    let is_free = |at: &Range<usize>| free.iter().any(|extent| extent.start <= at.start && at.end <= extent.end);
    let groups = match example.dialect {
        Dialect::Haproxy => server_lines(&example.text).into_iter().filter(|group| group.iter().all(is_free)).collect(),
        Dialect::Nginx => {
            server_directives(&example.text).into_iter().filter(|group| group.iter().all(is_free)).collect()
        }
        Dialect::Envoy => lists(example, "lb_endpoints", is_free)?,
    };
    in_place(example, groups)
}

fn in_place(example: &Example, groups: Vec<Vec<Range<usize>>>) -> Option<Vec<Part>> {
    let groups: Vec<_> = groups.into_iter().filter(|group| group.len() > 1).collect();
    let pieces = reversed(&example.text, &groups);
    (!groups.is_empty()).then(|| vec![Part { path: example.path.clone(), pieces }])
}

/// Where the pools stand whose targets may change places.
fn extents(example: &Example, analysis: &Analysis) -> Vec<Range<usize>> {
    let mut free = Vec::new();
    for unit in analysis.units.iter().map(|analysed| &analysed.unit) {
        for pool in unit.pools.iter().filter(|pool| order_is_free(unit, pool)) {
            let Some((_, source)) = analysis.sources.at(pool.extent.start) else { continue };
            if source.path == example.path {
                free.push(pool.extent.local(source.view().base));
            }
        }
    }
    free
}

/// Rings, lists of preference, and the first of several backups follow the order of the text.
fn order_is_free(unit: &Unit, pool: &Pool) -> bool {
    let method = unit.settings(pool.settings).and_then(|settings| settings.policy.get()).map(|policy| policy.method);
    let fair = matches!(
        method,
        Some(Method::RoundRobin { .. } | Method::LeastConnections | Method::Random(_) | Method::Uniform)
    );
    let backups = unit.targets_of(pool).iter().filter(|target| target.tier > 0).count();
    fair && backups < 2
}

/// Runs of `backend` sections; `defaults` between them and conditional blocks make the order count.
fn backends(text: &str) -> Option<Vec<Vec<Range<usize>>>> {
    let tree = trees::haproxy(text);
    if !tree.branches.is_empty() || !text.ends_with('\n') {
        return None;
    }
    let start = |section: &Section| tree.get(section.header).map_or(0, |header| header.span.start as usize);
    let starts: Vec<usize> = tree.sections().iter().map(|section| line_start(text, start(section))).collect();
    let mut groups = vec![Vec::new()];
    for (index, section) in tree.sections().iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        if text[start(section)..].starts_with("backend") {
            groups.last_mut()?.push(starts[index]..end);
        } else {
            groups.push(Vec::new());
        }
    }
    Some(groups)
}

fn upstreams(text: &str) -> Vec<Vec<Range<usize>>> {
    blocks_of(text, "upstream")
}

/// Statements with one first word, in a group for each block that they stand in.
fn blocks_of(text: &str, keyword: &str) -> Vec<Vec<Range<usize>>> {
    let (tree, view) = (trees::nginx(text), trees::view(text));
    let mut groups: Vec<(u32, Vec<Range<usize>>)> = Vec::new();
    for (id, statement) in tree.iter() {
        if tree.words(view, id).next().is_none_or(|word| word.text(view) != keyword) {
            continue;
        }
        let range = trees::range(statement.span);
        match groups.iter_mut().find(|(parent, _)| *parent == statement.parent) {
            Some((_, group)) => group.push(range),
            None => groups.push((statement.parent, vec![range])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn server_directives(text: &str) -> Vec<Vec<Range<usize>>> {
    blocks_of(text, "server")
}

/// Runs of `server` lines: a `default-server` between two changes what the later one means.
fn server_lines(text: &str) -> Vec<Vec<Range<usize>>> {
    let (tree, view) = (trees::haproxy(text), trees::view(text));
    let mut groups = vec![Vec::new()];
    for (id, statement) in tree.iter() {
        let is_server = tree.words(view, id).next().is_some_and(|word| word.text(view) == "server");
        match groups.last_mut() {
            Some(group) if is_server => group.push(trees::range(statement.span)),
            _ => groups.push(Vec::new()),
        }
    }
    groups
}

/// The items of lists that stand under a key; nothing where aliases make the order count.
fn lists(example: &Example, key: &str, wanted: impl Fn(&Range<usize>) -> bool) -> Option<Vec<Vec<Range<usize>>>> {
    let (tree, view) = (trees::envoy(example), trees::view(&example.text));
    if tree.iter().any(|(_, node)| node.kind() == NodeKind::Alias) {
        return None;
    }
    let mappings = tree.iter().filter(|(_, node)| node.kind() == NodeKind::Mapping);
    let fields = mappings.flat_map(|(id, _)| tree.entries(id));
    let lists =
        fields.filter(|(field, value)| tree.text(view, *field) == key && wanted(&trees::range(tree.span(*value))));
    Some(lists.filter_map(|(_, list)| items(example, &tree, list)).collect())
}

/// Items of a block list with their lines, those of a flow list as they stand.
fn items(example: &Example, tree: &lblint::syntax::envoy::Tree, list: NodeId) -> Option<Vec<Range<usize>>> {
    let spans: Vec<Range<usize>> = tree.children(list).map(|item| trees::range(tree.span(item))).collect();
    let text = &example.text;
    let is_mapping = tree.children(list).all(|item| tree.kind(item) == NodeKind::Mapping);
    if !is_mapping || text[trees::range(tree.span(list))].starts_with('[') {
        return is_mapping.then_some(spans);
    }
    let starts: Vec<usize> = spans.iter().map(|span| line_start(text, span.start)).collect();
    let last = spans.last()?.end;
    let end = if text[..last].ends_with('\n') { last } else { last + text[last..].find('\n')? + 1 };
    let ends = starts.iter().skip(1).copied().chain([end]);
    Some(starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect())
}
