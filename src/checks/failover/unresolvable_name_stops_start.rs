//! Names that must be looked up before the proxy starts: one that has no address keeps all of it from starting.

use std::collections::BTreeSet;

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, Target};
use crate::source::Dialect;

/// See `docs/checks/unresolvable-name-stops-start.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnresolvableNameStopsStart;

const META: Meta = Meta {
    name: "unresolvable-name-stops-start",
    group: Group::Failover,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Audit,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "one name that cannot be looked up keeps the proxy from starting",
    follows: &[],
    page: include_str!("../../../docs/checks/unresolvable-name-stops-start.md"),
};

impl Check for UnresolvableNameStopsStart {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// One finding a unit, with all names: also of pools that nothing uses.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let needed: Vec<(&PoolContext<'_>, &Target, &str)> = pools
            .iter()
            .flat_map(|pool| {
                pool.view.targets.iter().filter_map(move |target| Some((pool, target, name(context, pool, target)?)))
            })
            .collect();
        let Some((pool, target, _)) = needed.first() else { return };
        let mut seen = BTreeSet::new();
        let names: Vec<&str> = needed.iter().map(|(.., name)| *name).filter(|name| seen.insert(*name)).collect();
        let message = match names.as_slice() {
            [only] => format!("nginx starts only if `{only}` can be looked up: otherwise none of its servers does"),
            _ => format!(
                "nginx starts only if all of {} names can be looked up: {}; while one of them cannot, none of its servers starts",
                names.len(),
                list(names.iter().copied())
            ),
        };
        let mut finding = Finding::new(&META, target.address_at, context.subject(pool.name), message);
        finding = finding.because("looked up at start");
        for (_, target, _) in needed.iter().skip(1).take(3) {
            finding = finding.related(target.address_at, "and this one");
        }
        finding = finding
            .about(needed.iter().map(|(pool, target, name)| context.target_subject(pool.name, target).told_by(name)));
        findings.push(finding.help(
            "write `resolver ADDRESS;`, `set $backend NAME;` and `proxy_pass http://$backend;` for names that may be missing at start",
        ));
    }
}

/// The name of a target that is looked up before the start, unless it is this machine's.
fn name<'a>(context: &Context<'a>, pool: &PoolContext<'_>, target: &Target) -> Option<&'a str> {
    let Address::Host(name, _) = target.address else { return None };
    let at_start = pool.view.settings_of(target)?.resolved_at_run_time.is(&false);
    (at_start && !context.is_localhost(name)).then(|| context.text(name))
}
