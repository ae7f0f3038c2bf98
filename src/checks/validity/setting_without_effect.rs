//! A setting is written that nothing reads, because what it needs is missing.

use rustc_hash::FxHashMap;

use crate::checks::phrases::list;
use crate::checks::{Check, Context, PoolContext, mend, without_numbers};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity, Subject};
use crate::model::{Harm, Idle, Need, Text};
use crate::source::{Dialect, Span};

/// See `docs/checks/setting-without-effect.md`.
#[derive(Debug)]
pub(in crate::checks) struct SettingWithoutEffect;

const META: Meta = Meta {
    name: "setting-without-effect",
    group: Group::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a setting is written, and nothing reads it because what it needs is missing",
    follows: &["health-check-not-enabled", "no-health-check", "partial-health-check", "unchecked-backup"],
    page: include_str!("../../../docs/checks/setting-without-effect.md"),
};

/// Places of one finding that are shown besides the first.
const PLACES: usize = 3;

impl Check for SettingWithoutEffect {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let by_name: FxHashMap<&str, &PoolContext<'_>> = pools.iter().map(|pool| (pool.name, pool)).collect();
        let mut groups: Vec<Vec<&Idle>> = Vec::new();
        let mut positions: FxHashMap<(Span, &Need), usize> = FxHashMap::default();
        for idle in &context.unit.idle {
            let position = *positions.entry((idle.group, idle.need)).or_insert(groups.len());
            match groups.get_mut(position) {
                Some(group) => group.push(idle),
                None => groups.push(vec![idle]),
            }
        }
        findings.extend(groups.iter().filter_map(|group| finding(context, &by_name, group)));
    }
}

type Pools<'p> = FxHashMap<&'p str, &'p PoolContext<'p>>;

/// Settings of one section that lack the same.
fn finding(context: &Context<'_>, pools: &Pools<'_>, group: &[&Idle]) -> Option<Finding> {
    let (first, others) = group.split_first()?;
    let owners = owners(context, group);
    // What no request comes to is told of by another check.
    let reached = |name: &&str| pools.get(name).is_none_or(|pool| pool.is_reached());
    if !owners.is_empty() && !owners.iter().any(reached) {
        return None;
    }
    let mut finding = Finding::new(&META, first.at, context.unit_subject(), message(context, group, &owners));
    finding = finding.because("no effect");
    finding = finding.about(group.iter().flat_map(|idle| subjects(context, idle)));
    for other in others.iter().filter(|other| other.at != first.at).take(PLACES) {
        finding = finding.related(other.at, "nor has this");
    }
    if let Some(because) = first.because {
        finding = finding.related(because, first.need.because);
    }
    finding = finding.help(first.need.write);
    Some(match first.need.harm {
        Harm::Unnoticed => finding.note(death(context, pools, &owners)),
        Harm::Misleads => finding.standing_alone(),
        Harm::Leftover => {
            finding.fix(removal(context, group)).standing_alone().at_most(Severity::Info).only_from(Profile::Strict)
        }
    })
}

/// The sections that would read the settings, each once.
fn owners<'a>(context: &Context<'a>, group: &[&Idle]) -> Vec<&'a str> {
    let mut owners: Vec<&str> = Vec::new();
    for name in group.iter().flat_map(|idle| &idle.owners).map(|name| context.text(*name)) {
        if !owners.contains(&name) {
            owners.push(name);
        }
    }
    owners
}

fn subjects(context: &Context<'_>, idle: &Idle) -> Vec<Subject> {
    let setting = without_numbers(written(context, idle));
    let here = context.subject_at(idle.at);
    let of_owner = |name: &Text| {
        let owner = context.subject(context.text(*name));
        // Written on a target's own line, it is that target's.
        if here.pool == owner.pool { here.clone() } else { owner }
    };
    let owners: Vec<Subject> = idle.owners.iter().map(of_owner).collect();
    let all = if owners.is_empty() { vec![here] } else { owners };
    all.into_iter().map(|subject| subject.told_by(&setting)).collect()
}

fn written<'a>(context: &Context<'a>, idle: &Idle) -> &'a str {
    context.written(idle.at).trim_end().trim_end_matches(';')
}

/// What the setting is called in a sentence.
fn setting(context: &Context<'_>, idle: &Idle) -> String {
    let written = written(context, idle);
    match idle.need.called {
        "" => written.to_owned(),
        called if written.contains(char::is_whitespace) => called.to_owned(),
        called => format!("{called} {written}"),
    }
}

fn message(context: &Context<'_>, group: &[&Idle], owners: &[&str]) -> String {
    let mut settings: Vec<String> = group.iter().map(|idle| setting(context, idle)).collect();
    settings.sort_unstable();
    settings.dedup();
    let has = if settings.len() == 1 { "has" } else { "have" };
    let of = if owners.is_empty() { String::new() } else { format!(" of {}", list(owners.iter().copied())) };
    let lacks = group.first().map_or("", |idle| idle.need.lacks);
    format!("{}{of} {has} no effect: {lacks}", list(settings.iter().map(String::as_str)))
}

/// What a dead server costs that nobody notices.
fn death(context: &Context<'_>, pools: &Pools<'_>, owners: &[&str]) -> String {
    let pool = owners.first().and_then(|name| pools.get(name));
    let several = pool.filter(|pool| pool.view.targets.len() > 1);
    several.map_or_else(String::new, |pool| pool.after_death(context, 0))
}

/// Takes out what nobody misses.
fn removal(context: &Context<'_>, group: &[&Idle]) -> Option<Fix> {
    let mut places: Vec<Span> = group.iter().map(|idle| idle.at).collect();
    places.sort_unstable();
    places.dedup();
    let fix = Fix::safe("remove what has no effect");
    places.into_iter().try_fold(fix, |fix, at| match context.unit.dialect {
        Dialect::Haproxy => Some(fix.delete(whole_line(context, at)?)),
        Dialect::Nginx if context.written(at).contains('=') => mend::remove_word(context, fix, at),
        Dialect::Nginx => mend::remove(context, fix, [at]),
        Dialect::Envoy => None,
    })
}

/// The line of a statement of HAProxy; nothing where a condition has further lines.
fn whole_line(context: &Context<'_>, at: Span) -> Option<Span> {
    let line = mend::line(context, at)?;
    let words = |line: &'_ str| line.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>();
    let own = words(context.written(line));
    let text = context.sources.at(at.start)?.1.written().text;
    let is_only = own.first()? != "acl" || text.lines().filter(|other| words(other) == own).count() == 1;
    is_only.then_some(line)
}
