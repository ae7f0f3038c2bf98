//! Clients are told apart by their addresses, and all of them come through a proxy in front.

mod told;

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Callers, Clients, Key, Listener, Method, RouteKind, RouteSource};
use crate::source::{Dialect, Span};

/// See `docs/checks/client-address-hash-behind-proxy.md`.
#[derive(Debug)]
pub(in crate::checks) struct ClientAddressHashBehindProxy;

const META: Meta = Meta {
    name: "client-address-hash-behind-proxy",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "client addresses are hashed, and the configuration shows that all connections come from a proxy in front",
    follows: &["one-target-takes-all"],
    page: include_str!("../../../docs/checks/client-address-hash-behind-proxy.md"),
};

const HELP: Wording = Wording {
    haproxy: "write `balance hash req.hdr(x-forwarded-for,-1)` (2.6), or `http-request set-src req.hdr(x-forwarded-for,-1)` for trusted proxies",
    nginx: "write `set_real_ip_from ADDRESSES;` and `real_ip_header X-Forwarded-For;` (or `proxy_protocol`), so that the client's address is hashed",
    envoy: "write `xff_num_trusted_hops: 1` (the number of proxies in front), so that the client's address is hashed",
};

impl Check for ClientAddressHashBehindProxy {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let several = pool.prediction.shares.len() > 1 || !pool.view.pool.completeness.is_complete();
        let by_address = pool.view.method() == Some(Method::Hash(Key::ClientAddress));
        // What another file says may replace addresses.
        if !by_address || !several || !pool.is_reached() || context.unit.fragment {
            return;
        }
        let evidence = evidence(context, pool);
        findings.extend(evidence.and_then(|evidence| finding(context, pool, evidence)));
    }
}

/// What shows that connections come from a proxy.
#[derive(Clone, Copy)]
enum Evidence<'a> {
    /// Settings, or another unit: these connect, and nobody else.
    Told(&'a Callers),
    /// What only a proxy in front sends is read here.
    Header(Span),
    /// Only the machine itself can connect, here.
    SameMachine(Span),
}

/// Every way to the pool is looked at: where one replaces addresses, the author knows how.
fn evidence<'a>(context: &Context<'a>, pool: &PoolContext<'_>) -> Option<Evidence<'a>> {
    if let Some(callers) = context.unit.callers.get(&pool.view.id) {
        return Some(Evidence::Told(callers));
    }
    let mut told = pool.view.pool.clients;
    let mut local = true;
    let mut bind = None;
    for route in context.routes_to(pool.view.id).filter(|route| route.kind != RouteKind::Mirror) {
        let RouteSource::Listener(id) = route.from else { return None };
        let listener = context.unit.listener(id)?;
        told = told.and(listener.clients);
        local &= is_local(listener);
        bind = bind.or(listener.binds.first().map(|bind| bind.at));
    }
    match (told, bind) {
        (Clients::BehindProxy(at), _) => Some(Evidence::Header(at)),
        (Clients::Untold, Some(at)) if local => Some(Evidence::SameMachine(at)),
        (Clients::Restored(_) | Clients::RestoredFrom(_) | Clients::Untold, _) => None,
    }
}

/// Every address that it accepts connections on is one of the machine's own.
fn is_local(listener: &Listener) -> bool {
    !listener.binds.is_empty() && listener.binds.iter().all(|bind| bind.address.is_local())
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, evidence: Evidence<'_>) -> Option<Finding> {
    let message = match evidence {
        Evidence::Told(callers) => told::message(context, pool, callers)?,
        Evidence::Header(_) => format!(
            "`{}` hashes the address of the connection, which is that of the proxy in front: with a few proxies most of {} get nothing",
            pool.name,
            servers(pool)
        ),
        Evidence::SameMachine(_) => format!(
            "`{}` hashes the address of the connection, and only this machine can connect: one of {} gets everything",
            pool.name,
            servers(pool)
        ),
    };
    let finding = Finding::new(&META, pool.view.settings.policy.origin.at, context.subject(pool.name), message);
    let finding = finding.because("the address that connects");
    Some(match evidence {
        Evidence::Told(callers) => told::explained(context, callers, finding),
        Evidence::Header(at) => finding.related(at, "only a proxy in front sends this").help(HELP.of(context)),
        Evidence::SameMachine(at) => {
            finding.related(at, "accepts connections of this machine only").help(HELP.of(context))
        }
    })
}

fn servers(pool: &PoolContext<'_>) -> String {
    match pool.prediction.shares.len() {
        0 | 1 => "the servers".to_owned(),
        servers => format!("the {servers} servers"),
    }
}
