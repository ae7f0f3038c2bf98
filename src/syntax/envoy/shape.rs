//! What a text is for: a whole configuration, resources of some type, the dump of a running proxy.

use super::{NodeId, NodeKind, Tree};
use crate::source::View;

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// What the program is started with.
    Bootstrap,
    /// The same for the first API (gone since 1.9): `listeners` and `cluster_manager`.
    BootstrapV1,
    /// What `static_resources` holds, without the field around it.
    StaticResources,
    /// `resources: [...]`, each with its `@type`: what a file of `path_config_source` holds.
    Discovery,
    /// The answer of `/config_dump`.
    ConfigDump,
    /// A list of resources of one type.
    List(Resource),
    /// One resource.
    One(Resource),
}

/// The types of resources that a file can hold by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `envoy.config.cluster.v3.Cluster`.
    Cluster,
    /// `envoy.config.endpoint.v3.ClusterLoadAssignment`.
    Endpoints,
    /// `envoy.config.listener.v3.Listener`.
    Listener,
    /// `envoy.config.route.v3.RouteConfiguration`.
    Routes,
    /// Each says what it is in its `@type`.
    Typed,
}

impl Resource {
    /// The full name of the message; empty where each says it itself.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Cluster => "envoy.config.cluster.v3.Cluster",
            Self::Endpoints => "envoy.config.endpoint.v3.ClusterLoadAssignment",
            Self::Listener => "envoy.config.listener.v3.Listener",
            Self::Routes => "envoy.config.route.v3.RouteConfiguration",
            Self::Typed => "",
        }
    }
}

/// Fields of the bootstrap, with what at least one of stands in them.
const BOOTSTRAP: [(&str, &[&str]); 4] = [
    ("static_resources", &["clusters", "listeners", "secrets"]),
    ("dynamic_resources", &["lds_config", "cds_config", "ads_config"]),
    ("layered_runtime", &["layers"]),
    ("admin", &["address", "access_log_path", "access_log"]),
];

/// What the first document of a text is for; `None` if it is no configuration of Envoy's.
pub fn shape(tree: &Tree, view: View<'_>) -> Option<Shape> {
    let root = tree.resolve(tree.root()?);
    match tree.kind(root) {
        NodeKind::Sequence => {
            let first = tree.resolve(tree.children(root).next()?);
            resource(tree, view, first).filter(|_| !is_printed_by_go(tree, view, first, 0)).map(Shape::List)
        }
        NodeKind::Mapping => of_mapping(tree, view, root),
        NodeKind::Scalar | NodeKind::Alias | NodeKind::Error => None,
    }
}

fn of_mapping(tree: &Tree, view: View<'_>, root: NodeId) -> Option<Shape> {
    let message = Fields { tree, view, node: root };
    let first_has = |list: &str, names: &[&str]| message.first_of(list).is_some_and(|first| first.has_any(names));
    let manager = message.field("cluster_manager");
    let first_version =
        first_has("listeners", &["filters"]) || manager.is_some_and(|manager| manager.has_any(&["clusters"]));
    if first_version && manager.is_some() && message.has_any(&["listeners"]) {
        return Some(Shape::BootstrapV1);
    }
    if BOOTSTRAP.iter().any(|(name, inside)| message.field(name).is_some_and(|field| field.has_any(inside))) {
        return Some(Shape::Bootstrap);
    }
    if first_has("configs", &["@type"]) {
        return Some(Shape::ConfigDump);
    }
    if first_has("resources", &["@type"]) {
        return Some(Shape::Discovery);
    }
    if let Some(resource) = resource(tree, view, root) {
        return (!is_printed_by_go(tree, view, root, 0)).then_some(Shape::One(resource));
    }
    // Tools print their own lists beside these; then it is no file for the program.
    let is_all =
        tree.entries(root).all(|(key, _)| matches!(&*tree.text(view, key), "clusters" | "listeners" | "secrets"));
    if !is_all {
        return None;
    }
    let of_clusters = first_has("clusters", &["load_assignment", "connect_timeout", "hosts", "lb_policy"]);
    (of_clusters || first_has("listeners", &["filter_chains"])).then_some(Shape::StaticResources)
}

/// A mapping's fields by name.
#[derive(Clone, Copy)]
struct Fields<'a> {
    tree: &'a Tree,
    view: View<'a>,
    node: NodeId,
}

impl Fields<'_> {
    fn field(&self, name: &str) -> Option<Self> {
        let is_it = |(key, _): &(NodeId, NodeId)| is_field(&self.tree.text(self.view, *key), name);
        let (_, value) = self.tree.entries(self.node).find(is_it)?;
        Some(Self { node: self.tree.resolve(value), ..*self })
    }

    fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.field(name).is_some())
    }

    /// The first item of a list.
    fn first_of(&self, name: &str) -> Option<Self> {
        let list = self.field(name).filter(|list| self.tree.kind(list.node) == NodeKind::Sequence)?;
        let first = self.tree.children(list.node).next()?;
        Some(Self { node: self.tree.resolve(first), ..*self })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.field(name).map(|field| self.tree.text(self.view, field.node).into_owned())
    }
}

/// What a message is, by the fields that only messages of this type have.
fn resource(tree: &Tree, view: View<'_>, node: NodeId) -> Option<Resource> {
    if tree.kind(node) != NodeKind::Mapping {
        return None;
    }
    let message = Fields { tree, view, node };
    if let Some(url) = message.text("@type") {
        return url.contains("envoy.").then_some(Resource::Typed);
    }
    if message.has_any(&["cluster_name"]) && message.first_of("endpoints").is_some_and(|first| first.has_any(GROUP)) {
        return Some(Resource::Endpoints);
    }
    let has_address = || message.field("address").is_some_and(|address| address.has_any(&["socket_address", "pipe"]));
    let has_chains = message.first_of("filter_chains").is_some() || message.has_any(&["default_filter_chain"]);
    let begins_with = |names| message.first_of("filter_chains").is_some_and(|chain| chain.has_any(names));
    if has_chains && (message.has_any(&["name"]) || has_address() || begins_with(&["filters", "filter_chain_match"])) {
        return Some(Resource::Listener);
    }
    if !message.has_any(&["name"]) {
        return None;
    }
    let is_type = |word: String| TYPES.contains(&word.to_ascii_uppercase().as_str());
    if message.has_any(&["load_assignment", "lb_policy", "eds_cluster_config", "cluster_type"])
        || (message.has_any(&["connect_timeout"]) && message.text("type").is_some_and(is_type))
    {
        return Some(Resource::Cluster);
    }
    if message.has_any(&["api_listener"]) {
        return Some(Resource::Listener);
    }
    let hosts = message.first_of("virtual_hosts");
    hosts.is_some_and(|host| host.has_any(&["domains"])).then_some(Resource::Routes)
}

/// How deep lists of lists of a resource are looked at: virtual hosts, routes, and what is in them.
const LISTS: usize = 4;

/// Whether structures of a Go program were printed instead of the message: of fields that exclude each other the choice has
/// a key of its own then, with a capital (`HostIdentifier`, `LbConfig`). No field of the interface begins with one; mappings,
/// whose keys may be anything, are not entered.
fn is_printed_by_go(tree: &Tree, view: View<'_>, node: NodeId, depth: usize) -> bool {
    let is_of_go = |key: NodeId| {
        let name = tree.text(view, key);
        name.starts_with(|first: char| first.is_ascii_uppercase()) && name.chars().all(char::is_alphanumeric)
    };
    let first_of = |list: NodeId| {
        let is_list = depth < LISTS && tree.kind(list) == NodeKind::Sequence;
        is_list.then(|| tree.children(list).next()).flatten().map(|first| tree.resolve(first))
    };
    tree.kind(node) == NodeKind::Mapping
        && tree.entries(node).any(|(key, value)| {
            let inner = first_of(tree.resolve(value));
            is_of_go(key) || inner.is_some_and(|inner| is_printed_by_go(tree, view, inner, depth + 1))
        })
}

/// Fields of a group of endpoints.
const GROUP: &[&str] = &["lb_endpoints", "locality", "priority", "load_balancing_weight"];
/// Types of clusters.
const TYPES: [&str; 5] = ["STATIC", "STRICT_DNS", "LOGICAL_DNS", "EDS", "ORIGINAL_DST"];

/// Whether a key names a field: as the schema spells it, or as `lowerCamelCase`.
pub fn is_field(key: &str, name: &str) -> bool {
    if key == name {
        return true;
    }
    if key.len() >= name.len() || key.as_bytes().first() != name.as_bytes().first() {
        return false;
    }
    let mut upper = false;
    let mut rest = key.chars();
    for character in name.chars() {
        if character == '_' {
            upper = true;
            continue;
        }
        let wanted = if std::mem::take(&mut upper) { character.to_ascii_uppercase() } else { character };
        if rest.next() != Some(wanted) {
            return false;
        }
    }
    rest.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_two_spellings() {
        for (key, name) in [("lb_policy", "lb_policy"), ("lbPolicy", "lb_policy"), ("type", "type")] {
            assert!(is_field(key, name), "{key}");
        }
        for (key, name) in [("lbpolicy", "lb_policy"), ("LbPolicy", "lb_policy"), ("lbPolicyX", "lb_policy")] {
            assert!(!is_field(key, name), "{key}");
        }
    }
}
