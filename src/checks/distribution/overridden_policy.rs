//! Two policies are written and one silently wins, or the program falls back to another.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity, Subject};
use crate::model::Step;
use crate::source::{Dialect, Span};

/// See `docs/checks/overridden-policy.md`.
#[derive(Debug)]
pub(in crate::checks) struct OverriddenPolicy;

const META: Meta = Meta {
    name: "overridden-policy",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "two policies are written and one silently wins, or the proxy falls back to another",
    follows: &[],
    page: include_str!("../../../docs/checks/overridden-policy.md"),
};

const KEEP_ONE: Wording = Wording {
    haproxy: "keep one `balance` line",
    nginx: "keep one method",
    envoy: "keep `load_balancing_policy`, and remove `lb_policy`",
};

impl Check for OverriddenPolicy {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Policy]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let policy = &pool.view.settings.policy;
        let Some(in_force) = policy.get() else { return };
        let written = context.written(policy.origin.at);
        // The URL of a type is no name for a policy.
        let name = if written.contains('/') { in_force.word } else { written };
        for step in context.unit.stories.of(policy.origin) {
            // What else a policy takes away is another check's story.
            if matches!(step, Step::TakesAway(_)) {
                continue;
            }
            let finding = |message| Finding::new(&META, policy.origin.at, context.subject(pool.name), message);
            findings.push(match *step {
                // The same again changes nothing.
                Step::Replaces(earlier) if context.written(earlier) == written => continue,
                Step::Replaces(earlier) => {
                    let (lost, line) = (context.written(earlier), context.line(earlier));
                    let message = format!("`{}` uses {name}: it overrides {lost} of line {line}", pool.name);
                    let finding = finding(message).because("this one counts").related(earlier, "without effect");
                    finding.help(KEEP_ONE.of(context))
                }
                Step::Unread(config) => unread(context, pool, in_force.word, config),
                Step::FallsBack(mode) | Step::TakesAway(mode) => {
                    let message = format!("`{}` uses {}: {written} needs `mode http`", pool.name, in_force.word);
                    let finding =
                        finding(message).because("cannot act on TCP connections").related(mode, "TCP is spoken here");
                    finding.help("write `mode http`, or an algorithm that works on connections")
                }
            });
        }
    }
}

/// Settings of another policy than the one in force.
fn unread(context: &Context<'_>, pool: &PoolContext<'_>, word: &str, config: Span) -> Finding {
    let (policy, written) = (&pool.view.settings.policy, context.written(config));
    let default = if policy.origin.is_explicit() { "" } else { ", as no policy is written" };
    let message = format!("`{}` uses {word}{default}: `{written}` is not read", pool.name);
    let subject = Subject { discriminator: written.to_owned(), ..context.subject(pool.name) };
    let mut finding = Finding::new(&META, config, subject, message).because("of another policy");
    if policy.origin.is_explicit() {
        finding = finding.related(policy.origin.at, "this one counts");
    }
    finding.help("write the policy that it belongs to, or remove it")
}
