//! HAProxy 2.6.12, `timeout connect 1s`, `timeout server 500ms`.

use FailureMode::{Drop, Hang, Http500, Refused};
use lblint::source::{Dialect, Version};
use lblint::traffic::{FailureMode, Notice};

use crate::{Pool, lost, lost_at_first, thousandths};

fn pool(lines: &str, parameters: &str) -> Pool {
    let server = |number: u32| format!(" server s{number} 127.0.0.{number}:80 {parameters}\n");
    let servers: String = (1..=3).map(server).collect();
    let text = format!("backend p\n mode http\n timeout connect 1s\n timeout server 500ms\n{lines}{servers}");
    Pool::new(Dialect::Haproxy, Version::release(2, 6, 12), &text)
}

/// Nothing notices: what fails and how long it takes, for the first of three.
fn unnoticed(lines: &str, mode: FailureMode) -> (i64, i64, i64, Option<u64>) {
    let failure = pool(lines, "").fail(&[0], mode);
    assert_eq!(failure.noticed.noticed, Some(false), "{lines}");
    lost(&failure)
}

/// A third of the requests fails, in this time.
const fn third(milliseconds: u64) -> (i64, i64, i64, Option<u64>) {
    (333, 333, 333, Some(milliseconds))
}

/// None fails; those that begin at the dead one take this long.
const fn none(milliseconds: u64) -> (i64, i64, i64, Option<u64>) {
    (0, 0, 0, Some(milliseconds))
}

#[test]
fn without_redispatch_retries_go_to_the_same_server() {
    assert_eq!(unnoticed("", Refused), third(3000));
    assert_eq!(unnoticed("", Drop), third(4000));
    assert_eq!(unnoticed("", Hang), third(500));
    assert_eq!(unnoticed("", Http500), third(0));
    assert_eq!(unnoticed(" retries 1\n", Refused), third(1000));
    assert_eq!(unnoticed(" retries 0\n", Refused), third(0));
    assert_eq!(unnoticed(" retries 0\n option redispatch\n", Refused), third(0));
}

#[test]
fn with_redispatch_a_request_that_nothing_ties_leaves_at_once() {
    for policy in ["roundrobin", "static-rr", "random(1)"] {
        let lines = format!(" balance {policy}\n option redispatch\n");
        let refused = pool(&lines, "").fail(&[0], Refused);
        assert_eq!((refused.failed.high, refused.delay), (0.0, Some(0)), "{policy}");
        assert_eq!(pool(&lines, "").fail(&[0], Drop).delay, Some(1000), "{policy}");
    }
    // What fails and is repeated takes turns of others: 15 of 30 requests began at the dead one, and no other failed.
    let refused = pool(" option redispatch\n", "").fail(&[0], Refused);
    assert!((refused.retried - 0.5).abs() < 1e-9, "{}", refused.retried);
    let survivors: Vec<i64> = refused.shares.iter().map(|share| thousandths(share.share)).collect();
    assert_eq!(survivors, [500, 500]);
}

#[test]
fn a_key_or_a_cookie_keeps_a_request_until_its_last_retry() {
    let consistent = " balance uri\n hash-type consistent\n";
    for lines in [consistent, " cookie S insert\n"] {
        let with = |option: &str, mode| pool(&format!("{lines}{option}"), "").fail(&[0], mode);
        let last = with(" option redispatch\n", Refused);
        assert_eq!((last.failed.high, last.delay), (0.0, Some(2000)), "{lines}");
        assert_eq!(with(" option redispatch\n", Drop).delay, Some(3000), "{lines}");
        assert_eq!(with(" option redispatch 1\n", Refused).delay, Some(0), "{lines}");
        assert_eq!(with(" option redispatch 1\n", Drop).delay, Some(1000), "{lines}");
    }
}

#[test]
fn a_map_gives_a_key_the_same_server_again() {
    assert_eq!(unnoticed(" balance source\n option redispatch\n", Refused), third(2000));
    assert_eq!(unnoticed(" balance source\n option redispatch 1\n", Refused), third(0));
    assert_eq!(unnoticed(" balance source\n option redispatch\n", Drop), third(4000));
}

#[test]
fn answers_are_retried_where_it_is_said() {
    let lines = |more: &str| format!(" retry-on response-timeout 500\n{more}");
    assert_eq!(unnoticed(&lines(""), Http500), third(0));
    assert_eq!(unnoticed(&lines(""), Hang), third(2000));
    assert_eq!(unnoticed(&lines(" option redispatch\n"), Http500), none(0));
    assert_eq!(unnoticed(&lines(" option redispatch\n"), Hang), none(500));
    assert_eq!(unnoticed(&lines(" option redispatch\n balance uri\n"), Http500), third(0));
    let consistent = lines(" option redispatch\n balance uri\n hash-type consistent\n");
    assert_eq!(pool(&consistent, "").fail(&[0], Hang).delay, Some(1500));
    // Connections that fail are repeated only if that is said, too.
    assert_eq!(unnoticed(&lines(" option redispatch\n"), Refused), third(0));
    assert_eq!(unnoticed(" retry-on conn-failure\n option redispatch\n", Hang), third(500));
}

/// Times until DOWN with `check inter 1s fall 3`, measured at random moments: the bounds hold them.
#[test]
fn checks_notice_in_time() {
    let noticed = |lines: &str, mode| {
        let noticed = pool(lines, "check inter 1s fall 3").fail(&[0], mode).noticed;
        noticed.by.map(|by| (by, noticed.earliest.unwrap(), noticed.latest.unwrap()))
    };
    let check = |earliest, latest| Some((Notice::HealthCheck, earliest, latest));
    let http = " option httpchk\n";
    assert_eq!(noticed("", Refused), check(2000, 3000)); // 2.07 to 2.99 s
    assert_eq!(noticed(http, Http500), check(2000, 3000)); // 2.08 to 3.00 s
    assert_eq!(noticed("", Http500), None);
    assert_eq!(noticed("", Hang), None);
    assert_eq!(noticed("", Drop), check(5000, 6000)); // 5.0 to 5.9 s
    assert_eq!(noticed(http, Hang), check(5000, 6000)); // 5.0 to 5.9 s
    let short = " timeout connect 300ms\n timeout check 500ms\n option httpchk\n";
    assert_eq!(noticed(short, Drop), check(2900, 3900)); // 3.0 to 3.9 s
    assert_eq!(noticed(short, Hang), check(3500, 4500)); // 3.7 to 4.5 s
    let slow = " timeout connect 5s\n timeout check 500ms\n option httpchk\n";
    assert_eq!(noticed(slow, Hang), check(5000, 6000)); // 5.04 to 5.81 s
    let long = " timeout connect 300ms\n timeout check 3s\n option httpchk\n";
    assert_eq!(noticed(long, Hang), check(11_000, 12_000)); // 11.1 to 12.0 s
}

/// `fastinter` is only what is between checks: each takes what it takes. Measured at random moments with `inter 2s fastinter
/// 400ms fall 3`.
#[test]
fn fast_intervals_bound_no_check() {
    let noticed = |lines: &str, mode| {
        let noticed = pool(lines, "check inter 2s fastinter 400ms fall 3").fail(&[0], mode).noticed;
        noticed.earliest.zip(noticed.latest).unwrap()
    };
    let http = " option httpchk\n";
    assert_eq!(noticed(http, Refused), (800, 2800)); // 1.26 to 2.78 s
    assert_eq!(noticed(http, Hang), (6800, 8800)); // 7.32 to 8.72 s
    let apart = " timeout connect 300ms\n timeout check 3s\n option httpchk\n";
    assert_eq!(noticed(apart, Drop), (1700, 3700)); // 1.71 to 3.05 s
    assert_eq!(noticed(apart, Hang), (9800, 11_800)); // 9.85 to 11.21 s
}

/// Three errors mark it down at once, long before a check comes.
#[test]
fn what_observe_sees_comes_before_checks() {
    let marks = "check inter 30s observe layer4 error-limit 3 on-error mark-down";
    assert_eq!(pool("", marks).fail(&[0], Refused).noticed.earliest, Some(0));
}

#[test]
fn what_a_check_has_noticed_costs_nothing_more() {
    let failure = pool("", "check").fail(&[1], Refused);
    assert_eq!((lost_at_first(&failure), lost(&failure)), (third(3000), none(3000)));
    let alive: Vec<(u32, f64)> = failure.shares.iter().map(|share| (share.target, share.share)).collect();
    assert_eq!(alive, [(0, 0.5), (2, 0.5)]);
}

/// EXPERIENCE 4: one of two under `leastconn` answers 500 at once. 97.5 % of the requests of 16 clients failed.
#[test]
fn a_target_that_fails_fast_attracts_traffic() {
    let text =
        "backend p\n mode http\n balance leastconn\n server a 127.0.0.1:80 check\n server b 127.0.0.2:80 check\n";
    let failure = Pool::new(Dialect::Haproxy, Version::release(2, 6, 12), text).fail(&[0], Http500);
    assert_eq!((failure.noticed.noticed, lost(&failure)), (Some(false), (500, 500, 1000, Some(0))));
    // Who survives has what is left: 20 % of the requests of 16 clients were served (measured).
    let survivor = failure.shares[0];
    assert_eq!((survivor.share, survivor.low, survivor.high), (0.5, 0.0, 0.5));
}

#[test]
fn the_last_one_takes_everything_with_it() {
    let text = "backend p\n timeout connect 1s\n timeout server 1s\n option redispatch\n server a 127.0.0.1:80 check\n";
    let failure = Pool::new(Dialect::Haproxy, Version::release(2, 6, 12), text).fail(&[0], Refused);
    assert_eq!((failure.noticed.noticed, lost(&failure).0), (Some(true), 1000));
}
