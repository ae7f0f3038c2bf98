//! After a start or a reload, targets get traffic before anybody has asked whether they are alive.

use crate::checks::PoolContext;
use crate::checks::phrases::{list, seconds};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{SavedState, Target, Timeout};
use crate::source::Dialect;

/// See `docs/checks/assumed-up-after-reload.md`.
#[derive(Debug)]
pub(in crate::checks) struct AssumedUpAfterReload;

const META: Meta = Meta {
    name: "assumed-up-after-reload",
    group: Group::Health,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Audit,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "after a start or a reload targets get traffic before their first check",
    follows: &["broken-health-check"],
    page: include_str!("../../../docs/checks/assumed-up-after-reload.md"),
};

const HELP: Wording = Wording {
    haproxy: "write `load-server-state-from-file global` with a `server-state-file` that a reload writes; from 3.1 on \
              `init-state down` waits for the first good check",
    nginx: "write `mandatory` (and `persistent`) in `health_check`; with the module `default_down=true`",
    envoy: "",
};

impl Check for AssumedUpAfterReload {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let assumed: Vec<(&PoolContext<'_>, &Target)> =
            pools.iter().filter(|pool| pool.is_reached()).filter_map(|pool| Some((pool, assumed_up(pool)?))).collect();
        let Some((pool, target)) = assumed.first() else { return };
        let wait = assumed.iter().filter_map(|(pool, _)| longest_interval(pool)).max();
        let wait = wait.map_or(String::new(), |wait| format!(", up to {} later", seconds(wait)));
        let names = list(assumed.iter().map(|(pool, _)| pool.name));
        let message = format!(
            "{names}: after a start or a reload a dead server gets its share of the traffic until its first check{wait}"
        );
        let mut finding = Finding::new(&META, target.statement, context.subject(pool.name), message);
        finding.subjects = assumed.iter().map(|(pool, _)| context.subject(pool.name)).collect();
        findings.push(finding.because("counts as up from the start").help(HELP.of(context)));
    }
}

/// The first target that is checked and counts as up before; none where an earlier process's state is taken over, or where
/// there is nobody else to go to.
fn assumed_up<'a>(pool: &PoolContext<'a>) -> Option<&'a Target> {
    let forgets = pool.view.settings.saved_state.is(&SavedState::No);
    pool.view.targets.iter().filter(|_| forgets && pool.view.targets.len() > 1).find(|target| starts_up(pool, target))
}

fn starts_up(pool: &PoolContext<'_>, target: &Target) -> bool {
    let settings = pool.view.settings_of(target);
    settings.is_some_and(|settings| settings.checked.is(&true) && settings.assumed_up.is(&true))
}

/// How long a target of the pool may wait for its first check.
fn longest_interval(pool: &PoolContext<'_>) -> Option<u64> {
    let assumed = pool.view.targets.iter().filter(|target| starts_up(pool, target));
    assumed.filter_map(|target| interval(pool, target)).max()
}

fn interval(pool: &PoolContext<'_>, target: &Target) -> Option<u64> {
    match *pool.view.settings_of(target)?.interval.get()? {
        Timeout::After(interval) if interval > 0 => Some(interval),
        _ => None,
    }
}
