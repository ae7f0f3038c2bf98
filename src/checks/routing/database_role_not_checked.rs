//! Connections rotate over the nodes of a replicated database, and no check asks which of them takes writes.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Mode, Port, ProbeKind, Target};
use crate::source::Dialect;
use crate::traffic::percent;

/// See `docs/checks/database-role-not-checked.md`.
#[derive(Debug)]
pub(in crate::checks) struct DatabaseRoleNotChecked;

const META: Meta = Meta {
    name: "database-role-not-checked",
    group: Group::Routing,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "writes rotate over the nodes of a replicated database and no check asks for their role",
    follows: &["no-health-check", "broken-health-check"],
    page: include_str!("../../../docs/checks/database-role-not-checked.md"),
};

const HELP: Wording = Wording {
    haproxy: "let the check ask for the role: `option httpchk GET /primary` with `check port 8008` (Patroni), or for Redis \
              `tcp-check send \"info replication\\r\\n\"` and `tcp-check expect string role:master`; a pool for reads says \
              so in its name",
    nginx: "",
    envoy: "",
};

/// Names of pools in which any node will do: reads, poolers, databases whose nodes all take writes.
const ANY_NODE: [&str; 16] = [
    "read",
    "replica",
    "slave",
    "standby",
    "secondary",
    "bouncer",
    "pgpool",
    "proxy",
    "cockroach",
    "crdb",
    "citus",
    "yuga",
    "cluster",
    "galera",
    "sentinel",
    "bdr",
];

impl Check for DatabaseRoleNotChecked {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let active = |target: &&Target| target.serves_first();
        let serving: Vec<&Target> = pool.view.targets.iter().filter(active).collect();
        let (Some(first), true) = (serving.first(), pool.is_reached() && serving.len() > 1) else { return };
        let by_connection = pool.view.settings.mode.is(&Mode::Tcp);
        let Some(database) = database(first).filter(|_| by_connection && is_blind(pool)) else { return };
        let same = serving.iter().all(|target| self::database(target) == Some(database));
        if !same || any_node_will_do(pool.name) || reached_for_reads(context, pool) {
            return;
        }
        let (Some(top), Some(bottom)) = (pool.prediction.largest(), pool.prediction.smallest()) else { return };
        if top.share > 0.999 {
            return;
        }
        let message = format!(
            "connections of `{}` rotate over {} nodes of {database}, and no check asks which of them takes writes: if one \
             does, {} of the connections meet a replica",
            pool.name,
            serving.len(),
            range(1.0 - top.share, 1.0 - bottom.share),
        );
        let probe = pool.view.settings.probe.origin;
        let finding = Finding::new(&META, first.statement, context.subject(pool.name), message);
        let finding = finding.because("primary or replica?");
        let finding = if probe.is_explicit() { finding.related(probe.at, "answers on every node") } else { finding };
        findings.push(finding.help(HELP.of(context)));
    }
}

/// "50.0 %", or "25.0 % to 75.0 %".
fn range(least: f64, most: f64) -> String {
    if most - least < 0.001 { percent(most) } else { format!("{} to {}", percent(least), percent(most)) }
}

/// The database that a port is known for, of those of which one node takes the writes.
fn database(target: &Target) -> Option<&'static str> {
    match target.address.port()? {
        Port::Number(5432) => Some("PostgreSQL"),
        Port::Number(6379) => Some("Redis"),
        _ => None,
    }
}

/// The check asks only whether the node is there.
fn is_blind(pool: &PoolContext<'_>) -> bool {
    let kind = pool.view.settings.probe.get().map(|probe| probe.kind);
    let there = matches!(kind, Some(ProbeKind::Connect | ProbeKind::Other("pgsql-check" | "redis-check")));
    let told = |target: &Target| {
        let settings = pool.view.settings_of(target);
        settings.is_none_or(|settings| !settings.agent.is(&false) || !settings.tracks.is(&false))
    };
    let elsewhere =
        |target: &Target| pool.view.settings_of(target).is_none_or(|settings| !settings.transport.check_port.is(&None));
    there && !pool.view.elects() && !pool.view.targets.iter().any(|target| told(target) || elsewhere(target))
}

fn any_node_will_do(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    ANY_NODE.iter().any(|word| lower.contains(word)) || words.any(|word| word == "ro")
}

/// The listener that leads to it is for reads.
fn reached_for_reads(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    context.routes_to(pool.view.id).any(|route| any_node_will_do(context.owner(route)))
}
