//! Route configurations and stream proxies: which cluster gets what.

use super::Lowering;
use super::facts::Facts;
use super::shadow::Shadows;
use crate::model::{
    Branch, Clients, Destination, ForwardingId, Guard, ListenerId, Namespace, Presence, Reference, Route, RouteKind,
    RouteSource, Text, Unresolved, Whereabouts, Why, WrittenTotal,
};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// A rule that is being read.
#[derive(Clone, Debug)]
struct Rule {
    kind: RouteKind,
    guard: Guard,
    at: Span,
    hosts: Option<u32>,
    total: Option<WrittenTotal>,
    forwarding: Option<ForwardingId>,
    /// What becomes of it when its cluster is not defined.
    unresolved: Unresolved,
}

impl<'a> Lowering<'a, '_> {
    /// All virtual hosts of a route configuration; `unresolved`: what becomes of clusters that are not defined, unless it
    /// says otherwise itself.
    pub(super) fn route_configuration(&mut self, config: &Message<'a>, listener: ListenerId, unresolved: Unresolved) {
        let unresolved = match config.field("validate_clusters") {
            None => unresolved,
            Some(_) if config.has("validate_clusters") => Unresolved::Refused,
            Some(_) => Unresolved::RequestsFail,
        };
        if config.field("vhds").is_some() {
            self.unit.computed_routes = true;
        }
        self.faults_of_routes(config, listener);
        self.note_uses_of_replaced_filters(config);
        for host in config.list("virtual_hosts") {
            self.scopes += 1;
            self.host_names(config, &host, listener);
            self.faults_of_routes(&host, listener);
            self.note_uses_of_replaced_filters(&host);
            self.virtual_host(config, &host, listener, unresolved);
        }
        self.settle_faults(listener);
    }

    fn virtual_host(&mut self, config: &Message<'a>, host: &Message<'a>, listener: ListenerId, unresolved: Unresolved) {
        if host.field("matcher").is_some() {
            self.unit.computed_routes = true;
        }
        let takes_all = host.list("domains").any(|domain| domain.text().is_some_and(|domain| domain == "*"));
        let hosts = hosts(host);
        let mut shadows = Shadows::default();
        for route in host.list("routes") {
            // The first API writes the conditions beside the action.
            let condition = route.field("match").unwrap_or(route);
            let taken = shadows.add(&condition, place(&route));
            let posts_go_to = shadows.taker_of_posts(&condition, place(&route));
            if let Some(at) = condition.list("headers").find_map(|header| tells_of_proxy(&header)) {
                self.tell_clients(listener, Clients::BehindProxy(at));
            }
            self.faults_of_routes(&route, listener);
            self.note_uses_of_replaced_filters(&route);
            self.count_for_faults([config, host, &route]);
            let Some(action) = action(&route) else { continue };
            let guard = match taken {
                Some(taker) => Guard::Taken(taker),
                None if super::shadow::lacks_slash(&condition) => Guard::Unmatched,
                None if takes_all && is_everything(&condition) => Guard::Always,
                None => Guard::When { at: condition.span(), fallback: false },
            };
            let kind = if guard == Guard::Always { RouteKind::Default } else { RouteKind::Rule };
            let forwarding = Some(self.forwarding_of_route([config, host, &action], &condition, posts_go_to));
            let rule = Rule { kind, guard, at: place(&route), hosts, total: None, forwarding, unresolved };
            self.route_action(&action, RouteSource::Listener(listener), &rule);
            if !matches!(rule.guard, Guard::Taken(_) | Guard::Unmatched) {
                self.note_way_in(listener, Some(&condition), &action, rule.at);
            }
            for level in [&action, host, config] {
                if let Some(policies) = level.field("request_mirror_policies") {
                    self.mirrors(&policies, RouteSource::Listener(listener), &rule);
                    break;
                }
            }
        }
    }

    /// Where an action leads: a cluster, a split, or what the request says.
    fn route_action(&mut self, action: &Message<'a>, from: RouteSource, rule: &Rule) {
        if let Some(cluster) = action.field("cluster") {
            let name = self.refer(&cluster, rule.unresolved);
            return self.push_route(from, rule, Destination::Pool(name, None));
        }
        if let Some(split) = action.field("weighted_clusters") {
            let branches = self.branches(&split, rule.unresolved);
            let rule = Rule { total: written_total(&split), ..rule.clone() };
            return self.push_route(from, &rule, Destination::Split(branches));
        }
        let computed = ["cluster_header", "cluster_specifier_plugin", "inline_cluster_specifier_plugin"];
        if let Some(field) = action.any(&computed) {
            self.unit.computed_routes = true;
            self.push_route(from, rule, Destination::Computed(Why::Request, field.first_line()));
        }
    }

    /// `clusters: [{name, weight}]`; a weight counts in proportion to the sum of all (research 3.7).
    fn branches(&mut self, split: &Message<'a>, unresolved: Unresolved) -> Vec<Branch> {
        let entries: Vec<Message<'a>> = split.list("clusters").collect();
        let weight = |entry: &Message<'_>| u64::try_from(entry.field("weight")?.integer()?).ok();
        let total: u64 = entries.iter().filter_map(weight).sum();
        let mut branches = Vec::with_capacity(entries.len());
        for entry in entries {
            self.note_uses_of_replaced_filters(&entry);
            let Some(cluster) = entry.field("name") else {
                self.unit.computed_routes |= entry.field("cluster_header").is_some();
                continue;
            };
            let name = self.refer(&cluster, unresolved);
            // What has a weight has a part, however small.
            let part = |weight: u64| (weight * 10_000 / total).max(u64::from(weight > 0)) as u32;
            let part = weight(&entry).filter(|_| total > 0).map(part);
            branches.push(Branch { name, pool: None, weight: part, at: entry.place("weight") });
        }
        branches
    }

    fn mirrors(&mut self, policies: &Message<'a>, from: RouteSource, rule: &Rule) {
        for policy in policies.items() {
            let Some(cluster) = policy.field("cluster") else {
                self.unit.computed_routes |= policy.field("cluster_header").is_some();
                continue;
            };
            let name = self.refer(&cluster, rule.unresolved);
            let copies = Rule { kind: RouteKind::Mirror, at: cluster.span(), ..rule.clone() };
            let to = match part_that_is_copied(&policy) {
                None => Destination::Pool(name, None),
                weight => Destination::Split(vec![Branch { name, pool: None, weight, at: cluster.span() }]),
            };
            self.push_route(from, &copies, to);
        }
    }

    /// A filter that hands on connections or datagrams.
    pub(super) fn stream(&mut self, config: &Message<'a>, listener: ListenerId, unresolved: Unresolved) {
        self.scopes += 1;
        let at = config.place(if config.field("cluster").is_some() { "cluster" } else { "weighted_clusters" });
        let forwarding = Some(self.forwarding_of_stream(config));
        let rule = Rule {
            kind: RouteKind::Default,
            guard: Guard::Always,
            at,
            hosts: None,
            total: None,
            forwarding,
            unresolved,
        };
        self.route_action(config, RouteSource::Listener(listener), &rule);
        self.note_way_in(listener, None, config, at);
        // The first API has a table of routes, the matcher of `udp_proxy` is computed.
        for route in config.path(&["route_config", "routes"]).into_iter().flat_map(|routes| routes.items()) {
            self.route_action(&route, RouteSource::Listener(listener), &rule);
        }
        if config.field("matcher").is_some() {
            self.unit.computed_routes = true;
        }
        if let Some(logs) = config.field("access_log") {
            self.note_uses(&logs);
        }
    }

    /// Filters of other protocols: every cluster that they name may get traffic.
    pub(super) fn other_filter(&mut self, config: &Message<'a>, listener: ListenerId) {
        self.scopes += 1;
        for cluster in super::names::clusters_in(config) {
            let name = Text(self.text(&cluster).0);
            let guard = Guard::When { at: cluster.span(), fallback: false };
            let unresolved = Unresolved::RequestsFail;
            let (kind, at) = (RouteKind::Rule, cluster.span());
            let rule = Rule { kind, guard, at, hosts: None, total: None, forwarding: None, unresolved };
            self.push_route(RouteSource::Listener(listener), &rule, Destination::Pool(name, None));
        }
        self.note_uses_of_filter(config);
    }

    /// Notes that a route names a cluster.
    pub(super) fn refer(&mut self, cluster: &Message<'a>, unresolved: Unresolved) -> Text {
        let name = self.text(cluster);
        if cluster.text().is_some() {
            self.unit.names.references.push(Reference {
                namespace: Namespace::Pool,
                scope: 0,
                name,
                at: cluster.span(),
                whereabouts: Whereabouts::Nowhere,
                unresolved,
            });
        }
        name
    }

    fn push_route(&mut self, from: RouteSource, rule: &Rule, to: Destination) {
        if !self.may_add() {
            self.unit.computed_routes = true;
            return;
        }
        let Rule { kind, guard, at, hosts, total, forwarding, .. } = rule.clone();
        let scope = self.scopes;
        let presence = Presence::Always;
        self.unit.routes.push(Route { from, kind, at, scope, to, guard, hosts, total, presence, forwarding });
    }
}

/// `runtime_fraction` of a mirror policy, in units of 0.01 %; `None` where all requests are copied.
fn part_that_is_copied(policy: &Message<'_>) -> Option<u32> {
    let fraction = policy.path(&["runtime_fraction", "default_value"])?;
    let numerator = fraction.field("numerator").map_or(Some(0), |value| u64::try_from(value.integer()?).ok())?;
    let denominator = match fraction.text_of("denominator").as_deref() {
        Some("TEN_THOUSAND") => 10_000,
        Some("MILLION") => 1_000_000,
        _ => 100,
    };
    let part = (numerator * 10_000 / denominator).max(u64::from(numerator > 0));
    u32::try_from(part).ok().filter(|part| *part < 10_000)
}

/// Where a condition asks for a header that a proxy in front adds.
fn tells_of_proxy(header: &Message<'_>) -> Option<Span> {
    const HEADERS: [&str; 5] =
        ["x-forwarded-for", "x-forwarded-port", "x-real-ip", "cf-connecting-ip", "true-client-ip"];
    let name = header.text_of("name")?.to_ascii_lowercase();
    HEADERS.contains(&name.as_str()).then(|| header.place("name"))
}

/// `total_weight`, where the weights make another sum. Envoy 1.40 does not read it (measured; earlier versions refused it).
fn written_total(split: &Message<'_>) -> Option<WrittenTotal> {
    let number = |message: &Message<'_>| u64::try_from(message.integer()?).ok();
    let written = number(&split.field("total_weight")?)?;
    let weights = split.list("clusters").map(|entry| number(&entry.field("weight")?));
    let sum = weights.sum::<Option<u64>>()?;
    (written != sum).then(|| WrittenTotal { written, sum, at: split.place("total_weight") })
}

/// How many names a virtual host has; `None` if one of them stands for any number.
fn hosts(host: &Message<'_>) -> Option<u32> {
    let mut count = 0;
    for domain in host.list("domains") {
        domain.text().filter(|domain| !domain.contains('*'))?;
        count += 1;
    }
    (count > 0).then_some(count)
}

/// The part of a route that sends to clusters; in the first API the route itself. Redirects and fixed answers have none.
fn action<'a>(route: &Message<'a>) -> Option<Message<'a>> {
    if let Some(action) = route.field("route") {
        return Some(action);
    }
    ["cluster", "weighted_clusters", "cluster_header"].iter().find_map(|name| route.field(name)).map(|_| *route)
}

/// A route's first line, or its name.
fn place(route: &Message<'_>) -> Span {
    match route.field("match") {
        Some(condition) if condition.is_mapping() => condition.first_line(),
        _ => route.first_line(),
    }
}

/// `prefix: "/"` and nothing else.
fn is_everything(condition: &Message<'_>) -> bool {
    let is_action =
        |key: &str| matches!(key, "cluster" | "weighted_clusters" | "timeout_ms" | "retry_policy" | "case_sensitive");
    let others = condition.entries().any(|(key, _)| key != "prefix" && !is_action(&key));
    condition.text_of("prefix").is_some_and(|prefix| prefix == "/") && !others
}
