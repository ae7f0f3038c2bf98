//! Envoy: situations 13 and 14.

use lblint::finding::{Profile, Severity};
use lblint::source::MapReader;
use lblint::traffic::{Certainty, Detection, detection, tries_elsewhere};

use crate::Situation;

fn envoy(configuration: &str, profile: Profile) -> Situation {
    Situation::of(&MapReader::new([("envoy.yaml", configuration)]), "envoy.yaml", profile)
}

/// 13: an ejection on paper: three endpoints, and none of them may be ejected.
const ON_PAPER: &str = "\
static_resources:
  listeners:
  - address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          http_filters:
          - name: envoy.filters.http.router
            typed_config: { \"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
          route_config:
            virtual_hosts:
            - name: web
              domains: [\"*\"]
              routes:
              - match: { prefix: / }
                route:
                  cluster: web
                  retry_policy: { retry_on: connect-failure }
  clusters:
  - name: web
    type: STATIC
    outlier_detection: {}
    load_assignment:
      cluster_name: web
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.3, port_value: 80 } } }
";

/// Which checks speak, in the order of the report.
fn checks(situation: &Situation) -> Vec<&'static str> {
    situation.analysis.findings.shown.iter().map(|finding| finding.meta.name).collect()
}

fn found(situation: &Situation) -> Detection {
    let view = situation.view("web");
    detection(&view, &view.targets[0])
}

/// What the route of the only pool makes of a request that meets a dead target.
fn elsewhere(situation: &Situation) -> Option<bool> {
    let unit = situation.unit();
    tries_elsewhere(&situation.view("web"), unit.routes.iter().filter_map(|route| unit.forwarding(route)))
}

#[test]
fn an_ejection_that_cannot_happen_notices_nothing() {
    let situation = envoy(ON_PAPER, Profile::Default);
    assert_eq!(found(&situation), Detection::Never);
    assert_eq!(checks(&situation), ["inert-outlier-detection", "no-redispatch"]);
    let said = situation.findings(Severity::Error);
    assert!(said[0].contains("one request in three"), "{said:?}");
}

/// `max_ejection_percent` of 34 lets one of three be ejected, 33 does not (measured on 1.40).
#[test]
fn the_limit_is_a_percentage_of_all_endpoints() {
    let limited = |limit: u32| ON_PAPER.replace("{}", &format!("{{ max_ejection_percent: {limit} }}"));
    let detection = |limit| found(&envoy(&limited(limit), Profile::Default));
    assert_eq!(detection(33), Detection::Never);
    assert_eq!(detection(34), Detection::ByTraffic { failures: 5, out_for: 30_000 });
    let one = ON_PAPER.replace("{}", "{ always_eject_one_host: true }");
    assert_eq!(found(&envoy(&one, Profile::Default)), detection(34));
}

/// How many addresses a name has is not known, and neither is whether one of them may be ejected.
#[test]
fn names_leave_it_open() {
    let named =
        ON_PAPER.replace("STATIC", "STRICT_DNS").replace("10.0.0.", "web").replace(", port", ".example.com, port");
    let situation = envoy(&named, Profile::Default);
    assert_eq!(found(&situation), Detection::Unknown);
    assert!(!checks(&situation).contains(&"inert-outlier-detection"));
}

#[test]
fn a_retry_avoids_the_dead_one_only_if_told_to() {
    assert_eq!(elsewhere(&envoy(ON_PAPER, Profile::Default)), None, "left to chance");
    let told = ON_PAPER.replace(
        "{ retry_on: connect-failure }",
        "{ retry_on: connect-failure, retry_host_predicate: [{ name: envoy.retry_host_predicates.previous_hosts }] }",
    );
    assert_eq!(elsewhere(&envoy(&told, Profile::Default)), Some(true));
    let off = ON_PAPER.replace("{ retry_on: connect-failure }", "{ retry_on: refused-stream }");
    assert_eq!(elsewhere(&envoy(&off, Profile::Default)), Some(false), "a refused connection is not repeated");
    let hashed = ON_PAPER.replace("type: STATIC", "lb_policy: MAGLEV").replace(
        "cluster: web\n  ",
        "cluster: web\n                  hash_policy: [{ header: { header_name: x } }]\n  ",
    );
    assert_eq!(elsewhere(&envoy(&hashed, Profile::Default)), Some(false), "the key leads there again");
}

/// 14: the bootstrap of a mesh.
const MESH: &str = "\
node: { id: sidecar, cluster: mesh }
dynamic_resources:
  ads_config:
    api_type: GRPC
    transport_api_version: V3
    grpc_services:
    - envoy_grpc: { cluster_name: xds }
  lds_config: { resource_api_version: V3, ads: {} }
  cds_config: { resource_api_version: V3, ads: {} }
static_resources:
  clusters:
  - name: xds
    type: STRICT_DNS
    lb_policy: ROUND_ROBIN
    load_assignment:
      cluster_name: xds
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: istiod.istio-system.svc, port_value: 15010 } } }
";

#[test]
fn the_bootstrap_of_a_mesh_is_fine() {
    envoy(MESH, Profile::Default).is_silent();
}

/// 14: a green that is parked beside a blue.
const PARKED: &str = "\
static_resources:
  listeners:
  - address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          http_filters:
          - name: envoy.filters.http.router
            typed_config: { \"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
          route_config:
            virtual_hosts:
            - name: web
              domains: [\"*\"]
              routes:
              - match: { prefix: / }
                route:
                  weighted_clusters:
                    clusters: [{ name: blue, weight: 100 }, { name: green, weight: 0 }]
  clusters:
  - name: blue
    type: EDS
    eds_cluster_config: { eds_config: { resource_api_version: V3, ads: {} } }
  - name: green
    type: EDS
    eds_cluster_config: { eds_config: { resource_api_version: V3, ads: {} } }
";

#[test]
fn a_parked_green_over_a_control_plane_is_undecided_and_silent() {
    let situation = envoy(PARKED, Profile::Default);
    situation.is_silent();
    for pool in ["blue", "green"] {
        assert_eq!(situation.predict(pool, &[]).certainty, Certainty::Unknown, "{pool}");
    }
    assert_eq!(situation.analysis.units[0].verdict.undecided.len(), 2);
}
