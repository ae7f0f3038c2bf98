//! What a running Envoy deals out, against predicted shares.

use std::path::Path;

use super::case::{Case, Placed, Test};
use super::network;
use super::peace::is_as_predicted;
use super::program::Program;
use super::traffic::{Client, Traffic};
use crate::envoy_cases::written_out;

/// Enough for any weights of these cases to come round some times.
const CYCLES: Traffic = Traffic::of(360);
/// Enough for half a point.
const MANY: Traffic = Traffic::of(20_000);
/// Keys are the same in each run, and what is in flight does not matter to them.
const KEYS: Traffic = Traffic::of(10_000).in_flight(2);
const CLIENTS: Traffic = Traffic::of(8000).in_flight(4).from(Client::NewAddresses);
const BUSY: Traffic = Traffic::of(3200).in_flight(16);

/// The routes' word for a hash of the key that each request has.
const BY_KEY: &str = "hash_policy: [{header: {header_name: x-key}}]";

#[test]
fn shares_are_as_predicted() {
    network::own("shares::envoy::shares_are_as_predicted", |folder| {
        is_as_predicted(Program::Envoy, &cases(), write, folder);
    });
}

const MANAGER: &str =
    "\"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER: &str = "http_filters: [{name: router, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]";
const PROXY: &str = "\"@type\": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

/// Words for what is long in Envoy's own.
const WORDS: [(&str, &str); 12] = [
    ("ELSEWHERE", "host_selection_retry_max_attempts: 5, NOT_AGAIN"),
    (
        "NOT_AGAIN",
        "retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts, typed_config: {'@type': \
         type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}]",
    ),
    ("BUDGET", "circuit_breakers: {thresholds: [{max_retries: 1000}]}"),
    ("BY_PLACE", "common_lb_config: {locality_weighted_lb_config: {}}"),
    ("ZONE a", "locality: {zone: a}"),
    ("ZONE b", "locality: {zone: b}"),
    ("WEIGHT", "load_balancing_weight:"),
    ("DOWN", "health_status: UNHEALTHY"),
    ("HOSTS", "lb_endpoints:"),
    ("V 1", "metadata: {filter_metadata: {envoy.lb: {v: '1'}}}"),
    ("V 2", "metadata: {filter_metadata: {envoy.lb: {v: '2'}}}"),
    ("CHECK", "interval: 0.5s, no_traffic_interval: 0.5s, timeout: 0.4s, unhealthy_threshold: 2, healthy_threshold: 1"),
];
/// A cluster, and a listener with one route, for each case. A pool's text is the settings of its cluster, its endpoints
/// and further settings of its assignment, apart by `|`; in all of them `{@1, ...}` is an endpoint. Without
/// `HOSTS` all endpoints are in one place.
pub(crate) fn write(cases: &[Placed<'_>], folder: &Path) -> String {
    let (mut listeners, mut clusters) = (String::new(), String::new());
    for placed in cases {
        let case = placed.case;
        listeners.push_str(&placed.filled(&format!("  - {}\n", listener(*placed))));
        for cluster in [case.pool].into_iter().filter(|pool| !pool.is_empty()) {
            clusters.push_str(&endpoints(*placed, &format!("  - {}\n", cluster_of("NAME", cluster))));
        }
        for (name, cluster) in case.around.lines().filter_map(|line| line.split_once(' ')) {
            clusters.push_str(&endpoints(*placed, &format!("  - {}\n", cluster_of(name, cluster))));
        }
    }
    let admin = format!("admin: {{address: {{pipe: {{path: {}/admin.sock}}}}}}", folder.display());
    let text = format!("{admin}\nstatic_resources:\n  listeners:\n{listeners}  clusters:\n{clusters}");
    written_out(&WORDS.iter().fold(text, |text, (word, stands_for)| text.replace(word, stands_for)))
}

fn listener(placed: Placed<'_>) -> String {
    let at = placed.listener();
    let address = format!("address: {{socket_address: {{address: {}, port_value: {}}}}}", at.ip(), at.port());
    let filter = if let Some(settings) = placed.case.front.strip_prefix("tcp ") {
        format!("{{name: tcp, typed_config: {{{PROXY}, stat_prefix: NAME, {settings}}}}}")
    } else {
        let routes = format!("route_config: {{name: NAME, virtual_hosts: [{}]}}", host(placed.case.front));
        format!("{{name: http, typed_config: {{{MANAGER}, stat_prefix: NAME, {ROUTER}, {routes}}}}}")
    };
    format!("{{name: NAME, {address}, filter_chains: [{{filters: [{filter}]}}]}}")
}

/// A virtual host with a route whose action is `front`.
fn host(front: &str) -> String {
    let to = if front.contains("cluster") { "" } else { "cluster: NAME, " };
    format!("{{name: all, domains: ['*'], routes: [{{match: {{prefix: /}}, route: {{{to}{front}}}}}]}}")
}

fn cluster_of(name: &str, text: &str) -> String {
    let mut parts = text.split('|').map(str::trim);
    let (settings, endpoints, further) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let comma = |text: &str| if text.is_empty() { String::new() } else { format!(", {text}") };
    let timeout = if settings.contains("connect_timeout") { "" } else { ", connect_timeout: 1s" };
    let assignment = endpoints.map(|endpoints| {
        let in_one_place = !endpoints.contains("HOSTS");
        let endpoints = if in_one_place { format!("{{lb_endpoints: [{endpoints}]}}") } else { endpoints.to_owned() };
        let further = comma(further.unwrap_or_default());
        format!(", load_assignment: {{cluster_name: {name}, endpoints: [{endpoints}]{further}}}")
    });
    format!("{{name: {name}{timeout}{}{}}}", comma(settings), assignment.unwrap_or_default())
}

/// The text with the endpoints written out.
fn endpoints(placed: Placed<'_>, text: &str) -> String {
    let text = (1..=9).fold(text.to_owned(), |text, target| {
        let at = placed.target(target);
        let address = format!("socket_address: {{address: {}, port_value: {}}}", at.ip(), at.port());
        text.replace(&format!("{{@{target}"), &format!("{{endpoint: {{address: {{{address}}}}}"))
    });
    placed.filled(&text)
}

fn cases() -> Vec<Case> {
    let groups =
        [rotating(), by_load(), by_hash(), random(), by_health(), by_locality(), subsets(), policies(), over_pools()];
    groups.into_iter().flatten().collect()
}

fn rotating() -> Vec<Case> {
    // Envoy begins anywhere in the cycle of weights.
    let around = |name: &str, pool| Case::new(name, pool, CYCLES).test(Test::ToTheRequest(1));
    vec![
        Case::new("round robin", "| {@1}, {@2}, {@3}", CYCLES),
        around("round robin, weights", "lb_policy: ROUND_ROBIN | {@1, WEIGHT 5}, {@2, WEIGHT 3}, {@3}"),
        around("one weight written", "| {@1, WEIGHT 8}, {@2}"),
        Case::new("an address twice", "| {@1}, {@1}, {@2}", CYCLES),
        Case::new("one", "| {@1}", CYCLES),
        Case::new("a priority that waits", "| {HOSTS [{@1}, {@2}]}, {priority: 1, HOSTS [{@3}]}", CYCLES),
        Case::new("no requests allowed", "circuit_breakers: {thresholds: [{max_requests: 0}]} | {@1}, {@2}", CYCLES),
        Case::new("connections", "| {@1}, {@2}, {@3}", CYCLES.from(Client::NewConnections)).front("tcp cluster: NAME"),
    ]
}

fn by_load() -> Vec<Case> {
    vec![
        Case::new("least requests, idle", "lb_policy: LEAST_REQUEST | {@1}, {@2}, {@3}", MANY).probable(),
        Case::new("least requests, idle, weights", "lb_policy: LEAST_REQUEST | {@1, WEIGHT 4}, {@2}", CYCLES).test(Test::ToTheRequest(1)),
        Case::new("least requests, busy", "lb_policy: LEAST_REQUEST | {@1}, {@2}, {@3}", BUSY).slow(3).probable(),
        Case::new("least requests, busy, weights", "lb_policy: LEAST_REQUEST | {@1, WEIGHT 4}, {@2}", BUSY).slow(3).probable(),
        Case::new("least requests, no bias", "lb_policy: LEAST_REQUEST, least_request_lb_config: {active_request_bias: {default_value: 0.0, runtime_key: bias}} | {@1, WEIGHT 3}, {@2}", CYCLES).test(Test::ToTheRequest(1)),
    ]
}

fn by_hash() -> Vec<Case> {
    let keys = |name: &str, pool| Case::new(name, pool, KEYS).front(BY_KEY).probable();
    vec![
        keys("ring", "lb_policy: RING_HASH | {@1}, {@2}, {@3}"),
        keys("ring with weights", "lb_policy: RING_HASH | {@1, WEIGHT 3}, {@2}, {@3, WEIGHT 2}"),
        keys(
            "ring of murmurs",
            "lb_policy: RING_HASH, ring_hash_lb_config: {hash_function: MURMUR_HASH_2, minimum_ring_size: 64} | {@1}, {@2}, {@3}",
        ),
        keys(
            "small ring",
            "lb_policy: RING_HASH, ring_hash_lb_config: {minimum_ring_size: 8, maximum_ring_size: 8} | {@1}, {@2}, {@3}",
        ),
        keys(
            "ring that is too small",
            "lb_policy: RING_HASH, ring_hash_lb_config: {minimum_ring_size: 2, maximum_ring_size: 2} | {@1}, {@2}, {@3}, {@4}",
        ),
        keys("table", "lb_policy: MAGLEV | {@1}, {@2}, {@3}"),
        keys("table with weights", "lb_policy: MAGLEV | {@1, WEIGHT 7}, {@2}, {@3, WEIGHT 2}"),
        keys("small table", "lb_policy: MAGLEV, maglev_lb_config: {table_size: 11} | {@1}, {@2}, {@3}"),
        Case::new("ring of addresses", "lb_policy: RING_HASH | {@1}, {@2}, {@3}", CLIENTS)
            .front("hash_policy: [{connection_properties: {source_ip: true}}]")
            .probable(),
        Case::new("ring without keys: at random", "lb_policy: RING_HASH | {@1}, {@2}, {@3}", KEYS).probable(),
        Case::new("table without one", "lb_policy: MAGLEV | {@1}, {@2, DOWN}, {@3}", KEYS).front(BY_KEY).probable(),
    ]
}

fn random() -> Vec<Case> {
    vec![
        Case::new("random", "lb_policy: RANDOM | {@1}, {@2}, {@3}", MANY).probable(),
        Case::new("random knows no weights", "lb_policy: RANDOM | {@1, WEIGHT 9}, {@2}", MANY).probable(),
        Case::new("random, weighted places", "lb_policy: RANDOM, BY_PLACE | {ZONE a, WEIGHT 10, HOSTS [{@1, WEIGHT 9}, {@2}]}, {ZONE b, WEIGHT 30, HOSTS [{@3}]}", MANY).probable(),
    ]
}

fn by_health() -> Vec<Case> {
    let probable = |name: &str, pool| Case::new(name, pool, KEYS).probable();
    let cycles = |name: &str, pool| Case::new(name, pool, CYCLES);
    vec![
        cycles("one unhealthy", "| {@1}, {@2, DOWN}, {@3}"),
        cycles("one leaves", "| {@1}, {@2, health_status: DRAINING}, {@3, health_status: TIMEOUT}, {@4}"),
        cycles("panic", "| {@1}, {@2, DOWN}, {@3, DOWN}"),
        cycles("no panic", "common_lb_config: {healthy_panic_threshold: {value: 0}} | {@1}, {@2, DOWN}, {@3, DOWN}"),
        cycles(
            "panic that fails",
            "common_lb_config: {zone_aware_lb_config: {fail_traffic_on_panic: true}} | {@1}, {@2, DOWN}, {@3, DOWN}",
        ),
        cycles(
            "nobody and no panic",
            "common_lb_config: {healthy_panic_threshold: {value: 0}} | {@1, DOWN}, {@2, DOWN}",
        ),
        cycles("all degraded", "| {@1, health_status: DEGRADED}, {@2, health_status: DEGRADED}"),
        probable(
            "healthy first, then degraded",
            "| {@1}, {@2, health_status: DEGRADED}, {@3, health_status: DEGRADED}",
        ),
        probable("half of a priority", "| {HOSTS [{@1}, {@2, DOWN}]}, {priority: 1, HOSTS [{@3}]}"),
        probable(
            "no overprovisioning",
            "| {HOSTS [{@1}, {@2}, {@3}, {@4, DOWN}]}, {priority: 1, HOSTS [{@5}]} | policy: {overprovisioning_factor: 100}",
        ),
        cycles("a priority that is gone", "| {HOSTS [{@1, DOWN}]}, {priority: 1, HOSTS [{@2}, {@3}]}"),
        probable(
            "weights are health",
            "| {HOSTS [{@1}, {@2, WEIGHT 9, DOWN}]}, {priority: 1, HOSTS [{@3}]} | policy: {weighted_priority_health: true}",
        ),
        probable(
            "all priorities panic",
            "| {HOSTS [{@1}, {@2, DOWN}, {@3, DOWN}, {@4, DOWN}]}, {priority: 1, HOSTS [{@5}, {@6, DOWN}, {@7, DOWN}, {@8, DOWN}]}",
        ),
        probable(
            "some are dropped",
            "| {@1}, {@2} | policy: {drop_overloads: [{category: drill, drop_percentage: {numerator: 30}}]}",
        ),
    ]
}

fn by_locality() -> Vec<Case> {
    const PLACES: &str = "| {ZONE a, WEIGHT 10, HOSTS [{@1}]}, {ZONE b, WEIGHT 90, HOSTS [{@2}]}";
    let around = |name: &str, pool| Case::new(name, pool, Traffic::of(400)).test(Test::ToTheRequest(2));
    vec![
        around("places whose weights nobody asked for", PLACES),
        around("weighted places", "BY_PLACE | {ZONE a, WEIGHT 10, HOSTS [{@1}]}, {ZONE b, WEIGHT 90, HOSTS [{@2}]}"),
        around(
            "weighted places and endpoints",
            "BY_PLACE | {ZONE a, WEIGHT 1, HOSTS [{@1, WEIGHT 9}, {@2}]}, {ZONE b, WEIGHT 1, HOSTS [{@3}]}",
        ),
        around("a place without a weight", "BY_PLACE | {ZONE a, HOSTS [{@1}]}, {ZONE b, WEIGHT 1, HOSTS [{@2}]}"),
        around(
            "a place that is half gone",
            "BY_PLACE | {ZONE a, WEIGHT 1, HOSTS [{@1}, {@2, DOWN}]}, {ZONE b, WEIGHT 1, HOSTS [{@3}, {@4}]}",
        ),
        Case::new(
            "a table of places",
            "lb_policy: MAGLEV, BY_PLACE | {ZONE a, WEIGHT 1, HOSTS [{@1}, {@2}]}, {ZONE b, WEIGHT 3, HOSTS [{@3}]}",
            KEYS,
        )
        .front(BY_KEY)
        .probable(),
    ]
}

fn subsets() -> Vec<Case> {
    const OF_ONE: &str = "metadata_match: {filter_metadata: {envoy.lb: {v: '1'}}}";
    const OF_NONE: &str = "metadata_match: {filter_metadata: {envoy.lb: {v: '7'}}}";
    const NONE: &str = "lb_subset_config: {subset_selectors: [{keys: [v]}]} | {@1, V 1}, {@2, V 1}, {@3, V 2}";
    const ANY: &str = "lb_subset_config: {fallback_policy: ANY_ENDPOINT, subset_selectors: [{keys: [v]}]} | {@1, V 1}, {@2}, {@3, V 2}";
    const DEFAULT: &str = "lb_subset_config: {fallback_policy: DEFAULT_SUBSET, default_subset: {v: '2'}, subset_selectors: [{keys: [v]}]} | {@1, V 1}, {@2, V 1}, {@3, V 2}";
    // Which endpoints a request asks for is not modelled.
    let case = |name: &str, pool, front| Case::new(name, pool, CYCLES).front(front).of_listener().test(Test::Unknown);
    vec![
        case("a subset", NONE, OF_ONE),
        case("a subset that is none", NONE, OF_NONE),
        case("no subset asked for", NONE, ""),
        case("any endpoint", ANY, OF_NONE),
        case("the default subset", DEFAULT, OF_NONE),
    ]
}

fn policies() -> Vec<Case> {
    let cycles = |name: &str, pool| Case::new(name, pool, CYCLES).test(Test::ToTheRequest(1));
    vec![
        cycles("policy: round robin over maglev", "lb_policy: MAGLEV, load_balancing_policy: {policies: [{policy round_robin.v3.RoundRobin}]} | {@1}, {@2}"),
        cycles("policy: weights that clients learn", "load_balancing_policy: {policies: [{policy client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin}]} | {@1}, {@2}").test(Test::Unknown),
        Case::new("policy: places", "load_balancing_policy: {policies: [{typed_extension_config: {name: p, typed_config: {'@type': type.googleapis.com/envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality, endpoint_picking_policy: {policies: [{policy client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin}]}}}}]} | {ZONE a, WEIGHT 1, HOSTS [{@1}]}, {ZONE b, WEIGHT 3, HOSTS [{@2}]}", CYCLES).test(Test::ToTheRequest(2)),
        Case::new("policy: random", "load_balancing_policy: {policies: [{policy random.v3.Random}]} | {@1, WEIGHT 5}, {@2}", MANY).probable(),
    ]
}

fn over_pools() -> Vec<Case> {
    const TWO: &str = "NAME-a | {HOSTS [{@1}, {@2}]}\nNAME-b | {@3}";
    let split =
        |name: &str, around, front| Case::new(name, "", KEYS).around(around).front(front).of_listener().probable();
    vec![
        split("split", TWO, "weighted_clusters: {clusters: [{name: NAME-a, weight: 90}, {name: NAME-b, weight: 10}]}"),
        split(
            "split of 1000",
            TWO,
            "weighted_clusters: {clusters: [{name: NAME-a, weight: 1}, {name: NAME-b, weight: 3}]}",
        ),
        split(
            "all to one",
            TWO,
            "weighted_clusters: {clusters: [{name: NAME-a, weight: 0}, {name: NAME-b, weight: 5}]}",
        ),
        Case {
            traffic: CLIENTS.from(Client::NewConnections),
            ..split(
                "connections split",
                TWO,
                "tcp weighted_clusters: {clusters: [{name: NAME-a, weight: 2}, {name: NAME-b, weight: 1}]}",
            )
        },
        Case {
            pool: "lb_policy: CLUSTER_PROVIDED, cluster_type: {name: envoy.clusters.aggregate, typed_config: {'@type': type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig, clusters: [NAME-a, NAME-b]}}",
            ..split("an aggregate", "NAME-a | {HOSTS [{@1}, {@2, DOWN}]}\nNAME-b | {@3}", "cluster: NAME")
        },
    ]
}
