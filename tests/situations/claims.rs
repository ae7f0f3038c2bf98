//! What a finding claims must be what happens.

use lblint::finding::Severity;

use lblint::finding::Profile;
use lblint::source::MapReader;

use crate::Situation;

const HEAD: &str = "\
global
    maxconn 1000

defaults
    option redispatch 1
    timeout connect 4s
    timeout client 30s
    timeout server 30s

";

/// The messages of a check about these sections.
fn said(check: &str, sections: &str) -> Vec<String> {
    let findings = Situation::new(&format!("{HEAD}{sections}")).findings(Severity::Info);
    findings.into_iter().filter(|line| line.contains(&format!(": {check}: "))).collect()
}

#[test]
fn without_http_nobody_is_answered_with_503() {
    let tcp = said("no-eligible-target", "listen cache\n    bind 10.0.0.5:81\n");
    assert_eq!(tcp, ["10: no-eligible-target: every connection to `cache` is closed at once: it has no server"]);
    let http = said("no-eligible-target", "listen cache\n    mode http\n    bind 10.0.0.5:81\n");
    assert_eq!(http, ["10: no-eligible-target: every request to `cache` is answered with 503: it has no server"]);
    let disabled = said(
        "drill-left-in",
        "frontend fe\n    bind 10.0.0.5:81\n    default_backend off\n\nbackend off\n    disabled\n    server a 10.0.1.1:81 check\n",
    );
    assert_eq!(disabled, ["14: drill-left-in: every connection to `off` is closed at once: the section is `disabled`"]);
}

#[test]
fn only_the_answers_that_are_repeated_are_named() {
    for (words, answers) in [("503 504", "504"), ("502 503", "502"), ("502 504", "502 or 504"), ("500 504", "500")] {
        let sections = format!(
            "listen a\n    mode http\n    bind 10.0.0.5:81\n    retry-on {words}\n    server a1 10.0.1.1:81 check\n    server a2 10.0.1.2:81 check\n"
        );
        let said = said("unsafe-retry", &sections);
        let begin = format!("13: unsafe-retry: a POST to `a` that is answered with {answers} is sent again");
        assert!(said.len() == 1 && said.iter().all(|line| line.starts_with(&begin)), "{words}: {said:?}");
    }
}

/// An Envoy file with a cluster, and the virtual hosts and filters of its one listener.
fn envoy(filters: &str, hosts: &str, cluster: &str) -> String {
    let of = "type.googleapis.com/envoy.extensions.filters";
    format!(
        "static_resources:\n  listeners:\n  - name: l\n    address: {{socket_address: {{address: 10.0.0.5, port_value: 80}}}}\n    \
         filter_chains:\n    - filters:\n      - name: h\n        typed_config:\n          '@type': \
         {of}.network.http_connection_manager.v3.HttpConnectionManager\n          stat_prefix: h\n          http_filters:\n{filters}\
         \x20         - {{name: r, typed_config: {{'@type': {of}.http.router.v3.Router}}}}\n          route_config:\n            \
         virtual_hosts:\n{hosts}  clusters:\n{cluster}"
    )
}

/// The messages of a check about an Envoy file of this name.
fn envoy_said(check: &str, name: &str, text: &str) -> Vec<String> {
    let situation = Situation::of(&MapReader::new([(name, text)]), name, Profile::Default);
    let findings = situation.findings(Severity::Info).into_iter();
    findings.filter(|line| line.contains(&format!(": {check}: "))).collect()
}

const EVERYTHING: &str =
    "            - {name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: a}}]}\n";

#[test]
fn a_placeholder_is_no_name() {
    let cluster = |host: &str| {
        format!(
            "  - name: a\n    type: STATIC\n    load_assignment:\n      cluster_name: a\n      endpoints:\n      - lb_endpoints:\n        \
             - endpoint: {{address: {{socket_address: {{address: \"{host}\", port_value: 80}}}}}}\n"
        )
    };
    let said = |check: &str, host: &str| envoy_said(check, "envoy.yaml", &envoy("", EVERYTHING, &cluster(host)));
    assert_eq!(said("invalid-value", "${HOST}"), Vec::<String>::new());
    assert_eq!(said("placeholder-left-in", "${HOST}").len(), 1);
    for word in ["$proxy_ip", "HOST_IP", "@HOST@", "__HOST__", "<host>", "${HOST}:80"] {
        assert_eq!(said("invalid-value", word), Vec::<String>::new(), "{word}");
        assert_eq!(said("placeholder-left-in", word).len(), 1, "{word}");
    }
    for name in ["web.example", "WEB", "p$", "root@web"] {
        assert_eq!(said("invalid-value", name).len(), 1, "{name}");
    }
    let ported = cluster("10.0.1.1").replace("port_value: 80", "port_value: HOST_PORT");
    let said = |check: &str| envoy_said(check, "envoy.yaml", &envoy("", EVERYTHING, &ported));
    assert_eq!((said("invalid-value").len(), said("placeholder-left-in").len()), (0, 1));
}

/// 1.40, one of two hosts silent, `connect_timeout: 4s`, `timeout: 2s`: 504 after 2.0 s, or 503 after 2.0 s for the request
/// that takes over the first one's attempt to connect.
#[test]
fn a_request_waits_no_longer_than_its_route_lets_it() {
    let hosts = |action: &str| {
        format!(
            "            - {{name: v, domains: ['*'], routes: [{{match: {{prefix: /}}, route: {{cluster: a{action}}}}}]}}\n"
        )
    };
    let cluster = "  - name: a\n    type: STATIC\n    connect_timeout: 30s\n    load_assignment:\n      cluster_name: a\n      \
                   endpoints:\n      - lb_endpoints:\n        - endpoint: {address: {socket_address: {address: 10.0.1.1, port_value: 80}}}\n        \
                   - endpoint: {address: {socket_address: {address: 10.0.1.2, port_value: 80}}}\n";
    let said = |action: &str| {
        envoy_said("slow-connect-timeout", "envoy.yaml", &envoy("", &hosts(action), cluster))
            .into_iter()
            .map(|line| line.split_once(", ").map(|(_, rest)| rest.to_owned()).unwrap_or_default())
            .collect::<Vec<_>>()
    };
    let ended = |end: &str| {
        format!(
            "requests wait up to {end} and fail: connecting may take 30.0 s, and the route's `timeout` is over before"
        )
    };
    assert_eq!(said(""), [ended("15.0 s")], "the default");
    assert_eq!(said(", timeout: 20s"), [ended("20.0 s")]);
    assert_eq!(said(", timeout: 0s"), ["requests wait 30.0 s before an attempt counts as failed"]);
    assert_eq!(said(", timeout: 60s"), ["requests wait 30.0 s before an attempt counts as failed"]);
    assert_eq!(said(", timeout: 5s"), Vec::<String>::new(), "short enough");
    let retried = said(", retry_policy: {retry_on: connect-failure}");
    assert_eq!(retried, Vec::<String>::new(), "retry-never-happens says it");
}

#[test]
fn nothing_is_said_of_what_comes_behind_the_first_syntax_error() {
    let cluster = "  - name: a\n    type: STATIC\n    connect_timeout: soon\n  - name: b\n    type: {}broken\n    lb_policy: NONE\n   x: y\n";
    let text = envoy("", EVERYTHING, cluster);
    let all = |check: &str| envoy_said(check, "envoy.yaml", &text);
    assert_eq!(all("syntax-error").len(), 1, "{:?}", all("syntax-error"));
    let values = all("invalid-value");
    assert!(values.len() == 1 && values.iter().all(|one| one.contains("soon")), "{values:?}");
}

/// 1.40 and 2.6.12: of three the last one counts.
#[test]
fn the_setting_that_counts_is_named() {
    let cluster = "  - name: a\n    connect_timeout: 1s\n    connect_timeout: 2s\n    connect_timeout: 3s\n";
    let said_of_envoy = envoy_said("duplicate-setting", "envoy.yaml", &envoy("", EVERYTHING, cluster));
    let wins = "wins over those of lines 18 and 19: they have no effect";
    assert_eq!(said_of_envoy, [format!("20: duplicate-setting: `connect_timeout` {wins}")]);
    let json = |fields: &str| {
        envoy_said(
            "duplicate-setting",
            "envoy.json",
            &format!("{{\"static_resources\":{{\"clusters\":[{{\"name\":\"a\"}}]{fields}}}}}"),
        )
    };
    assert_eq!(json(",\"clusters\":[{\"name\":\"b\"}]"), Vec::<String>::new(), "JSON joins lists");
    assert_eq!(json(",\"clusters\":[{\"name\":\"b\",\"connect_timeout\":\"1s\",\"connect_timeout\":\"2s\"}]").len(), 1);
    let sections =
        "listen a\n    bind 10.0.0.5:81\n    timeout server 1s\n    timeout server 2s\n    timeout server 3s\n";
    let said = said("duplicate-setting", sections);
    assert!(
        said.len() == 1 && said.iter().all(|line| line.starts_with("14: ") && line.contains("lines 12 and 13")),
        "{said:?}"
    );
}
