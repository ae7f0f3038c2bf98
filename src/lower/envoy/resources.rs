//! Everything that the texts of a unit define, wherever it stands: clusters, listeners, routes, endpoints.

use rustc_hash::FxHashMap;

use super::Part;
use crate::source::Span;
use crate::syntax::envoy::Message;
use crate::syntax::envoy::{Resource, Shape, is_field};

/// Everything that the texts of a unit define.
#[derive(Debug, Default)]
pub(super) struct Resources<'a> {
    pub(super) clusters: Vec<Message<'a>>,
    pub(super) listeners: Vec<Message<'a>>,
    /// Where a cluster is named that stands for the proxies themselves.
    pub(super) own_cluster: Option<Span>,
    /// The administration interface.
    pub(super) administration: Option<Message<'a>>,
    /// Where it is written in which zone the proxy runs.
    pub(super) own_locality: Option<Span>,
    routes: Vec<Message<'a>>,
    routes_by_name: FxHashMap<String, usize>,
    endpoints: FxHashMap<String, Assignment<'a>>,
    /// What is neither, but may name clusters: tracing, statistics, control planes.
    pub(super) others: Vec<Message<'a>>,
    /// Code and filters that stand by themselves: anything in them may name clusters.
    pub(super) extensions: Vec<Message<'a>>,
    /// What the program is started with.
    pub(super) bootstraps: Vec<Message<'a>>,
    extent: Extent,
    /// Clusters come from elsewhere, too.
    pub(super) clusters_are_remote: bool,
    /// Listeners come from elsewhere, too.
    pub(super) listeners_are_remote: bool,
}

/// How much of a configuration the texts are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    /// Resources by themselves.
    #[default]
    Part,
    /// What the program is started with is among them.
    Whole,
    /// The dump of a running program is among them: what it does not hold is not there.
    Dump,
}

/// The endpoints of a cluster that stand by themselves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assignment<'a> {
    pub(super) message: Message<'a>,
    /// Nothing else is in its file.
    pub(super) is_alone: bool,
}

impl<'a> Resources<'a> {
    pub(super) fn collect(parts: &'a [Part<'a>]) -> Self {
        let mut resources = Self::default();
        for part in parts {
            let Some(root) = part.tree.root() else { continue };
            resources.add_part(part.shape, Message::new(part.tree, part.view, root));
        }
        for (position, routes) in resources.routes.iter().enumerate() {
            if let Some(name) = routes.text_of("name") {
                resources.routes_by_name.entry(name.into_owned()).or_insert(position);
            }
        }
        resources
    }

    fn add_part(&mut self, shape: Shape, root: Message<'a>) {
        match shape {
            Shape::Bootstrap => self.bootstrap(&root),
            Shape::BootstrapV1 => {
                self.extent = self.extent.max(Extent::Whole);
                self.administration = root.field("admin");
                self.first_version_clusters(&root);
                self.listeners.extend(root.list("listeners"));
                self.clusters_are_remote |= root.path(&["cluster_manager", "cds"]).is_some();
                self.listeners_are_remote |= root.field("lds").is_some();
                self.others.push(root);
            }
            Shape::StaticResources => {
                self.static_resources(&root);
                root.list("routes").for_each(|item| self.add(Resource::Routes, item));
                root.list("endpoints").for_each(|item| self.add(Resource::Endpoints, item));
            }
            Shape::Discovery => self.discovery(&root),
            Shape::ConfigDump => self.dump(&root),
            Shape::List(resource) => root.items().for_each(|item| self.add(resource, item)),
            Shape::One(resource) => self.add(resource, root),
        }
    }

    fn discovery(&mut self, root: &Message<'a>) {
        let is_alone = root.list("resources").nth(1).is_none();
        root.list("resources").for_each(|resource| self.typed(resource, is_alone));
    }

    /// In the first API the control planes' own clusters stand in what asks them.
    fn first_version_clusters(&mut self, root: &Message<'a>) {
        let Some(manager) = root.field("cluster_manager") else { return };
        self.clusters.extend(manager.list("clusters"));
        self.clusters.extend(["sds", "cds"].iter().filter_map(|name| manager.path(&[name, "cluster"])));
    }

    fn bootstrap(&mut self, root: &Message<'a>) {
        self.administration = root.field("admin").or(self.administration);
        let manager = root.field("cluster_manager");
        let own = manager.filter(|manager| manager.field("local_cluster_name").is_some());
        self.own_cluster = own.map(|manager| manager.place("local_cluster_name")).or(self.own_cluster);
        let node = root.field("node").filter(|node| node.field("locality").is_some());
        self.own_locality = node.map(|node| node.place("locality")).or(self.own_locality);
        self.extent = self.extent.max(Extent::Whole);
        if let Some(resources) = root.field("static_resources") {
            self.static_resources(&resources);
        }
        let dynamic = root.field("dynamic_resources");
        let remote = |name: &str| {
            let source = dynamic.and_then(|dynamic| dynamic.field(name));
            source.is_some_and(|source| file_of(&source).is_none_or(|path| is_binary(&path)))
        };
        self.clusters_are_remote |= remote("cds_config");
        self.listeners_are_remote |= remote("lds_config");
        self.own_uses(root);
        self.bootstraps.push(*root);
    }

    /// What the program itself uses clusters for: its control plane, tracing, statistics, runtime settings, logs.
    fn own_uses(&mut self, bootstrap: &Message<'a>) {
        const OTHERS: [&str; 3] = ["static_resources", "node", "bootstrap_extensions"];
        let is_own = |key: &str| !OTHERS.iter().any(|name| is_field(key, name));
        self.others.extend(bootstrap.entries().filter(|(key, _)| is_own(key)).map(|(_, value)| value));
        self.extensions.extend(bootstrap.field("bootstrap_extensions"));
    }

    fn static_resources(&mut self, resources: &Message<'a>) {
        self.clusters.extend(resources.list("clusters"));
        self.listeners.extend(resources.list("listeners"));
        self.others.extend(resources.field("secrets"));
    }

    fn typed(&mut self, resource: Message<'a>, is_alone: bool) {
        let url = resource.text_of("@type").unwrap_or_default();
        match url.rsplit(['.', '/']).next().unwrap_or_default() {
            "Cluster" => self.add(Resource::Cluster, resource),
            "ClusterLoadAssignment" => self.add_endpoints(resource, is_alone),
            "Listener" => self.add(Resource::Listener, resource),
            "RouteConfiguration" => self.add(Resource::Routes, resource),
            // A wrapper with name and version around the resource itself.
            "Resource" => resource.field("resource").into_iter().for_each(|inner| self.typed(inner, is_alone)),
            _ => self.extensions.push(resource),
        }
    }

    fn add(&mut self, kind: Resource, message: Message<'a>) {
        match kind {
            Resource::Cluster => self.clusters.push(message),
            Resource::Listener => self.listeners.push(message),
            Resource::Routes => self.routes.push(message),
            Resource::Endpoints => self.add_endpoints(message, true),
            Resource::Typed => self.typed(message, true),
        }
    }

    fn add_endpoints(&mut self, message: Message<'a>, is_alone: bool) {
        if let Some(name) = message.text_of("cluster_name") {
            self.endpoints.insert(name.into_owned(), Assignment { message, is_alone });
        }
    }

    /// What `/config_dump` prints: the bootstrap once more, and each resource in a wrapper with its version. Asked for a part
    /// it prints that: wrappers alone with `?resource=`, empty lists with `?name_regex=` (1.40.0).
    fn dump(&mut self, root: &Message<'a>) {
        self.extent = Extent::Dump;
        for config in root.list("configs") {
            config.field("bootstrap").iter().for_each(|bootstrap| self.own_uses(bootstrap));
            for (list, wrapped, kind) in DUMPED {
                for entry in config.list(list) {
                    if let Some(resource) = entry.path(wrapped) {
                        self.add(*kind, resource);
                    }
                }
            }
            for (wrapped, kind) in DUMPED_ALONE {
                config.path(wrapped).into_iter().for_each(|resource| self.add(*kind, resource));
            }
        }
        self.clusters_are_remote |= self.clusters.is_empty();
        self.listeners_are_remote |= self.listeners.is_empty();
    }

    pub(super) fn is_whole(&self) -> bool {
        self.extent != Extent::Part
    }

    pub(super) fn is_dump(&self) -> bool {
        self.extent == Extent::Dump
    }

    /// The route configuration of this name.
    pub(super) fn routes_named(&self, name: &str) -> Option<&Message<'a>> {
        self.routes_by_name.get(name).and_then(|position| self.routes.get(*position))
    }

    /// The endpoints of a cluster that are in some text.
    pub(super) fn endpoints_of(&self, name: &str) -> Option<&Assignment<'a>> {
        self.endpoints.get(name)
    }

    /// Route configurations that no listener here names: of a fragment, all there are.
    pub(super) fn routes_without_listener(&self) -> &[Message<'a>] {
        if self.listeners.is_empty() { &self.routes } else { &[] }
    }
}

/// Lists of a dump, the way to the resource in each entry, and what it is.
const DUMPED: &[(&str, &[&str], Resource)] = &[
    ("static_clusters", &["cluster"], Resource::Cluster),
    ("dynamic_active_clusters", &["cluster"], Resource::Cluster),
    ("dynamic_warming_clusters", &["cluster"], Resource::Cluster),
    ("static_listeners", &["listener"], Resource::Listener),
    ("dynamic_listeners", &["active_state", "listener"], Resource::Listener),
    ("static_route_configs", &["route_config"], Resource::Routes),
    ("dynamic_route_configs", &["route_config"], Resource::Routes),
    ("static_endpoint_configs", &["endpoint_config"], Resource::Endpoints),
    ("dynamic_endpoint_configs", &["endpoint_config"], Resource::Endpoints),
];

/// The ways to the resources in wrappers, which stand alone in a dump of one kind of resource.
const DUMPED_ALONE: &[(&[&str], Resource)] = &[
    (&["cluster"], Resource::Cluster),
    (&["listener"], Resource::Listener),
    (&["active_state", "listener"], Resource::Listener),
    (&["route_config"], Resource::Routes),
    (&["endpoint_config"], Resource::Endpoints),
];

/// Whether a path names a file in one of the formats that are no text for people: it is not read.
fn is_binary(path: &Message<'_>) -> bool {
    path.text().is_some_and(|path| path.ends_with(".pb") || path.ends_with(".pb_text"))
}

/// The file that a source of configuration names, if it is one.
pub(super) fn file_of<'a>(source: &Message<'a>) -> Option<Message<'a>> {
    source.path(&["path_config_source", "path"]).or_else(|| source.field("path"))
}
