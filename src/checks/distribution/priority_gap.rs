//! Priorities that do not start at 0, or that leave one out.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::Target;
use crate::source::Dialect;

/// See `docs/checks/priority-gap.md`.
#[derive(Debug)]
pub(in crate::checks) struct PriorityGap;

const META: Meta = Meta {
    name: "priority-gap",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "priorities do not start at 0, or leave one out",
    follows: &["no-eligible-target"],
    page: include_str!("../../../docs/checks/priority-gap.md"),
};

impl Check for PriorityGap {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let certain = pool.view.targets.iter().all(|target| target.presence.is_certain());
        if !certain || !pool.is_reached() || !pool.view.pool.completeness.is_complete() {
            return;
        }
        let mut first: BTreeMap<u8, &Target> = BTreeMap::new();
        for target in pool.view.targets {
            first.entry(target.tier).or_insert(target);
        }
        let missing = (0_u8..).zip(first.keys()).find(|(expected, tier)| expected != *tier);
        if let Some((missing, tier)) = missing
            && let Some(target) = first.get(tier)
        {
            findings.push(finding(context, pool, missing, *tier, target));
        }
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, missing: u8, tier: u8, target: &Target) -> Finding {
    let message = if missing == 0 {
        format!(
            "`{}` has no endpoints of priority 0: all traffic goes to priority {tier}, written for a standby",
            pool.name
        )
    } else {
        format!("`{}` has no endpoints of priority {missing}: priority {tier} follows directly", pool.name)
    };
    let finding = Finding::new(&META, target.statement, context.subject(pool.name), message);
    let finding = finding.because(format!("priority {tier}"));
    let finding = finding.help("count priorities from 0 without a gap; if one was to have endpoints, add them");
    // Envoy skips what is empty, so a gap further down changes nothing.
    if missing == 0 { finding } else { finding.at_most(Severity::Info) }
}
