//! Traffic would fail over into a target that nobody checks.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::Target;
use crate::source::Dialect;

/// See `docs/checks/unchecked-backup.md`.
#[derive(Debug)]
pub(in crate::checks) struct UncheckedBackup;

const META: Meta = Meta {
    name: "unchecked-backup",
    group: Group::Health,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "traffic would fail over into a target that nobody checks",
    follows: &["backup-without-effect"],
    page: include_str!("../../../docs/checks/unchecked-backup.md"),
};

impl Check for UncheckedBackup {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let (active, backups): (Vec<&Target>, Vec<&Target>) =
            pool.view.targets.iter().partition(|target| target.tier == 0);
        // A page on the same machine that says sorry is alive as long as the proxy is.
        let risky = |target: &&&Target| {
            pool.view.is_watched(target) == Some(false) && !pool.view.unit.is_beside(target.address)
        };
        let unwatched: Vec<_> = backups.iter().filter(risky).collect();
        let triggered = active.iter().find(|target| pool.view.is_watched(target) == Some(true));
        let (Some(first), Some(trigger)) = (unwatched.first(), triggered) else { return };
        if !pool.is_reached() {
            return;
        }
        let names = list(unwatched.iter().map(|target| context.text(target.name)));
        let message = format!(
            "when the servers of `{}` fail, all traffic goes to {names}, dead or alive: nobody checks it",
            pool.name
        );
        let finding =
            Finding::new(&META, first.statement, context.subject(pool.name), message).because("backup without `check`");
        let finding = finding.related(trigger.statement, "checked: when it is down, the backup takes over");
        findings.push(finding.help("add `check` to the backup"));
    }
}
