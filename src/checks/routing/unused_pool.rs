//! No route leads to a pool.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Namespace, PoolKind};
use crate::source::Dialect;
use crate::traffic::Reached;

/// See `docs/checks/unused-pool.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnusedPool;

const META: Meta = Meta {
    name: "unused-pool",
    group: Group::Routing,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "no route leads to a pool",
    follows: &[],
    page: include_str!("../../../docs/checks/unused-pool.md"),
};

const NAMED_BY: Wording = Wording {
    haproxy: "no `use_backend` or `default_backend` names it",
    nginx: "no `proxy_pass` or other pass directive names it",
    envoy: "no route, filter, log or control plane names it",
};

impl Check for UnusedPool {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let unused = pool.reached == Reached::No
            && matches!(pool.view.pool.kind, PoolKind::Backend | PoolKind::Upstream | PoolKind::Cluster);
        // A section without servers that answers or holds a table is there for others to refer to.
        let helper = pool.view.pool.answers_itself && pool.view.targets.is_empty();
        if !unused || helper || pool.view.pool.disabled || is_named(context, pool) {
            return;
        }
        let gets = servers(SERVER.of(context), pool.view.targets.len());
        let message = format!("no route leads to `{}`: {gets} no traffic", pool.name);
        let finding = Finding::new(&META, pool.view.pool.header, context.subject(pool.name), message);
        findings.push(finding.because(NAMED_BY.of(context)).help("route to it, or remove it"));
    }
}

const SERVER: Wording = Wording { haproxy: "server", nginx: "server", envoy: "endpoint" };

fn servers(word: &str, count: usize) -> String {
    match count {
        0 => "it gets".to_owned(),
        1 => format!("its {word} gets"),
        count => format!("its {count} {word}s get"),
    }
}

/// Whether something besides a route refers to the pool: a server that tracks its servers, for example.
fn is_named(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let names = &context.unit.names;
    let position = names.find(Namespace::Pool, 0, pool.name, |text| context.text(text) == pool.name);
    let definition = position.and_then(|position| names.definitions.get(position as usize));
    definition.is_some_and(|definition| definition.references > 0)
}
