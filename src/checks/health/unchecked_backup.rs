//! Traffic would fail over into a target that nobody checks.

use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::checks::{PoolContext, mend};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
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
        let finding = finding.about(context.target_subjects(pool.name, unwatched.iter().map(|target| **target)));
        let finding = finding.related(trigger.statement, "checked: when it is down, the backup takes over");
        let fix = Fix::to_review("write `check` on the backup");
        let fix = mend::add_parameter(context, fix, unwatched.iter().map(|target| **target), "check");
        // One that is an active server once more is of use only while nobody checks it.
        let places: Vec<_> = active.iter().filter_map(|target| pool.view.place_of(target)).collect();
        let is_active = |target: &Target| pool.view.place_of(target).is_some_and(|place| places.contains(&place));
        let finding = finding.fix(fix.filter(|_| !unwatched.iter().any(|target| is_active(target))));
        findings.push(finding.help("add `check` to the backup"));
    }
}
