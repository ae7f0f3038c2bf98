//! One address twice in one pool.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, AdministrativeState, Count, Port, Target};
use crate::source::Dialect;
use crate::traffic::percent;

/// See `docs/checks/duplicate-target.md`.
#[derive(Debug)]
pub(in crate::checks) struct DuplicateTarget;

const META: Meta = Meta {
    name: "duplicate-target",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "one address is in a pool twice, so that host gets a double share",
    follows: &[],
    page: include_str!("../../../docs/checks/duplicate-target.md"),
};

impl Check for DuplicateTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let mut places: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (position, target) in (0_u32..).zip(pool.view.targets) {
            if let Some(key) = key(context, target) {
                places.entry(key).or_default().push(position);
            }
        }
        for (address, positions) in places {
            if positions.len() > 1 {
                findings.extend(finding(context, pool, &address, &positions));
            }
        }
    }
}

/// The address in normal form and what else must be the same; `None` where two spellings cannot be compared.
fn key(context: &Context<'_>, target: &Target) -> Option<String> {
    if target.state == AdministrativeState::Down
        || !target.presence.is_certain()
        || target.count != Count::One
        || context.written(target.statement).contains(" source ")
    {
        return None;
    }
    let (host, port) = match target.address {
        Address::Ip(ip, port) => (ip.to_string(), port),
        Address::Host(name, port) => (context.text(name).to_ascii_lowercase(), port),
        Address::Socket(path) => (context.text(path).to_owned(), Port::OfClient),
        Address::Any(_) | Address::Special(_) | Address::Unknown(_) => return None,
    };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    // A name that is resolved at run time may stand for another address in each slot.
    let resolved = context.unit.target_settings(target.settings).is_some_and(|s| !s.resolved_at_run_time.is(&false));
    match port {
        _ if resolved || target.tier > 0 => None,
        Port::Number(port) => Some(format!("{host}:{port}")),
        Port::OfClient => Some(host),
        Port::Range(..) | Port::Offset(_) | Port::Unknown(_) => None,
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, address: &str, positions: &[u32]) -> Option<Finding> {
    let targets: Vec<&Target> = positions.iter().filter_map(|position| pool.target(*position)).collect();
    let (first, again) = targets.split_first()?;
    let names = list(targets.iter().map(|target| context.text(target.name)));
    let shares: Option<f64> = positions.iter().map(|position| pool.prediction.share_of(*position)).sum();
    let share = shares.map_or(String::new(), |share| format!(": that host gets {} of the traffic", percent(share)));
    let message = format!("{address} is in `{}` {} times, as {names}{share}", pool.name, targets.len());
    let at = again.first()?.address_at;
    let subject = crate::finding::Subject { discriminator: address.to_owned(), ..context.subject(pool.name) };
    let mut finding = Finding::new(&META, at, subject, message).because("the same address again");
    finding = finding.related(first.address_at, "first here");
    Some(finding.help("correct the address, or remove the line; for a larger share write a weight"))
}
