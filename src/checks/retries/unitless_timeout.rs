//! A time is a bare number that was meant in seconds, and the program reads milliseconds.

use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity, Subject};
use crate::model::Timeouts;
use crate::source::{Dialect, Span};

/// See `docs/checks/unitless-timeout.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnitlessTimeout;

const META: Meta = Meta {
    name: "unitless-timeout",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a time without a unit that was meant in seconds is read in milliseconds",
    follows: &[],
    page: include_str!("../../../docs/checks/unitless-timeout.md"),
};

/// Statements whose bare numbers are milliseconds (configuration manual 2.5 and 4.2); those of `stats refresh` are seconds.
const MILLISECONDS: [&str; 10] = [
    "inter",
    "fastinter",
    "downinter",
    "agent-inter",
    "slowstart",
    "pool-purge-delay",
    "stats timeout",
    "clitimeout",
    "contimeout",
    "srvtimeout",
];

/// What a whole request, or a pause in it, has to fit into: some hundred milliseconds are short for it, too.
const OF_SESSIONS: [&str; 7] = [
    "timeout client",
    "timeout server",
    "timeout tunnel",
    "timeout client-fin",
    "timeout server-fin",
    "clitimeout",
    "srvtimeout",
];

impl Check for UnitlessTimeout {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        findings.extend(context.diagnostics.iter().filter_map(|diagnostic| finding(context, pools, diagnostic)));
    }
}

fn finding(context: &Context<'_>, pools: &[PoolContext<'_>], diagnostic: &Diagnostic) -> Option<Finding> {
    let Kind::Unitless { setting, milliseconds } = &diagnostic.kind else { return None };
    let (setting, milliseconds) = (&**setting, *milliseconds);
    let known = MILLISECONDS.contains(&setting) || setting.starts_with("timeout ") || setting.starts_with("hold ");
    let short = OF_SESSIONS.contains(&setting);
    let limit = if short { context.options.unitless_session } else { context.options.unitless };
    if !known || u64::from(milliseconds) >= limit {
        return None;
    }
    let at = diagnostic.span;
    let message = format!(
        "`{setting} {milliseconds}` is {milliseconds} ms, as no unit means milliseconds: {}",
        consequence(setting, milliseconds)
    );
    let mut finding = Finding::new(&META, at, context.subject_at(at).told_by(setting), message).because("milliseconds");
    finding = finding.about(subjects(context, pools, at).into_iter().map(|subject| subject.told_by(setting)));
    // Beyond a tenth of a second somebody may have meant it.
    if u64::from(milliseconds) >= context.options.unitless {
        finding.confidence = Confidence::Medium;
    }
    // What was meant is a guess, however likely.
    let fix = Fix::to_review(format!("write `{setting} {milliseconds}s`")).insert(at.end, "s");
    let is_bare = context.written(at).ends_with(|last: char| last.is_ascii_digit());
    let finding = finding.fix(is_bare.then_some(fix));
    Some(finding.help(format!("write `{setting} {milliseconds}s`; if it is meant, `{milliseconds}ms`")))
}

/// The pools whose timeout it is; many inherit one.
fn subjects(context: &Context<'_>, pools: &[PoolContext<'_>], at: Span) -> Vec<Subject> {
    let uses = |timeouts: &Timeouts| {
        let all = [timeouts.connect, timeouts.server, timeouts.queue, timeouts.check, timeouts.tunnel];
        all.iter().any(|fact| fact.origin.at == at)
    };
    let users = pools.iter().filter(|pool| uses(&pool.view.settings.timeouts));
    users.map(|pool| context.subject(pool.name)).collect()
}

/// What happens when so little time is given.
fn consequence(setting: &str, milliseconds: u32) -> String {
    match setting {
        "timeout server" | "srvtimeout" => {
            format!("every answer that takes longer than {milliseconds} ms becomes a 504")
        }
        "timeout client" | "clitimeout" => format!("clients that pause for {milliseconds} ms are cut off"),
        "timeout connect" | "contimeout" => {
            format!("a server that does not accept within {milliseconds} ms counts as failed")
        }
        "timeout check" => format!("a check that is not answered within {milliseconds} ms counts as failed"),
        "timeout queue" => format!("requests that wait for {milliseconds} ms get a 503"),
        "inter" | "fastinter" | "downinter" | "agent-inter" => {
            format!("each server is asked {} times a second", 1000 / milliseconds.max(1))
        }
        "slowstart" => "a server that comes up gets its full share at once".to_owned(),
        setting if setting.starts_with("hold ") => "an answer is forgotten before the next request".to_owned(),
        _ => "hardly anything is done in that time".to_owned(),
    }
}
