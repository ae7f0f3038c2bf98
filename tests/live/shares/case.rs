//! A case: a pool as it is written, the traffic that it gets, and how its prediction is held against what was counted.

use std::net::{Ipv4Addr, SocketAddr};

use super::servers::Behaviour;
use super::traffic::{Answer, Traffic};

/// The port of every listener and of every target.
const PORTS: (u16, u16) = (8000, 9000);

/// How counts are compared with shares that are `exact` or `assumed`. Bounded ones must contain what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// Every target gets its share to the request, give or take so many.
    ToTheRequest(u32),
    /// The counts are probable under the shares.
    Probable,
    /// Shares are not known, and the prediction says so.
    Unknown,
}

/// What stands for a pool and what happens to it. In its texts `NAME` is the pool's name and `@1` the first target's
/// address with its port.
pub(crate) struct Case {
    pub(crate) name: String,
    /// The statements of the pool.
    pub(crate) pool: &'static str,
    /// The statements of what sends to it: a frontend, a location, a route's action.
    pub(crate) front: &'static str,
    /// What stands outside of both: further pools.
    pub(crate) around: &'static str,
    pub(crate) traffic: Traffic,
    pub(crate) test: Test,
    /// The shares of the listener are compared, not those of the pool.
    pub(crate) of_listener: bool,
    /// What every target does while nothing fails.
    pub(crate) behaviour: Behaviour,
    /// The target that fails, and how.
    pub(crate) down: Option<(u8, Behaviour)>,
}

impl Case {
    /// A pool in peace, counted to the request.
    pub(crate) fn new(name: &str, pool: &'static str, traffic: Traffic) -> Self {
        Self {
            name: name.to_owned(),
            pool,
            front: "",
            around: "",
            traffic,
            test: Test::ToTheRequest(0),
            of_listener: false,
            behaviour: Behaviour::Ok,
            down: None,
        }
    }

    pub(crate) fn front(self, front: &'static str) -> Self {
        Self { front, ..self }
    }

    pub(crate) fn around(self, around: &'static str) -> Self {
        Self { around, ..self }
    }

    pub(crate) fn test(self, test: Test) -> Self {
        Self { test, ..self }
    }

    pub(crate) fn probable(self) -> Self {
        self.test(Test::Probable)
    }

    pub(crate) fn of_listener(self) -> Self {
        Self { of_listener: true, ..self }
    }

    /// Every target answers so many milliseconds later: several requests are at a target at a time.
    pub(crate) fn slow(self, milliseconds: u64) -> Self {
        Self { behaviour: Behaviour::Slow(milliseconds), ..self }
    }

    /// The same pool with a target that fails in each of the ways.
    pub(crate) fn down(&self, target: u8, modes: &[Behaviour]) -> Vec<Self> {
        let one = |&mode: &Behaviour| Self {
            name: format!("{}; {target} {}", self.name, mode.mode()),
            down: Some((target, mode)),
            ..*self
        };
        modes.iter().map(one).collect()
    }

    /// Whether a program looks after its targets by itself: then it is waited whether it notices.
    pub(crate) fn is_checked(&self) -> bool {
        self.pool.contains(" check") || self.pool.contains("health_checks")
    }
}

/// A case at its place in a configuration.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) number: u8,
    pub(crate) case: &'a Case,
}

/// The cases, numbered from 1.
pub(crate) fn placed(cases: &[Case]) -> Vec<Placed<'_>> {
    cases.iter().zip(1..=u8::MAX).map(|(case, number)| Placed { number, case }).collect()
}

impl Placed<'_> {
    /// The name of its pool.
    pub(crate) fn pool(self) -> String {
        format!("c{}", self.number)
    }

    /// Where its requests are sent.
    pub(crate) fn listener(self) -> SocketAddr {
        (Ipv4Addr::new(127, 9, self.number, 1), PORTS.0).into()
    }

    /// A target.
    pub(crate) fn target(self, target: u8) -> SocketAddr {
        (Ipv4Addr::new(127, 10, self.number, target), PORTS.1).into()
    }

    /// One of its texts with names and addresses.
    pub(crate) fn filled(self, text: &str) -> String {
        let text = text.replace("NAME", &self.pool());
        (1..=9).fold(text, |text, target| text.replace(&format!("@{target}"), &self.target(target).to_string()))
    }

    /// The targets that its texts name.
    pub(crate) fn targets(self) -> Vec<u8> {
        let texts = [self.case.pool, self.case.around];
        (1..=9).filter(|target| texts.iter().any(|text| text.contains(&format!("@{target}")))).collect()
    }
}

/// The number of the target that a program's name or address of it stands for.
pub(crate) fn number_of(name: &str) -> Option<u8> {
    let by_address = name.parse().ok().and_then(|address: SocketAddr| match address.ip() {
        std::net::IpAddr::V4(address) => Some(address.octets()[3]),
        std::net::IpAddr::V6(_) => None,
    });
    by_address.or_else(|| name.strip_prefix('s')?.get(..1)?.parse().ok())
}

/// How many requests each target answered, and how many failed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) served: std::collections::BTreeMap<u8, usize>,
    pub(crate) failed: usize,
    pub(crate) total: usize,
}

impl Counts {
    pub(crate) fn of(answers: &[Answer]) -> Self {
        let mut counts = Self { total: answers.len(), ..Self::default() };
        for answer in answers {
            match number_of(&answer.target).filter(|_| !answer.failed()) {
                Some(target) => *counts.served.entry(target).or_default() += 1,
                None => counts.failed += 1,
            }
        }
        counts
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |count: usize| 100.0 * count as f64 / self.total.max(1) as f64;
        for (target, count) in &self.served {
            write!(f, "{target}: {:.2} ", percent(*count))?;
        }
        write!(f, "failed: {:.2} (of {})", percent(self.failed), self.total)
    }
}
