//! Two targets share a cookie value: the clients of both come back to the first one.

use std::collections::BTreeMap;

use crate::checks::phrases::{if_there, list};
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Affinity, Count, Mode, SessionValue, Target, Value};
use crate::source::Dialect;
use crate::traffic::percent;

/// See `docs/checks/duplicate-cookie-value.md`.
#[derive(Debug)]
pub(in crate::checks) struct DuplicateCookieValue;

const META: Meta = Meta {
    name: "duplicate-cookie-value",
    group: Group::Affinity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "two servers share a cookie value, so returning clients of both go to the first one",
    follows: &[],
    page: include_str!("../../../docs/checks/duplicate-cookie-value.md"),
};

impl Check for DuplicateCookieValue {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let values = context.unit.sessions.values_of(&pool.view.pool.targets);
        let settings = pool.view.settings;
        let carried = matches!(settings.affinity.get(), Some(Affinity::Cookie(_))) && settings.mode.is(&Mode::Http);
        if values.is_empty() || !carried || !pool.is_reached() {
            return;
        }
        let mut holders: BTreeMap<&str, Vec<Holder<'_>>> = BTreeMap::new();
        for holder in values.iter().filter_map(|value| Holder::new(context, pool, value)) {
            holders.entry(holder.word).or_default().push(holder);
        }
        findings.extend(holders.into_values().filter_map(|holders| finding(context, pool, &holders)));
    }
}

/// A target in service with its cookie value.
struct Holder<'a> {
    target: &'a Target,
    word: &'a str,
    value: &'a SessionValue,
    /// Its part of the clients that come for the first time.
    share: f64,
}

impl<'a> Holder<'a> {
    fn new(context: &Context<'a>, pool: &PoolContext<'a>, value: &'a SessionValue) -> Option<Self> {
        let position = value.target.checked_sub(pool.view.pool.targets.start)?;
        let target = pool.target(position)?;
        let Value::Known(text) = value.value else { return None };
        let in_service = target.state == AdministrativeState::Up;
        let share = pool.prediction.share_of(position).unwrap_or(0.0);
        in_service.then(|| Self { target, word: context.text(text), value, share })
    }

    /// Whether it is used beside others: a twin that is a backup behind its server is on purpose.
    fn is_backup(&self) -> bool {
        self.target.tier > 0
    }

    /// Whether both are there whenever one of them is.
    fn is_there_with(&self, first: &Self) -> bool {
        let (own, other) = (self.target.presence, first.target.presence);
        own.implies(other) || other.implies(own)
    }

    fn name(&self, context: &Context<'a>) -> &'a str {
        context.text(self.target.name)
    }
}

/// What is wrong with the targets that share a value: the first in the order of the text gets all who come back with it.
fn finding(context: &Context<'_>, pool: &PoolContext<'_>, holders: &[Holder<'_>]) -> Option<Finding> {
    let (first, rest) = holders.split_first()?;
    if let Count::Copies(low, high) = first.target.count
        && high > low
        && first.target.tier == 0
    {
        return Some(copies(context, pool, first, high - low + 1));
    }
    let rest = || rest.iter().filter(|other| other.is_there_with(first) && (first.is_backup() || !other.is_backup()));
    let second = rest().next()?;
    let is_certain = holders.iter().all(|holder| holder.target.presence.is_certain());
    let together: f64 = holders.iter().map(|holder| holder.share).sum();
    let others = list(rest().map(|other| other.name(context)));
    let (name, word) = (first.name(context), first.word);
    let all = if together > 0.0 && is_certain { format!(" ({} of them)", percent(together)) } else { String::new() };
    let place = if first.is_backup() {
        ", although it is a backup"
    } else if first.target.weight.is(&0) {
        ", although its weight is 0"
    } else {
        ""
    };
    let message = format!(
        "`{name}` and {others} of `{}` share the cookie value `{word}`: all returning clients with it{all} go to `{name}`{place}{}",
        pool.name,
        if_there(is_certain)
    );
    let finding = Finding::new(&META, second.value.at, context.subject(pool.name), message);
    let finding = finding.about(context.target_subjects(pool.name, holders.iter().map(|holder| holder.target)));
    let finding = finding.because("its clients do not come back to it");
    let finding = if first.value.at == second.value.at {
        finding
    } else {
        finding.related(first.value.at, "the first one with this value gets them")
    };
    Some(finding.help(help(first)))
}

fn help(first: &Holder<'_>) -> &'static str {
    if first.is_backup() {
        "write the backup behind the server that it stands in for"
    } else {
        "give each server a value of its own, for example its name"
    }
}

/// One statement that stands for several targets has one value for all of them.
fn copies(context: &Context<'_>, pool: &PoolContext<'_>, one: &Holder<'_>, count: u32) -> Finding {
    let message = format!(
        "the {count} servers of `{}` in `{}` share the cookie value `{}`: all returning clients go to the first of them",
        one.name(context),
        pool.name,
        one.word
    );
    let finding = Finding::new(&META, one.value.at, context.target_subject(pool.name, one.target), message);
    let finding = finding.because("the same for each of them");
    finding.help("leave it out, and write `cookie NAME insert dynamic` and `dynamic-cookie-key` in the pool")
}
