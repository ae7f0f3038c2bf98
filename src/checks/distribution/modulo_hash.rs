//! A hash that is taken modulo the weights: when a server comes or goes, most keys move.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Count, HashFunction, Key, Method, Target};
use crate::source::{Dialect, Span};
use crate::traffic::hash::haproxy::{Map, map_weights};
use crate::traffic::hash::nginx::KEY_HASH_VALUES;
use crate::traffic::percent;

/// See `docs/checks/modulo-hash.md`.
#[derive(Debug)]
pub(in crate::checks) struct ModuloHash;

const META: Meta = Meta {
    name: "modulo-hash",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "a hash that is not consistent: one server that comes or goes moves most keys",
    follows: &["one-target-takes-all", "starved-target", "low-entropy-hash-key", "client-address-hash-behind-proxy"],
    page: include_str!("../../../docs/checks/modulo-hash.md"),
};

const WHEN: Wording = Wording {
    haproxy: "when one of its {} servers fails, comes or goes",
    nginx: "when one of its {} servers is added or removed",
    envoy: "",
};

const HELP: Wording = Wording {
    haproxy: "write `hash-type consistent`, and weights of 100 so that the ring is even",
    nginx: "write `consistent` behind the key",
    envoy: "",
};

/// So many more keys move than those of the server that goes: less is what weights far apart leave of it.
const NOTABLE: f64 = 0.1;

impl Check for ModuloHash {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(Method::Hash(key)) = pool.view.method() else { return };
        let hash_type = pool.view.settings.hash_type;
        let modulo = hash_type.get().is_some_and(|hash_type| !hash_type.consistent);
        // Without a key, or with the same one always, nothing stays together that could move.
        let keyed = !matches!(key, Key::Missing | Key::Constant | Key::Few);
        if !modulo || !keyed || !pool.is_reached() || context.is_open(hash_type.origin) {
            return;
        }
        let Some(Moved { all, own, servers }) = moved(pool) else { return };
        if all < own + NOTABLE {
            return;
        }
        let when = WHEN.of(context).replace("{}", &servers.to_string());
        let message = format!(
            "{when}, {} of the keys of `{}` move to another server, not only the {} of that one",
            percent(all),
            pool.name,
            percent(own)
        );
        let finding = Finding::new(&META, place(pool), context.subject(pool.name), message);
        let finding = finding.because("taken modulo all weights").help(HELP.of(context));
        // Who writes the default has thought of it.
        let wanted = hash_type.origin.is_explicit() && hash_type.origin.at != pool.view.settings.policy.origin.at;
        // Connections stay where they are, and whether clients have sessions at the servers is not written.
        let sessions = key == Key::ClientAddress;
        findings.push(if wanted || sessions { finding.at_most(Severity::Info) } else { finding });
    }
}

/// Where `map-based` is written, else the policy.
fn place(pool: &PoolContext<'_>) -> Span {
    let hash_type = pool.view.settings.hash_type.origin;
    if hash_type.is_explicit() { hash_type.at } else { pool.view.settings.policy.origin.at }
}

/// What happens to the keys when the last of the servers is gone.
struct Moved {
    /// The part of all keys that another server gets.
    all: f64,
    /// The part that was its own.
    own: f64,
    servers: usize,
}

/// What moves when the last of the servers is gone. With two of them the other one gets everything anyway. `ip_hash` has no other form, and hashes only the clients of
/// a failed server again.
fn moved(pool: &PoolContext<'_>) -> Option<Moved> {
    let is_plain = |target: &&Target| target.state == AdministrativeState::Up && target.tier == 0;
    let targets: Vec<&Target> = pool.view.targets.iter().filter(is_plain).collect();
    let known = targets.iter().all(|target| target.presence.is_certain() && target.count == Count::One);
    if targets.len() < 3 || !known || !pool.view.pool.completeness.is_complete() {
        return None;
    }
    let weights: Option<Vec<u32>> = targets.iter().map(|target| target.weight.get().copied()).collect();
    let weights = weights.filter(|weights| weights.iter().all(|weight| *weight > 0))?;
    let moved = match pool.view.settings.hash_type.get()?.function {
        HashFunction::NginxCrc32 => moved_in_nginx(&weights),
        HashFunction::Sdbm | HashFunction::Djb2 | HashFunction::Wt6 | HashFunction::Crc32 | HashFunction::None => {
            moved_in_haproxy(&weights)?
        }
        _ => return None,
    };
    let total: f64 = weights.iter().copied().map(f64::from).sum();
    let own = f64::from(weights.last().copied()?) / total;
    Some(Moved { all: moved, own, servers: targets.len() })
}

/// HAProxy: both maps slot by slot (research 3.4), for as many hashes as tell all residues of the two lengths.
fn moved_in_haproxy(weights: &[u32]) -> Option<f64> {
    /// Larger maps repeat themselves later; what is left out changes the third digit.
    const MOST_HASHES: u64 = 1 << 18;
    let (_, fewer) = weights.split_last()?;
    let slots = |weights: &[u32]| Map::new(&map_weights(weights));
    let (before, after) = (slots(weights)?, slots(fewer)?);
    let hashes = (before.slots().len() as u64 * after.slots().len() as u64).min(MOST_HASHES);
    let moves = |hash: &u64| before.server(*hash as u32) != after.server(*hash as u32);
    Some((0..hashes).filter(moves).count() as f64 / hashes.max(1) as f64)
}

/// nginx: each value counted off along the weights (research 3.6).
fn moved_in_nginx(weights: &[u32]) -> f64 {
    let fewer = weights.split_last().map_or(weights, |(_, fewer)| fewer);
    let moves = |value: &u64| owner(weights, *value) != owner(fewer, *value);
    (0..KEY_HASH_VALUES).filter(moves).count() as f64 / KEY_HASH_VALUES as f64
}

fn owner(weights: &[u32], value: u64) -> Option<usize> {
    let total: u64 = weights.iter().copied().map(u64::from).sum();
    let mut left = value.checked_rem(total)?;
    weights.iter().position(|weight| {
        let is_here = left < u64::from(*weight);
        left = left.saturating_sub(u64::from(*weight));
        is_here
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_five_equal_servers_four_fifths_of_the_keys_move() {
        // Research 3.4: 80 % for 5 to 4 servers, 83 % for 6 to 5.
        assert!((moved_in_haproxy(&[1; 5]).unwrap() - 0.8).abs() < 1e-9);
        assert!((moved_in_haproxy(&[1; 6]).unwrap() - 5.0 / 6.0).abs() < 1e-9);
        // 32,768 values are no multiple of 20.
        assert!((moved_in_nginx(&[1; 5]) - 0.8).abs() < 1e-3);
    }

    #[test]
    fn values_are_counted_off_along_the_weights() {
        let owners: Vec<_> = (0..5).map(|value| owner(&[1, 2], value)).collect();
        assert_eq!(owners, [Some(0), Some(1), Some(1), Some(0), Some(1)]);
    }
}
