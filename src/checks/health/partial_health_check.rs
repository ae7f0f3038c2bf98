//! Some targets of a pool are checked, others are not.

use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::checks::{PoolContext, mend};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::model::Target;
use crate::source::Dialect;
use crate::traffic::percent;

/// See `docs/checks/partial-health-check.md`.
#[derive(Debug)]
pub(in crate::checks) struct PartialHealthCheck;

const META: Meta = Meta {
    name: "partial-health-check",
    group: Group::Health,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Envoy],
    since: "0.1.0",
    summary: "some targets of a pool are checked, others are not",
    follows: &[],
    page: include_str!("../../../docs/checks/partial-health-check.md"),
};

const UNCHECKED: Wording = Wording { haproxy: "no `check`", nginx: "", envoy: "`disable_active_health_check` is set" };

const HELP: Wording = Wording {
    haproxy: "add `check`, or write `default-server check` above the servers",
    nginx: "",
    envoy: "take `disable_active_health_check` away",
};

impl Check for PartialHealthCheck {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let in_service = |target: &&(u32, &Target)| target.1.serves_first();
        let numbered: Vec<(u32, &Target)> = (0_u32..).zip(pool.view.targets).collect();
        let active: Vec<&(u32, &Target)> = numbered.iter().filter(in_service).collect();
        let watched = active.iter().find(|(_, target)| pool.view.is_watched(target) == Some(true));
        let is_unwatched =
            |target: &Target| pool.view.is_watched(target) == Some(false) && pool.view.is_ejected(target) != Some(true);
        let unwatched: Vec<_> = active.iter().filter(|(_, target)| is_unwatched(target)).collect();
        let (Some((_, watched)), Some((_, first))) = (watched, unwatched.first()) else { return };
        if !pool.is_reached() {
            return;
        }
        let names = list(unwatched.iter().map(|(_, target)| context.text(target.name)));
        let positions: Vec<u32> = unwatched.iter().map(|(position, _)| *position).collect();
        let keeps = pool.prediction.share_of_all(&positions).map_or("its share".to_owned(), percent);
        let (are, keep) = if unwatched.len() == 1 { ("is", "it keeps") } else { ("are", "they keep") };
        let message = format!("{names} of `{}` {are} not checked: dead, {keep} {keeps} of the traffic", pool.name);
        let mut finding =
            Finding::new(&META, first.statement, context.subject(pool.name), message).because(UNCHECKED.of(context));
        finding = finding.about(context.target_subjects(pool.name, unwatched.iter().map(|(_, target)| *target)));
        for (_, target) in unwatched.iter().skip(1).take(3) {
            finding = finding.related(target.statement, UNCHECKED.of(context));
        }
        finding = finding.related(watched.statement, "this one is checked");
        let fix = Fix::to_review("write `check` on every server");
        let fix = mend::add_parameter(context, fix, unwatched.iter().map(|(_, target)| *target), "check");
        finding = finding.fix(fix.filter(|_| context.unit.dialect == Dialect::Haproxy));
        findings.push(finding.help(HELP.of(context)));
    }
}
