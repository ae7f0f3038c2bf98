//! All targets of a pool stand on one machine.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Membership, Port, Target};
use crate::source::Dialect;

/// See `docs/checks/same-host-targets.md`.
#[derive(Debug)]
pub(in crate::checks) struct SameHostTargets;

const META: Meta = Meta {
    name: "same-host-targets",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "all targets of a pool are on one machine: when it fails, all of them do",
    follows: &["one-target-takes-all", "duplicate-target", "failover-to-itself", "forwarding-loop"],
    page: include_str!("../../../docs/checks/same-host-targets.md"),
};

const TARGETS: Wording = Wording { haproxy: "servers", nginx: "servers", envoy: "endpoints" };

const HELP: Wording = Wording {
    haproxy: "add a server on another machine",
    nginx: "add a server on another machine",
    envoy: "add an endpoint on another machine",
};

impl Check for SameHostTargets {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let complete = pool.view.pool.completeness.is_complete() && pool.view.pool.membership == Membership::Listed;
        let certain = pool.view.targets.iter().all(|target| target.presence.is_certain());
        if pool.view.targets.len() < 2 || !complete || !certain || !pool.is_reached() {
            return;
        }
        let in_service = |target: &&Target| target.is_usable();
        let targets: Vec<&Target> = pool.view.targets.iter().filter(in_service).collect();
        if let Some(machine) = one_machine(context, &targets) {
            findings.push(finding(context, pool, &machine, &targets));
        }
    }
}

/// The one machine that all targets are on, told by several ports of its address or name.
fn one_machine(context: &Context<'_>, targets: &[&Target]) -> Option<String> {
    let mut ports = BTreeSet::new();
    let mut machine: Option<String> = None;
    for target in targets {
        let (other, port) = match target.address {
            Address::Ip(ip, Port::Number(port)) if !is_local(ip) => (ip.to_string(), port),
            // A name that may have several addresses may be several machines.
            Address::Host(name, Port::Number(port))
                if target.count.exactly() == Some(1) && !is_this_machine(context.text(name)) =>
            {
                (context.text(name).to_ascii_lowercase(), port)
            }
            _ => return None,
        };
        if machine.get_or_insert_with(|| other.clone()) != &other {
            return None;
        }
        ports.insert(port);
    }
    machine.filter(|_| ports.len() > 1)
}

/// Addresses of the machine that runs the proxy; from a container it is the gateway of a bridge (Docker: 172.17.0.1).
fn is_local(ip: IpAddr) -> bool {
    let gateway = matches!(ip, IpAddr::V4(v4) if matches!(v4.octets(), [172, 16..=31, 0, 1]));
    gateway || ip.is_loopback() || ip.is_unspecified()
}

/// Names of the machine that runs the proxy, or its container.
fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || [".localhost", ".localdomain", ".internal"].iter().any(|suffix| name.ends_with(suffix))
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, machine: &str, targets: &[&Target]) -> Finding {
    let (count, what) = (targets.len(), TARGETS.of(context));
    let all = if count == 2 { "both".to_owned() } else { format!("all {count}") };
    let message = format!(
        "{all} {what} of `{}` are on `{machine}`: if that machine fails, 100.0 % of the requests fail",
        pool.name
    );
    let at = targets.first().map_or(pool.view.pool.header, |target| target.address_at);
    let finding = Finding::new(&META, at, context.subject(pool.name).told_by(machine), message).because("the machine");
    let others = targets.iter().skip(1).take(3);
    let finding = others.fold(finding, |finding, target| finding.related(target.address_at, "the same"));
    finding.help(HELP.of(context))
}
