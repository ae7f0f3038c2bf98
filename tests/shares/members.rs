//! A statement that stands for several targets is the same as so many statements: in peace, after each failure, when asked for.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::{pool, run, shares};

/// Three addresses, as a number or listed.
const NUMBER: (&str, &str) = ("number", "[dns]\n\"app.internal\" = 3\n");
const LISTED: (&str, &str) = ("listed", "[dns]\n\"app.internal\" = [\"10.0.0.1\", \"10.0.0.2\", \"10.0.0.3\"]\n");
const ADDRESSES: [&str; 3] = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

fn settings((name, text): (&str, &str)) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("members-{}-{name}.toml", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

/// The pool `web` of a configuration under what is said of names.
fn web(dialect: &str, text: &str, dns: (&str, &str), arguments: &[&str]) -> Value {
    let path = settings(dns);
    let document = shares(dialect, text, &[&["--config", path.to_str().unwrap()], arguments].concat());
    pool(&document, "web").clone()
}

fn haproxy(servers: &str) -> String {
    format!(
        "resolvers dns\n nameserver ns 10.0.0.2:53\nfrontend fe\n bind :80\n default_backend web\nbackend web\n \
         balance BALANCE\n option httpchk\n option redispatch\n timeout connect 1s\n timeout server 9s\n{servers}"
    )
}

fn nginx(servers: &str) -> String {
    format!(
        "events {{}}\nhttp {{ upstream web {{ BALANCE {servers} }} server {{ listen 80; location / {{ proxy_pass http://web; }} }} }}\n"
    )
}

fn envoy(hosts: &[&str]) -> String {
    let endpoint = |host: &&str| {
        format!("        - {{endpoint: {{address: {{socket_address: {{address: {host}, port_value: 80}}}}}}}}\n")
    };
    let endpoints: String = hosts.iter().map(endpoint).collect();
    format!(
        "static_resources:\n  clusters:\n  - name: web\n    type: STRICT_DNS\n    lb_policy: BALANCE\n    connect_timeout: 1s\n    \
         health_checks: [{{timeout: 1s, interval: 5s, unhealthy_threshold: 3, healthy_threshold: 1, tcp_health_check: {{}}}}]\n    \
         load_assignment:\n      cluster_name: web\n      endpoints:\n      - lb_endpoints:\n{endpoints}"
    )
}

/// The same pool as one statement and written out, for each policy whose picks do not hang on names.
fn twins() -> Vec<(&'static str, String, String)> {
    let all = |write: fn(&str) -> String, each: &str| ADDRESSES.map(|host| write(&each.replace("HOST", host)));
    let lines = |each: &str| all(str::to_owned, each).concat();
    let mut twins = Vec::new();
    let template =
        haproxy(" server-template app 1-3 app.internal:80 resolvers dns check\n server b 10.0.9.9:80 check weight 2\n");
    let servers = haproxy(&format!("{} server b 10.0.9.9:80 check weight 2\n", lines(" server HOST HOST:80 check\n")));
    for policy in ["roundrobin", "leastconn", "first"] {
        twins.push(("haproxy", template.replace("BALANCE", policy), servers.replace("BALANCE", policy)));
    }
    let name = nginx("server app.internal:80 weight=2; server 10.0.9.9:80 backup;");
    let servers = nginx(&format!("{} server 10.0.9.9:80 backup;", lines("server HOST:80 weight=2; ")));
    for policy in ["", "least_conn;", "random two;"] {
        twins.push(("nginx", name.replace("BALANCE", policy), servers.replace("BALANCE", policy)));
    }
    for policy in ["ROUND_ROBIN", "LEAST_REQUEST", "RANDOM"] {
        twins.push((
            "envoy",
            envoy(&["app.internal"]).replace("BALANCE", policy),
            envoy(&ADDRESSES).replace("BALANCE", policy),
        ));
    }
    twins
}

/// Everything but what names, places and what is assumed of names make different.
fn numbers(pool: &Value) -> Value {
    let plain = |share: &Value| json!([share["share"], share["low"], share["high"]]);
    let shares = |of: &Value| of["shares"].as_array().unwrap().iter().map(plain).collect::<Vec<_>>();
    let failures = pool["failures"].as_array().into_iter().flatten().map(|failure| {
        let keys = ["mode", "noticed", "noticed_after_s", "until_noticed", "failed", "low", "high"];
        json!([keys.map(|key| failure[key].clone()), shares(failure)])
    });
    json!([shares(pool), pool["failed"], failures.collect::<Vec<_>>()])
}

#[test]
fn single_failures_are_those_of_the_pool_written_out() {
    let asks = ["--each-failure", "--modes", "refused,drop,hang,http500"];
    for (dialect, one, several) in twins() {
        let several = numbers(&web(dialect, &several, NUMBER, &asks));
        for dns in [NUMBER, LISTED] {
            assert_eq!(numbers(&web(dialect, &one, dns, &asks)), several, "{} {one}", dns.0);
        }
    }
}

fn down(dialect: &str, text: &str, dns: (&str, &str), what: &str) -> Value {
    web(dialect, &text.replace("BALANCE", ""), dns, &["--down", what])["failures"][0]["down"].clone()
}

#[test]
fn one_of_them_can_be_down() {
    let name = nginx("server app.internal:80;");
    assert_eq!(down("nginx", &name, NUMBER, "web/app.internal:80#2"), json!(["app.internal:80#2"]));
    // The name alone is all of it.
    let all = json!(["app.internal:80#1", "app.internal:80#2", "app.internal:80#3"]);
    assert_eq!(down("nginx", &name, NUMBER, "web/app.internal:80"), all);
    assert_eq!(down("nginx", &name, LISTED, "10.0.0.3"), json!(["app.internal:80#3"]));
    let template = haproxy(" server-template app 1-3 app.internal:80 resolvers dns check\n").replace("balance", "#");
    assert_eq!(down("haproxy", &template, NUMBER, "web/app2"), json!(["app2"]));
    assert_eq!(down("haproxy", &template, LISTED, "10.0.0.3"), json!(["app3"]));
    let path = settings(NUMBER);
    let asked = ["--config", path.to_str().unwrap(), "--down", "web/app.internal:80#4"];
    let (_, errors, status) = run("nginx", &name.replace("BALANCE", ""), &asked);
    assert!(status == Some(2) && errors.contains("no target is meant"), "{errors}");
}

/// HAProxy resolves a name without `resolvers` once: all servers of the template are at its first address.
#[test]
fn servers_of_one_address_are_one_host() {
    let hosts = |parameters: &str| {
        let text = haproxy(&format!(" server-template app 1-2 app.internal:80 {parameters} check\n"))
            .replace("BALANCE", "roundrobin");
        web("haproxy", &text, ("two", "[dns]\n\"app.internal\" = 2\n"), &["--each-failure=hosts"])["failures"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((hosts(""), hosts("resolvers dns")), (3, 2));
}
