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

/// 2.6.12: "could not resolve address", and with `init-addr none` it starts without the server.
#[test]
fn a_host_that_no_host_can_be_keeps_it_from_starting() {
    let servers = |end: &str| {
        format!(
            "listen a\n    bind 10.0.0.5:81\n    server a1 <web-ip>:81 check{end}\n    server a2 10.0.1.2:81 check\n"
        )
    };
    let messages =
        [said("placeholder-left-in", &servers("")), said("placeholder-left-in", &servers(" init-addr none"))];
    assert!(messages[0][0].ends_with("nobody filled in: HAProxy refuses the file as it is"), "{messages:?}");
    assert!(messages[1][0].contains("gets 50.0 % of the requests of `a`"), "{messages:?}");
}

/// `sed` writes the time; a word in capitals without `_` may be a word that is written wrongly.
#[test]
fn a_name_of_a_value_is_no_time() {
    let section = |time: &str| {
        format!("listen a\n    bind 10.0.0.5:81\n    timeout queue {time}\n    server a1 10.0.1.1:81 check\n")
    };
    let both = |time: &str| ["invalid-value", "placeholder-left-in"].map(|check| said(check, &section(time)).len());
    assert_eq!([both("QUEUE_TIMEOUT"), both("NEVER"), both("queue_timeout")], [[0, 1], [1, 0], [1, 0]]);
}

/// What advises to write `retry_policy` in a `tcp_proxy`, or to ask Redis for a page, breaks the file or the pool (1.40).
#[test]
fn advice_fits_the_filter_that_leads_to_the_cluster() {
    let text = |filter: &str| {
        format!(
            "static_resources:\n  listeners:\n  - name: l\n    address: {{socket_address: {{address: 10.0.0.5, port_value: 80}}}}\n    filter_chains:\n    - filters:\n      - name: f\n        typed_config: {{{filter}}}\n  clusters:\n  - name: a\n    type: STATIC\n    health_checks: [{{timeout: 1s, interval: 2s, unhealthy_threshold: 2, healthy_threshold: 2, tcp_health_check: {{}}}}]\n    load_assignment:\n      cluster_name: a\n      endpoints:\n      - lb_endpoints:\n        - endpoint: {{address: {{socket_address: {{address: 10.0.1.1, port_value: 80}}}}}}\n        - endpoint: {{address: {{socket_address: {{address: 10.0.1.2, port_value: 80}}}}}}\n"
        )
    };
    let of = "\"@type\": type.googleapis.com/envoy.extensions.filters.network";
    let tcp = format!("{of}.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: a");
    let redis = format!(
        "{of}.redis_proxy.v3.RedisProxy, stat_prefix: r, settings: {{op_timeout: 5s}}, prefix_routes: {{catch_all_route: {{cluster: a}}}}"
    );
    let analysis = |filter: &str| {
        let settings = lblint::settings::Settings {
            profile: lblint::settings::ProfileChoice(Profile::Strict),
            ..Default::default()
        };
        lblint::analysis::analyze(
            &MapReader::new([("envoy.yaml", &*text(filter))]),
            &["envoy.yaml".to_owned()],
            &settings,
        )
    };
    let advice = |filter: &str, check: &str| -> Vec<String> {
        let analysis = analysis(filter);
        let found = analysis.findings.shown.iter().filter(|one| one.meta.name == check);
        found.flat_map(|one| one.help.clone()).collect()
    };
    assert_eq!(
        advice(&tcp, "retries-disabled"),
        ["write `max_connect_attempts: 3` in the `tcp_proxy`: it tries another host"]
    );
    assert_eq!(advice(&redis, "shallow-health-check"), [""; 0]);
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

/// What a HAProxy file of another name says in the default profile.
fn said_in(file: &str, text: &str) -> Vec<String> {
    Situation::of(&MapReader::new([(file, text)]), file, Profile::Default).findings(Severity::Info)
}

#[test]
fn rules_of_a_section_send_some_requests_elsewhere() {
    let sections = "listen all\n    mode http\n    bind 10.0.0.5:81\n    use_backend api if { path_beg /api }\n\n\
                    backend api\n    mode http\n    server a 10.0.1.1:81 check\n";
    let said = said("no-eligible-target", sections);
    let rest = "every request to `all` that none of its rules sends elsewhere is answered with 503: it has no server";
    assert_eq!(said, [format!("10: no-eligible-target: {rest}")]);
}

#[test]
fn several_servers_keep_their_share_together() {
    let sections = "listen all\n    bind 10.0.0.5:81\n    server a 10.0.1.1:81\n    server b 10.0.1.2:81\n    server c 10.0.1.3:81 check\n    \
                    server d 10.0.1.4:81 check\n";
    let said = said("partial-health-check", sections);
    assert_eq!(said.len(), 1);
    assert!(said.iter().all(|one| one.ends_with("are not checked: dead, they keep 50.0 % of the traffic")), "{said:?}");
}

/// `fastinter` is written: the advice is not to write it.
#[test]
fn checks_that_speed_up_are_not_told_to() {
    let with = |words: &str| {
        let sections = format!(
            "{HEAD}listen all\n    bind 10.0.0.5:81\n    server a 10.0.1.1:81 check {words}\n    server b 10.0.1.2:81 check {words}\n"
        );
        let situation = Situation::new(&sections);
        let mut shown = situation.analysis.findings.shown.iter();
        let found = shown.find(|one| one.meta.name == "slow-failure-detection").unwrap();
        (found.primary.text.clone(), found.help.concat())
    };
    let (label, help) = with("inter 40s");
    assert!(label == "3 failed checks, 40.0 s apart" && help.contains("fastinter"), "{label}: {help}");
    let (label, help) = with("inter 40s fastinter 1s");
    assert!(label == "a check every 40.0 s, then 2 more 1.0 s apart" && !help.contains("fastinter"), "{label}: {help}");
}

/// The pool's servers, and perhaps the last line, are written when the file is made.
#[test]
fn a_template_waits_for_its_servers() {
    let text = format!(
        "{HEAD}frontend fe\n    mode http\n    bind 10.0.0.5:81\n    default_backend web\n\nbackend web\n    mode http"
    );
    assert_eq!(said_in("haproxy.cfg", &text).len(), 2);
    assert_eq!(said_in("haproxy.cfg.template", &text), Vec::<String>::new());
    let announced = format!("# the controller rewrites this file at runtime\n{text}\n");
    assert_eq!(said_in("haproxy.cfg", &announced), Vec::<String>::new());
    let example = said_in("haproxy.cfg.example", &text);
    assert!(example.len() == 1 && example.iter().all(|one| one.contains("missing-final-newline")), "{example:?}");
}

/// Nothing hangs where every connection is closed at once.
#[test]
fn nothing_hangs_before_there_are_servers() {
    let text =
        "global\n    maxconn 1000\n\nfrontend fe\n    bind 10.0.0.5:81\n    default_backend web\n\nbackend web\n";
    let said = |text: &str| Situation::new(text).findings(Severity::Info).concat();
    assert!(!said(text).contains("missing-timeout"), "{}", said(text));
    assert!(said(&format!("{text}    server a 10.0.1.1:81 check\n")).contains("missing-timeout"));
}

/// Another file may say `option redispatch`.
#[test]
fn what_retries_do_is_open_without_defaults() {
    let pool = "frontend fe\n    mode http\n    bind 10.0.0.5:81\n    default_backend web\n\nbackend web\n    mode http\n    balance first\n    \
                server a 10.0.1.1:81 check\n    server b 10.0.1.2:81 check\n";
    let notes = |text: &str| {
        let situation = Situation::new(text);
        let shown = situation.analysis.findings.shown.iter();
        shown
            .filter(|one| one.meta.name == "one-target-takes-all")
            .flat_map(|one| one.notes.clone())
            .collect::<String>()
    };
    assert!(notes(pool).contains("its share of the requests may fail until its check notices"), "{}", notes(pool));
    let whole = format!("{}{pool}", HEAD.replace("    option redispatch 1\n", ""));
    assert!(notes(&whole).contains("of the requests fail"), "{}", notes(&whole));
}

/// Stages of one process behind each other: no stage dies alone.
#[test]
fn a_proxy_does_not_watch_itself() {
    let stage =
        |name: &str| format!("\nlisten {name}\n    bind unix@/run/{name}.sock\n    server a 10.0.1.1:81 check\n");
    let head = HEAD.replace("    option redispatch 1\n", "");
    let front = "listen all\n    bind 10.0.0.5:81\n    server one /run/one.sock\n    server two \"/run/two.sock\"\n";
    let said = |stages: String| Situation::new(&format!("{head}{front}{stages}")).findings(Severity::Warning).concat();
    let whole = said(stage("one") + &stage("two"));
    assert!(!whole.contains("no-health-check") && !whole.contains("no-redispatch"), "{whole}");
    let other = said(stage("one"));
    assert!(other.contains("no-health-check") && other.contains("no-redispatch"), "{other}");
}

/// `option httpchk` may stand in the `defaults` of another file.
#[test]
fn rules_of_a_check_are_read_where_another_file_may_say_so() {
    let pool = "frontend fe\n    mode http\n    bind 10.0.0.5:81\n    default_backend web\n\nbackend web\n    mode http\n    \
                http-check expect status 200\n    server a 10.0.1.1:81 check\n    server b 10.0.1.2:81 check\n";
    let said = |text: &str| Situation::new(text).findings(Severity::Warning).concat();
    assert!(!said(pool).contains("broken-health-check"), "{}", said(pool));
    assert!(said(&format!("{HEAD}{pool}")).contains("broken-health-check"));
}
