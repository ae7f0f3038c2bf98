//! Anyone who reaches the proxy can take its targets out of service.

use std::net::IpAddr;

use crate::checks::platform::is_platform_name;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Bind, Door, Grant, Guard, Interface, InterfaceKind, ListenerId, Mode, PoolId, Port};
use crate::source::Dialect;

/// See `docs/checks/exposed-admin.md`.
#[derive(Debug)]
pub(in crate::checks) struct ExposedAdmin;

const META: Meta = Meta {
    name: "exposed-admin",
    group: Group::Operations,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Envoy],
    since: "0.1.0",
    summary: "anyone who reaches the proxy can take its targets out of service",
    follows: &[],
    page: include_str!("../../../docs/checks/exposed-admin.md"),
};

const SOCKET_HELP: Wording = Wording {
    haproxy: "write a path: `stats socket /run/haproxy/admin.sock mode 660 level admin`",
    nginx: "",
    envoy: "bind it to this machine: `address: 127.0.0.1`",
};

const MODE_HELP: Wording = Wording {
    haproxy: "write `mode 660` and a `group`",
    nginx: "",
    envoy: "write `mode: 432`, which is 0660: the file belongs to the user and the group that Envoy runs as",
};

const NAME_HELP: &str = "write the path of a file: `path: /run/envoy/admin.sock`";

const PAGE_HELP: &str =
    "write `stats admin if LOCALHOST`, or ask for a password with `stats auth`, or bind the page to 127.0.0.1";

const WAY_HELP: &str = "hand on only what is meant to be seen: `match: { path: /ready }`, `match: { prefix: /stats }`";

impl Check for ExposedAdmin {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let operations = &context.unit.operations;
        let is_open = |interface: &&Interface| interface.grants.is(&Grant::Administrate) && !interface.asks;
        for interface in operations.interfaces.iter().filter(is_open) {
            findings.extend(match interface.door {
                Door::Address(address) => at_address(context, interface, address),
                Door::Listener(listener) => page_of_listener(context, interface, listener),
                Door::Pool(pool) => page_of_pool(context, interface, pool),
            });
        }
        findings.extend(operations.ways_in.iter().filter_map(|way| {
            let place = entrance(context, way.from)?;
            let message = format!(
                "whoever reaches {place} can stop this proxy: a route hands every path on to its administration interface{}",
                stakes(context)
            );
            let finding = Finding::new(&META, way.at, context.unit_subject().told_by(&place), message);
            let finding = finding.because("any path, `/quitquitquit` included, from anyone");
            let interface = operations.interfaces.get(way.to as usize);
            let finding = interface.map_or(finding.clone(), |to| finding.related(to.at, "the administration interface"));
            Some(finding.help(WAY_HELP))
        }));
    }
}

/// An interface with an address of its own.
fn at_address(context: &Context<'_>, interface: &Interface, address: Address) -> Option<Finding> {
    if let Address::Socket(path) = address {
        return Some(at_socket(context, interface, context.text(path)));
    }
    let subject = context.unit_subject();
    let place = reachable(context, address)?;
    let what = match interface.kind {
        InterfaceKind::Server => "stop this proxy or have it refuse all requests",
        InterfaceKind::Commands | InterfaceKind::Page => "take servers out of service, and change where they are",
    };
    let message = format!("whoever reaches {place} can {what}, and nothing asks who it is{}", stakes(context));
    let finding =
        Finding::new(&META, interface.at, subject.told_by(&place), message).because("reachable from other machines");
    let finding = finding.help(SOCKET_HELP.of(context));
    // In a container all addresses are those of the container; which of its ports others reach is said elsewhere.
    let anywhere = matches!(address, Address::Any(_)) || is_unspecified(address);
    let contained = anywhere && is_contained(context, interface);
    Some(if contained { finding.at_most(Severity::Info).only_from(Profile::Strict) } else { finding })
}

/// An interface at a path, which every user of the machine may write to.
fn at_socket(context: &Context<'_>, interface: &Interface, path: &str) -> Finding {
    let what = match interface.kind {
        InterfaceKind::Server => "stop this proxy",
        InterfaceKind::Commands | InterfaceKind::Page => "take servers out of service",
    };
    let message = format!("every user of the machine can write to `{path}`, and {what}{}", stakes(context));
    let (why, help) = match interface.kind {
        InterfaceKind::Server if path.starts_with('@') => ("a name without a file has no `mode`", NAME_HELP),
        _ => ("`mode` lets everybody write", MODE_HELP.of(context)),
    };
    let finding = Finding::new(&META, interface.at, context.unit_subject().told_by(path), message).because(why);
    finding.at_most(Severity::Info).only_from(Profile::Strict).help(help)
}

/// The page of a section that listens itself.
fn page_of_listener(context: &Context<'_>, interface: &Interface, id: ListenerId) -> Option<Finding> {
    let listener = context.unit.listener(id)?;
    let http = context.unit.settings(listener.settings).is_some_and(|settings| settings.mode.is(&Mode::Http));
    let place = entrance(context, id).filter(|_| http && !listener.disabled && listener.presence.is_certain())?;
    Some(page(context, interface, &place, context.text(listener.name)))
}

/// The page of a pool, where some route leads to it without asking.
fn page_of_pool(context: &Context<'_>, interface: &Interface, id: PoolId) -> Option<Finding> {
    let pool = context.unit.pool(id)?;
    let http = context.unit.settings(pool.settings).is_some_and(|settings| settings.mode.is(&Mode::Http));
    let mut routes = context.routes_to(id).filter(|route| http && route.presence.is_certain());
    let place = routes.find_map(|route| {
        let crate::model::RouteSource::Listener(from) = route.from else { return None };
        let open = match route.guard {
            Guard::Always => true,
            Guard::When { at, .. } => asks_for_path(context.written(at)),
            Guard::Never | Guard::Unmatched | Guard::Taken(_) => false,
        };
        let guarded = context.unit.operations.guarded.binary_search(&from).is_ok();
        entrance(context, from).filter(|_| open && !guarded)
    })?;
    Some(page(context, interface, &place, context.name_of(pool)))
}

fn page(context: &Context<'_>, interface: &Interface, place: &str, section: &str) -> Finding {
    let message = format!(
        "whoever reaches {place} can take servers out of service on the statistics page of `{section}`: `stats admin` asks for nothing{}",
        stakes(context)
    );
    let of = if matches!(interface.door, Door::Listener(_)) { "listener" } else { "pool" };
    let finding = Finding::new(&META, interface.at, context.subject(section).told_by(of), message);
    finding.because("holds for everybody, and the section has no `stats auth`").help(PAGE_HELP)
}

/// Whether a condition is written out and looks at nothing but path and host, which every client can choose.
fn asks_for_path(condition: &str) -> bool {
    const SAFE: [&str; 5] = ["path", "url", "hdr(host)", "hdr_", "base"];
    let condition = condition.trim_start_matches("if").trim();
    let inner = condition.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let Some(expression) = inner.map(str::trim).filter(|inner| !inner.contains(['{', '}'])) else { return false };
    let fetch = expression.trim_start_matches("req.");
    SAFE.iter().any(|word| fetch.starts_with(word))
}

/// Where a listener can be reached from other machines: "`stats` (`*:8404`)".
fn entrance(context: &Context<'_>, id: ListenerId) -> Option<String> {
    let listener = context.unit.listener(id)?;
    let open = |bind: &&Bind| bind.presence.is_certain() && reachable(context, bind.address).is_some();
    let bind = listener.binds.iter().find(open)?;
    reachable(context, bind.address)
}

/// How an address is called, if other machines may reach it.
fn reachable(context: &Context<'_>, address: Address) -> Option<String> {
    let port = match address.port()? {
        Port::Number(number) if number > 0 => number.to_string(),
        Port::Range(low, high) => format!("{low}-{high}"),
        Port::Number(_) | Port::OfClient | Port::Offset(_) | Port::Unknown(_) => return None,
    };
    match address {
        Address::Any(_) => Some(format!("port {port} of any address of this machine")),
        Address::Ip(ip, _) if ip.is_loopback() => None,
        Address::Ip(ip, _) if ip.is_unspecified() => Some(format!("port {port} of any address of this machine")),
        Address::Ip(ip, _) => Some(format!("`{ip}` port {port}")),
        // What is put in later (`$IP`) may be anything.
        Address::Host(name, _) if context.is_localhost(name) || context.text(name).contains(['$', '{', '%']) => None,
        Address::Host(name, _) => Some(format!("`{}` port {port}", context.text(name))),
        Address::Socket(_) | Address::Special(_) | Address::Unknown(_) => None,
    }
}

fn is_unspecified(address: Address) -> bool {
    matches!(address, Address::Ip(ip, _) if ip.is_unspecified())
}

/// Nothing here is on another machine, as far as its address tells: then this runs in a container, or who knows where.
fn is_contained(context: &Context<'_>, interface: &Interface) -> bool {
    let elsewhere = |address: &Address| match address {
        Address::Ip(ip, _) => !ip.is_loopback() && !ip.is_unspecified() && !is_of_containers(*ip),
        // Nearly every Envoy runs in a container, and talks to names from there.
        Address::Host(name, _) => interface.kind != InterfaceKind::Server && !is_platform_name(context.text(*name)),
        Address::Any(_) | Address::Socket(_) | Address::Special(_) | Address::Unknown(_) => false,
    };
    let specific = |bind: &Bind| matches!(bind.address, Address::Ip(..)) && elsewhere(&bind.address);
    let mut binds = context.unit.listeners.iter().flat_map(|listener| &listener.binds);
    !context.unit.targets.iter().any(|target| elsewhere(&target.address)) && !binds.any(specific)
}

/// Networks that Docker makes for containers (172.17.0.0/16 and those that follow), and the address of the machine around
/// them in Docker Desktop.
fn is_of_containers(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if matches!(ip.octets(), [172, 16..=31, ..] | [192, 168, 65, _]))
}

/// What is at stake: ": 12 servers of 4 pools".
fn stakes(context: &Context<'_>) -> String {
    let unit = context.unit;
    let pools = unit.pools.iter().filter(|pool| !pool.targets.is_empty()).count();
    match (unit.targets.len(), pools) {
        (0, _) => String::new(),
        (1, _) => " (1 target)".to_owned(),
        (targets, 1) => format!(" ({targets} targets of 1 pool)"),
        (targets, pools) => format!(" ({targets} targets of {pools} pools)"),
    }
}
