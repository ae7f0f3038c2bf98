//! A route names a pool that does not exist in the unit.

use crate::checks::phrases::if_there;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext, mend};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Namespace, Pool, PoolKind, Reference, Unresolved, Whereabouts};
use crate::source::Dialect;
use crate::traffic::Reached;
use crate::validate::haproxy::nearest;

/// See `docs/checks/undefined-pool.md`.
#[derive(Debug)]
pub(in crate::checks) struct UndefinedPool;

const META: Meta = Meta {
    name: "undefined-pool",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a route names a pool that does not exist",
    follows: &["broken-aggregate"],
    page: include_str!("../../../docs/checks/undefined-pool.md"),
};

impl Check for UndefinedPool {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let references =
            context.unit.names.references.iter().filter(|reference| reference.namespace == Namespace::Pool);
        let mut suggestions = SUGGESTIONS;
        for reference in references {
            match reference.whereabouts {
                Whereabouts::Nowhere => findings.push(undefined(context, reference, &mut suggestions)),
                Whereabouts::TooLate => findings.push(too_late(context, reference)),
                Whereabouts::Defined | Whereabouts::OtherFile => {}
            }
        }
        findings.extend(misspelt(context));
    }
}

/// What a pool is called.
const POOL: Wording = Wording { haproxy: "pool", nginx: "upstream", envoy: "cluster" };

fn undefined(context: &Context<'_>, reference: &Reference, suggestions: &mut usize) -> Finding {
    let name = context.text(reference.name);
    let guarded = context.unit.routes.iter().any(|route| route.at == reference.at && !route.presence.is_certain());
    let if_there = if_there(!guarded);
    let message = format!("{} `{name}` is not defined: {}{if_there}", POOL.of(context), outcome(context, reference));
    let mut finding = Finding::new(&META, reference.name.0, context.subject(name), message).because("defined nowhere");
    if reference.unresolved == Unresolved::Skipped {
        finding = finding.at_most(Severity::Warning);
    }
    if let Some(left) = suggestions.checked_sub(1) {
        *suggestions = left;
        let names = context.unit.pools.iter().map(|pool| context.name_of(pool));
        let other_case = names.clone().find(|other| other.eq_ignore_ascii_case(name));
        let suggestion = other_case.or_else(|| nearest(name, names));
        if let Some(name) = suggestion {
            let fix = mend::correct_word(context, reference.name.0, name);
            finding = finding.help(format!("did you mean `{name}`?")).fix(fix);
        }
    }
    if is_a_listener(context, name) {
        finding =
            finding.note(format!("`{name}` is a frontend; traffic can be sent only to a backend or listen section"));
    }
    finding
}

/// What the program does without the pool (Envoy: measured, 1.40).
fn outcome(context: &Context<'_>, reference: &Reference) -> String {
    let program = context.unit.dialect.title();
    match reference.unresolved {
        Unresolved::Refused if context.is_read_at_run_time(reference.name.0) => {
            format!("{program} starts, and takes nothing of the listener")
        }
        Unresolved::Required if context.is_read_at_run_time(reference.name.0) => {
            format!("{program} starts, and does not take what names it")
        }
        Unresolved::Refused | Unresolved::Required => format!("{program} refuses the configuration"),
        Unresolved::RequestsFail => format!("{program} loads it without a word, and the requests get 503"),
        Unresolved::ConnectionsFail => format!("{program} loads it without a word, and closes the connections"),
        Unresolved::Skipped | Unresolved::Overridden => format!("{program} goes on without it and says nothing"),
    }
}

/// A pool whose file is read only after the rule that needs it.
fn too_late(context: &Context<'_>, reference: &Reference) -> Finding {
    let (name, program) = (context.text(reference.name), context.unit.dialect.title());
    let pool = context.unit.pools.iter().find(|pool| context.name_of(pool) == name);
    let file = pool.map_or(String::new(), |pool| context.sources.location(pool.header).file);
    let message = format!(
        "{} `{name}` comes from `{file}`, which {program} reads later: it refuses the configuration",
        POOL.of(context)
    );
    let finding = Finding::new(&META, reference.name.0, context.subject(name), message).because("not defined yet");
    let finding = pool.map_or(finding.clone(), |pool| finding.related(pool.header, "defined here"));
    finding.help(match reference.unresolved {
        Unresolved::Required => "define the cluster in `static_resources`",
        _ => "write `validate_clusters: false` into the `route_config`, or define the cluster in `static_resources`",
    })
}

/// nginx takes a name that is no pool for a host (research 2.4). One that is nearly the name of a pool to which nothing
/// leads is misspelt.
fn misspelt(context: &Context<'_>) -> Vec<Finding> {
    let unit = context.unit;
    if unit.fragment || unit.computed_routes {
        return Vec::new();
    }
    let unused =
        unit.pools().filter(|(id, pool)| pool.kind == PoolKind::Upstream && context.reach.of(*id) == Reached::No);
    let unused: Vec<&str> = unused.map(|(_, pool)| context.name_of(pool)).collect();
    let hosts = unit.pools.iter().filter(|pool| pool.kind == PoolKind::Implicit && !unused.is_empty());
    let hosts = hosts.filter(|pool| !context.name_of(pool).contains(['.', ':', '/'])).take(SUGGESTIONS);
    hosts.filter_map(|pool| likely(context, pool, &unused)).collect()
}

fn likely(context: &Context<'_>, pool: &Pool, unused: &[&str]) -> Option<Finding> {
    let name = context.name_of(pool);
    // Short names are alike by chance, and those that differ by a number are meant to.
    let other = |unused: &&str| without_digits(unused) != without_digits(name);
    let suggestion = nearest(name, unused.iter().copied().filter(other)).filter(|_| name.len() >= SHORTEST)?;
    let targets = context.unit.targets_of(pool).iter();
    let mut settings = targets.filter_map(|target| context.unit.target_settings(target.settings));
    let at_run_time = settings.any(|settings| settings.resolved_at_run_time.is(&true));
    let fails = if at_run_time { "fails the requests" } else { "does not start" };
    let message = format!(
        "`{name}` is no upstream: nginx looks it up as a host and {fails} if there is none, and nothing leads to `{suggestion}`"
    );
    let mut finding = Finding::new(&META, pool.header, context.subject(name), message).because("names no upstream");
    finding.confidence = Confidence::Medium;
    let meant = context.unit.pools.iter().find(|pool| context.name_of(pool) == suggestion);
    let finding = meant.map_or(finding.clone(), |pool| finding.related(pool.header, "no route leads here"));
    Some(finding.help(format!("did you mean `{suggestion}`?")))
}

/// How long a name is that can be told to be misspelt.
const SHORTEST: usize = 5;

fn without_digits(name: &str) -> String {
    name.chars().filter(|character| !character.is_ascii_digit()).collect()
}

/// For how many names the nearest known one is looked up: each look-up compares with all pools.
const SUGGESTIONS: usize = 20;

fn is_a_listener(context: &Context<'_>, name: &str) -> bool {
    context.unit.names.find(Namespace::Listener, 0, name, |text| context.text(text) == name).is_some()
}
