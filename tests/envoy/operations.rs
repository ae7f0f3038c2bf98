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

/// Measured (1.40.0, umask 022): without `mode` and with 0 the file is srwxr-xr-x, and only its owner can connect.
#[test]
fn the_file_of_a_socket_keeps_users_out_unless_its_mode_lets_them_in() {
    let is_open = |pipe: &str| {
        let model = model(&format!(
            "admin: {{address: {{pipe: {{{pipe}}}}}}}\nstatic_resources: {{clusters: [{{name: a}}]}}\n"
        ));
        !model.unit().operations.interfaces[0].asks
    };
    for pipe in ["path: /run/a.sock, mode: 438", "path: /run/a.sock, mode: '438'", "path: '@a'"] {
        assert!(is_open(pipe), "{pipe}");
    }
    for pipe in ["path: /run/a.sock", "path: /run/a.sock, mode: 0", "path: /run/a.sock, mode: 432"] {
        assert!(!is_open(pipe), "{pipe}");
    }
}

#[test]
fn a_way_to_a_file_that_keeps_users_out_is_one_all_the_same() {
    let text = "admin: {address: {pipe: {path: /run/a.sock}}}\nstatic_resources:\n  clusters:\n  - {name: a, load_assignment: \
                {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: /run/a.sock}}}}]}]}}\n  listeners:\n  - \
                {name: l, address: {socket_address: {address: 0.0.0.0, port_value: 80}}, filter_chains: [{filters: [{name: t, typed_config: \
                {'@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: a}}]}]}\n";
    assert_eq!(model(text).unit().operations.ways_in.len(), 1);
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
