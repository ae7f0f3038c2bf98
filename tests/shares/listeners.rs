//! What users see at the listeners: rules that ask for survivors, several hosts, several chains of filters, pools of pools.

use serde_json::Value;

use crate::{listener, pool, shares, thousandths};

/// Pools of a listener with their shares in thousandths, -1 where requests decide.
fn parts(document: &Value, name: &str) -> Vec<(String, i64)> {
    let listener = listener(&document["units"][0]["listeners"], name);
    let parts = listener["pools"].as_array().unwrap().iter();
    parts.map(|part| (part["pool"].as_str().unwrap().to_owned(), thousandths(&part["share"]))).collect()
}

fn known(parts: &[(&str, i64)]) -> Vec<(String, i64)> {
    parts.iter().map(|(pool, share)| ((*pool).to_owned(), *share)).collect()
}

#[test]
fn a_named_condition_that_asks_for_its_own_pool_makes_no_fallback() {
    let text = "frontend f\n bind :80\n acl blue_up nbsrv(blue) gt 0\n use_backend blue if blue_up\n \
                default_backend green\nbackend blue\n server a 10.0.0.1:80 check\nbackend green\n \
                server b 10.0.0.2:80 check\n";
    let document = shares("haproxy", text, &[]);
    assert_eq!(parts(&document, "f"), known(&[("blue", -1), ("green", -1)]));
    assert_eq!(pool(&document, "blue")["assumptions"], serde_json::json!([]));
}

const CLUSTERS: &str = "  clusters:
  - name: m1
    load_assignment: {cluster_name: m1, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}}]}]}
  - name: m2
    load_assignment: {cluster_name: m2, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 10.0.0.2, port_value: 80}}}}]}]}
";

/// A listener with these chains of filters, and two clusters.
fn envoy(chains: &str) -> String {
    let address = "{socket_address: {address: 0.0.0.0, port_value: 80}}";
    format!(
        "static_resources:\n  listeners:\n  - name: l\n    address: {address}\n    filter_chains:\n{chains}{CLUSTERS}"
    )
}

fn tcp(matching: &str, cluster: &str) -> String {
    let kind = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
    format!(
        "    - filter_chain_match: {matching}\n      filters: [{{name: t, typed_config: {{\"@type\": {kind}, \
         stat_prefix: t, cluster: {cluster}}}}}]\n"
    )
}

fn http(hosts: &str) -> String {
    let kind = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    format!(
        "    - filters: [{{name: h, typed_config: {{\"@type\": {kind}, stat_prefix: h, \
         route_config: {{virtual_hosts: [{hosts}]}}}}}}]\n"
    )
}

#[test]
fn each_chain_of_filters_takes_its_own_connections() {
    let document = shares("envoy", &envoy(&(tcp("{server_names: [a]}", "m1") + &tcp("{}", "m2"))), &[]);
    assert_eq!(parts(&document, "l"), known(&[("m1", -1), ("m2", -1)]));
}

#[test]
fn a_host_for_the_rest_may_stand_before_others() {
    let host = |name: &str, domain: &str, cluster: &str| {
        format!(
            "{{name: {name}, domains: ['{domain}'], routes: [{{match: {{prefix: /}}, route: {{cluster: {cluster}}}}}]}}"
        )
    };
    let hosts = format!("{}, {}", host("all", "*", "m1"), host("a", "a", "m2"));
    let document = shares("envoy", &envoy(&http(&hosts)), &[]);
    assert_eq!(parts(&document, "l"), known(&[("m1", -1), ("m2", -1)]));
}

fn aggregate(name: &str, members: &str) -> String {
    let kind = "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig";
    format!(
        "  - {{name: {name}, lb_policy: CLUSTER_PROVIDED, cluster_type: {{name: envoy.clusters.aggregate, \
         typed_config: {{\"@type\": {kind}, clusters: [{members}]}}}}}}\n"
    )
}

/// What fails of a listener, and of the pool that it hands everything to.
fn of_aggregate(clusters: &str) -> (i64, i64) {
    let text = envoy(&tcp("{}", "top")) + clusters;
    let document = shares("envoy", &text, &[]);
    let listener = listener(&document["units"][0]["listeners"], "l");
    (thousandths(&listener["failed"]), thousandths(&pool(&document, "top")["failed"]))
}

/// Measured on Envoy 1.40: a member that is itself made of others has no hosts of its own and is passed over.
#[test]
fn pools_of_pools_serve_what_their_members_serve() {
    assert_eq!(of_aggregate(&aggregate("top", "m1, m2")), (0, 0));
    assert_eq!(of_aggregate(&aggregate("top", "top, m1")), (0, 0));
    let inner = aggregate("inner", "m1, m2");
    assert_eq!(of_aggregate(&(aggregate("top", "inner, m2") + &inner)), (0, 0));
    assert_eq!(of_aggregate(&(aggregate("top", "inner") + &inner)), (1000, 1000), "no healthy upstream");
    assert_eq!(of_aggregate(&(aggregate("top", "inner") + &aggregate("inner", "top"))), (1000, 1000), "a cycle");
}

#[test]
fn a_pool_stands_once_at_a_listener() {
    let text = envoy(&tcp("{}", "top")) + &aggregate("top", "top, m1");
    let document = shares("envoy", &text, &[]);
    assert_eq!(parts(&document, "l"), known(&[("top", 0), ("m1", 1000)]));
}

/// A branch whose cluster another source may define.
#[test]
fn what_a_cluster_from_elsewhere_does_is_not_known() {
    let split = "{weighted_clusters: {clusters: [{name: m1, weight: 90}, {name: elsewhere, weight: 10}]}}";
    let hosts = format!("{{name: all, domains: ['*'], routes: [{{match: {{prefix: /}}, route: {split}}}]}}");
    let document = shares("envoy", &envoy(&http(&hosts)), &[]);
    assert_eq!(thousandths(&listener(&document["units"][0]["listeners"], "l")["failed"]), -1);
}
