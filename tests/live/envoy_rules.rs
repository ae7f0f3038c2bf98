//! What Envoy's own code refuses, beyond its schema: each rule is asked of the program, and of lblint.

use lblint::analysis::analyze;
use lblint::finding::Severity;
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};

use crate::envoy::{available, in_parallel, judge};

const ROUTER: &str =
    "{name: r, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}";

/// What a case puts into a configuration that is otherwise right.
#[derive(Clone)]
struct Case {
    /// Fields of the cluster `a`.
    cluster: String,
    /// A further cluster.
    second: String,
    filters: String,
    hosts: String,
    /// Fields of the listener, beside its chains.
    listener: String,
    /// Behind the first filter chain.
    chains: String,
}

impl Case {
    fn right() -> Self {
        let endpoint = "{endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}}";
        Self {
            cluster: format!("load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{endpoint}]}}]}}"),
            second: String::new(),
            filters: ROUTER.to_owned(),
            hosts: "{name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: a}}]}".to_owned(),
            listener: String::new(),
            chains: String::new(),
        }
    }

    fn text(&self) -> String {
        let manager =
            "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
        let Self { cluster, second, filters, hosts, listener, chains } = self;
        format!(
            "static_resources:
  clusters:
  - {{name: a, {cluster}}}
{second}
  listeners:
  - name: l
    address: {{socket_address: {{address: 127.0.0.1, port_value: 8080}}}}
{listener}
    filter_chains:
    - filters:
      - name: h
        typed_config:
          '@type': {manager}
          stat_prefix: h
          route_config: {{name: r, virtual_hosts: [{hosts}]}}
          http_filters: [{filters}]
{chains}
"
        )
    }
}

fn http(kind: &str) -> String {
    format!("{{name: x, typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters.http.{kind}}}}}")
}

/// One case for each rule, beside one that comes close.
fn cases() -> Vec<(&'static str, Case)> {
    [listeners(), routes(), clusters()].concat()
}

fn listeners() -> Vec<(&'static str, Case)> {
    let right = Case::right();
    let filters = |filters: String| Case { filters, ..right.clone() };
    vec![
        ("nothing", right.clone()),
        ("a chain without a router", filters(http("cors.v3.Cors"))),
        ("a fault at the end", filters(http("fault.v3.HTTPFault"))),
        ("two filters without a router", filters(format!("{}, {}", http("cors.v3.Cors"), http("lua.v3.Lua")))),
        ("a filter before the router", filters(format!("{}, {ROUTER}", http("cors.v3.Cors")))),
        ("a filter behind the router", filters(format!("{ROUTER}, {}", http("cors.v3.Cors")))),
        ("no filter", filters(String::new())),
        ("a filter without a configuration", filters(format!("{{name: envoy.filters.http.cors}}, {ROUTER}"))),
        (
            "a filter with an empty configuration",
            filters(format!("{{name: envoy.filters.http.cors, typed_config: {{}}}}, {ROUTER}")),
        ),
        ("an optional filter without one", filters(format!("{{name: x, is_optional: true}}, {ROUTER}"))),
        (
            "a logger without a configuration",
            Case { listener: "    access_log: [{name: envoy.access_loggers.stdout}]".to_owned(), ..right.clone() },
        ),
        ("two chains for everything", Case { chains: "    - {filters: []}".to_owned(), ..right.clone() }),
        (
            "a chain for some",
            Case {
                chains: "    - {filter_chain_match: {destination_port: 81}, filters: []}".to_owned(),
                ..right.clone()
            },
        ),
    ]
}

fn routes() -> Vec<(&'static str, Case)> {
    let hosts = |hosts: &str| Case { hosts: hosts.to_owned(), ..Case::right() };
    let split = |clusters: &str| {
        hosts(&format!(
            "{{name: v, domains: ['*'], routes: [{{match: {{prefix: /}}, route: {{weighted_clusters: {{clusters: [{clusters}]}}}}}}]}}"
        ))
    };
    vec![
        ("a domain twice", hosts("{name: v, domains: [a.example, A.example], routes: []}")),
        ("a domain in two hosts", hosts("{name: v, domains: [a.example]}, {name: w, domains: [a.example]}")),
        ("two domains", hosts("{name: v, domains: [a.example]}, {name: w, domains: [b.example]}")),
        ("weights of 0", split("{name: a, weight: 0}")),
        ("a branch without a weight", split("{name: a}")),
        ("a split", split("{name: a, weight: 0}, {name: a, weight: 7}")),
        ("an unknown cluster", hosts("{name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: b}}]}")),
        (
            "a field that is switched off",
            hosts(
                "{name: v, domains: ['*'], rate_limits: [{actions: [{dynamic_metadata: {descriptor_key: k, metadata_key: {key: a, path: [{key: b}]}}}]}]}",
            ),
        ),
    ]
}

fn clusters() -> Vec<(&'static str, Case)> {
    let right = Case::right();
    let more = |fields: &str| Case { cluster: format!("{fields}, {}", right.cluster), ..right.clone() };
    let check = "timeout: 1s, interval: 1s, unhealthy_threshold: 1, healthy_threshold: 1, tcp_health_check: {}";
    let policies = "type.googleapis.com/envoy.extensions.load_balancing_policies";
    vec![
        (
            "a name among addresses",
            Case { cluster: right.cluster.replace("10.0.0.1", "host.example"), ..right.clone() },
        ),
        ("a cluster twice", Case { second: format!("  - {{name: a, {}}}", right.cluster), ..right.clone() }),
        (
            "LOGICAL_DNS with two endpoints",
            Case {
                cluster: format!(
                    "type: LOGICAL_DNS, {}",
                    right.cluster.replace(
                        "lb_endpoints: [",
                        "lb_endpoints: [{endpoint: {address: {socket_address: {address: 10.0.0.2, port_value: 80}}}}, "
                    )
                ),
                ..right.clone()
            },
        ),
        ("EDS without a source", Case { cluster: "type: EDS".to_owned(), ..right.clone() }),
        ("ORIGINAL_DST that rotates", Case { cluster: "type: ORIGINAL_DST".to_owned(), ..right.clone() }),
        (
            "ORIGINAL_DST",
            Case { cluster: "type: ORIGINAL_DST, lb_policy: CLUSTER_PROVIDED".to_owned(), ..right.clone() },
        ),
        ("CLUSTER_PROVIDED", more("lb_policy: CLUSTER_PROVIDED")),
        ("a policy that is missing", more("lb_policy: LOAD_BALANCING_POLICY_CONFIG")),
        ("no policies", more("load_balancing_policy: {policies: []}")),
        (
            "two policies",
            more(&format!(
                "lb_policy: MAGLEV, load_balancing_policy: {{policies: [{{typed_extension_config: {{name: p, typed_config: {{'@type': {policies}.round_robin.v3.RoundRobin}}}}}}]}}"
            )),
        ),
        (
            "a ring upside down",
            more("lb_policy: RING_HASH, ring_hash_lb_config: {minimum_ring_size: 9, maximum_ring_size: 8}"),
        ),
        ("a table of no prime", more("lb_policy: MAGLEV, maglev_lb_config: {table_size: 9}")),
        ("a table of a prime", more("lb_policy: MAGLEV, maglev_lb_config: {table_size: 11}")),
        (
            "names on a ring of addresses",
            more("common_lb_config: {consistent_hashing_lb_config: {use_hostname_for_hashing: true}}"),
        ),
        (
            "names on a ring of names",
            more(
                "type: STRICT_DNS, common_lb_config: {consistent_hashing_lb_config: {use_hostname_for_hashing: true}}",
            ),
        ),
        (
            "no names on a ring",
            more("common_lb_config: {consistent_hashing_lb_config: {use_hostname_for_hashing: false}}"),
        ),
        ("two checks without names", more(&format!("health_checks: [{{{check}}}, {{{check}}}]"))),
        ("two checks with names", more(&format!("health_checks: [{{name: x, {check}}}, {{name: y, {check}}}]"))),
        ("a socket without a configuration", more("transport_socket: {name: envoy.transport_sockets.raw_buffer}")),
    ]
}

fn is_refused_by_us(text: &str) -> bool {
    let settings = Settings { dialect: Some(Dialect::Envoy), ..Settings::default() };
    let analysis = analyze(&MapReader::new([("envoy.yaml", text)]), &["envoy.yaml".to_owned()], &settings);
    let validity = ["invalid-value", "missing-required", "unknown-directive", "undefined-pool", "syntax-error"];
    analysis.findings.shown.iter().any(|one| one.severity == Severity::Error && validity.contains(&one.meta.name))
}

#[test]
fn envoy_and_we_refuse_the_same() {
    if !available() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("lblint-envoy-rules-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let all: Vec<(usize, (&str, Case))> = cases().into_iter().enumerate().collect();
    let differences = in_parallel(&all, |(number, (name, case))| {
        let file = folder.join(format!("{number}.yaml"));
        let text = case.text();
        std::fs::write(&file, &text).unwrap();
        let verdict = judge(&file);
        let agrees = verdict.is_err() == is_refused_by_us(&text);
        (!agrees).then(|| format!("{name}: envoy says {verdict:?}"))
    });
    std::fs::remove_dir_all(&folder).unwrap();
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), all.len(), differences.join("\n"));
}
