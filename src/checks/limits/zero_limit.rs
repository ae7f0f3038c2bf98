//! A limit of 0 that lets nothing pass.

use crate::checks::PoolContext;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::Fact;
use crate::source::Dialect;

/// See `docs/checks/zero-limit.md`.
#[derive(Debug)]
pub(in crate::checks) struct ZeroLimit;

const META: Meta = Meta {
    name: "zero-limit",
    group: Group::Limits,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "a limit of 0 that lets nothing pass: every request fails",
    follows: &[],
    page: include_str!("../../../docs/checks/zero-limit.md"),
};

impl Check for ZeroLimit {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(spread) = pool.view.spread().filter(|_| pool.is_reached()) else { return };
        let limits = [
            (spread.breakers.requests, "`max_requests` is 0, so none may be in flight"),
            (spread.breakers.pending, "`max_pending_requests` is 0, so none may wait for a connection"),
        ];
        let zero = |(limit, _): &(Fact<u32>, &str)| limit.is(&0) && limit.origin.is_explicit();
        let Some((limit, why)) = limits.into_iter().find(zero) else { return };
        let message = format!("every request to `{}` fails with 503: {why}", pool.name);
        let finding = Finding::new(&META, limit.origin.at, context.subject(pool.name), message).because("none pass");
        findings.push(
            finding
                .note(pool.reached_from(context))
                .help("remove it (the default is 1024), or write what the servers can take"),
        );
    }
}
