//! Several servers fail over to one backup: the load of all of them goes to a single machine.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::Target;
use crate::source::Dialect;

/// See `docs/checks/single-backup-takes-all.md`.
#[derive(Debug)]
pub(in crate::checks) struct SingleBackupTakesAll;

const META: Meta = Meta {
    name: "single-backup-takes-all",
    group: Group::Failover,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "several backups are declared for several servers, and only the first of them is used",
    follows: &["undetectable-failover", "failover-to-itself"],
    page: include_str!("../../../docs/checks/single-backup-takes-all.md"),
};

/// From so many servers on, nginx's only backup is worth a word.
const MANY: usize = 3;

impl Check for SingleBackupTakesAll {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let all_backups = pool.view.settings.all_backups;
        let complete = pool.view.pool.completeness.is_complete();
        if !complete || !pool.is_reached() || pool.view.elects() || context.is_open(all_backups.origin) {
            return;
        }
        let usable = |target: &&Target| target.is_usable();
        let (active, backups): (Vec<&Target>, Vec<&Target>) =
            pool.view.targets.iter().filter(usable).partition(|target| target.tier == 0);
        // With one server before them, backups are a chain on purpose: one after the other.
        match (active.as_slice(), backups.as_slice()) {
            ([_, _, ..], [first, second, ..]) if all_backups.is(&false) && serves_the_same(&active, &backups) => {
                findings.push(only_the_first(context, pool, active.len(), first, second, &backups));
            }
            (active, [only]) if all_backups.is(&true) && active.len() >= MANY && serves_the_same(active, &backups) => {
                findings.push(the_only_one(context, pool, active.len(), only));
            }
            _ => {}
        }
    }
}

/// A page that says sorry is on the same machine, or on another port: it carries any load.
fn serves_the_same(active: &[&Target], backups: &[&Target]) -> bool {
    let ports = |target: &Target| target.address.port();
    let like_active = |backup: &&Target| {
        let same = active.iter().any(|target| target.address == backup.address);
        active.iter().any(|target| ports(target) == ports(backup)) && !same
    };
    backups.iter().all(|backup| backup.presence.is_certain() && !backup.address.is_local() && like_active(backup))
}

fn only_the_first(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    active: usize,
    first: &Target,
    second: &Target,
    backups: &[&Target],
) -> Finding {
    let rest = list(backups.iter().skip(1).map(|target| context.text(target.name)));
    let waits = if backups.len() == 2 { "waits" } else { "wait" };
    let message = format!(
        "when the {active} servers of `{}` fail, `{}` takes the traffic of all of them, and {rest} {waits} for it to fail, too",
        pool.name,
        context.text(first.name)
    );
    let finding = Finding::new(&META, second.statement, context.subject(pool.name), message);
    let finding = finding.because("used only when the backup before it is down");
    let finding = finding.related(first.statement, format!("the load of {active} servers"));
    finding.help("write `option allbackups`, which balances over all backups")
}

fn the_only_one(context: &Context<'_>, pool: &PoolContext<'_>, active: usize, only: &Target) -> Finding {
    let name = context.text(only.name);
    let message =
        format!("when the {active} servers of `{}` fail, `{name}` takes the traffic of all of them", pool.name);
    let finding = Finding::new(&META, only.statement, context.subject(pool.name), message);
    let finding = finding.because(format!("the load of {active} servers"));
    let finding = finding.at_most(Severity::Info).only_from(Profile::Strict);
    finding.help("write further `backup` servers: nginx balances over all of them")
}
