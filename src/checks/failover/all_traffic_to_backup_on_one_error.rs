//! One failed request moves a whole pool to its backup.

use crate::checks::PoolContext;
use crate::checks::phrases::{list, seconds};
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Conditions, Forwarding, PoolKind, Target, Timeout};
use crate::source::Dialect;

/// See `docs/checks/all-traffic-to-backup-on-one-error.md`.
#[derive(Debug)]
pub(in crate::checks) struct AllTrafficToBackupOnOneError;

const META: Meta = Meta {
    name: "all-traffic-to-backup-on-one-error",
    group: Group::Failover,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "one failed request to the only server before the backups moves all traffic to them",
    follows: &["backup-without-effect", "failover-to-itself", "no-eligible-target"],
    page: include_str!("../../../docs/checks/all-traffic-to-backup-on-one-error.md"),
};

impl Check for AllTrafficToBackupOnOneError {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let complete = pool.view.pool.completeness.is_complete();
        if pool.view.pool.kind != PoolKind::Upstream || !complete || !pool.is_reached() {
            return;
        }
        let usable = |target: &&Target| target.state == AdministrativeState::Up;
        let (first, backups): (Vec<&Target>, Vec<&Target>) =
            pool.view.targets.iter().filter(usable).partition(|target| target.tier == 0);
        let ([server], false) = (first.as_slice(), backups.is_empty()) else { return };
        // A name may have several addresses, and a checked server comes back by its check.
        let alone = server.count.exactly() == Some(1) && pool.view.is_watched(server) == Some(false);
        let Some(settings) = pool.view.settings_of(server).filter(|_| alone) else { return };
        if settings.ejected_after.is(&1) {
            findings.extend(finding(context, pool, server, &backups));
        }
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, server: &Target, backups: &[&Target]) -> Option<Finding> {
    let settings = pool.view.settings_of(server)?;
    let Timeout::After(time) = *settings.ejected_for.get()? else { return None };
    let shared = pool.view.settings.shared_state.is(&true);
    let written = settings.ejected_after.origin.is_explicit();
    let message = format!(
        "one failed request to `{}` moves 100.0 % of the requests of `{}` to {} for {}{}: `max_fails` is 1{}",
        context.text(server.name),
        pool.name,
        list(backups.iter().map(|target| context.text(target.name))),
        seconds(time),
        if shared { "" } else { " in that worker process" },
        if written { "" } else { " (the default)" },
    );
    let finding = Finding::new(&META, server.statement, context.target_subject(pool.name, server), message);
    let finding = finding.because("left out after one failure");
    let finding = match backups.first() {
        Some(backup) => finding.related(backup.statement, "gets everything meanwhile"),
        None => finding,
    };
    let finding = finding.note(counted(context, pool));
    Some(finding.help("write `max_fails=3` on the server, so that it takes more than one failure"))
}

/// Which answers count as failures, beyond connections that fail and timeouts.
fn counted(context: &Context<'_>, pool: &PoolContext<'_>) -> String {
    const STATUSES: [(Conditions, &str); 5] = [
        (Conditions::STATUS_500, "500"),
        (Conditions::STATUS_502, "502"),
        (Conditions::STATUS_503, "503"),
        (Conditions::STATUS_504, "504"),
        (Conditions::STATUS_429, "429"),
    ];
    let on = |forwarding: &Forwarding| forwarding.retry_on.get().copied().unwrap_or(Conditions::NONE);
    let all = context.forwardings_to(pool.view.id).map(|(_, forwarding)| on(forwarding));
    let all = all.fold(Conditions::NONE, Conditions::with);
    let words: Vec<&str> = STATUSES.iter().filter(|(status, _)| all.has(*status)).map(|(_, word)| *word).collect();
    if words.is_empty() {
        String::new()
    } else {
        format!("an answer with {} counts as a failure, too", words.join(", "))
    }
}
