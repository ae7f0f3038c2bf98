//! What is refused, and what older versions of the interface are told.

use crate::model::{clusters, endpoint, model};

const SECOND: &str = "\
static_resources:
  listeners:
  - name: l
    address: {socket_address: {address: 0.0.0.0, port_value: 80}}
    filter_chains:
    - filters:
      - name: envoy.http_connection_manager
        config:
          stat_prefix: h
          route_config:
            name: r
            virtual_hosts:
            - name: v
              domains: ['*']
              routes:
              - match: {prefix: /}
                route: {cluster: web}
          http_filters: [{name: envoy.router}]
  clusters:
  - name: web
    connect_timeout: 1s
    type: STATIC
    lb_policy: LEAST_REQUEST
    hosts:
    - {socket_address: {address: 10.0.0.1, port_value: 80}}
    - {socket_address: {address: 10.0.0.2, port_value: 80}}
";

const FIRST: &str = r#"{
  "listeners": [{
    "address": "tcp://0.0.0.0:80",
    "filters": [{
      "type": "read", "name": "http_connection_manager",
      "config": {
        "codec_type": "auto", "stat_prefix": "h",
        "route_config": {"virtual_hosts": [{"name": "v", "domains": ["*"], "routes": [{"prefix": "/", "timeout_ms": 700, "cluster": "web"}]}]},
        "filters": [{"type": "decoder", "name": "router", "config": {}}]
      }
    }]
  }],
  "admin": {"access_log_path": "/dev/null", "address": "tcp://127.0.0.1:9901"},
  "cluster_manager": {"clusters": [{
    "name": "web", "connect_timeout_ms": 250, "type": "static", "lb_type": "least_request",
    "hosts": [{"url": "tcp://10.0.0.1:80"}, {"url": "tcp://10.0.0.2:80"}]
  }]}
}
"#;

/// A file of an older version of the interface: all of it is in the model, and one finding says that it is old.
fn assert_is_read(model: &crate::model::Model) {
    assert_eq!(model.names("web"), ["10.0.0.1:80", "10.0.0.2:80"]);
    assert_eq!(model.settings("web").policy.get().unwrap().word, "LEAST_REQUEST");
    assert_eq!(model.unit().listeners.len(), 1);
    assert!(model.unit().routes.len() == 1 && model.forwarding("web").tries.is(&1));
    let findings = model.findings();
    assert_eq!(findings.iter().filter(|(check, _)| *check == "removed-api").count(), 1, "{findings:?}");
    let complaints = ["unknown-directive", "invalid-value", "incomplete", "missing-field"];
    assert!(findings.iter().all(|(check, _)| !complaints.contains(check)), "{findings:?}");
}

#[test]
fn the_second_version() {
    assert_is_read(&model(SECOND));
}

#[test]
fn the_first_version() {
    let model = crate::model::files(&[("envoy.json", FIRST)], "envoy.json");
    assert_is_read(&model);
    assert!(model.forwarding("web").total.is(&lblint::model::Timeout::After(700)));
    assert!(model.settings("web").timeouts.connect.is(&lblint::model::Timeout::After(250)));
}

/// The names of the checks that find something in a cluster with these fields.
fn said_of(fields: &str) -> Vec<&'static str> {
    let one = endpoint("10.0.0.1");
    let model = clusters(&format!(
        "  - {{name: a, {fields}, load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{one}]}}]}}}}"
    ));
    let validity = |name: &&str| {
        lblint::checks::all()
            .iter()
            .any(|check| check.meta().name == *name && check.meta().group == lblint::finding::Group::Validity)
    };
    model.checks().into_iter().filter(validity).collect()
}

#[test]
fn values_that_are_refused() {
    for fields in [
        "lb_policy: ROUND_ROBINN",
        "connect_timeout: 250ms",
        "lb_policy: RING_HASH, ring_hash_lb_config: {maximum_ring_size: 100}",
        "maglev_lb_config: {table_size: 8}",
        "type: ORIGINAL_DST",
        "outlier_detection: {base_ejection_time: {seconds: {}}}",
        "circuit_breakers: {thresholds: [{max_requests: -1}]}",
        "circuit_breakers: {thresholds: x}",
    ] {
        assert!(!said_of(fields).is_empty(), "{fields}");
    }
}

/// Measured with 1.40.
#[test]
fn values_that_are_accepted() {
    let policy = |kind: &str, fields: &str| {
        let url = format!("type.googleapis.com/envoy.extensions.load_balancing_policies.{kind}");
        format!(
            "load_balancing_policy: {{policies: [{{typed_extension_config: {{name: p, typed_config: {{'@type': {url}, {fields}}}}}}}]}}"
        )
    };
    for fields in [
        "lb_policy: round_robin",
        "connect_timeout: {seconds: 5, nanos: 0}",
        "lb_policy: 1",
        "circuit_breakers: {thresholds: {max_requests: '7'}}",
        // One value in the place of a list of them.
        "common_lb_config: {override_host_status: {statuses: HEALTHY}}",
        // The constraints of policies are not checked.
        &policy("least_request.v3.LeastRequest", "choice_count: 1"),
        &policy("round_robin.v3.RoundRobin", "slow_start_config: {slow_start_window: 0s}"),
    ] {
        assert_eq!(said_of(fields), [""; 0], "{fields}");
    }
}

/// Measured with 1.40: there is no directory to watch.
#[test]
fn paths_need_a_directory() {
    let said = |source: &str| {
        let eds = format!(
            "eds_cluster_config: {{eds_config: {{resource_api_version: V3, path_config_source: {{{source}}}}}}}"
        );
        model(&format!("static_resources: {{clusters: [{{name: a, type: EDS, {eds}}}]}}")).0.units[0].diagnostics.len()
    };
    assert_eq!(said("path: eds.yaml"), 1);
    assert_eq!(said("path: ./eds.yaml"), 0);
    assert_eq!(said("path: eds.yaml, watched_directory: {path: /etc/envoy}"), 0);
}

#[test]
fn the_older_value_of_a_repeated_key_is_not_read() {
    let said = said_of("lb_policy: nonsense, lb_policy: RANDOM");
    assert_eq!(said, ["duplicate-setting"]);
    let said = said_of("lb_policy: nonsense, lb_policy: none, lb_policy: RANDOM");
    assert_eq!(said, ["duplicate-setting"], "of three the last one counts");
}

#[test]
fn a_leading_zero_that_changes_nothing_is_no_matter() {
    assert_eq!(said_of("circuit_breakers: {thresholds: [{max_requests: 08}]}"), [""; 0]);
    assert_eq!(said_of("circuit_breakers: {thresholds: [{max_requests: 010}]}"), ["coerced-value"]);
}

#[test]
fn names_are_not_listened_on() {
    let listener = |host: &str| {
        model(&format!("static_resources: {{listeners: [{{name: l, address: {{socket_address: {{address: '{host}', port_value: 80}}}}}}]}}"))
            .checks()
            .contains(&"invalid-value")
    };
    assert!(listener("localhost") && listener("[::1]"));
    assert!(!listener("::") && !listener("fe80::1%eth0"));
}

#[test]
fn habits_of_other_yaml_get_advice() {
    let model = model("x: &d {connect_timeout: 1s}\nstatic_resources: {clusters: [{<<: *d, name: a}]}");
    let unknown = model.0.findings.shown.iter().filter(|finding| finding.meta.name == "unknown-directive");
    let help: Vec<&str> = unknown.flat_map(|finding| finding.help.iter().map(String::as_str)).collect();
    assert!(
        matches!(help.as_slice(), [anchors, merge] if anchors.contains("`!ignore`") && merge.contains("merge keys"))
    );
    // Measured with 1.40: with the tag the entry is skipped.
    assert!(
        !said("!ignore x: &d {connect_timeout: 1s}\nstatic_resources: {clusters: [*d]}").contains(&"unknown-directive")
    );
}

fn said(text: &str) -> Vec<&'static str> {
    model(text).checks()
}

/// Of two listeners of one name the second one is left out; chains for one name are refused (measured, 1.40).
#[test]
fn names_that_another_one_has() {
    let address = |port: u16| format!("address: {{socket_address: {{address: 10.0.0.1, port_value: {port}}}}}");
    let chain = |names: &str| format!("{{filter_chain_match: {{{names}}}, filters: []}}");
    let listeners = |first: &str, second: &str| {
        let model = model(&format!(
            "static_resources:\n  listeners:\n  - {{name: a, {}, filter_chains: [{first}]}}\n  - {{name: a, {}, filter_chains: [{second}]}}\n",
            address(80),
            address(81)
        ));
        let kinds = model.0.units[0].diagnostics.iter().filter_map(|one| match one.kind {
            lblint::diagnostic::Kind::TakenByAnother { what, refused, .. } => Some((what, refused)),
            _ => None,
        });
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(listeners(&chain("server_names: [x]"), &chain("server_names: [x]")), [("listener", false)]);
    let twice = format!("{}, {}", chain("server_names: [x]"), chain("server_names: [y, X]"));
    assert_eq!(listeners(&twice, ""), [("listener", false), ("filter chain", true)]);
    let apart = format!("{}, {}", chain("server_names: [x]"), chain("server_names: [x], transport_protocol: tls"));
    assert_eq!(listeners(&apart, ""), [("listener", false)]);
}

/// Whether a port in the name of a host counts (measured, 1.40).
#[test]
fn ports_in_names_of_hosts() {
    use lblint::model::{HostKind, HostPort};
    let hosts = |hcm: &str, routes: &str| {
        let model = model(&format!(
            "static_resources:\n  listeners:\n  - name: a\n    filter_chains:\n    - filters:\n      - name: x\n        typed_config: {{\"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, {hcm} route_config: {{{routes} virtual_hosts: [{{name: v, domains: [a, \"*.b\", \"*\"]}}]}}}}\n"
        ));
        model.unit().host_names.iter().map(|host| (host.kind, host.port)).collect::<Vec<_>>()
    };
    let all = |port| [(HostKind::Exact, port), (HostKind::Wildcard, port), (HostKind::Every, port)];
    assert_eq!(hosts("", ""), all(HostPort::Compared));
    assert_eq!(hosts("strip_any_host_port: true,", ""), all(HostPort::Ignored));
    assert_eq!(hosts("strip_matching_host_port: true,", ""), all(HostPort::OwnIgnored));
    assert_eq!(hosts("", "ignore_port_in_host_matching: true,"), all(HostPort::Ignored));
}

/// A field that version 3 had and gave up: 1.40 refuses it, and since when is not known.
#[test]
fn of_what_is_gone_since_nobody_knows_when_no_version_is_told() {
    let text = "static_resources: {listeners: [{name: l, address: {socket_address: {address: 0.0.0.0, port_value: 80}}, filter_chains: [{filters: \
                [{name: h, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, \
                stat_prefix: h, http_filters: [{name: p, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor, \
                async_mode: true}}]}}]}]}]}\n";
    let told = |minor: u8| {
        let mut settings = lblint::settings::Settings::default();
        settings.versions.insert(lblint::source::Dialect::Envoy, lblint::source::Version::release(1, minor, 0));
        let reader = lblint::source::MapReader::new([("envoy.yaml", text)]);
        let analysis = lblint::analysis::analyze(&reader, &["envoy.yaml".to_owned()], &settings);
        let removed = analysis.findings.shown.into_iter().filter(|finding| finding.meta.name == "removed-api");
        removed.map(|finding| finding.message).collect::<Vec<_>>()
    };
    assert_eq!(told(40), ["Envoy 1.40 refuses `async_mode`: not there any more; write `observability_mode`"]);
    assert!(told(25).is_empty());
}
