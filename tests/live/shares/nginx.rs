//! What a running nginx deals out, against predicted shares.

use std::fmt::Write as _;
use std::path::Path;

use super::case::{Case, Placed, Test};
use super::network;
use super::peace::is_as_predicted;
use super::program::Program;
use super::traffic::{Client, Traffic};
use crate::nginx_running::TEMPORARY;

/// Enough for any weights of these cases to come round some times.
const CYCLES: Traffic = Traffic::of(420);
/// Enough for half a point.
const MANY: Traffic = Traffic::of(20_000);
/// Keys are the same in each run, and what is in flight does not matter to them.
const KEYS: Traffic = Traffic::of(10_000).in_flight(2);
/// From many addresses, each over a connection of its own, which takes longer.
const CLIENTS: Traffic = Traffic::of(8000).in_flight(4).from(Client::NewAddresses);
const BUSY: Traffic = Traffic::of(3200).in_flight(16);

const STREAM_MODULE: &str = "/usr/lib/nginx/modules/ngx_stream_module.so";

#[test]
fn shares_are_as_predicted() {
    network::own("shares::nginx::shares_are_as_predicted", |folder| {
        is_as_predicted(Program::Nginx, &cases(), write, folder);
    });
}

#[test]
fn shares_of_two_workers_are_as_predicted() {
    network::own("shares::nginx::shares_of_two_workers_are_as_predicted", |folder| {
        is_as_predicted(Program::Nginx, &with_workers(), write_workers, folder);
    });
}

#[test]
fn shares_of_streams_are_as_predicted() {
    if !Path::new(STREAM_MODULE).exists() {
        eprintln!("skipped: {STREAM_MODULE} is not installed");
        return;
    }
    network::own("shares::nginx::shares_of_streams_are_as_predicted", |folder| {
        is_as_predicted(Program::Nginx, &streams(), write_streams, folder);
    });
}

/// An upstream, and a server with one location, for each case.
pub(crate) fn write(cases: &[Placed<'_>], _: &Path) -> String {
    format!("daemon off;\nmaster_process off;\n{}", http(cases))
}

fn write_workers(cases: &[Placed<'_>], _: &Path) -> String {
    format!("daemon off;\nworker_processes 2;\n{}", http(cases))
}

const EVENTS: &str = "pid nginx.pid;\nerror_log /dev/null;\nevents { worker_connections 4096; }\n";

/// What connections to targets need in order to be kept.
const KEPT: &str = "proxy_http_version 1.1;\nproxy_set_header Connection '';\n";

fn http(cases: &[Placed<'_>]) -> String {
    let mut text =
        format!("{EVENTS}http {{\naccess_log off;\nadd_header X-Tried $upstream_addr always;\n{KEPT}{TEMPORARY}");
    for placed in cases {
        let case = placed.case;
        let pass = if case.front.contains("proxy_pass") { "" } else { "proxy_pass http://NAME;" };
        // Connections for each of many requests would be most of the work.
        let kept = if case.traffic.requests > 1000 { "keepalive 16;" } else { "" };
        let upstream =
            if case.pool.is_empty() { String::new() } else { format!("upstream NAME {{\n{}\n{kept}\n}}\n", case.pool) };
        let location = format!("location / {{\n{}\n{pass}\n}}", case.front);
        let server = format!("server {{\nlisten {};\n{location}\n}}\n", placed.listener());
        text.push_str(&placed.filled(&format!("{}\n{upstream}{server}", case.around)));
    }
    text + "}\n"
}

fn write_streams(cases: &[Placed<'_>], _: &Path) -> String {
    let mut text = format!("load_module {STREAM_MODULE};\ndaemon off;\nmaster_process off;\n{EVENTS}stream {{\n");
    for placed in cases {
        let upstream = format!("upstream NAME {{\n{}\n}}\n", placed.case.pool);
        let front = placed.case.front;
        let server = format!("server {{\nlisten {};\n{front}\nproxy_pass NAME;\n}}\n", placed.listener());
        write!(text, "{}", placed.filled(&(upstream + &server))).unwrap();
    }
    text + "}\n"
}

fn cases() -> Vec<Case> {
    let groups = [rotating(), by_load(), by_hash(), by_ring(), random(), over_pools()];
    groups.into_iter().flatten().collect()
}

fn rotating() -> Vec<Case> {
    let cycles = |name: &str, pool| Case::new(name, pool, CYCLES);
    vec![
        cycles("equal weights", "server @1; server @2; server @3;"),
        cycles("one heavier", "server @1 weight=5; server @2; server @3;"),
        cycles("growing", "server @1; server @2 weight=2; server @3 weight=3;"),
        Case::new("far apart", "server @1 weight=100; server @2;", Traffic::of(404)),
        cycles("down", "server @1 weight=2; server @2 down; server @3;"),
        cycles("one left", "server @1; server @2 down;"),
        cycles("all down", "server @1 down; server @2 down;"),
        cycles("a backup that waits", "server @1; server @2; server @3 backup;"),
        cycles(
            "backups stand in for those that are down",
            "server @1 down; server @2 backup weight=2; server @3 backup;",
        ),
        cycles("an address twice", "server @1; server @1; server @2;"),
        cycles("alone", "server @1 weight=3;"),
        cycles("room for few", "server @1 max_conns=1; server @2 weight=2;"),
        cycles("one zone", "zone NAME 64k; server @1 weight=2; server @2;"),
        cycles("connections are kept", "server @1 weight=3; server @2 weight=4; keepalive 4;"),
        cycles("the last method counts", "ip_hash; least_conn; server @1; server @2; server @3 weight=2;"),
    ]
}

fn by_load() -> Vec<Case> {
    vec![
        Case::new("least connections, idle", "least_conn; server @1; server @2; server @3;", CYCLES),
        Case::new("least connections, idle, weights", "least_conn; server @1 weight=3; server @2;", CYCLES),
        Case::new("least connections, busy", "least_conn; server @1; server @2; server @3;", BUSY).slow(3).probable(),
        Case::new("least connections, busy, weights", "least_conn; server @1 weight=3; server @2;", BUSY)
            .slow(3)
            .probable(),
        Case::new("least connections, a backup", "least_conn; server @1; server @2 backup;", CYCLES),
    ]
}

fn by_hash() -> Vec<Case> {
    let keys = |name: &str, pool| Case::new(name, pool, KEYS).probable();
    let clients = |name: &str, pool| Case::new(name, pool, CLIENTS).probable();
    vec![
        clients("addresses", "ip_hash; server @1; server @2; server @3;"),
        clients("addresses, weights", "ip_hash; server @1 weight=4; server @2; server @3 weight=2;"),
        clients("addresses, one down", "ip_hash; server @1; server @2 down; server @3;"),
        clients("addresses, weights beyond the range", "ip_hash; server @1 weight=7000; server @2 weight=7000;"),
        keys("paths", "hash $uri; server @1; server @2; server @3;"),
        keys("parameters, weights", "hash $arg_k; server @1 weight=2; server @2; server @3 weight=5;"),
        keys("headers, one down", "hash $http_x_key; server @1 weight=2; server @2 down; server @3;"),
        keys("weights beyond the range", "hash $uri; server @1 weight=40000; server @2 weight=40000;"),
        Case::new("nothing to hash: in turn", "hash $http_x_none; server @1 weight=2; server @2;", CYCLES),
    ]
}

fn by_ring() -> Vec<Case> {
    let keys = |name: &str, pool| Case::new(name, pool, KEYS).probable();
    vec![
        keys("ring", "hash $uri consistent; server @1; server @2; server @3;"),
        keys("ring with weights", "hash $uri consistent; server @1 weight=3; server @2; server @3 weight=2;"),
        keys("ring of five", "hash $arg_k consistent; server @1; server @2; server @3; server @4; server @5;"),
        keys("ring with one down", "hash $uri consistent; server @1; server @2 down; server @3;"),
        keys("ring with an address twice", "hash $uri consistent; server @1; server @1; server @2;"),
    ]
}

fn random() -> Vec<Case> {
    let many = |name: &str, pool| Case::new(name, pool, MANY).probable();
    vec![
        many("random", "random; server @1; server @2; server @3;"),
        many("random, weights", "random; server @1 weight=5; server @2; server @3 weight=2;"),
        many("random, one down", "random; server @1 weight=5; server @2 down; server @3 weight=2;"),
        many("random of two, equal", "random two; server @1; server @2; server @3;"),
        many("random of two, 3 to 1", "random two; server @1 weight=3; server @2;"),
        many("random of two, one heavier", "random two least_conn; server @1 weight=5; server @2; server @3;"),
        Case::new("random of two, busy", "random two; server @1 weight=2; server @2; server @3;", BUSY)
            .slow(3)
            .probable(),
    ]
}

fn over_pools() -> Vec<Case> {
    const POOLS: &str = "upstream NAME-a { server @1; server @2; }\nupstream NAME-b { server @3; }";
    let of =
        |name: &str, around, front, traffic| Case::new(name, "", traffic).around(around).front(front).of_listener();
    vec![
        Case {
            around: "split_clients $arg_k $NAME { 20% NAME-a; 30% NAME-b; * NAME-c; }\nupstream NAME-a { server @1; server @2; }\nupstream NAME-b { server @3; }\nupstream NAME-c { server @4; }",
            ..of("split", "", "proxy_pass http://$NAME;", KEYS).probable()
        },
        Case {
            around: "split_clients $arg_k $NAME { 60% NAME-a; }\nupstream NAME-a { server @1; server @2; }",
            ..of("split with a hole", "", "proxy_pass http://$NAME;", KEYS).probable()
        },
        Case {
            around: "map $http_x_none $NAME { default NAME-a; b NAME-b; }\nupstream NAME-a { server @1; server @2; }\nupstream NAME-b { server @3; }",
            ..of("the default of a map", "", "proxy_pass http://$NAME;", CYCLES).test(Test::Unknown)
        },
        of("a variable that is set", POOLS, "set $pool NAME-b; proxy_pass http://$pool;", CYCLES),
        of("no pool at all", "# @1", "proxy_pass http://@1;", CYCLES),
    ]
}

fn with_workers() -> Vec<Case> {
    const CONNECTIONS: Traffic = Traffic::of(420).in_flight(4).from(Client::NewConnections);
    let around = |name: &str, pool| Case::new(name, pool, CONNECTIONS).test(Test::ToTheRequest(3));
    vec![
        around("a turn for each worker", "server @1 weight=2; server @2; server @3;"),
        around("one turn for all", "zone NAME 64k; server @1 weight=2; server @2; server @3;"),
        Case::new(
            "keys know no workers",
            "hash $uri consistent; server @1; server @2;",
            Traffic::of(8000).in_flight(4).from(Client::NewConnections),
        )
        .probable(),
        Case::new(
            "random knows no workers",
            "random; server @1 weight=2; server @2;",
            Traffic::of(8000).in_flight(4).from(Client::NewConnections),
        )
        .probable(),
    ]
}

fn streams() -> Vec<Case> {
    let connections = |name: &str, pool| Case::new(name, pool, CYCLES.from(Client::NewConnections));
    vec![
        connections("connections in turn", "server @1 weight=3; server @2 weight=2; server @3;"),
        connections("connections, one down", "server @1 weight=3; server @2 down; server @3 backup; server @4;"),
        connections("least connections", "least_conn; server @1; server @2;"),
        Case::new("connections by address", "hash $remote_addr; server @1; server @2; server @3 weight=2;", CLIENTS)
            .probable(),
        Case::new("ring of addresses", "hash $remote_addr consistent; server @1; server @2; server @3;", CLIENTS)
            .probable(),
        Case::new(
            "random connections",
            "random; server @1 weight=3; server @2;",
            Traffic::of(8000).in_flight(2).from(Client::NewConnections),
        )
        .probable(),
    ]
}
