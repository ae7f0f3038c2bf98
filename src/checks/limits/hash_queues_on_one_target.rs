//! A key's server is full, and its requests wait there while the other servers have room.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Limit, Method, Target, Timeout};
use crate::source::{Dialect, Version};

/// See `docs/checks/hash-queues-on-one-target.md`.
#[derive(Debug)]
pub(in crate::checks) struct HashQueuesOnOneTarget;

const META: Meta = Meta {
    name: "hash-queues-on-one-target",
    group: Group::Limits,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a hashing policy and a limit of connections: the requests of a busy key wait for one server while others idle",
    follows: &["contradictory-limits"],
    page: include_str!("../../../docs/checks/hash-queues-on-one-target.md"),
};

/// `hash-preserve-affinity` (configuration manual, 3.2).
const SPILLS_SINCE: Version = Version::new(3, 2);

impl Check for HashQueuesOnOneTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let settings = pool.view.settings;
        let hashes = matches!(pool.view.method(), Some(Method::Hash(_)));
        let balanced =
            settings.hash_type.get().is_none_or(|hash| hash.consistent) && !settings.hash_balance.is(&Limit::Unlimited);
        if !hashes || balanced || !settings.hash_spills.is(&false) || !pool.is_reached() {
            return;
        }
        let (serving, _) = pool.view.serving_and_waiting();
        let limit =
            |target: &Target| pool.view.settings_of(target).and_then(|settings| settings.connections.get().copied());
        let limited = serving.iter().find_map(|target| Some((*target, limit(target).filter(|most| *most > 0)?)));
        let (Some((target, most)), true) = (limited, serving.len() > 1) else { return };
        let message = format!(
            "request {} for a busy key of `{}` waits{} for `{}`, while the other {} may be idle: a key never goes to another server",
            u64::from(most) + 1,
            pool.name,
            wait(pool),
            context.text(target.name),
            if serving.len() == 2 { "server".to_owned() } else { format!("{} servers", serving.len() - 1) }
        );
        let at = settings.policy.origin.at;
        let finding = Finding::new(&META, at, context.subject(pool.name), message).because("a key has one server");
        let connections = pool.view.settings_of(target).map(|settings| settings.connections.origin);
        let finding = match connections {
            Some(origin) => finding.related(target.origin_span(origin), format!("takes {most} at a time")),
            None => finding,
        };
        findings.push(finding.help(if context.unit.version >= SPILLS_SINCE {
            "write `hash-type consistent` with `hash-preserve-affinity maxconn`, or `hash-balance-factor 150`"
        } else {
            "write `hash-type consistent` with `hash-balance-factor 150`: a key goes on to the next server when its own is busier"
        }));
    }
}

/// How long: " up to 5.0 s".
fn wait(pool: &PoolContext<'_>) -> String {
    let timeouts = &pool.view.settings.timeouts;
    let queue = if timeouts.queue.origin.is_explicit() { timeouts.queue } else { timeouts.connect };
    match queue.get() {
        Some(Timeout::After(milliseconds)) => format!(" up to {}", seconds(*milliseconds)),
        Some(Timeout::Never) | None => String::new(),
    }
}
