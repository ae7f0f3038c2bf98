//! What users of a running Envoy see of hosts that fail, against what is predicted.

use super::case::{Case, Test};
use super::envoy::write;
use super::failure::is_as_predicted;
use super::network;
use super::program::Program;
use super::servers::Behaviour::{self, Drop, Hang, Http500, Refused};
use super::traffic::Traffic;

const ALL: &[Behaviour] = &[Refused, Drop, Hang, Http500];
const TURNS: Traffic = Traffic::of(30);
/// Each target's turn comes ten times.
const FEW: Traffic = TURNS.in_flight(6);
/// All before a check can notice.
const BURST: Traffic = TURNS.in_flight(30);
const KEYS: Traffic = Traffic::of(3000).in_flight(3);
/// Where each failure takes a second.
const SLOW_KEYS: Traffic = Traffic::of(400).in_flight(80);
const BUSY: Traffic = Traffic::of(2000).in_flight(16);

const THREE: &str = "connect_timeout: 0.5s | {@1}, {@2}, {@3}";
const CHECKED: &str = "connect_timeout: 0.5s, health_checks: [{interval: 0.5s, no_traffic_interval: 0.5s, timeout: 0.4s, unhealthy_threshold: 3, healthy_threshold: 1, http_health_check: {path: /health}}] | {@1}, {@2}, {@3}";

#[test]
fn failures_are_as_predicted() {
    network::own("shares::envoy_failures::failures_are_as_predicted", |folder| {
        is_as_predicted(Program::Envoy, &cases(), write, folder);
    });
}

fn cases() -> Vec<Case> {
    [unchecked(), checked(), ejected(), repeated(), repeated_keys(), busy()].into_iter().flatten().collect()
}

fn unchecked() -> Vec<Case> {
    let few = |name: &str, pool| Case::new(name, pool, FEW).front("timeout: 1s");
    [
        few("no check", THREE).down(2, ALL),
        few("alone", "connect_timeout: 0.5s | {@1}").down(1, ALL),
        few("weights", "| {@1, WEIGHT 3}, {@2, WEIGHT 2}").test(Test::ToTheRequest(1)).down(1, &[Refused, Http500]),
        few("a priority that nobody asks for", "| {HOSTS [{@1}]}, {priority: 1, HOSTS [{@2}]}").down(1, &[Refused]),
        Case::new("random", "lb_policy: RANDOM | {@1}, {@2}, {@3}", KEYS).probable().down(2, &[Refused, Http500]),
        Case::new("keys", "lb_policy: MAGLEV | {@1}, {@2, WEIGHT 2}", KEYS)
            .front("hash_policy: [{header: {header_name: x-key}}]")
            .probable()
            .down(2, &[Refused]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn checked() -> Vec<Case> {
    let burst = |name: &str, pool| Case::new(name, pool, BURST).front("timeout: 1s");
    [
        burst("checked by requests", CHECKED).down(2, ALL),
        burst("checked connections", "connect_timeout: 0.5s, health_checks: [{CHECK, tcp_health_check: {}}] | {@1}, {@2}, {@3}").down(2, ALL),
        burst("one of two", "connect_timeout: 0.5s, health_checks: [{CHECK, http_health_check: {path: /health}}] | {@1}, {@2}").down(2, &[Refused]),
        burst("alone: panic", "connect_timeout: 0.5s, health_checks: [{CHECK, http_health_check: {path: /health}}] | {@1}").down(1, &[Refused]),
        burst("the next priority takes over", "connect_timeout: 0.5s, health_checks: [{CHECK, http_health_check: {path: /health}}] | {HOSTS [{@1}]}, {priority: 1, HOSTS [{@2}]}").down(1, ALL),
        burst("part of a priority", "connect_timeout: 0.5s, health_checks: [{CHECK, http_health_check: {path: /health}}] | {HOSTS [{@1}, {@2}]}, {priority: 1, HOSTS [{@3}]}").probable().down(1, &[Refused]),
        Case::new("a checked ring", "lb_policy: RING_HASH, health_checks: [{interval: 1s, no_traffic_interval: 1s, timeout: 0.4s, unhealthy_threshold: 2, healthy_threshold: 1, http_health_check: {path: /health}}] | {@1}, {@2}, {@3}", KEYS).front("hash_policy: [{header: {header_name: x-key}}]").probable().down(1, &[Refused]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Taken out by what traffic sees, or not.
fn ejected() -> Vec<Case> {
    let turns = |name: &str, pool| Case::new(name, pool, TURNS).front("timeout: 1s").test(Test::ToTheRequest(1));
    [
        turns("ejection that may eject nobody", "connect_timeout: 0.5s, outlier_detection: {} | {@1}, {@2}, {@3}").down(2, &[Refused, Http500]),
        turns("ejection of half", "connect_timeout: 0.5s, outlier_detection: {max_ejection_percent: 50, consecutive_5xx: 3} | {@1}, {@2}, {@3}").down(2, ALL),
        turns("ejection of one always", "connect_timeout: 0.5s, outlier_detection: {always_eject_one_host: true, consecutive_5xx: 3} | {@1}, {@2}").down(2, &[Refused, Http500]),
        turns("ejection by gateway errors", "connect_timeout: 0.5s, outlier_detection: {max_ejection_percent: 50, consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100, enforcing_consecutive_5xx: 0} | {@1}, {@2}, {@3}").down(2, &[Refused, Hang, Http500]),
        turns("ejection, errors of both sides apart", "connect_timeout: 0.5s, outlier_detection: {max_ejection_percent: 50, consecutive_5xx: 3, split_external_local_origin_errors: true} | {@1}, {@2}, {@3}").down(2, &[Hang, Http500]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn repeated() -> Vec<Case> {
    let turns = |name: &str, front| Case::new(name, THREE, TURNS).front(front).test(Test::ToTheRequest(1));
    [
        turns("connections repeated", "timeout: 2s, retry_policy: {retry_on: connect-failure}")
            .down(2, &[Refused, Drop, Http500]),
        turns("errors repeated", "timeout: 1s, retry_policy: {retry_on: 5xx}").down(2, &[Refused, Http500, Hang]),
        turns("gateway errors repeated", "timeout: 1s, retry_policy: {retry_on: gateway-error}")
            .down(2, &[Refused, Http500]),
        turns("silence repeated", "timeout: 2s, retry_policy: {retry_on: 5xx, per_try_timeout: 0.5s}").down(2, &[Hang]),
        turns("resets repeated", "timeout: 1s, retry_policy: {retry_on: reset}").down(2, &[Refused, Http500]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn repeated_keys() -> Vec<Case> {
    const ELSEWHERE: &str = "timeout: 2s, retry_policy: {retry_on: 5xx, ELSEWHERE}";
    const KEY_ELSEWHERE: &str =
        "hash_policy: [{header: {header_name: x-key}}], timeout: 2s, retry_policy: {retry_on: 5xx, ELSEWHERE}";
    const ONE_LOOK: &str = "timeout: 2s, retry_policy: {retry_on: 5xx, NOT_AGAIN}";
    const KEY_ONE_LOOK: &str =
        "hash_policy: [{header: {header_name: x-key}}], timeout: 2s, retry_policy: {retry_on: 5xx, NOT_AGAIN}";
    const KEY: &str = "hash_policy: [{header: {header_name: x-key}}], timeout: 2s, retry_policy: {retry_on: 5xx}";
    let keys = |name: &str, pool, front| Case::new(name, pool, Traffic::of(3000)).front(front).probable();
    [
        keys("random, repeated", "lb_policy: RANDOM | {@1}, {@2}, {@3}", "timeout: 2s, retry_policy: {retry_on: 5xx}")
            .down(2, &[Refused, Http500]),
        keys("random, repeated elsewhere", "lb_policy: RANDOM | {@1}, {@2}, {@3}", ELSEWHERE).down(2, &[Refused]),
        keys("keys, repeated at the same", "lb_policy: MAGLEV | {@1}, {@2}, {@3}", KEY).down(2, &[Refused]),
        keys("keys, repeated elsewhere", "lb_policy: MAGLEV | {@1}, {@2}, {@3}", KEY_ELSEWHERE).down(2, &[Refused]),
        keys("random, one more look for another", "lb_policy: RANDOM, BUDGET | {@1}, {@2}, {@3}", ONE_LOOK)
            .down(2, &[Refused]),
        keys("keys, one more look for another", "lb_policy: MAGLEV, BUDGET | {@1}, {@2}, {@3}", KEY_ONE_LOOK)
            .down(2, &[Refused]),
        Case::new(
            "keys, repeated elsewhere after a timeout",
            "lb_policy: RING_HASH, connect_timeout: 0.5s, BUDGET | {@1}, {@2}, {@3}",
            SLOW_KEYS,
        )
        .front(KEY_ELSEWHERE)
        .probable()
        .down(2, &[Drop]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn busy() -> Vec<Case> {
    const ELSEWHERE: &str = "retry_policy: {retry_on: 5xx, ELSEWHERE}";
    [
        Case::new("few retries at a time", "| {@1}, {@2}, {@3}", BUSY).front(ELSEWHERE).down(2, &[Refused, Http500]),
        Case::new("enough retries at a time", "BUDGET | {@1}, {@2}, {@3}", BUSY)
            .front(ELSEWHERE)
            .probable()
            .down(2, &[Refused, Http500]),
        Case::new("least requests", "lb_policy: LEAST_REQUEST | {@1}, {@2}", BUSY).slow(4).down(2, &[Refused, Http500]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
