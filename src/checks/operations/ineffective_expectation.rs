//! An expectation that verifies nothing: its last day is over, it is about no pool, or it cannot be read.

use crate::checks::intent::{Declared, Mistake};
use crate::checks::{Aspect, Check, Context, PoolContext, Units};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity, Subject};
use crate::source::Dialect;

/// See `docs/checks/ineffective-expectation.md`.
#[derive(Debug)]
pub(in crate::checks) struct IneffectiveExpectation;

const META: Meta = Meta {
    name: "ineffective-expectation",
    group: Group::Operations,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "an expectation verifies nothing: its last day is over, it is about no pool, or it cannot be read",
    follows: &[],
    page: include_str!("../../../docs/checks/ineffective-expectation.md"),
};

impl Check for IneffectiveExpectation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[]
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let expired = context.intent.expired.iter().map(|declared| expired(declared, context.unit_subject()));
        findings.extend(expired);
        for Mistake { at, message } in &context.intent.mistakes {
            let said = context.written(*at).to_owned();
            let subject = Subject { discriminator: said, ..context.unit_subject() };
            let message = format!("this expectation verifies nothing: {message}");
            findings.push(Finding::new(&META, *at, subject, message).because("not understood"));
        }
    }

    fn units(&self, units: &Units<'_>, findings: &mut Vec<Finding>) {
        for declared in &units.expectations.declared {
            let subject = || {
                let file = units.sources.location(declared.at).file;
                Subject::of_unit(&file, &file)
            };
            if declared.has_expired(units.expectations.today) {
                findings.push(expired(declared, subject()));
            } else if !declared.wanted.says_something() {
                findings.push(wants_nothing(declared, subject()));
            } else if units.expectations.all_read && !is_about_some_pool(units, declared) {
                findings.push(about_nobody(units, declared, subject()));
            }
        }
    }
}

fn pattern(declared: &Declared) -> &str {
    declared.wanted.pool.as_deref().unwrap_or_default()
}

fn expired(declared: &Declared, subject: Subject) -> Finding {
    let until = declared.wanted.until.map(|until| until.to_string()).unwrap_or_default();
    let whose = declared.wanted.pool.as_ref().map(|pool| format!(" for `{pool}`")).unwrap_or_default();
    let message = format!("the expectation{whose} ended on {until}; it is not verified any more");
    let subject = Subject { discriminator: format!("until {}", pattern(declared)), ..subject };
    let owner = declared.wanted.owner.as_ref().map(|owner| format!("wanted by {owner}"));
    let finding = Finding::new(&META, declared.key("until"), subject, message).because("its last day");
    finding.note(owner.unwrap_or_default()).help("take it away, or write a later day")
}

fn is_about_some_pool(units: &Units<'_>, declared: &Declared) -> bool {
    units.all.iter().any(|one| {
        one.unit
            .pools
            .iter()
            .any(|pool| declared.wanted.is_about(one.root_in_project, one.text(pool.name, units.sources)))
    })
}

fn wants_nothing(declared: &Declared, subject: Subject) -> Finding {
    let pattern = pattern(declared);
    let message = format!("the expectation for `{pattern}` wants nothing; write for example even = \"10%\"");
    let subject = Subject { discriminator: format!("nothing of {pattern}"), ..subject };
    Finding::new(&META, declared.key("pool"), subject, message).because("nothing is wanted")
}

fn about_nobody(units: &Units<'_>, declared: &Declared, subject: Subject) -> Finding {
    let pattern = pattern(declared);
    let wanted = pattern.rsplit('/').next().unwrap_or(pattern);
    let names =
        units.all.iter().flat_map(|one| one.unit.pools.iter().map(move |pool| one.text(pool.name, units.sources)));
    let nearest = names.map(|name| (strsim::osa_distance(wanted, name), name)).min();
    let guess = nearest.filter(|(distance, name)| distance * 2 <= name.len());
    let guess = guess.map(|(_, name)| format!("; did you mean `{name}`?")).unwrap_or_default();
    let message = format!("no pool is called `{pattern}`{guess}");
    let subject = Subject { discriminator: pattern.to_owned(), ..subject };
    Finding::new(&META, declared.key("pool"), subject, message).because("about no pool")
}
