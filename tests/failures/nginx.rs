//! nginx 1.22.1, connect and read timeouts of 1 s.

use FailureMode::{Drop, Hang, Http500, Refused};
use lblint::source::{Dialect, Version};
use lblint::traffic::{FailureMode, Notice};

use crate::{Pool, lost, lost_at_first};

fn pool(parameters: &str, location: &str) -> Pool {
    let server = |number: u32| format!("server 127.0.0.{number} {parameters}; ");
    with(&(1..=3).map(server).collect::<String>(), location)
}

fn with(upstream: &str, location: &str) -> Pool {
    let text = format!(
        "events {{}}\nhttp {{ upstream pool {{ {upstream} }} server {{ listen 127.0.0.1:8080; location / {{ \
         proxy_connect_timeout 1s; proxy_read_timeout 1s; {location} proxy_pass http://pool; }} }} }}"
    );
    Pool::new(Dialect::Nginx, Version::release(1, 22, 1), &text)
}

/// What the first of three costs for as long as it is dead.
fn first(parameters: &str, location: &str, mode: FailureMode) -> (Option<bool>, (i64, i64, i64, Option<u64>)) {
    let failure = pool(parameters, location).fail(&[0], mode);
    (failure.noticed.noticed, lost(&failure))
}

const fn third(milliseconds: u64) -> (i64, i64, i64, Option<u64>) {
    (333, 333, 333, Some(milliseconds))
}

const fn none(milliseconds: u64) -> (i64, i64, i64, Option<u64>) {
    (0, 0, 0, Some(milliseconds))
}

#[test]
fn by_default_the_next_server_serves_and_one_failure_takes_it_out() {
    for (mode, time) in [(Refused, 0), (Drop, 1000), (Hang, 1000)] {
        let failure = pool("", "").fail(&[0], mode);
        assert_eq!((failure.noticed.by, failure.noticed.failures), (Some(Notice::Ejection), Some(1)), "{mode:?}");
        assert_eq!((lost_at_first(&failure), lost(&failure)), (none(time), none(time)), "{mode:?}");
        assert_eq!(first("max_fails=0", "", mode), (Some(false), none(time)), "{mode:?}");
    }
}

#[test]
fn an_error_in_an_answer_is_an_answer() {
    for parameters in ["", "max_fails=3", "max_fails=0"] {
        assert_eq!(first(parameters, "", Http500), (Some(false), third(0)), "{parameters}");
    }
    let listed = "proxy_next_upstream error http_500;";
    assert_eq!(first("", listed, Http500), (Some(true), none(0)));
    assert_eq!(first("max_fails=0", listed, Http500), (Some(false), none(0)));
}

#[test]
fn conditions_say_what_is_tried_again() {
    let error = "proxy_next_upstream error http_500;";
    assert_eq!(first("max_fails=0", error, Hang), (Some(false), third(1000)));
    assert_eq!(first("max_fails=0", error, Refused), (Some(false), none(0)));
    let timeout = "proxy_next_upstream timeout;";
    assert_eq!(first("max_fails=0", timeout, Refused), (Some(false), third(0)));
    assert_eq!(first("max_fails=0", timeout, Drop), (Some(false), none(1000)));
    for location in ["proxy_next_upstream off;", "proxy_next_upstream_tries 1;"] {
        assert_eq!(first("max_fails=0", location, Refused), (Some(false), third(0)), "{location}");
        assert_eq!(first("max_fails=0", location, Drop), (Some(false), third(1000)), "{location}");
    }
    let late = "proxy_next_upstream_timeout 500ms;";
    assert_eq!(first("max_fails=0", late, Drop), (Some(false), third(1000)));
    // Failures count all the same: one request fails, then it is out.
    let out = pool("", "proxy_next_upstream off;").fail(&[0], Refused);
    assert_eq!((lost_at_first(&out), lost(&out)), (third(0), none(0)));
}

#[test]
fn a_lone_server_is_never_left_out() {
    let alone = with("server 127.0.0.1;", "");
    assert_eq!(lost(&alone.fail(&[0], Refused)), (1000, 1000, 1000, Some(0)));
    assert_eq!(lost(&alone.fail(&[0], Drop)), (1000, 1000, 1000, Some(1000)));
    assert_eq!(alone.fail(&[0], Refused).noticed.noticed, Some(false));
}

#[test]
fn backups_take_over() {
    let failure = with("server 127.0.0.1; server 127.0.0.2 backup;", "").fail(&[0], Refused);
    assert_eq!((failure.noticed.noticed, lost(&failure)), (Some(true), none(0)));
    assert_eq!(failure.shares.iter().map(|share| (share.target, share.share)).collect::<Vec<_>>(), [(1, 1.0)]);
}

/// The keys of a dead server are hashed again or go on to the next point: nobody fails.
#[test]
fn hashed_keys_go_elsewhere() {
    for policy in ["ip_hash;", "hash $arg_k;", "hash $arg_k consistent;"] {
        let failure =
            with(&format!("{policy} server 127.0.0.1; server 127.0.0.2; server 127.0.0.3;"), "").fail(&[0], Refused);
        assert_eq!(lost(&failure), none(0), "{policy}");
        let shares: f64 = failure.shares.iter().map(|share| share.share).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{policy}: {shares}");
    }
}
