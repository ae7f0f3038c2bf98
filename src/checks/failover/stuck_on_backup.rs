//! Clients that were sent to a backup stay there when the servers are back.

use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::checks::{PoolContext, mend};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::model::{CarrierKind, Target, Value};
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
    since: "0.1.0",
    summary: "a stick table, or a cookie, keeps clients on the backup after the servers are back",
    follows: &["undetectable-failover", "backup-without-effect", "failover-to-itself"],
    page: include_str!("../../../docs/checks/stuck-on-backup.md"),
};

impl Check for StuckOnBackup {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let tied = pool.view.pool.pins.is_some() || context.unit.sessions.carrier_of(pool.view.id).is_some();
        if !tied || !pool.is_reached() || pool.view.elects() {
            return;
        }
        let usable = |target: &Target| target.is_usable();
        let (first, backups): (Vec<_>, Vec<_>) = (pool.view.pool.targets.start..)
            .zip(pool.view.targets)
            .filter(|(_, target)| usable(target))
            .partition(|(_, target)| target.tier == 0);
        if first.iter().any(|(_, target)| pool.view.is_watched(target) == Some(true)) {
            let found = by_table(context, pool, &backups).or_else(|| by_cookie(context, pool, &first, &backups));
            findings.extend(found);
        }
    }
}

/// Targets with their positions in the unit.
type Numbered<'a> = [(u32, &'a Target)];

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, backups: &[&Target], why: &str) -> Option<Finding> {
    let names = list(backups.iter().map(|target| context.text(target.name)));
    let message = format!(
        "clients of `{}` that come while its servers are down stay on {names} when they are back: {why}",
        pool.name
    );
    let finding = Finding::new(&META, backups.first()?.statement, context.subject(pool.name), message);
    Some(finding.about(context.target_subjects(pool.name, backups.iter().copied())))
}

/// A stick table notes the backup like any other server.
fn by_table(context: &Context<'_>, pool: &PoolContext<'_>, backups: &Numbered<'_>) -> Option<Finding> {
    let rule = pool.view.pool.pins?;
    let noted = |target: &&Target| pool.view.settings_of(target).is_some_and(|settings| settings.noted.is(&true));
    let backups: Vec<&Target> = backups.iter().map(|(_, target)| *target).filter(noted).collect();
    let finding = finding(context, pool, &backups, "the table notes it for each")?;
    let finding = finding.because("is noted like any other server").related(rule, "sends a client where it was");
    let finding =
        finding.note("each request of a client renews its entry, so that one that keeps coming never gets back");
    let fix = Fix::safe("write `non-stick` on the backup");
    let finding = finding.fix(mend::add_parameter(context, fix, backups.iter().copied(), "non-stick"));
    Some(finding.help("write `non-stick` on the backup"))
}

/// The backup has a cookie value of its own, so that clients come back with it.
fn by_cookie(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    first: &Numbered<'_>,
    backups: &Numbered<'_>,
) -> Option<Finding> {
    let sessions = &context.unit.sessions;
    let carrier =
        sessions.carrier_of(pool.view.id).filter(|carrier| carrier.kind == Value::Known(CarrierKind::Written))?;
    let values = sessions.values_of(&pool.view.pool.targets);
    let value_of = |position: u32| {
        let value = values.iter().find(|value| value.target == position)?.value;
        match value {
            Value::Known(text) => Some(context.text(text)),
            Value::Unknown(_) => None,
        }
    };
    // A value that is not known may be the same.
    let before: Vec<&str> = first.iter().map(|(position, _)| value_of(*position)).collect::<Option<_>>()?;
    let own = |(position, _): &&(u32, &Target)| value_of(*position).is_some_and(|value| !before.contains(&value));
    let backups: Vec<&Target> = backups.iter().filter(own).map(|(_, target)| *target).collect();
    let finding = finding(context, pool, &backups, "their cookie names it")?;
    let finding = finding.because("has a value of its own").related(carrier.at, "sends a client where it was");
    Some(finding.help("leave `cookie` away on the backup, or give it the value of the server that it stands for"))
}
