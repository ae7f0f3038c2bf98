//! Settings of an upstream that nothing reads.

use super::super::settings::KEEPALIVE_BY_DEFAULT;
use super::super::{Lowering, Network};
use super::table::{KEEPALIVE, SEVERAL, SLOW_START};
use crate::model::{Address, Idle, Keepalive, Method, Need, Pool, PoolKind, Target};
use crate::source::{Span, offset_in};

/// What closes or replaces idle connections, where there are any.
const KEEPALIVE_SETTINGS: [&str; 3] = ["keepalive_requests", "keepalive_timeout", "keepalive_time"];

/// Parameters that say when a server is left out; they need another one.
const EJECTION: [&str; 3] = ["max_fails=", "fail_timeout=", "slow_start="];

impl Lowering<'_, '_> {
    /// Looks at all upstreams.
    pub(super) fn judge_pools(&mut self) {
        let mut idle = Vec::new();
        for pool in self.unit.pools.iter().filter(|pool| pool.kind == PoolKind::Upstream) {
            let targets = self.unit.targets_of(pool);
            match targets {
                [only] if is_alone(pool, only) => {
                    let written = self.parameters_of(only, &EJECTION);
                    // 0 switches it off, and it is.
                    let meant = written.filter(|(_, text)| !text.ends_with("=0") && !text.ends_with("=0s"));
                    idle.extend(meant.map(|(at, _)| of_pool(pool, at, &SEVERAL, None)));
                }
                targets if self.ignores_slow_start(pool) => {
                    let method = self.unit.settings(pool.settings).map(|settings| settings.policy.origin.at);
                    let written = targets.iter().flat_map(|target| self.parameters_of(target, &["slow_start="]));
                    idle.extend(written.map(|(at, _)| of_pool(pool, at, &SLOW_START, method)));
                }
                _ => {}
            }
        }
        self.unit.idle.extend(idle);
    }

    /// A statement of an upstream that is read when it is lowered.
    pub(in super::super) fn note_keepalive_setting(&mut self, name: &str, at: Span, settings: &mut Vec<Span>) {
        if self.network == Network::Http && KEEPALIVE_SETTINGS.contains(&name) {
            settings.push(at);
        }
    }

    /// The upstream ends: without idle connections nothing reads what closes them.
    pub(in super::super) fn judge_keepalive(&mut self, pool: &Pool, settings: Vec<Span>) {
        let keepalive = self.unit.settings(pool.settings).map(|settings| settings.keepalive);
        let off = keepalive.is_some_and(|keepalive| keepalive.is(&Keepalive::Off));
        if off && self.input.version < KEEPALIVE_BY_DEFAULT && pool.completeness.is_complete() {
            self.unit.idle.extend(settings.into_iter().map(|at| of_pool(pool, at, &KEEPALIVE, None)));
        }
    }

    /// Words of a server's statement that begin with one of these.
    fn parameters_of<'s>(&'s self, target: &Target, names: &'s [&str]) -> impl Iterator<Item = (Span, &'s str)> + 's {
        let text = self.input.sources.slice(target.statement);
        let base = target.statement.start;
        let words =
            text.split([' ', '\t', '\n', '\r', ';']).filter(|word| names.iter().any(|name| word.starts_with(name)));
        words.map(move |word| {
            let start = base + offset_in(text, word) as u32;
            (Span::new(start, start + word.len() as u32), word)
        })
    }

    /// Plus and Angie: `slow_start` cannot be used with the hashes and with `random` (manual, `server`).
    fn ignores_slow_start(&self, pool: &Pool) -> bool {
        let policy = self.unit.settings(pool.settings).and_then(|settings| settings.policy.get());
        policy.is_some_and(|policy| matches!(policy.method, Method::Hash(_) | Method::Random(_) | Method::RandomPair))
    }
}

/// The only server of a pool, with one address: it is never left out (manual, `server`).
fn is_alone(pool: &Pool, only: &Target) -> bool {
    pool.completeness.is_complete() && matches!(only.address, Address::Ip(..) | Address::Socket(_))
}

fn of_pool(pool: &Pool, at: Span, need: &'static Need, because: Option<Span>) -> Idle {
    Idle { at, need, group: pool.header, owners: vec![pool.name], because }
}
