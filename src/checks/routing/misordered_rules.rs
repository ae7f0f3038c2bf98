//! Rules run in another order than they are written.

use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Effect, Mode, Reads, RuleSection, Stage, StagedRule};
use crate::source::{Dialect, offset_in};

/// See `docs/checks/misordered-rules.md`.
#[derive(Debug)]
pub(in crate::checks) struct MisorderedRules;

const META: Meta = Meta {
    name: "misordered-rules",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a rule runs before those that are written above it, and takes or changes what they are for",
    follows: &[],
    page: include_str!("../../../docs/checks/misordered-rules.md"),
};

/// How much a rule that runs early does to those above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    /// Perhaps none.
    Unclear,
    /// It takes or changes requests that a rule above it is for.
    Some,
    /// It takes all.
    All,
}

/// A rule that runs before one that stands above it.
#[derive(Clone, Copy)]
struct Early<'a> {
    rule: &'a StagedRule,
    above: &'a StagedRule,
    harm: Harm,
}

impl Check for MisorderedRules {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        for section in &context.unit.rule_sections {
            let rules = context.unit.rules_of(section);
            let early = early(context, section, rules);
            findings.extend(finding(context, section, &early));
        }
    }
}

/// The rules of a section that stand below one of a later stage.
fn early<'a>(context: &Context<'_>, section: &RuleSection, rules: &'a [StagedRule]) -> Vec<Early<'a>> {
    let mode = context.unit.settings(section.settings).map(|settings| settings.mode);
    // In other modes these rules do nothing at all.
    let is_http = mode.is_some_and(|mode| mode.is(&Mode::Http));
    let is_read = |rule: &&StagedRule| is_http || !matches!(rule.stage, Stage::Request | Stage::Redirect);
    let mut found = Vec::new();
    let mut latest: Option<&StagedRule> = None;
    // What all rules above it that choose a pool or a server read, and one of them that reads the path or the host.
    let mut reading: Option<&StagedRule> = None;
    let mut reads = Reads::NOTHING;
    let mut lets_pass = false;
    let is_ordered = |rule: &&StagedRule| !matches!(rule.stage, Stage::Response | Stage::Page);
    for rule in rules.iter().filter(is_ordered).filter(is_read) {
        match latest.filter(|above| above.stage > rule.stage) {
            Some(above) => {
                let above = reading.filter(|above| above.stage > rule.stage).unwrap_or(above);
                let harm = harm(rule, reads, lets_pass);
                found.push(Early { rule, above, harm });
            }
            None => latest = Some(rule),
        }
        if rule.effect == Effect::Chooses && rule.reads.has(Reads::REQUEST) {
            reads = reads.with(rule.reads);
            reading = reading.or(Some(rule));
        }
        lets_pass |= rule.effect == Effect::Passes;
    }
    found
}

/// `reads`: what the choosing rules above read.
fn harm(rule: &StagedRule, reads: Reads, lets_pass: bool) -> Harm {
    let ends = matches!(rule.effect, Effect::Answers | Effect::Refuses);
    match rule.effect {
        _ if ends && !rule.conditional && !lets_pass && reads.has(Reads::REQUEST) => Harm::All,
        // Who is refused is refused everywhere; who gets an answer was meant to be one that no rule above took.
        Effect::Answers if !rule.reads.has(Reads::REQUEST) && reads.has(Reads::REQUEST) => Harm::Some,
        Effect::Rewrites(what) if what.meets(reads) => Harm::Some,
        _ => Harm::Unclear,
    }
}

fn finding(context: &Context<'_>, section: &RuleSection, early: &[Early<'_>]) -> Option<Finding> {
    // The first of the worst.
    let worst = early.iter().rev().max_by_key(|early| early.harm)?;
    let (name, line) = (context.text(section.name), context.line(worst.above.at));
    let (rule, above) = (first_words(context, worst.rule), first_words(context, worst.above));
    let what = match (worst.harm, worst.rule.effect) {
        (Harm::All, Effect::Refuses) => format!("refuses every request, also those that `{above}` is for"),
        (Harm::All, _) => format!("answers every request, also those that `{above}` is for"),
        (Harm::Some, Effect::Rewrites(_)) => format!("changes what `{above}` asks for before it is asked"),
        (Harm::Some, _) => format!("answers requests that `{above}` is for, too"),
        (Harm::Unclear, _) => format!("is asked before `{above}`"),
    };
    let message = format!("`{rule}` in `{name}` runs before line {line}, which stands above it: it {what}");
    let subjects = early.iter().map(|early| context.subject(name).told_by(&told_by(context, section, early.rule)));
    let finding = Finding::new(&META, worst.rule.at, context.subject(name), message).about(subjects);
    let mut finding = finding.because("runs first");
    finding = finding.related(worst.above.at, "runs later");
    for other in early.iter().filter(|other| other.rule.at != worst.rule.at).take(3) {
        finding = finding.related(other.rule.at, "runs before what stands above it, too");
    }
    let finding = finding.help(
        "write the rules in the order in which they run (tcp-request, http-request, redirect, use_backend), and exclude in the condition what is not meant",
    );
    Some(match worst.harm {
        Harm::All => finding,
        Harm::Some => finding.at_most(Severity::Warning),
        Harm::Unclear => finding.at_most(Severity::Info).only_from(Profile::Strict),
    })
}

/// A frontend and a backend may have the same name, and the same rules.
fn told_by(context: &Context<'_>, section: &RuleSection, rule: &StagedRule) -> String {
    format!("{} in a {}", first_words(context, rule), if section.pool.is_some() { "pool" } else { "listener" })
}

/// A rule's keyword and its first argument: `use_backend api`, `redirect scheme`, `http-request deny`.
fn first_words(context: &Context<'_>, rule: &StagedRule) -> String {
    // In the copy that readers see what a template fills in is one word.
    let copy = context.sources.at(rule.at.start).map_or("", |(_, source)| source.view().slice(rule.at));
    let written = context.written(rule.at);
    let as_written = |word: &str| {
        let at = offset_in(copy, word);
        written.get(at..at + word.len())
    };
    copy.split_whitespace().take(2).filter_map(as_written).collect::<Vec<_>>().join(" ")
}
