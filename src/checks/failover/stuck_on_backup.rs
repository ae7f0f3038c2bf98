//! Clients that were sent to a backup stay there when the servers are back.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Target};
use crate::source::Dialect;

/// See `docs/checks/stuck-on-backup.md`.
#[derive(Debug)]
pub(in crate::checks) struct StuckOnBackup;

const META: Meta = Meta {
    name: "stuck-on-backup",
    group: Group::Failover,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy],
    since: "0.2.0",
    summary: "a stick table keeps clients on the backup after the servers are back",
    follows: &["undetectable-failover", "backup-without-effect", "failover-to-itself"],
    page: include_str!("../../../docs/checks/stuck-on-backup.md"),
};

impl Check for StuckOnBackup {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(rule) = pool.view.pool.pins.filter(|_| pool.is_reached() && !pool.view.elects()) else { return };
        let usable = |target: &&Target| target.state == AdministrativeState::Up && !target.weight.is(&0);
        let (first, backups): (Vec<&Target>, Vec<&Target>) =
            pool.view.targets.iter().filter(usable).partition(|target| target.tier == 0);
        let noted = |target: &&Target| pool.view.settings_of(target).is_some_and(|settings| settings.noted.is(&true));
        let backups: Vec<&Target> = backups.into_iter().filter(noted).collect();
        let fails_over = first.iter().any(|target| pool.view.is_watched(target) == Some(true));
        if let (Some(backup), true) = (backups.first(), fails_over) {
            let names = list(backups.iter().map(|target| context.text(target.name)));
            let message = format!(
                "clients of `{}` that come while its servers are down stay on {names} when they are back: the table notes it for each",
                pool.name
            );
            let finding = Finding::new(&META, backup.statement, context.subject(pool.name), message);
            let finding =
                finding.because("is noted like any other server").related(rule, "sends a client where it was");
            let finding = finding
                .note("each request of a client renews its entry, so that one that keeps coming never gets back");
            findings.push(finding.help("write `non-stick` on the backup"));
        }
    }
}
