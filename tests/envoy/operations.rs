//! The administration interface and the routes that lead to it; cookies that Envoy does not send.

use crate::model::{Model, model};

/// A listener with these routes, each in flow style, and a cluster `a` that is the administration interface.
fn routes(filters: &str, routes: &[&str]) -> Model {
    let manager =
        "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    let list: Vec<String> = routes.iter().map(|route| format!("              - {route}\n")).collect();
    let endpoint = "{endpoint: {address: {socket_address: {address: localhost, port_value: 9901}}}}";
    model(&format!(
        "admin: {{address: {{socket_address: {{address: 0.0.0.0, port_value: 9901}}}}}}\nstatic_resources:\n  clusters:\n  - \
         {{name: a, type: STRICT_DNS, load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{endpoint}]}}]}}}}\n  \
         - {{name: b}}\n  listeners:\n  - name: l\n    \
         address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n    filter_chains:\n    - filters:\n      - name: h\n        \
         typed_config:\n          '@type': {manager}\n          stat_prefix: h\n          http_filters: [{filters}]\n          \
         route_config:\n            name: r\n            \
         virtual_hosts:\n            - name: v\n              domains: ['*']\n              routes:\n{}",
        list.concat()
    ))
}

fn ways_in(filters: &str, one: &str) -> usize {
    routes(filters, &[one]).unit().operations.ways_in.len()
}

#[test]
fn a_way_in_lets_any_path_through() {
    for route in [
        "{match: {prefix: /}, route: {cluster: a}}",
        "{match: {prefix: /envoy/}, route: {cluster: a, prefix_rewrite: /}}",
        "{match: {prefix: /quit}, route: {cluster: a}}",
    ] {
        assert_eq!(ways_in("", route), 1, "{route}");
    }
    for route in [
        "{match: {prefix: /}, route: {cluster: b}}",
        "{match: {path: /ready}, route: {cluster: a}}",
        "{match: {prefix: /stats}, route: {cluster: a}}",
        "{match: {prefix: /envoy/}, route: {cluster: a}}",
        "{match: {prefix: /envoy/}, route: {cluster: a, prefix_rewrite: /stats}}",
        "{match: {prefix: /, headers: [{name: x-key, string_match: {exact: k}}]}, route: {cluster: a}}",
    ] {
        assert_eq!(ways_in("", route), 0, "{route}");
    }
}

#[test]
fn a_filter_that_authorizes_closes_the_way() {
    assert_eq!(ways_in("{name: envoy.filters.http.ext_authz}", "{match: {prefix: /}, route: {cluster: a}}"), 0);
}

#[test]
fn a_cookie_without_a_lifetime_is_not_sent() {
    let model = routes(
        "",
        &[
            "{match: {prefix: /a}, route: {cluster: b, hash_policy: [{cookie: {name: one}}]}}",
            "{match: {prefix: /b}, route: {cluster: b, hash_policy: [{cookie: {name: two, ttl: 0s}}]}}",
            "{match: {prefix: /c}, route: {cluster: b, hash_policy: [{cookie: {name: three}}, {header: {header_name: x}}]}}",
        ],
    );
    let unsent: Vec<_> = model.unit().sessions.unsent.iter().map(|cookie| model.text(cookie.name)).collect();
    assert_eq!(unsent, ["one"]);
}
