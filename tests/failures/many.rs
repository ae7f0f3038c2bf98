//! Every single failure of large pools: the short way says what the long way says, and takes no time.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lblint::source::{Dialect, Version};
use lblint::traffic::FailureMode;

use crate::Pool;

fn haproxy(lines: &str, servers: u32, weight: impl Fn(u32) -> u32) -> Pool {
    let mut text = format!("backend p\n timeout connect 1s\n{lines}");
    for number in 0..servers {
        let (high, low) = (number / 250, number % 250 + 1);
        writeln!(text, " server s{number} 10.0.{high}.{low}:80 check weight {}", weight(number)).unwrap();
    }
    Pool::new(Dialect::Haproxy, Version::release(2, 6, 12), &text)
}

/// Each failure of a pool in which kinds or rings are looked at, against a prediction of its own.
fn agrees(pool: &Pool) {
    let all = pool.each(&[FailureMode::Refused]);
    assert_eq!(all.len(), pool.view().targets.len());
    for failure in all.iter().step_by(17) {
        let alone = pool.fail(&failure.down, FailureMode::Refused);
        assert!((alone.failed.value - failure.failed.value).abs() < 1e-9);
        assert_eq!(alone.shares.len(), failure.shares.len() + failure.omitted as usize);
        assert!(!failure.shares.is_empty());
        let shortest = failure.shares.iter().map(|share| share.share).fold(1.0, f64::min);
        for share in &failure.shares {
            let found = alone.shares.iter().find(|one| one.target == share.target).unwrap();
            assert!((found.share - share.share).abs() < 1e-9, "{:?}: {share:?} {found:?}", failure.down);
        }
        let larger = alone.shares.iter().filter(|share| share.share > shortest + 1e-9);
        assert!(larger.clone().count() <= failure.shares.len(), "the largest are listed: {:?}", failure.down);
    }
}

#[test]
fn kinds_fail_alike() {
    agrees(&haproxy("", 300, |number| number % 7 + 1));
    agrees(&haproxy(" balance source\n", 200, |number| number % 3 + 1));
}

#[test]
fn rings_tell_who_inherits() {
    agrees(&haproxy(" balance uri\n hash-type consistent\n", 200, |number| number % 5 + 1));
}

/// Every single failure of 10,000 targets in under a second (of an optimised build; others are some twenty times slower).
#[test]
fn ten_thousand_targets_take_no_time() {
    let limit = if cfg!(debug_assertions) { Duration::from_secs(20) } else { Duration::from_secs(1) };
    for (lines, weight) in [("", 1), ("", 256), (" balance uri\n hash-type consistent\n", 1)] {
        let pool = haproxy(lines, 10_000, |number| number % weight + 1);
        let start = Instant::now();
        let failures = pool.each(&FailureMode::ALL);
        let elapsed = start.elapsed();
        assert_eq!(failures.len(), 40_000);
        assert!(elapsed < limit, "{lines} {weight}: {elapsed:?}");
    }
}
