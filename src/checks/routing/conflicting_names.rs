//! Two listeners answer to the same name: one of them never gets the traffic.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::places::{Place, Places, named_listeners, place};
use crate::checks::phrases::list;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity, Subject};
use crate::model::{Bind, HostKind, HostName, Listener, ListenerId, Port, RouteSource};
use crate::source::{Dialect, Span};

/// See `docs/checks/conflicting-names.md`.
#[derive(Debug)]
pub(in crate::checks) struct ConflictingNames;

const META: Meta = Meta {
    name: "conflicting-names",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "two listeners answer to the same name on the same address: one of them never gets the requests",
    follows: &[],
    page: include_str!("../../../docs/checks/conflicting-names.md"),
};

/// How many pairs of address and name are compared in one unit: a block with a thousand of each is no configuration.
const MOST: usize = 1 << 20;

impl Check for ConflictingNames {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        match context.unit.dialect {
            // What one has taken is refused, or left out, whatever the requests ask for.
            Dialect::Envoy => taken(context, findings),
            Dialect::Nginx | Dialect::Haproxy => by_name(context, findings),
        }
    }
}

// --- names of one address ---

/// A name as the program compares it: in lower case, wildcards apart from exact names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Exact(String),
    /// `*.example.org`, without the star.
    Below(String),
    /// `www.*`, without the star.
    Above(String),
}

/// Who has a name on an address: the first that claims it.
struct Owner {
    listener: ListenerId,
    at: Span,
}

/// A name that a listener has lost on an address.
struct Loss<'a> {
    host: &'a HostName,
    bind: Option<&'a Bind>,
    owner: ListenerId,
    owner_at: Span,
}

/// The names and addresses of a whole unit.
struct Table {
    places: Places,
    owners: HashMap<(u32, Name), Owner, foldhash::fast::RandomState>,
}

fn by_name(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let listeners = named_listeners(context);
    let mut table = Table { places: Places::new(context, &listeners), owners: HashMap::default() };
    let mut left = MOST;
    for (listener, hosts) in listeners {
        let places = table.places.of(context, listener);
        let Some(now) = left.checked_sub(places.len().saturating_mul(hosts.len())) else { return };
        left = now;
        let Some(id) = hosts.first().map(|host| host.listener) else { continue };
        let (losses, is_dead) = table.claim(context, id, &places, hosts);
        if !losses.is_empty() {
            findings.push(finding(context, listener, &losses, is_dead));
        }
    }
}

impl Table {
    /// Claims all names of a listener on all its addresses: those that others have, and whether nothing is left to it.
    fn claim<'a>(
        &mut self,
        context: &Context<'_>,
        id: ListenerId,
        places: &[(u32, Option<&'a Bind>)],
        hosts: &'a [HostName],
    ) -> (Vec<Loss<'a>>, bool) {
        let mut losses = Vec::new();
        let mut is_dead = !places.iter().any(|(place, _)| self.places.takes_the_rest(*place, id));
        for (place, bind) in places {
            for host in hosts {
                let names = names(context, host);
                is_dead &= !names.is_empty();
                for name in names {
                    let owner = self.owners.entry((*place, name)).or_insert(Owner { listener: id, at: host.name.0 });
                    if owner.listener == id {
                        // A name that stands twice in one block is its own.
                        is_dead &= owner.at != host.name.0;
                        continue;
                    }
                    losses.push(Loss { host, bind: *bind, owner: owner.listener, owner_at: owner.at });
                }
            }
        }
        (losses, is_dead)
    }
}

/// What a name is compared as: `.example.org` is `example.org` and `*.example.org`. Regular expressions are asked one after
/// another, and what is not known is nobody's.
fn names(context: &Context<'_>, host: &HostName) -> Vec<Name> {
    let text = context.text(host.name).to_ascii_lowercase();
    match host.kind {
        HostKind::Unwritten => vec![Name::Exact(String::new())],
        // The dot that ends a full name is left out (measured, 1.22.1).
        HostKind::Exact => vec![Name::Exact(text.strip_suffix('.').unwrap_or(&text).to_owned())],
        HostKind::Wildcard => wildcard(&text),
        HostKind::Every | HostKind::Pattern | HostKind::Unknown(_) => Vec::new(),
    }
}

fn wildcard(text: &str) -> Vec<Name> {
    if let Some(name) = text.strip_suffix(".*") {
        return vec![Name::Above(name.to_owned())];
    }
    match (text.strip_prefix("*."), text.strip_prefix('.')) {
        (Some(name), _) => vec![Name::Below(name.to_owned())],
        (None, Some(name)) => vec![Name::Exact(name.to_owned()), Name::Below(name.to_owned())],
        (None, None) => Vec::new(),
    }
}

fn finding(context: &Context<'_>, listener: &Listener, losses: &[Loss<'_>], is_dead: bool) -> Finding {
    let first = losses.first();
    let at = first.map_or(listener.header, |loss| loss.host.name.0);
    let (owner_at, owner) = first.map_or((at, None), |loss| (loss.owner_at, Some(loss.owner)));
    let pools = pools_of(context, losses.first().map(|loss| loss.host.listener));
    let lost = lost(context, losses);
    let gets = match (pools.as_slice(), is_dead) {
        ([], true) => "this block never gets a request".to_owned(),
        (pools, true) => format!("this block never gets a request, and {} none from it", list(pools.iter().copied())),
        ([], false) => "they never arrive in this block".to_owned(),
        (pools, false) => format!("they never reach {} from this block", list(pools.iter().copied())),
    };
    let taker = taker(context, owner, &pools);
    let message = format!("requests for {lost} go to the `server` in line {}{taker}: {gets}", context.line(owner_at));
    let pool = pools.first().map_or(context.text(listener.name), |pool| *pool);
    let discriminator = context.text(listener.name).to_owned();
    let subject = Subject { discriminator, ..context.subject(pool) };
    let finding = Finding::new(&META, at, subject, message).because("nginx warns and leaves it out");
    let finding = finding.related(owner_at, "has it already");
    let finding = finding.help("give each `server` names of its own, or put the locations of both into one");
    finding.at_most(Severity::Warning)
}

/// The names that are lost, and where: "`a` and `b` on *:80".
fn lost(context: &Context<'_>, losses: &[Loss<'_>]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for loss in losses.iter().filter(|loss| loss.host.kind != HostKind::Unwritten) {
        let name = context.text(loss.host.name);
        // Few blocks have many names, and those are cut.
        if !names.iter().take(16).any(|known| *known == name) {
            names.push(name);
        }
    }
    let bind = losses.first().and_then(|loss| loss.bind).map_or("*:80", |bind| context.written(bind.at));
    let bind = if bind.bytes().all(|byte| byte.is_ascii_digit()) { format!("port {bind}") } else { bind.to_owned() };
    match names.as_slice() {
        [] => format!("other names, or none, on {bind}"),
        _ => format!("{} on {bind}", list(names)),
    }
}

/// Where the block that has the name sends them, if that is somewhere else.
fn taker(context: &Context<'_>, owner: Option<ListenerId>, losers: &[&str]) -> String {
    let pools = pools_of(context, owner);
    if pools.is_empty() || pools == losers {
        return String::new();
    }
    format!(" ({})", list(pools.iter().copied()))
}

/// The pools that a listener leads to, each once.
fn pools_of<'a>(context: &Context<'a>, listener: Option<ListenerId>) -> Vec<&'a str> {
    let unit = context.unit;
    let mut pools: Vec<&str> = Vec::new();
    // Routes of one listener stand together, in the order of the listeners.
    let Some(listener) = listener else { return pools };
    let is_before = |route: &crate::model::Route| match route.from {
        RouteSource::Listener(id) => id < listener,
        RouteSource::Pool(_) => false,
    };
    let first = unit.routes.partition_point(is_before);
    let routes = unit.routes.iter().skip(first);
    for route in routes.take_while(|route| route.from == RouteSource::Listener(listener)) {
        for (name, _) in route.to.pools() {
            let name = context.text(name);
            if !pools.contains(&name) && pools.len() < 16 {
                pools.push(name);
            }
        }
    }
    pools
}

// --- what another one has taken ---

fn taken(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for diagnostic in context.diagnostics {
        findings.extend(of_diagnostic(context, diagnostic));
    }
    let mut binds: FxHashMap<Place, (&Listener, &Bind)> = FxHashMap::default();
    for listener in &context.unit.listeners {
        for bind in listener.binds.iter().filter(|bind| !bind.restricted && !is_mapped(context, bind)) {
            let Some(place) = place(context, bind).filter(|_| has_fixed_port(bind)) else { continue };
            match binds.get(&place) {
                Some((other, first)) if other.header != listener.header => {
                    findings.push(same_address(context, (other, first), (listener, bind)));
                }
                Some(_) => {}
                None => drop(binds.insert(place, (listener, bind))),
            }
        }
    }
}

/// An IPv4 address in the notation of IPv6: Envoy takes it for another one (measured, 1.40).
fn is_mapped(context: &Context<'_>, bind: &Bind) -> bool {
    context.written(bind.at).to_ascii_lowercase().contains("::ffff:")
}

/// Port 0 is whatever is free.
const fn has_fixed_port(bind: &Bind) -> bool {
    !matches!(bind.address.port(), Some(Port::Number(0)))
}

fn of_diagnostic(context: &Context<'_>, diagnostic: &Diagnostic) -> Option<Finding> {
    let Kind::TakenByAnother { what, first, refused } = diagnostic.kind else { return None };
    let (name, line) = (context.written(diagnostic.span), context.line(first));
    let outcome = match (refused, context.is_read_at_run_time(diagnostic.span)) {
        (true, true) => "Envoy does not take this listener in: nothing answers on its address".to_owned(),
        (true, false) => "Envoy refuses the configuration".to_owned(),
        (false, _) => "Envoy starts without this one and says nothing: nothing answers on its address".to_owned(),
    };
    let message = format!("`{name}` belongs to the {what} in line {line} already: {outcome}");
    let finding = Finding::new(&META, diagnostic.span, context.subject_at(diagnostic.span), message);
    let finding = finding.because("the same name again").related(first, "has it already");
    Some(finding.help(format!("give each {what} names of its own")))
}

fn same_address(context: &Context<'_>, first: (&Listener, &Bind), second: (&Listener, &Bind)) -> Finding {
    let (one, other) = (context.text(first.0.name), context.text(second.0.name));
    let outcome = if context.is_read_at_run_time(second.1.at) {
        format!("Envoy does not take `{other}` in, and nothing reaches its clusters")
    } else {
        "Envoy refuses the configuration".to_owned()
    };
    let message = format!("`{one}` and `{other}` both listen on the same address and port: {outcome}");
    let subject = Subject { discriminator: one.to_owned(), ..context.subject(other) };
    let finding = Finding::new(&META, second.1.at, subject, message).because("the same address and port again");
    let finding = finding.related(first.1.at, format!("`{one}` listens here already"));
    finding
        .help("put the filter chains of both into one listener, told apart by `filter_chain_match`, or change a port")
}
