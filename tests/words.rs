//! What findings say, where the examples on the pages of their checks cannot show it: the words that depend on other settings.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use lblint::analysis::analyze;
use lblint::settings::Settings;
use lblint::source::MapReader;

/// The messages of a check about a text.
fn messages(path: &str, text: &str, check: &str) -> Vec<String> {
    let analysis = analyze(&MapReader::new([(path, text)]), &[path.to_owned()], &Settings::default());
    let found = analysis.findings.shown.iter().filter(|finding| finding.meta.name == check);
    found.map(|finding| finding.message.clone()).collect()
}

/// A bootstrap whose one route has these lines.
fn envoy(route: &str) -> String {
    format!(
        r#"static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 0.0.0.0, port_value: 80 }} }}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{ prefix: / }}
                route:
                  cluster: shop
{route}
          http_filters:
          - name: router
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
  clusters:
  - name: shop
    connect_timeout: 1s
    type: STATIC
    health_checks:
    - {{ timeout: 1s, interval: 2s, unhealthy_threshold: 2, healthy_threshold: 2, http_health_check: {{ path: /h }} }}
    load_assignment:
      cluster_name: shop
      endpoints:
      - lb_endpoints:
        - endpoint: {{ address: {{ socket_address: {{ address: 10.0.0.1, port_value: 80 }} }} }}
        - endpoint: {{ address: {{ socket_address: {{ address: 10.0.0.2, port_value: 80 }} }} }}
"#
    )
}

/// The router repeats what a `per_try_timeout` ends, and gives up what the timeout of the route ends.
#[test]
fn what_the_whole_timeout_ends_is_not_said_to_be_repeated() {
    let policy = |lines: &str| messages("envoy.yaml", &envoy(lines), "unsafe-retry");
    let both = policy(
        "                  timeout: 15s\n                  retry_policy: { retry_on: 5xx, num_retries: 2, per_try_timeout: 3s }",
    );
    assert!(both[0].contains("that is answered with 500, or not in time, is sent again"), "{both:?}");
    for limits in ["", ", per_try_timeout: 15s", ", per_try_timeout: 20s"] {
        let lines = format!(
            "                  timeout: 15s\n                  retry_policy: {{ retry_on: 5xx, num_retries: 2{limits} }}"
        );
        let found = policy(&lines);
        assert!(found[0].contains("that is answered with 500 is sent again"), "{found:?}");
    }
}

#[test]
fn what_stands_behind_a_value_is_not_called_badly_indented() {
    let text = "static_resources:\n  clusters:\n  - name: a\n    load_assignment: {}and more\n    type: STATIC\n";
    let found = messages("envoy.yaml", text, "syntax-error");
    assert!(found[0].contains("something follows a value that has ended"), "{found:?}");
}
