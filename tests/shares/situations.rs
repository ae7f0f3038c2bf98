//! Situations in which a naive prediction lies, with the numbers that were measured on the real programs.

use serde_json::{Value, json};

use crate::{dealt, listener, lost, pool, shares, thousandths};

const TIMEOUTS: &str = "defaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n";

fn haproxy(text: &str, arguments: &[&str]) -> Value {
    shares("haproxy", &format!("{TIMEOUTS}{text}"), arguments)
}

/// 1: one of three is elected by the check, and which is not known; losing another one costs nothing.
#[test]
fn elected_by_its_check() {
    let text = "frontend fe\n bind :5432\n default_backend pg\nbackend pg\n option httpchk OPTIONS /primary\n \
                http-check expect status 200\n server a 10.0.0.1:5432 check port 8008\n \
                server b 10.0.0.2:5432 check port 8008\n server c 10.0.0.3:5432 check port 8008\n";
    let document = haproxy(text, &["--each-failure"]);
    let pg = pool(&document, "pg");
    assert_eq!((&pg["certainty"], dealt(pg)), (&json!("unknown"), vec![-1, -1, -1]));
    for failure in pg["failures"].as_array().unwrap() {
        assert_eq!((&failure["noticed"], lost(failure)), (&json!(true), (0, 0, 0)));
        let until = &failure["until_noticed"];
        assert_eq!((thousandths(&until["low"]), thousandths(&until["high"])), (0, 1000), "the elected one, or not");
    }
}

/// 2: weights of an earlier process are taken over (91/9 after a change while running): not exact.
#[test]
fn saved_state() {
    let text = "global\n server-state-file /var/lib/haproxy/state\ndefaults\n load-server-state-from-file global\n \
                backend web\n server a 10.0.0.1:80 weight 10\n server b 10.0.0.2:80 weight 10\n";
    let document = shares("haproxy", text, &[]);
    let web = pool(&document, "web");
    assert_eq!((&web["certainty"], dealt(web)), (&json!("assumed"), vec![500, 500]));
    assert_eq!(web["assumptions"], json!(["no saved state"]));
}

/// 3: slots that discovery fills are not twenty targets of 5 %.
#[test]
fn service_discovery() {
    let text = "resolvers c\n nameserver d 10.0.0.53:53\nbackend web\n \
                server-template app 1-20 _app._tcp.service.consul resolvers c init-addr none check\n";
    let document = haproxy(text, &["--each-failure"]);
    let web = pool(&document, "web");
    assert_eq!((&web["certainty"], dealt(web)), (&json!("unknown"), vec![-1; 20]));
    assert!(web["because"].as_str().unwrap().contains("discovery"));
}

/// 4: one of two that answers 500 at once; a TCP check never notices, and with 16 clients 97.5 % failed.
#[test]
fn least_connections_and_a_fast_failure() {
    let text = "backend web\n balance leastconn\n server a 10.0.0.1:80 check\n server b 10.0.0.2:80 check\n";
    let document = haproxy(text, &["--down", "web/a@http500"]);
    let failure = &pool(&document, "web")["failures"][0];
    assert_eq!((&failure["noticed"], lost(failure)), (&json!(false), (500, 500, 1000)));
    assert_eq!(failure["certainty"], "bounded");
}

/// 5: 0 % in peace; with both webs down everything is on `sorry`, and nobody fails.
#[test]
fn a_sorry_server() {
    let text = "frontend fe\n bind :80\n use_backend sorry if { nbsrv(web) lt 1 }\n default_backend web\n\
                backend web\n server a 10.0.0.1:80 check\n server b 10.0.0.2:80 check\n\
                backend sorry\n server s 127.0.0.1:9000\n";
    let peace = haproxy(text, &[]);
    let parts = |listener: &Value| {
        let pools = listener["pools"].as_array().unwrap();
        pools.iter().map(|part| (part["pool"].clone(), thousandths(&part["share"]))).collect::<Vec<_>>()
    };
    let fe = listener(&peace["units"][0]["listeners"], "fe");
    assert_eq!(parts(fe), [(json!("web"), 1000), (json!("sorry"), 0)]);
    assert!(pool(&peace, "sorry")["assumptions"][0].as_str().unwrap().contains("another pool fails"));
    let down = haproxy(text, &["--down", "web/a", "--down", "web/b"]);
    let fe = listener(&down["units"][0]["afterwards"][0]["listeners"], "fe");
    assert_eq!(parts(fe), [(json!("web"), 0), (json!("sorry"), 1000)]);
    assert_eq!(lost(fe), (0, 0, 0));
    assert_eq!(lost(&pool(&down, "web")["failures"][0]), (1000, 1000, 1000), "the pool itself has nobody");
}

/// 6: a drained server has 0 % of the new clients; those whose cookie ties them to it still reach it.
#[test]
fn drained_with_cookies() {
    let text = "backend web\n cookie S insert\n server a 10.0.0.1:80 cookie a check\n server b 10.0.0.2:80 cookie b check\n \
                server c 10.0.0.3:80 weight 0 cookie c check\n";
    let document = haproxy(text, &[]);
    let web = pool(&document, "web");
    assert_eq!(dealt(web), [500, 500, 0]);
    assert_eq!(web["assumptions"], json!(["clients that are not tied to a target yet"]));
}

/// 8: a balancer in Lua: dynamic, share unknown.
#[test]
fn a_balancer_in_lua() {
    let text = "events {}\nhttp { upstream b { server 0.0.0.1; balancer_by_lua_block { x() } } \
                server { listen 80; location / { proxy_pass http://b; } } }";
    let document = shares("nginx", text, &["--each-failure"]);
    assert_eq!(pool(&document, "b")["certainty"], "unknown");
}

/// 9: `split_clients` with 5 % for a canary: 5.0 % for it, 9.5 % for each of ten others; if it is dead, 5 % fail for good.
#[test]
fn a_canary() {
    let stable: String = (1..=10).map(|number| ["server 10.0.1.", &number.to_string(), ":80; "].concat()).collect();
    let text = format!(
        "events {{}}\nhttp {{ split_clients $request_id $app {{ 5% canary; * stable; }} upstream canary {{ server 10.0.2.1:80; }} \
         upstream stable {{ {stable} }} server {{ listen 80; server_name shop; location / {{ proxy_pass http://$app; }} }} }}"
    );
    let document = shares("nginx", &text, &["--each-failure"]);
    let shop = listener(&document["units"][0]["listeners"], "shop");
    let targets: Vec<i64> =
        shop["targets"].as_array().unwrap().iter().map(|target| thousandths(&target["share"])).collect();
    assert_eq!(targets, [vec![50], vec![95; 10]].concat());
    let dead = &pool(&document, "canary")["failures"][0];
    assert_eq!((&dead["noticed"], lost(dead)), (&json!(false), (1000, 1000, 1000)));
    assert_eq!(lost(&dead["listeners"][0]), (50, 50, 50), "of all that comes in");
}

const ON_PAPER: &str = "static_resources:
  listeners:
  - name: main
    address: { socket_address: { address: 0.0.0.0, port_value: 80 } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: main
          route_config:
            virtual_hosts:
            - name: all
              domains: [\"*\"]
              routes:
              - match: { prefix: / }
                route: { cluster: web, retry_policy: { retry_on: connect-failure } }
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

/// 13: an ejection on paper. Refused: 0 to 33 % (14 % with 16 clients); hang: a third waits for the route's timeout of 15 s;
/// http500: a third for good. With `previous_hosts` and a raised `max_retries` refused connections cost nothing.
#[test]
fn ejection_on_paper() {
    let document = shares("envoy", ON_PAPER, &["--each-failure", "--modes", "refused,hang,http500"]);
    let failures = pool(&document, "web")["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 9);
    let of = |mode: &str| failures.iter().find(|failure| failure["mode"] == mode).unwrap();
    assert!(failures.iter().all(|failure| failure["noticed"] == false));
    assert_eq!(lost(of("refused")), (0, 0, 333));
    assert_eq!(lost(of("hang")), (333, 333, 333));
    assert_eq!(of("hang")["until_noticed"]["delay_s"], 15.0);
    assert_eq!(lost(of("http500")), (333, 333, 333));
    let mended = ON_PAPER
        .replace(
            "connect-failure }",
            "connect-failure, retry_host_predicate: [{ name: envoy.retry_host_predicates.previous_hosts }] }",
        )
        .replace("outlier_detection: {}", "circuit_breakers: { thresholds: [{ max_retries: 1000 }] }");
    let document = shares("envoy", &mended, &["--each-failure"]);
    assert_eq!(lost(&pool(&document, "web")["failures"][0]), (0, 0, 0));
}

/// 14: EDS over a control plane is undecided; a green that is parked at 0 gets nothing.
#[test]
fn a_mesh_with_a_parked_green() {
    let eds =
        |name: &str| format!("  - {{name: {name}, type: EDS, eds_cluster_config: {{eds_config: {{ads: {{}}}}}}}}\n");
    let route = "route: { weighted_clusters: { clusters: [{name: blue, weight: 100}, {name: green, weight: 0}] } }";
    let head = ON_PAPER.split("  clusters:").next().unwrap();
    let head = head.replace("route: { cluster: web, retry_policy: { retry_on: connect-failure } }", route);
    let document = shares("envoy", &format!("{head}  clusters:\n{}{}", eds("blue"), eds("green")), &["--each-failure"]);
    assert_eq!(pool(&document, "blue")["certainty"], "unknown");
    let main = listener(&document["units"][0]["listeners"], "main");
    let parts: Vec<i64> = main["pools"].as_array().unwrap().iter().map(|part| thousandths(&part["share"])).collect();
    assert_eq!(parts, [1000, 0]);
}

/// 15: behind two proxies there are two keys, and two of the four servers get nothing. Alone in its repository the balancer
/// does not tell: nothing is assumed of many clients where it binds a private address only.
#[test]
fn addresses_behind_a_private_bind() {
    let text = |bind: &str| {
        format!(
            "frontend fe\n bind {bind}:80\n default_backend web\nbackend web\n balance source\n server a 10.0.0.1:80\n \
             server b 10.0.0.2:80\n server c 10.0.0.3:80\n server d 10.0.0.4:80\n"
        )
    };
    let private = haproxy(&text("10.0.0.20"), &[]);
    let web = pool(&private, "web");
    assert_eq!(web["certainty"], "bounded");
    assert!(web["shares"].as_array().unwrap().iter().all(|share| share["low"] == 0.0 && share["high"] == 1.0));
    assert_eq!(pool(&haproxy(&text("*"), &[]), "web")["certainty"], "assumed");
}

/// P0 with one of two hosts down sends 30 % to P1 (69.7 % stayed, measured on 1.40).
#[test]
fn a_priority_spills() {
    let endpoint = |host: &str| {
        format!("        - endpoint: {{ address: {{ socket_address: {{ address: {host}, port_value: 80 }} }} }}\n")
    };
    let head = ON_PAPER.split("    outlier_detection").next().unwrap();
    let text = format!(
        "{head}    health_checks: [{{timeout: 1s, interval: 2s, unhealthy_threshold: 2, healthy_threshold: 1, http_health_check: {{path: /}}}}]\n    \
         load_assignment:\n      cluster_name: web\n      endpoints:\n      - lb_endpoints:\n{}{}      - priority: 1\n        lb_endpoints:\n{}",
        endpoint("10.0.0.1"),
        endpoint("10.0.0.2"),
        endpoint("10.0.1.1")
    );
    let document = shares("envoy", &text, &["--down", "10.0.0.1"]);
    let survivors = pool(&document, "web")["failures"][0]["shares"].as_array().unwrap();
    let survivors: Vec<i64> = survivors.iter().map(|share| thousandths(&share["share"])).collect();
    assert_eq!(survivors, [700, 300]);
}

/// One error moves everything to the backup for 10 s.
#[test]
fn one_error_moves_everything_to_the_backup() {
    let text = "events {}\nhttp { upstream b { server 10.0.0.1; server 10.0.0.2 backup; } \
                server { listen 80; location / { proxy_pass http://b; } } }";
    let document = shares("nginx", text, &["--down", "10.0.0.1"]);
    let failure = &pool(&document, "b")["failures"][0];
    assert_eq!((&failure["noticed_by"], &failure["noticed_after_failures"]), (&json!("ejection"), &json!(1)));
    assert_eq!(failure["shares"][0]["target"], "10.0.0.2");
    assert_eq!((thousandths(&failure["shares"][0]["share"]), lost(failure)), (1000, (0, 0, 0)));
}

/// A split without `*` names no pool for what is left over: 39.9 % of the requests were answered 500 (nginx 1.22.1, measured).
#[test]
fn a_split_with_a_hole() {
    let text = "events {}\nhttp { split_clients $arg_k $app { 60% a; }\nupstream a { server 10.0.0.1; server 10.0.0.2; }\n\
                server { listen 80; location / { proxy_pass http://$app; } } }\n";
    let document = shares("nginx", text, &[]);
    assert_eq!(thousandths(&document["units"][0]["listeners"][0]["failed"]), 400);
}

/// Circuit breakers that let nothing through: every request was answered 503 (Envoy 1.40, measured).
#[test]
fn no_requests_allowed() {
    let host = "{endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}}";
    for limit in ["max_requests", "max_pending_requests"] {
        let text = format!(
            "static_resources:\n  clusters:\n  - {{name: a, circuit_breakers: {{thresholds: [{{{limit}: 0}}]}}, load_assignment: \
             {{cluster_name: a, endpoints: [{{lb_endpoints: [{host}]}}]}}}}\n"
        );
        assert_eq!(pool(&shares("envoy", &text, &[]), "a")["failed"], 1.0, "{limit}");
    }
}

/// Of three endpoints two have `v: 1`. Measured on 1.40: a subset that is asked for serves alone; one that is not there, or
/// none that is asked for, answers 503 to every request, unless any endpoint may serve.
#[test]
fn subsets_serve_what_asks_for_them() {
    let endpoint = |host: u32, v: u32| {
        format!(
            "        - {{metadata: {{filter_metadata: {{envoy.lb: {{v: '{v}'}}}}}}, endpoint: {{address: {{socket_address: \
             {{address: 10.0.0.{host}, port_value: 80}}}}}}}}\n"
        )
    };
    let text = |fallback: &str, asked: &str| {
        let head = ON_PAPER.split("    outlier_detection").next().unwrap().replace(
            "retry_policy: { retry_on: connect-failure }",
            &format!("metadata_match: {{ filter_metadata: {{ envoy.lb: {{ v: '{asked}' }} }} }}"),
        );
        format!(
            "{head}    lb_subset_config: {{ {fallback} subset_selectors: [{{ keys: [v] }}] }}\n    load_assignment:\n      \
             cluster_name: web\n      endpoints:\n      - lb_endpoints:\n{}{}{}",
            endpoint(1, 1),
            endpoint(2, 1),
            endpoint(3, 2)
        )
    };
    let predicted = |fallback: &str, asked: &str| {
        let document = shares("envoy", &text(fallback, asked), &[]);
        let web = pool(&document, "web");
        (dealt(web), thousandths(&web["failed"]))
    };
    assert_eq!(predicted("", "1"), (vec![500, 500, 0], 0));
    assert_eq!(predicted("", "3"), (vec![0, 0, 0], 1000));
    assert_eq!(predicted("fallback_policy: ANY_ENDPOINT,", "3"), (vec![333, 333, 333], 0));
    assert_eq!(predicted("fallback_policy: DEFAULT_SUBSET, default_subset: { v: '2' },", "3"), (vec![-1, -1, -1], -1));
}

/// With a cluster that stands for the proxies themselves, targets of the own zone come first; which one that is nobody knows
/// from the file. Without it localities are one flat list (measured on 1.40).
#[test]
fn zones_may_come_first() {
    let zone = |name: &str, host: &str| {
        format!(
            "      - {{locality: {{zone: {name}}}, lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: {host}, \
             port_value: 80}}}}}}}}]}}\n"
        )
    };
    let head = ON_PAPER.split("    outlier_detection").next().unwrap();
    let text = format!(
        "{head}    load_assignment:\n      cluster_name: web\n      endpoints:\n{}{}",
        zone("a", "10.0.0.1"),
        zone("b", "10.0.1.1")
    );
    assert_eq!(dealt(pool(&shares("envoy", &text, &[]), "web")), [500, 500]);
    let aware = format!("cluster_manager: {{ local_cluster_name: edge }}\n{text}");
    assert_eq!(pool(&shares("envoy", &aware, &[]), "web")["certainty"], "unknown");
}

/// A fallback takes over for the pool that its rule asks for, and for no other; how many targets it wants is not known.
#[test]
fn a_fallback_is_for_the_pool_that_is_asked() {
    let text = |rule: &str| {
        format!(
            "frontend fe\n bind :80\n use_backend spare if {{ {rule} }}\n default_backend web\nbackend web\n \
             server a 10.0.0.1:80 check\n server b 10.0.0.2:80 check\nbackend api\n server a 10.0.1.1:80 check\n\
             backend spare\n server s 10.0.2.1:80\n"
        )
    };
    let share_of_spare = |rule: &str, down: &[&str]| {
        let arguments: Vec<&str> = down.iter().flat_map(|target| ["--down", target]).collect();
        let document = haproxy(&text(rule), &arguments);
        let fe = listener(&document["units"][0]["afterwards"][0]["listeners"], "fe");
        thousandths(&fe["pools"][1]["share"])
    };
    assert_eq!(share_of_spare("nbsrv(web) lt 1", &["web/a", "web/b"]), 1000);
    assert_eq!(share_of_spare("nbsrv(api) lt 1", &["web/a", "web/b"]), -1);
    assert_eq!(share_of_spare("nbsrv(web) lt 2", &["web/a"]), -1);
}
