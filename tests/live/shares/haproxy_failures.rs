//! What users of a running HAProxy see of targets that fail, against what is predicted.

use super::case::Case;
use super::failure::is_as_predicted;
use super::haproxy::write;
use super::network;
use super::program::Program;
use super::servers::Behaviour::{self, Drop, Hang, Http500, Refused};
use super::traffic::{Client, Traffic};

const ALL: &[Behaviour] = &[Refused, Drop, Hang, Http500];
/// Each target's turn comes ten times.
const FEW: Traffic = Traffic::of(30).in_flight(6).from(Client::NewConnections);
/// All before a check can notice.
const BURST: Traffic = FEW.in_flight(30);
const TURNS: Traffic = Traffic::of(30).from(Client::NewConnections);
const KEYS: Traffic = Traffic::of(3000).in_flight(16);
/// Where each failure takes a second.
const SLOW_KEYS: Traffic = Traffic::of(400).in_flight(80);

#[test]
fn failures_are_as_predicted() {
    network::own("shares::haproxy_failures::failures_are_as_predicted", |folder| {
        is_as_predicted(Program::Haproxy, &cases(), write, folder);
    });
}

fn cases() -> Vec<Case> {
    [unchecked(), checked(), sent_elsewhere(), repeated(), taken_over(), by_traffic()].into_iter().flatten().collect()
}

fn unchecked() -> Vec<Case> {
    let case = |name: &str, pool| Case::new(name, pool, FEW);
    [
        case(
            "no check, no retries",
            "retries 0; timeout connect 1s; timeout server 1s; server s1 @1; server s2 @2; server s3 @3",
        )
        .down(2, ALL),
        case(
            "no check, one retry",
            "retries 1; timeout connect 1s; timeout server 1s; server s1 @1; server s2 @2; server s3 @3",
        )
        .down(2, ALL),
        case("no check, weights", "retries 0; timeout connect 1s; server s1 @1 weight 3; server s2 @2 weight 2")
            .down(1, &[Refused, Http500]),
        case("static, no check", "balance static-rr; retries 0; server s1 @1; server s2 @2 weight 2")
            .down(2, &[Refused]),
        case("one alone", "retries 0; timeout connect 1s; timeout server 1s; server s1 @1").down(1, ALL),
        case("the first of all", "balance first; retries 1; server s1 @1; server s2 @2").down(1, &[Refused]),
        case("a backup that nobody asks for", "retries 0; server s1 @1; server s2 @2 backup")
            .down(1, &[Refused, Http500]),
        Case::new(
            "keys, no check",
            "balance uri; retries 0; timeout connect 1s; server s1 @1; server s2 @2; server s3 @3",
            KEYS,
        )
        .probable()
        .down(2, &[Refused, Http500]),
        Case::new(
            "draws, no check",
            "balance random(1); retries 0; server s1 @1 weight 10; server s2 @2 weight 10; server s3 @3 weight 20",
            KEYS,
        )
        .probable()
        .down(3, &[Refused]),
        Case::new(
            "least connections, idle",
            "balance leastconn; retries 0; server s1 @1; server s2 @2; server s3 @3",
            TURNS,
        )
        .down(2, &[Refused, Http500]),
        Case::new(
            "least connections, busy",
            "balance leastconn; retries 0; timeout server 1s; server s1 @1; server s2 @2",
            Traffic::of(2000).in_flight(16),
        )
        .slow(4)
        .down(2, &[Refused, Http500]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn checked() -> Vec<Case> {
    let case = |name: &str, pool| Case::new(name, pool, BURST);
    [
        case("checked connections", "retries 0; timeout connect 1s; timeout server 1s; default-server check inter 500ms fall 3; server s1 @1; server s2 @2; server s3 @3").down(2, ALL),
        case("checked by requests", "option httpchk GET /health; retries 0; timeout connect 1s; timeout server 1s; default-server check inter 500ms fall 2; server s1 @1; server s2 @2; server s3 @3").down(2, ALL),
        case("checks that end early", "option httpchk GET /health; retries 0; timeout connect 300ms; timeout check 400ms; timeout server 1s; default-server check inter 1s fall 2; server s1 @1; server s2 @2").down(2, ALL),
        case("checks that become frequent", "option httpchk GET /health; retries 0; timeout connect 1s; timeout server 1s; default-server check inter 2s fastinter 400ms fall 3; server s1 @1; server s2 @2").down(1, &[Refused, Hang]),
        case("checked, and sent elsewhere", "option httpchk GET /health; retries 3; option redispatch; timeout connect 1s; timeout server 1s; default-server check inter 500ms fall 3; server s1 @1; server s2 @2; server s3 @3").down(3, ALL),
        Case::new("checked keys", "balance uri; retries 0; server s1 @1 check inter 1s fall 2; server s2 @2 check inter 1s fall 2; server s3 @3 check inter 1s fall 2 weight 2", KEYS).probable().down(3, &[Refused]),
        Case::new("checked ring", "balance uri; hash-type consistent; retries 0; server s1 @1 check inter 1s fall 2; server s2 @2 check inter 1s fall 2; server s3 @3 check inter 1s fall 2", KEYS).probable().down(1, &[Refused]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn sent_elsewhere() -> Vec<Case> {
    let case = |name: &str, pool| Case::new(name, pool, TURNS);
    [
        case("sent elsewhere", "retries 3; option redispatch; timeout connect 1s; timeout server 1s; server s1 @1; server s2 @2; server s3 @3").down(2, &[Refused, Hang, Http500]),
        Case::new("sent elsewhere after a timeout", "retries 1; option redispatch; timeout connect 1s; server s1 @1; server s2 @2; server s3 @3", FEW).down(2, &[Drop]),
        case("no retry that could be sent elsewhere", "retries 0; option redispatch; server s1 @1; server s2 @2").down(2, &[Refused]),
        case("least connections, sent elsewhere", "balance leastconn; retries 2; option redispatch; server s1 @1; server s2 @2").down(2, &[Refused]),
        case("the first, sent elsewhere", "balance first; retries 1; option redispatch; server s1 @1; server s2 @2").down(1, &[Refused]),
        Case::new("keys stay where they are", "balance uri; retries 1; option redispatch; server s1 @1; server s2 @2; server s3 @3", KEYS).probable().down(2, &[Refused]),
        Case::new("rings go on", "balance uri; hash-type consistent; retries 1; option redispatch; server s1 @1; server s2 @2; server s3 @3", KEYS).probable().down(2, &[Refused]),
        Case::new("rings go on at the last retry", "balance uri; hash-type consistent; retries 2; option redispatch; server s1 @1; server s2 @2; server s3 @3", SLOW_KEYS).probable().down(2, &[Refused]),
        Case::new("rings go on after a timeout", "balance uri; hash-type consistent; retries 1; option redispatch 1; timeout connect 1s; server s1 @1; server s2 @2; server s3 @3", SLOW_KEYS).probable().down(2, &[Drop]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn repeated() -> Vec<Case> {
    let case = |name: &str, pool| Case::new(name, pool, TURNS);
    [
        case("answers repeated at the same", "retries 2; retry-on 500; server s1 @1; server s2 @2; server s3 @3").down(2, &[Http500]),
        case("answers repeated elsewhere", "retries 1; option redispatch; retry-on conn-failure 500; server s1 @1; server s2 @2; server s3 @3").down(2, &[Http500, Refused]),
        Case::new("silence repeated elsewhere", "retries 1; option redispatch; retry-on response-timeout; timeout server 1s; server s1 @1; server s2 @2; server s3 @3", FEW).down(2, &[Hang]),
        Case::new("silence repeated at the same", "retries 1; retry-on all-retryable-errors; timeout server 1s; server s1 @1; server s2 @2; server s3 @3", FEW).down(2, &[Hang]),
        Case::new("answers of keys, repeated", "balance uri; retries 1; option redispatch; retry-on 500; server s1 @1; server s2 @2; server s3 @3", KEYS).probable().down(2, &[Http500]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn taken_over() -> Vec<Case> {
    let case = |name: &str, pool| Case::new(name, pool, BURST);
    [
        case("a backup takes over", "option httpchk GET /health; retries 0; timeout connect 1s; timeout server 1s; default-server check inter 500ms fall 2; server s1 @1; server s2 @2 backup").down(1, ALL),
        case("the second backup waits", "retries 0; default-server check inter 500ms fall 2; server s1 @1; server s2 @2 backup; server s3 @3 backup").down(1, &[Refused]),
        case("all backups take over", "option allbackups; retries 0; default-server check inter 500ms fall 2; server s1 @1; server s2 @2 backup; server s3 @3 backup").down(1, &[Refused]),
        case("the backup fails", "retries 0; default-server check inter 500ms fall 2; server s1 @1; server s2 @2 backup").down(2, &[Refused]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn by_traffic() -> Vec<Case> {
    let case = |name: &str, pool| Case::new(name, pool, TURNS);
    [
        case(
            "marked by answers",
            "retries 0; server s1 @1; server s2 @2 check inter 30s observe layer7 error-limit 3 on-error mark-down",
        )
        .down(2, &[Http500]),
        case(
            "marked by connections",
            "retries 0; server s1 @1; server s2 @2 check inter 30s observe layer4 error-limit 3 on-error mark-down",
        )
        .down(2, &[Refused]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
