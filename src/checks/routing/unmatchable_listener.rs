//! A listener whose names no client ever sends.

use super::places::{Named, Places, named_listeners};
use crate::checks::phrases::list;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity, Subject};
use crate::model::{Bind, HostKind, HostName, HostPort, ListenerId, Port};
use crate::source::Dialect;

/// See `docs/checks/unmatchable-listener.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnmatchableListener;

const META: Meta = Meta {
    name: "unmatchable-listener",
    group: Group::Routing,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a listener's names are such that no client ever sends them: it gets no requests",
    follows: &[],
    page: include_str!("../../../docs/checks/unmatchable-listener.md"),
};

impl Check for UnmatchableListener {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let listeners = named_listeners(context);
        let mut places = Places::new(context, &listeners);
        for named in &listeners {
            findings.extend(impossible(context, *named));
            findings.extend(match context.unit.dialect {
                Dialect::Nginx => catches_nothing(context, &mut places, *named),
                Dialect::Envoy | Dialect::Haproxy => without_port(context, *named),
            });
        }
    }
}

fn subject(context: &Context<'_>, (listener, hosts): Named<'_>) -> Subject {
    let discriminator = hosts.first().map_or("", |host| context.text(host.name)).to_owned();
    Subject { discriminator, ..context.subject(context.text(listener.name)) }
}

// --- names that no request can have ---

/// Names with a scheme, a path, a comma or, where ports do not count, a port.
fn impossible(context: &Context<'_>, named: Named<'_>) -> Option<Finding> {
    let wrong = |host: &&HostName| host.kind == HostKind::Exact && why(context, host).is_some();
    let names: Vec<&HostName> = named.1.iter().filter(wrong).collect();
    let first = names.first()?;
    let why = why(context, first)?;
    let words = list(names.iter().map(|host| context.text(host.name)));
    let (what, is) = if names.len() == 1 { ("name", "is") } else { ("names", "are") };
    let program = context.unit.dialect.title();
    let message = format!("no request ever has the {what} {words}: {program} compares with the host alone, and {why}");
    let finding = Finding::new(&META, first.name.0, subject(context, named), message);
    let finding =
        finding.because(format!("{is} never asked for", is = if is == "is" { "is" } else { "one of those that are" }));
    let name = context.text(named.0.name);
    let finding = finding.about(names.iter().map(|host| context.subject(name).told_by(context.text(host.name))));
    Some(finding.help("write the bare name of the host, names separated as the program wants it"))
}

fn why(context: &Context<'_>, host: &HostName) -> Option<&'static str> {
    let name = context.text(host.name);
    let has_port = || name.rsplit_once(':').is_some_and(|(before, port)| is_port(port) && !before.contains(':'));
    if name.contains("://") {
        Some("a scheme is no part of it")
    } else if name.contains('/') {
        Some("a path is no part of it")
    } else if name.contains(',') {
        Some("a comma is no part of it")
    } else if host.port == HostPort::Ignored && has_port() {
        Some("a port is left out before")
    } else {
        None
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

// --- nginx: a block for all other names that is not the one that gets them ---

fn catches_nothing(context: &Context<'_>, places: &mut Places, named: Named<'_>) -> Option<Finding> {
    let (listener, hosts) = named;
    let first = hosts.first()?;
    if !hosts.iter().all(|host| host.kind == HostKind::Exact && is_placeholder(context.text(host.name))) {
        return None;
    }
    let own = places.of(context, listener);
    let (place, bind) = own.first()?;
    if own.iter().any(|(place, _)| places.takes_the_rest(*place, first.listener)) {
        return None;
    }
    let taker = context.unit.listener(places.rest(*place)?)?;
    let named_alike = hosts_of(context, places.rest(*place)?).any(|host| is_placeholder(context.text(host.name)));
    // That two blocks have the same placeholder is said by another check.
    if named_alike {
        return None;
    }
    let name = context.text(first.name);
    let on = bind.map_or("*:80", |bind| context.written(bind.at));
    let message = format!(
        "`server_name {name}` catches nothing: what no name matches on `listen {on}` goes to the `server` in line {}, so this block never gets a request",
        context.line(taker.header)
    );
    let finding = Finding::new(&META, first.name.0, subject(context, named), message);
    let finding = finding.because("no client asks for this name").related(taker.header, "gets all other names");
    Some(finding.help("write `default_server` behind the address of this block"))
}

fn hosts_of<'a>(context: &Context<'a>, listener: ListenerId) -> impl Iterator<Item = &'a HostName> {
    let hosts = &context.unit.host_names;
    let first = hosts.partition_point(|host| host.listener < listener);
    hosts.iter().skip(first).take_while(move |host| host.listener == listener)
}

/// A name without a letter or a digit, such as `_`.
fn is_placeholder(name: &str) -> bool {
    !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

// --- Envoy: clients send the port, and the names have none ---

fn without_port(context: &Context<'_>, named: Named<'_>) -> Option<Finding> {
    let (listener, hosts) = named;
    let first = hosts.first()?;
    let port = other_port(&listener.binds)?;
    let misses = |host: &HostName| {
        let name = context.text(host.name);
        let has_no_port = !name.contains(':') && !name.ends_with('*');
        host.port == HostPort::Compared && has_no_port && matches!(host.kind, HostKind::Exact | HostKind::Wildcard)
    };
    if !hosts.iter().all(misses) {
        return None;
    }
    let (name, count) = (context.text(first.name), hosts.len());
    let others = if count == 1 { String::new() } else { format!(", nor any other of the {count} domains") };
    let asked = name.trim_start_matches("*.");
    let message = format!(
        "clients of `{}` send `Host: {asked}:{port}`, and `{name}` does not match that{others}: they get 404",
        context.text(listener.name)
    );
    let finding = Finding::new(&META, first.name.0, subject(context, named), message);
    let finding = finding.because("the port is part of the name").help(format!(
        "write `strip_any_host_port: true` into the connection manager, or `{name}:*` beside each domain"
    ));
    let finding =
        finding.note("where something in front takes the connections on port 80 or 443, clients send no port");
    Some(finding.only_from(Profile::Strict))
}

/// The port of all addresses of a listener, if clients write it behind the name.
fn other_port(binds: &[Bind]) -> Option<u16> {
    let mut found = None;
    for bind in binds {
        let Some(Port::Number(port)) = bind.address.port() else { return None };
        let is_usual = if bind.wrapped { port == 443 } else { matches!(port, 80 | 443) };
        // A local address, or a port that is taken from whatever is free, is not asked for by people.
        if is_usual || port == 0 || bind.address.is_local() {
            return None;
        }
        found = Some(port);
    }
    found
}
