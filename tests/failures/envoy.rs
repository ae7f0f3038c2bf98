//! Envoy 1.40, three hosts, `connect_timeout: 0.25s`, a route timeout of 1 s.

use FailureMode::{Drop, Hang, Http500, Refused};
use lblint::source::{Dialect, Version};
use lblint::traffic::{FailureMode, Notice};

use crate::{Pool, lost, lost_at_first};

fn pool(cluster: &str, route: &str) -> Pool {
    let endpoint = |number: u32| {
        format!("{{endpoint: {{address: {{socket_address: {{address: 127.0.0.{number}, port_value: 80}}}}}}}}")
    };
    let endpoints: Vec<String> = (1..=3).map(endpoint).collect();
    let text = format!(
        "static_resources:\n  listeners:\n  - name: main\n    address: {{socket_address: {{address: 127.0.0.1, port_value: 8080}}}}\n    \
         filter_chains: [{{filters: [{{name: http, typed_config: {{\"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, \
         stat_prefix: x, route_config: {{virtual_hosts: [{{name: all, domains: [\"*\"], routes: [{{match: {{prefix: /}}, \
         route: {{cluster: a, timeout: 1s, {route}}}}}]}}]}}}}}}]}}]\n  clusters:\n  \
         - {{name: a, connect_timeout: 0.25s, {cluster} load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{}]}}]}}}}\n",
        endpoints.join(", ")
    );
    Pool::new(Dialect::Envoy, Version::release(1, 40, 0), &text)
}

const fn third(milliseconds: u64) -> (i64, i64, i64, Option<u64>) {
    (333, 333, 333, Some(milliseconds))
}

#[test]
fn without_anything_a_third_fails_for_good() {
    for (mode, time) in [(Refused, 0), (Drop, 250), (Hang, 1000), (Http500, 0)] {
        let failure = pool("", "").fail(&[0], mode);
        assert_eq!((failure.noticed.noticed, lost(&failure)), (Some(false), third(time)), "{mode:?}");
    }
}

/// EXPERIENCE 13: `outlier_detection: {}` with three hosts never ejects; with half of them it does, at the fifth failure.
#[test]
fn ejection_on_paper() {
    for mode in FailureMode::ALL {
        let failure = pool("outlier_detection: {},", "").fail(&[0], mode);
        assert_eq!((failure.noticed.noticed, failure.failed.value > 0.3), (Some(false), true), "{mode:?}");
        let half = pool("outlier_detection: {max_ejection_percent: 50},", "").fail(&[0], mode);
        assert_eq!((half.noticed.by, half.noticed.failures), (Some(Notice::Ejection), Some(5)), "{mode:?}");
        assert_eq!(lost(&half).0, 0, "{mode:?}");
    }
}

/// Gateway errors are not all errors, and with errors of both sides apart a timeout of the route counts for none of them:
/// http500 and hang were never ejected in these (measured). What counts for which is not modelled.
#[test]
fn ejection_that_depends_on_the_error() {
    let by_gateway = "outlier_detection: {max_ejection_percent: 50, enforcing_consecutive_gateway_failure: 100, enforcing_consecutive_5xx: 0},";
    let apart = "outlier_detection: {max_ejection_percent: 50, split_external_local_origin_errors: true},";
    for cluster in [by_gateway, apart] {
        let failure = pool(cluster, "").fail(&[0], Hang);
        assert_eq!((failure.noticed.noticed, lost(&failure)), (None, (333, 0, 333, Some(1000))), "{cluster}");
    }
}

/// EXPERIENCE 13: 0 to 33 % of refused connections (14 % measured with 16 clients); none with `previous_hosts` and a raised
/// `max_retries`; what hangs waits for the route's timeout; errors are no failed connections.
#[test]
fn retries_may_save_requests() {
    let retry = "retry_policy: {retry_on: connect-failure}";
    assert_eq!(lost(&pool("", retry).fail(&[0], Refused)), (0, 0, 333, Some(0)));
    assert_eq!(lost(&pool("", retry).fail(&[0], Drop)), (0, 0, 333, Some(250)));
    assert_eq!(lost(&pool("", retry).fail(&[0], Hang)), third(1000));
    assert_eq!(lost(&pool("", retry).fail(&[0], Http500)), third(0));
    let avoiding = "retry_policy: {retry_on: connect-failure, retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts}]}";
    assert_eq!(lost(&pool("", avoiding).fail(&[0], Refused)), (0, 0, 333, Some(0)));
    let raised = "circuit_breakers: {thresholds: [{max_retries: 1000}]},";
    assert_eq!(lost(&pool(raised, avoiding).fail(&[0], Refused)), (0, 0, 0, Some(0)));
    let all = avoiding.replace("connect-failure", "5xx, reset");
    assert_eq!(lost(&pool(raised, &all).fail(&[0], Http500)), (0, 0, 0, Some(0)));
    assert_eq!(lost(&pool(raised, &all).fail(&[0], Hang)), third(1000));
    let per_try = all.replace("retry_on", "per_try_timeout: 0.5s, retry_on");
    assert_eq!(lost(&pool(raised, &per_try).fail(&[0], Hang)), (0, 0, 0, Some(500)));
}

#[test]
fn a_hashed_request_comes_back_to_the_same_host() {
    let keyed = "hash_policy: [{header: {header_name: x}}], retry_policy: {retry_on: connect-failure}";
    let failure = pool("lb_policy: MAGLEV,", keyed).fail(&[0], Drop);
    let share = failure.failed;
    assert!((share.value - 1.0 / 3.0).abs() < 0.01 && !share.is_open(), "{share:?}");
    assert_eq!(failure.delay, Some(500));
}

/// With one look more than the first for a host that was not tried, 12 % of all requests failed under `MAGLEV`, 3.5 % under
/// `RANDOM` (measured): it is not sure that there is another one.
#[test]
fn looks_for_another_host_may_find_the_same() {
    let avoiding = "hash_policy: [{header: {header_name: x}}], retry_policy: {retry_on: connect-failure, \
                    retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts}]}";
    for policy in ["MAGLEV", "RANDOM"] {
        let cluster = format!("lb_policy: {policy}, circuit_breakers: {{thresholds: [{{max_retries: 1000}}]}},");
        let failed = pool(&cluster, avoiding).fail(&[0], Refused).failed;
        assert!(failed.low < 0.001 && failed.high > 0.12, "{policy}: {failed:?}");
    }
}

/// Times until `failed_active_health_check` with interval 1 s, timeout 1 s, threshold 3, measured at random moments.
#[test]
fn checks_notice_in_time() {
    let noticed = |kind: &str, mode| {
        let check = format!(
            "health_checks: [{{timeout: 1s, interval: 1s, unhealthy_threshold: 3, healthy_threshold: 1, {kind}}}],"
        );
        let failure = pool(&check, "").fail(&[0], mode);
        (lost_at_first(&failure).0, lost(&failure).0, failure.noticed.earliest, failure.noticed.latest)
    };
    let http = "http_health_check: {path: /}";
    assert_eq!(noticed(http, Refused), (333, 0, Some(2000), Some(3000))); // 2.0 to 3.0 s
    assert_eq!(noticed(http, Drop), (333, 0, Some(5000), Some(6000))); // 5.1 to 5.9 s
    assert_eq!(noticed(http, Hang), (333, 0, Some(5000), Some(6000))); // 5.6 to 6.0 s
    assert_eq!(noticed(http, Http500), (333, 0, Some(0), Some(1000))); // 0.3 to 1.05 s: the first one counts
    let tcp = "tcp_health_check: {}";
    assert_eq!(noticed(tcp, Drop), (333, 0, Some(5000), Some(6000)));
    assert_eq!(noticed(tcp, Hang), (333, 333, None, None));
    assert_eq!(noticed(tcp, Http500), (333, 333, None, None));
}
