//! Two listeners bind the identical address: the kernel splits the connections.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use crate::model::{Address, Bind, Listener, Port};

use crate::checks::{Aspect, Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/shared-bind-address.md`.
#[derive(Debug)]
pub(in crate::checks) struct SharedBindAddress;

const META: Meta = Meta {
    name: "shared-bind-address",
    group: Group::Distribution,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "two listeners bind the identical address and port, and the kernel splits the connections between them",
    follows: &[],
    page: include_str!("../../../docs/checks/shared-bind-address.md"),
};

impl Check for SharedBindAddress {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[]
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut taken: BTreeMap<(IpAddr, u16, bool), (&Listener, &Bind)> = BTreeMap::new();
        for listener in
            context.unit.listeners.iter().filter(|listener| !listener.disabled && listener.presence.is_certain())
        {
            for bind in listener.binds.iter().filter(|bind| !bind.restricted && bind.presence.is_certain()) {
                let Some(key) = key(bind) else { continue };
                match taken.get(&key) {
                    Some((other, first)) if other.header != listener.header => {
                        findings.push(finding(context, (other, first), (listener, bind)));
                    }
                    Some(_) => {}
                    None => {
                        taken.insert(key, (listener, bind));
                    }
                }
            }
        }
    }
}

/// What the kernel compares. A wildcard and a specific address differ: the specific one always wins (measured, 2.6.12).
fn key(bind: &Bind) -> Option<(IpAddr, u16, bool)> {
    let (ip, port) = match bind.address {
        Address::Ip(ip, port) => (ip, port),
        Address::Any(port) => (IpAddr::V4(Ipv4Addr::UNSPECIFIED), port),
        Address::Host(..) | Address::Socket(_) | Address::Special(_) | Address::Unknown(_) => return None,
    };
    match port {
        Port::Number(port) if port > 0 => Some((ip, port, bind.datagrams)),
        _ => None,
    }
}

fn finding(context: &Context<'_>, first: (&Listener, &Bind), second: (&Listener, &Bind)) -> Finding {
    let (one, other) = (context.text(first.0.name), context.text(second.0.name));
    let address = context.written(second.1.at);
    let message =
        format!("`{one}` and `{other}` both bind {address}: each gets about half of the connections, at random");
    let subject = context.subject(other).told_by(&format!("{one} {address}"));
    let finding = Finding::new(&META, second.1.at, subject, message).because("the same address and port again");
    let finding = finding.related(first.1.at, format!("bound by `{one}` already"));
    finding.help("bind it once, and send the traffic to its pools with `use_backend` rules")
}
