//! What users of a running nginx see of targets that fail, against what is predicted.

use super::case::{Case, Test};
use super::failure::is_as_predicted;
use super::network;
use super::nginx::write;
use super::program::Program;
use super::servers::Behaviour::{self, Drop, Hang, Http500, Refused};
use super::traffic::{Client, Traffic};

const ALL: &[Behaviour] = &[Refused, Drop, Hang, Http500];
const TURNS: Traffic = Traffic::of(30);
/// Each target's turn comes ten times.
const FEW: Traffic = TURNS.in_flight(6);
const KEYS: Traffic = Traffic::of(3000).in_flight(4);
const CLIENTS: Traffic = KEYS.from(Client::NewAddresses);
/// Timeouts that a test can wait for.
const SHORT: &str = "proxy_connect_timeout 1s; proxy_read_timeout 1s;";

#[test]
fn failures_are_as_predicted() {
    network::own("shares::nginx_failures::failures_are_as_predicted", |folder| {
        is_as_predicted(Program::Nginx, &cases(), write, folder);
    });
}

fn cases() -> Vec<Case> {
    [ejected(), kept(), few(), by_key(), by_load()].into_iter().flatten().collect()
}

/// The first failures take a target out.
fn ejected() -> Vec<Case> {
    let turns = |name: &str, pool, front| Case::new(name, pool, TURNS).front(front);
    [
        turns("as it comes", "server @1; server @2; server @3;", SHORT).down(2, ALL),
        turns("three failures", "server @1 max_fails=3; server @2 max_fails=3; server @3 max_fails=3;", SHORT)
            .down(2, ALL),
        turns(
            "no retries",
            "server @1; server @2; server @3;",
            "proxy_connect_timeout 1s; proxy_read_timeout 1s; proxy_next_upstream off;",
        )
        .down(2, ALL),
        turns(
            "errors that are answers count",
            "server @1; server @2; server @3;",
            "proxy_connect_timeout 1s; proxy_read_timeout 1s; proxy_next_upstream error http_500;",
        )
        .down(2, ALL),
        turns("a heavy one", "server @1 weight=4; server @2;", SHORT).down(1, &[Refused, Http500]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Nothing takes a target out.
fn kept() -> Vec<Case> {
    let few = |name: &str, front| {
        Case::new(name, "server @1 max_fails=0; server @2 max_fails=0; server @3 max_fails=0;", FEW)
            .front(front)
            .test(Test::ToTheRequest(2))
    };
    [
        few("never taken out", SHORT).down(2, ALL),
        few("never taken out, no retries", "proxy_connect_timeout 1s; proxy_read_timeout 1s; proxy_next_upstream off;")
            .down(2, ALL),
        few(
            "never taken out, timeouts are repeated",
            "proxy_connect_timeout 1s; proxy_read_timeout 1s; proxy_next_upstream timeout;",
        )
        .down(2, ALL),
        few(
            "never taken out, answers are repeated",
            "proxy_connect_timeout 1s; proxy_read_timeout 1s; proxy_next_upstream error http_500;",
        )
        .down(2, ALL),
        few(
            "never taken out, one try",
            "proxy_connect_timeout 1s; proxy_read_timeout 1s; proxy_next_upstream_tries 1;",
        )
        .down(2, &[Refused, Hang]),
        few(
            "never taken out, no time for a second try",
            "proxy_connect_timeout 1s; proxy_read_timeout 1s; proxy_next_upstream_timeout 500ms;",
        )
        .down(2, &[Refused, Drop, Hang]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn few() -> Vec<Case> {
    let turns = |name: &str, pool| Case::new(name, pool, TURNS.in_flight(3)).front(SHORT);
    [
        turns("alone", "server @1;").down(1, ALL),
        turns("a backup takes over", "server @1; server @2 backup;").down(1, ALL),
        turns("the backup fails", "server @1; server @2 backup;").down(2, &[Refused]),
        turns("the others are down", "server @1; server @2 down;").down(1, &[Http500]),
        turns("a backup for two", "server @1; server @2; server @3 backup;").down(1, &[Refused]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn by_key() -> Vec<Case> {
    const OFF: &str = "proxy_next_upstream off;";
    let keys = |name: &str, pool, front| Case::new(name, pool, KEYS).front(front).probable();
    [
        keys("keys", "hash $uri; server @1; server @2; server @3;", SHORT).down(2, &[Refused, Http500]),
        keys(
            "keys, never taken out",
            "hash $uri; server @1 max_fails=0; server @2 max_fails=0; server @3 max_fails=0;",
            SHORT,
        )
        .down(2, &[Refused]),
        keys(
            "keys, no retries",
            "hash $uri; server @1 max_fails=0; server @2 max_fails=0; server @3 max_fails=0 weight=2;",
            OFF,
        )
        .down(3, &[Refused]),
        keys("ring", "hash $uri consistent; server @1; server @2; server @3;", SHORT).down(1, &[Refused, Http500]),
        keys(
            "ring, no retries",
            "hash $uri consistent; server @1 max_fails=0; server @2 max_fails=0; server @3 max_fails=0;",
            OFF,
        )
        .down(1, &[Refused]),
        Case::new("addresses", "ip_hash; server @1; server @2; server @3;", CLIENTS)
            .probable()
            .down(2, &[Refused, Http500]),
        Case::new(
            "addresses, never taken out",
            "ip_hash; server @1 max_fails=0; server @2 max_fails=0 weight=2;",
            CLIENTS,
        )
        .probable()
        .down(2, &[Refused]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn by_load() -> Vec<Case> {
    const OFF: &str = "proxy_next_upstream off;";
    [
        Case::new("random", "random; server @1 max_fails=0; server @2 max_fails=0;", KEYS)
            .front(OFF)
            .probable()
            .down(2, &[Refused]),
        Case::new("random of two", "random two; server @1 max_fails=0 weight=3; server @2 max_fails=0;", KEYS)
            .front(OFF)
            .probable()
            .down(1, &[Refused]),
        Case::new(
            "least connections, busy",
            "least_conn; server @1 max_fails=0; server @2 max_fails=0;",
            Traffic::of(2000).in_flight(16),
        )
        .front(OFF)
        .slow(4)
        .down(2, &[Refused, Http500]),
        Case::new("least connections, idle", "least_conn; server @1; server @2; server @3;", TURNS)
            .front(SHORT)
            .down(2, &[Refused, Http500]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
