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

/// Fields of the bootstrap that no other language of configurations has at its root.
const BOOTSTRAP: [&str; 10] = [
    "static_resources",
    "staticResources",
    "dynamic_resources",
    "dynamicResources",
    "layered_runtime",
    "layeredRuntime",
    "overload_manager",
    "cluster_manager",
    "clusterManager",
    "hds_config",
];

/// What the first document of a text is for; `None` if it is no configuration of Envoy's.
pub fn shape(tree: &Tree, view: View<'_>) -> Option<Shape> {
    let root = tree.resolve(tree.root()?);
    match tree.kind(root) {
        NodeKind::Sequence => {
            let first = tree.children(root).next()?;
            resource(tree, view, tree.resolve(first)).map(Shape::List)
        }
        NodeKind::Mapping => of_mapping(tree, view, root),
        NodeKind::Scalar | NodeKind::Alias | NodeKind::Error => None,
    }
}

fn of_mapping(tree: &Tree, view: View<'_>, root: NodeId) -> Option<Shape> {
    let field = |name: &str| field(tree, view, root, name);
    let is_list = |id: &NodeId| tree.kind(*id) == NodeKind::Sequence;
    let first_has = |name: &str, wanted: &str| {
        let list = field(name).filter(is_list)?;
        let first = tree.resolve(tree.children(list).next()?);
        self::field(tree, view, first, wanted)
    };
    if let Some(manager) = field("cluster_manager")
        && field("listeners").is_some()
        && self::field(tree, view, manager, "clusters").is_some()
    {
        return Some(Shape::BootstrapV1);
    }
    if BOOTSTRAP.iter().any(|name| field(name).is_some()) {
        return Some(Shape::Bootstrap);
    }
    if first_has("configs", "@type").is_some() {
        return Some(Shape::ConfigDump);
    }
    if first_has("resources", "@type").is_some() {
        return Some(Shape::Discovery);
    }
    if let Some(resource) = resource(tree, view, root) {
        return Some(Shape::One(resource));
    }
    let of_clusters = first_has("clusters", "load_assignment").or_else(|| first_has("clusters", "connect_timeout"));
    let of_clusters =
        of_clusters.or_else(|| first_has("clusters", "hosts").or_else(|| first_has("clusters", "lb_policy")));
    let of_listeners = first_has("listeners", "filter_chains").or_else(|| first_has("listeners", "filterChains"));
    let is_admin = || field("admin").is_some_and(|admin| self::field(tree, view, admin, "address").is_some());
    if of_clusters.is_some() || of_listeners.is_some() {
        return Some(Shape::StaticResources);
    }
    is_admin().then_some(Shape::Bootstrap)
}

/// What a message is, by the fields that only messages of this type have.
fn resource(tree: &Tree, view: View<'_>, node: NodeId) -> Option<Resource> {
    if tree.kind(node) != NodeKind::Mapping {
        return None;
    }
    let has = |name: &str| field(tree, view, node, name).is_some();
    let has_any = |names: &[&str]| names.iter().any(|name| has(name));
    if let Some(url) = field(tree, view, node, "@type") {
        return tree.text(view, url).contains("envoy.").then_some(Resource::Typed);
    }
    if has_any(&["cluster_name", "clusterName"]) && has("endpoints") {
        return Some(Resource::Endpoints);
    }
    if !has("name") {
        return None;
    }
    if has_any(&[
        "load_assignment",
        "loadAssignment",
        "lb_policy",
        "lbPolicy",
        "eds_cluster_config",
        "edsClusterConfig",
    ]) || (has_any(&["connect_timeout", "connectTimeout"]) && has_any(&["type", "cluster_type", "clusterType"]))
    {
        return Some(Resource::Cluster);
    }
    if has_any(&["filter_chains", "filterChains", "listener_filters", "api_listener", "apiListener"]) {
        return Some(Resource::Listener);
    }
    has_any(&["virtual_hosts", "virtualHosts"]).then_some(Resource::Routes)
}

fn field(tree: &Tree, view: View<'_>, node: NodeId, name: &str) -> Option<NodeId> {
    let is_it = |(key, _): &(NodeId, NodeId)| tree.text(view, *key) == name;
    tree.entries(tree.resolve(node)).find(is_it).map(|(_, value)| tree.resolve(value))
}
