//! Faults that are injected, and what is written for targets in the proxy's own zone.

use lblint::model::{DrillKind, DrillOf};

use crate::model::{Model, clusters, model};

const FAULT: &str = "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault";

/// A listener with these HTTP filters; its route has this configuration of filters.
fn listener(filters: &str, of_route: &str) -> Model {
    let manager =
        "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    model(&format!(
        "static_resources:\n  clusters: [{{name: a}}]\n  listeners:\n  - name: l\n    address: {{socket_address: {{address: \
         0.0.0.0, port_value: 80}}}}\n    filter_chains:\n    - filters:\n      - name: h\n        typed_config:\n          '@type': \
         {manager}\n          stat_prefix: h\n          http_filters: [{filters}]\n          route_config:\n            virtual_hosts:\n\
         \x20           - name: v\n              domains: ['*']\n              routes:\n              - match: {{prefix: /}}\n\
         \x20               route: {{cluster: a}}\n                typed_per_filter_config: {{{of_route}}}\n"
    ))
}

fn fault(fields: &str) -> String {
    format!("{{name: f, typed_config: {{'@type': {FAULT}, {fields}}}}}")
}

#[test]
fn faults_of_a_listener_with_their_part() {
    let of = |fields: &str| {
        let model = listener(&fault(fields), "");
        model.unit().drills.iter().map(|drill| (drill.kind, drill.part)).collect::<Vec<_>>()
    };
    assert_eq!(of("abort: {http_status: 503, percentage: {numerator: 10}}"), [(DrillKind::Answer(503), 1000)]);
    let million = "abort: {grpc_status: 14, percentage: {numerator: 500, denominator: MILLION}}";
    assert_eq!(of(million), [(DrillKind::Answer(0), 5)]);
    let both = "abort: {httpStatus: 500, percentage: {numerator: 1}}, delay: {fixed_delay: 2.5s, percentage: {numerator: 200}}";
    assert_eq!(of(both), [(DrillKind::Answer(500), 100), (DrillKind::Delay(2500), 10_000)]);
    for none in [
        "abort: {http_status: 503}",
        "abort: {header_abort: {}, percentage: {numerator: 100}}",
        "max_active_faults: 0, abort: {http_status: 503, percentage: {numerator: 100}}",
        "headers: [{name: x}], abort: {http_status: 503, percentage: {numerator: 100}}",
        "upstream_cluster: b, delay: {fixed_delay: 1s, percentage: {numerator: 100}}",
    ] {
        assert_eq!(of(none), [], "{none}");
    }
}

#[test]
fn a_routes_fault_counts_where_the_filter_is() {
    let of_route = format!("f: {{'@type': {FAULT}, abort: {{http_status: 503, percentage: {{numerator: 5}}}}}}");
    let model = listener(&fault(""), &of_route);
    assert!(
        matches!(model.unit().drills.as_slice(), [drill] if matches!(drill.of, DrillOf::Routes(_)) && drill.part == 500)
    );
    assert_eq!(listener("", &of_route).unit().drills, []);
}

#[test]
fn a_routes_own_fault_replaces_the_filters() {
    let abort = |status: u32| format!("abort: {{http_status: {status}, percentage: {{numerator: 100}}}}");
    let own = format!("f: {{'@type': {FAULT}, {}}}", abort(503));
    let model = listener(&fault(&abort(505)), &own);
    assert!(
        matches!(model.unit().drills.as_slice(), [drill] if drill.kind == DrillKind::Answer(503) && matches!(drill.of, DrillOf::Routes(_)))
    );
    let off = "f: {'@type': type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}";
    assert_eq!(listener(&fault(&abort(505)), off).unit().drills, []);
    let another = "r: {'@type': type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}";
    assert_eq!(listener(&fault(&abort(505)), another).unit().drills.len(), 1);
}

#[test]
fn settings_for_the_own_zone() {
    let zones = |cluster: &str| {
        let model = clusters(&format!("  - {{name: a, {cluster}}}"));
        model.spread("a").zones.map(|zones| (*zones.least_targets.get().unwrap(), *zones.enabled.get().unwrap()))
    };
    assert_eq!(zones("common_lb_config: {zone_aware_lb_config: {}}"), Some((6, 100)));
    assert_eq!(
        zones("common_lb_config: {zone_aware_lb_config: {min_cluster_size: 2, routing_enabled: {value: 50}}}"),
        Some((2, 50))
    );
    assert_eq!(
        zones("common_lb_config: {zone_aware_lb_config: {fail_traffic_on_panic: true}}"),
        None,
        "a panic's business"
    );
    let policy = "type.googleapis.com/envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin";
    let new = format!(
        "load_balancing_policy: {{policies: [{{typed_extension_config: {{name: r, typed_config: {{'@type': {policy}, \
         locality_lb_config: {{zone_aware_lb_config: {{min_cluster_size: 3}}}}}}}}}}]}}"
    );
    assert_eq!(zones(&new), Some((3, 100)));
    let unread = format!(
        "common_lb_config: {{zone_aware_lb_config: {{}}}}, {}",
        new.replace(", locality_lb_config: {zone_aware_lb_config: {min_cluster_size: 3}}", "")
    );
    assert_eq!(zones(&unread), None, "the policy counts");
    assert_eq!(zones("type: STATIC"), None);
}

#[test]
fn where_the_proxy_runs() {
    let text =
        |node: &str| format!("node: {{id: n, cluster: c{node}}}\nstatic_resources: {{clusters: [{{name: a}}]}}\n");
    assert!(model(&text(", locality: {zone: a}")).unit().own_locality.is_some());
    assert!(model(&text("")).unit().own_locality.is_none());
}
