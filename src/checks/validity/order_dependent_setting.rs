//! A setting stands behind what it was meant for, and the program reads from top to bottom.

use crate::checks::phrases::list;
use crate::checks::{Check, Context, PoolContext, mend};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::model::{Affinity, Step, Target};
use crate::source::{Dialect, Span};

/// See `docs/checks/order-dependent-setting.md`.
#[derive(Debug)]
pub(in crate::checks) struct OrderDependentSetting;

const META: Meta = Meta {
    name: "order-dependent-setting",
    group: Group::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "a setting stands behind what it was meant for and does not apply to it",
    follows: &["health-check-not-enabled", "no-health-check", "partial-health-check"],
    page: include_str!("../../../docs/checks/order-dependent-setting.md"),
};

impl Check for OrderDependentSetting {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        for diagnostic in context.diagnostics {
            findings.extend(match diagnostic.kind {
                Kind::TooLate(first) | Kind::ForNothing(first) => match owner(pools, diagnostic.span) {
                    Some(pool) => below_servers(context, pool, diagnostic.span),
                    None => Some(idle_defaults(context, diagnostic.span, first)),
                },
                _ => None,
            });
        }
        findings.extend(pools.iter().filter_map(|pool| lost_affinity(context, pool)));
    }
}

/// The pool in whose section a place lies; pools stand in the order of the text.
fn owner<'p, 'a>(pools: &'p [PoolContext<'a>], at: Span) -> Option<&'p PoolContext<'a>> {
    let after = pools.partition_point(|pool| pool.view.pool.extent.start <= at.start);
    pools.get(after.checked_sub(1)?).filter(|pool| pool.view.pool.extent.encloses(at))
}

/// `default-server` below servers of its section.
fn below_servers(context: &Context<'_>, pool: &PoolContext<'_>, at: Span) -> Option<Finding> {
    let (above, below): (Vec<&Target>, Vec<&Target>) =
        pool.view.targets.iter().partition(|target| target.statement.start < at.start);
    let first = above.first()?;
    let names = list(above.iter().map(|target| context.text(target.name)));
    let line = context.written(at).trim();
    let (message, because) = if below.is_empty() {
        (format!("`{line}` applies to no server of `{}`: it stands below {names}", pool.name), "for no server")
    } else {
        let count = format!("{} of the {}", above.len(), pool.view.targets.len());
        let do_not = if above.len() == 1 { "does" } else { "do" };
        let message = format!("{count} servers of `{}` {do_not} not get `{line}`: it stands below {names}", pool.name);
        (message, "for the servers below")
    };
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because(because);
    let finding = finding.related(first.statement, "read before");
    // What stands below some servers may not have been meant for those above it.
    let fix = Fix::to_review("write `default-server` above the servers");
    let finding = finding.fix(mend::move_above(context, fix, at, first.statement));
    let finding = finding.help("write `default-server` above the servers");
    // Servers that nobody checks because of it are told of by the checks of that.
    let checks = line.split_whitespace().any(|word| word == "check");
    Some(if checks { finding } else { finding.standing_alone() })
}

/// A `defaults` section that no section inherits.
fn idle_defaults(context: &Context<'_>, at: Span, instead: Span) -> Finding {
    let (other, line) = (context.written(instead).trim(), context.line(instead));
    let message = if instead.start > at.start {
        format!("no section inherits these `defaults`: `{other}` of line {line} follows before any section does")
    } else {
        format!("no section inherits these `defaults`: the last one, `{other}` of line {line}, stands above it")
    };
    let finding = Finding::new(&META, at, context.subject_at(at), message).because("for no section");
    let finding = finding.related(instead, "here");
    finding.standing_alone().help("write `defaults` above the sections that it is for")
}

/// A method below `sticky` replaces it (nginx 1.29.6, Plus).
fn lost_affinity(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let settings = &pool.view.settings;
    if !settings.affinity.is(&Affinity::None) || !settings.affinity.origin.is_explicit() {
        return None;
    }
    let stories = context.unit.stories.of(settings.affinity.origin);
    let sticky = stories.iter().find_map(|step| match step {
        Step::TakesAway(at) if context.written(*at).contains("sticky") => Some(*at),
        _ => None,
    })?;
    let at = settings.affinity.origin.at;
    let message = format!(
        "clients of `{}` are not tied to a server: `{}` stands below `{}` and replaces it",
        pool.name,
        context.written(at),
        context.written(sticky)
    );
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("takes stickiness away");
    let fix = mend::move_above(context, Fix::safe("write the method above `sticky`"), at, sticky);
    let finding = finding.fix(fix);
    Some(finding.standing_alone().related(sticky, "without effect").help("write the method above `sticky`"))
}
