//! A route makes up the name of a host while running, and there is nobody to ask for its address.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::model::{Address, Destination, Guard, PoolId, PoolKind, Protocol, Route, Unit, Why};
use crate::source::{Dialect, Span};

/// See `docs/checks/unresolvable-route.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnresolvableRoute;

const META: Meta = Meta {
    name: "unresolvable-route",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a variable names the host, there is no `resolver`, and the name is no upstream: every request fails",
    follows: &[],
    page: include_str!("../../../docs/checks/unresolvable-route.md"),
};

impl Check for UnresolvableRoute {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        // A fragment gets its resolver, and the pool it names, from the file that includes it.
        if context.unit.fragment {
            return;
        }
        findings.extend(context.unit.routes.iter().filter_map(|route| without_scheme(context, route)));
        let unresolved =
            |route: &&Route| context.unit.forwarding(route).is_some_and(|forwarding| forwarding.resolver.is(&false));
        for route in context.unit.routes.iter().filter(unresolved) {
            findings.extend(finding(context, route));
        }
    }
}

fn finding(context: &Context<'_>, route: &Route) -> Option<Finding> {
    match route.to {
        Destination::Computed(Why::Request, at) => any_host(context, route, at),
        Destination::Computed(..) => None,
        Destination::Pool(..) | Destination::Split(_) => named_hosts(context, route),
    }
}

/// What the variables make is no URL, with or without a `resolver`.
fn without_scheme(context: &Context<'_>, route: &Route) -> Option<Finding> {
    let Destination::Computed(Why::Malformed, at) = route.to else { return None };
    let message = format!("`{}` becomes a text without `http://`: every request fails with 500", context.written(at));
    let subject = context.subject(context.owner(route)).told_by(context.written(at));
    let finding = Finding::new(&META, route.at, subject, message).because("not a URL, which nginx finds at run time");
    let bare = context.written(at).starts_with('$');
    let fix = Fix::to_review("write `http://` in front of it").insert(at.start, "http://");
    Some(finding.fix(bare.then_some(fix)).help(format!("write `http://{}`", context.written(at))))
}

/// The hosts that the variables can name, where all of them are known.
fn named_hosts(context: &Context<'_>, route: &Route) -> Option<Finding> {
    let all = route.to.pools().count();
    let hosts: Vec<&str> = route
        .to
        .pools()
        .filter_map(|(_, pool)| needs_resolver(context.unit, pool?))
        .map(|name| context.text(name))
        .collect();
    let first = hosts.first()?;
    let connections = context.unit.forwarding(route)?.protocol == Protocol::Stream;
    let fails = match (hosts.len() == all, connections) {
        (true, false) => "every request fails with 502",
        (false, false) => "the requests for it fail with 502",
        (true, true) => "every connection is closed",
        (false, true) => "the connections for it are closed",
    };
    let (names, is) = (list(hosts.iter().copied()), if hosts.len() == 1 { "is" } else { "are" });
    let message = format!(
        "{names} {is} no upstream, and without `resolver` nginx cannot look the name up while running: {fails}"
    );
    let subject = context.subject(first);
    let finding = Finding::new(&META, route.at, subject, message)
        .because("a variable stands in it, so the name is looked up for each request");
    let finding = finding.about(hosts.iter().map(|host| context.subject(host)));
    Some(finding.help("declare the upstream that is meant, take the variable out, or write `resolver ADDRESS;`"))
}

/// Any host at all: fails unless requests name upstreams or addresses.
fn any_host(context: &Context<'_>, route: &Route, at: Span) -> Option<Finding> {
    let written = context.written(at);
    if is_address(written) || names_upstreams(context, route, written) {
        return None;
    }
    let message = format!(
        "`{written}` names a host by the request, and without `resolver` nginx can look none up: only upstreams and addresses work"
    );
    let mut finding = Finding::new(&META, route.at, context.subject(context.owner(route)).told_by(written), message)
        .because("looked up for each request")
        .at_most(Severity::Warning)
        .help("write `resolver ADDRESS;`, or map the request to upstreams");
    finding.confidence = Confidence::Medium;
    // Where upstreams are declared, they may be all that requests name.
    let declared = context.unit.pools.iter().any(|pool| pool.kind == PoolKind::Upstream);
    Some(if declared { finding.only_from(Profile::Strict) } else { finding })
}

/// `http:/$uri`: the path of the request is the rest of the URL, and its first part the host. Where the condition is how
/// the names of upstreams begin, these are meant.
fn names_upstreams(context: &Context<'_>, route: &Route, written: &str) -> bool {
    let is_path = written.split_once(":/").is_some_and(|(_, rest)| ["$uri", "$request_uri"].contains(&rest));
    let Guard::When { at, .. } = route.guard else { return false };
    let Some((_, begin)) = context.written(at).rsplit_once('/').filter(|(_, begin)| !begin.is_empty()) else {
        return false;
    };
    let declared = context.unit.pools.iter().filter(|pool| pool.kind == PoolKind::Upstream);
    is_path && declared.into_iter().any(|pool| context.text(pool.name).starts_with(begin))
}

/// An address needs no name server; only its port, or what follows, is computed.
fn is_address(written: &str) -> bool {
    let host = written.split_once("://").map_or(written, |(_, host)| host);
    let end = host.find([':', '/', '$']).unwrap_or(host.len());
    host.starts_with('[')
        || host.starts_with("unix:")
        || host.get(..end).is_some_and(|host| host.parse::<std::net::Ipv4Addr>().is_ok())
}

/// The name of a host that is looked up for each request.
fn needs_resolver(unit: &Unit, id: PoolId) -> Option<crate::model::Text> {
    let pool = unit.pool(id)?;
    let [target] = unit.targets_of(pool) else { return None };
    let resolved = unit.target_settings(target.settings)?.resolved_at_run_time.is(&true);
    (resolved && pool.kind == PoolKind::Implicit && matches!(target.address, Address::Host(..))).then_some(pool.name)
}
