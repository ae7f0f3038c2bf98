//! A pool is not what somebody declared that it is meant to be.

use crate::checks::intent::{Outcome, State, Unmet};
use crate::checks::{Aspect, Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity, Subject};
use crate::source::{Dialect, Span};

/// See `docs/checks/unmet-expectation.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnmetExpectation;

const META: Meta = Meta {
    name: "unmet-expectation",
    group: Group::Operations,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a pool is not what `[[expect]]`, or a comment, says that it is meant to be",
    follows: &[],
    page: include_str!("../../../docs/checks/unmet-expectation.md"),
};

impl Check for UnmetExpectation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        // What is open is listed expectation by expectation.
        &[]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        findings.extend(pool.outcomes(context).iter().filter_map(|outcome| finding(context, pool, outcome)));
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, outcome: &Outcome) -> Option<Finding> {
    let State::Unmet(Unmet { message, severity, there: (at, because) }) = &outcome.state else { return None };
    let subject = Subject { discriminator: outcome.kind.key().to_owned(), ..context.subject(pool.name) };
    let owner = outcome.declared.wanted.owner.as_ref().map(|owner| format!("wanted by {owner}"));
    // Settings that were not read from a file stand nowhere.
    let declared = Some(outcome.at()).filter(|at| *at != Span::default()).unwrap_or(pool.view.pool.header);
    let finding = Finding::new(&META, declared, subject, message).because("expected here").at_most(*severity);
    Some(finding.related(*at, because).note(owner.unwrap_or_default()).note(pool.reached_from(context)))
}
