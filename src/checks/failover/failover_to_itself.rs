//! What waits for a server to fail is the same server.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::checks::PoolContext;
use crate::checks::phrases::{if_there, list};
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Membership, Port, Target};
use crate::source::Dialect;

/// See `docs/checks/failover-to-itself.md`.
#[derive(Debug)]
pub(in crate::checks) struct FailoverToItself;

const META: Meta = Meta {
    name: "failover-to-itself",
    group: Group::Failover,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "the backup, or the lower priority, is the server that it waits for",
    follows: &[],
    page: include_str!("../../../docs/checks/failover-to-itself.md"),
};

const WAITING: Wording = Wording { haproxy: "backup", nginx: "backup", envoy: "lower priority" };

const HELP: Wording = Wording {
    haproxy: "write the address of another machine, or remove the backup",
    nginx: "write the address of another machine, or remove the backup",
    envoy: "write the address of another machine, or remove the priority",
};

impl Check for FailoverToItself {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let complete = pool.view.pool.completeness.is_complete();
        if !complete || !pool.is_reached() || pool.view.pool.membership == Membership::OfPools {
            return;
        }
        let (serving, waiting) = pool.view.serving_and_waiting();
        let same: Vec<(&Target, &Target)> =
            waiting.iter().filter_map(|spare| Some((*spare, twin(context, pool, spare, &serving)?))).collect();
        if let Some((spare, server)) = same.first() {
            let finding = finding(context, pool, spare, server, message(context, pool, serving.len(), &same));
            let finding = finding.about(context.target_subjects(pool.name, same.iter().map(|(spare, _)| *spare)));
            findings.push(if context.unit.is_beside(spare.address) {
                // Behind one address of the machine can be another proxy, which tells requests apart in its own way.
                finding.at_most(Severity::Info).only_from(Profile::Strict)
            } else if same.len() == waiting.len() {
                finding
            } else {
                finding.at_most(Severity::Warning)
            });
        }
    }
}

/// The server of the first tier that is the same as a spare one.
fn twin<'a>(
    context: &Context<'_>,
    pool: &PoolContext<'a>,
    spare: &Target,
    serving: &[&'a Target],
) -> Option<&'a Target> {
    let place = place(context, pool, spare)?;
    let noticed = |target: &Target| (pool.view.is_watched(target), pool.view.is_ejected(target));
    let is_twin = |server: &&&Target| {
        // Where one of the two is checked and the other is not, the server is meant to be used even if its check says no.
        let alike = noticed(server) == noticed(spare);
        // Where nothing notices, nothing fails over.
        let fails_over = matches!(noticed(server), (Some(true), Some(_)) | (Some(_), Some(true)));
        let are_there = spare.presence.implies(server.presence);
        alike && fails_over && are_there && self::place(context, pool, server).as_ref() == Some(&place)
    };
    serving.iter().find(is_twin).copied()
}

/// Where a target is, if two spellings of it can be compared.
#[derive(PartialEq, Eq)]
enum Place<'a> {
    Ip(IpAddr, Port),
    Name(Cow<'a, str>, Port),
    Socket(&'a str),
}

fn place<'a>(context: &Context<'a>, pool: &PoolContext<'_>, target: &Target) -> Option<Place<'a>> {
    // A name that is asked for while running may be another machine each time, unless it stands for all of them.
    let takes_all = pool.view.pool.membership == Membership::Resolved;
    let resolved = pool.view.settings_of(target).is_none_or(|settings| !settings.resolved_at_run_time.is(&false));
    let known = |port: Port| matches!(port, Port::Number(_) | Port::OfClient);
    match target.address {
        Address::Ip(ip, port) if known(port) => Some(Place::Ip(ip, port)),
        Address::Host(name, port) if known(port) && (takes_all || !resolved) => {
            Some(Place::Name(context.text(name).to_ascii_lowercase().into(), port))
        }
        Address::Socket(path) => Some(Place::Socket(context.text(path))),
        _ => None,
    }
}

fn message(context: &Context<'_>, pool: &PoolContext<'_>, serving: usize, same: &[(&Target, &Target)]) -> String {
    let names = list(same.iter().map(|(spare, _)| context.text(spare.name)));
    let (when, which) = match (serving, same.len()) {
        (1, 1) => ("the server", "which is the same server"),
        (1, _) => ("the server", "which are the same server"),
        (_, 1) => ("the servers", "which is one of them"),
        _ => ("the servers", "which are some of them"),
    };
    let fail = if serving == 1 { "fails" } else { "fail" };
    let if_there = if_there(same.iter().all(|(spare, _)| spare.presence.is_certain()));
    format!("when {when} of `{}` {fail}, traffic goes to {names}, {which}{if_there}", pool.name)
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, spare: &Target, server: &Target, message: String) -> Finding {
    let finding = Finding::new(&META, spare.address_at, context.subject(pool.name), message);
    let finding = finding.because(format!("the {} is the same server", WAITING.of(context)));
    finding.related(server.address_at, "as here").help(HELP.of(context))
}
