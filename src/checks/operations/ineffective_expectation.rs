//! An expectation that verifies nothing: its last day is over, it is about no pool, or it cannot be read.

use crate::checks::intent::{Declared, Mistake, Replicas};
use crate::checks::{Aspect, Check, Context, OneUnit, PoolContext, Units};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity, Subject};
use crate::source::{Dialect, Span};
use crate::validate::resembling;

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
                continue;
            }
            findings.extend(declared.wanted.idle().map(|why| wants_nothing(declared, subject(), why)));
            if units.expectations.all_read && !is_about_some_pool(units, declared) {
                findings.push(about_nobody(units, declared, subject()));
            }
        }
        if units.expectations.all_read {
            findings.extend(units.expectations.replicas.iter().flat_map(|replicas| uncompared(units, replicas)));
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

fn wants_nothing(declared: &Declared, subject: Subject, why: &str) -> Finding {
    let pattern = pattern(declared);
    let message = format!("the expectation for `{pattern}` is not verified: {why}");
    let subject = Subject { discriminator: format!("nothing of {pattern}"), ..subject };
    Finding::new(&META, declared.key("pool"), subject, message).because("not all of it is verified")
}

fn about_nobody(units: &Units<'_>, declared: &Declared, subject: Subject) -> Finding {
    let pattern = pattern(declared);
    let wanted = pattern.rsplit('/').next().unwrap_or(pattern);
    let names =
        units.all.iter().flat_map(|one| one.unit.pools.iter().map(move |pool| one.text(pool.name, units.sources)));
    let guess = resembling(wanted, names);
    let guess = guess.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
    let message = format!("no pool is called `{pattern}`{guess}");
    let subject = Subject { discriminator: pattern.to_owned(), ..subject };
    Finding::new(&META, declared.key("pool"), subject, message).because("about no pool")
}

/// What a declaration of copies names and nothing is compared with: patterns without files, or a file without a copy.
fn uncompared(units: &Units<'_>, replicas: &Replicas) -> Vec<Finding> {
    let told = |at: Span, discriminator: &str, message: String| {
        let file = units.sources.location(replicas.at).file;
        let subject = Subject { discriminator: format!("copies {discriminator}"), ..Subject::of_unit(&file, &file) };
        Finding::new(&META, at, subject, message).because("not compared")
    };
    let without_files = replicas.without_files.iter().map(|(pattern, at)| {
        told(
            *at,
            pattern,
            format!(
                "no main file of a configuration is called `{pattern}`; declared as a copy, it is compared with nothing"
            ),
        )
    });
    let mut findings: Vec<Finding> = without_files.collect();
    let meant = || units.all.iter().filter(|one| replicas.roots.iter().any(|root| root == one.root));
    let has_copy = |one: &OneUnit<'_>| meant().filter(|other| other.unit.dialect == one.unit.dialect).count() > 1;
    let alone = meant().filter(|one| !has_copy(one));
    findings.extend(alone.map(|one| {
        told(
            replicas.at,
            one.root_in_project,
            format!("{} is declared as a copy, and there is no other one: it is compared with nothing", one.root),
        )
    }));
    findings
}
