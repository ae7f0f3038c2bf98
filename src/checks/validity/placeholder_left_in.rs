//! A placeholder stands where a host should: nobody filled it in.

use rustc_hash::FxHashSet;

use super::each_diagnostic;
use super::placeholder::{Mark, Marks, placeholder, refused};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::model::{Address, Target};
use crate::source::{Dialect, SourceId, Span, is_mark};
use crate::traffic::percent;

/// See `docs/checks/placeholder-left-in.md`.
#[derive(Debug)]
pub(in crate::checks) struct PlaceholderLeftIn;

const META: Meta = Meta {
    name: "placeholder-left-in",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a placeholder stands where a host should, because nobody filled it in",
    follows: &[],
    page: include_str!("../../../docs/checks/placeholder-left-in.md"),
};

impl Check for PlaceholderLeftIn {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut marks = Marks::default();
        for pool in pools.iter().filter(|pool| pool.is_reached()) {
            // An address that could be read is none.
            // What an engine is known to fill in is not left over.
            let is_filled_in = |target: &Target| {
                let source = context.sources.at(target.address_at.start).map(|(_, source)| source);
                source.is_some_and(|source| source.view().is_masked(target.address_at))
            };
            let unread =
                |(_, target): &(usize, &Target)| !matches!(target.address, Address::Ip(..)) && !is_filled_in(target);
            for (position, target) in pool.view.targets.iter().enumerate().filter(unread) {
                let address = context.written(target.address_at);
                if let Some(mark) = placeholder(address, context.unit.dialect)
                    && !marks.are_rendered(context, target.address_at, mark)
                {
                    let is_refused = is_refused(context, pool, target);
                    findings.push(finding(context, pool, position as u32, (target.address_at, is_refused)));
                }
            }
        }
        let told: FxHashSet<Span> = findings.iter().map(|finding| finding.primary.span).collect();
        unfilled(context, &mut marks, &told, findings);
        escaped(context, findings);
    }
}

/// Values that the program refuses because they are placeholders: one finding a file. A file that something renders is
/// not what the program will read. `told`: hosts, of which something is said already.
fn unfilled(context: &Context<'_>, marks: &mut Marks, told: &FxHashSet<Span>, findings: &mut Vec<Finding>) {
    let mut files: Vec<(SourceId, Finding, usize)> = Vec::new();
    let refusals = context.diagnostics.iter().filter_map(|one| Some((one.span, refused(context, one)?)));
    let refusals = refusals.filter(|(at, _)| !told.contains(at));
    for (at, mark) in refusals.chain(replaced_lines(context)) {
        let Some((id, _)) = context.sources.at(at.start) else { continue };
        let subject = context.unit_subject().told_by(context.written(at));
        if let Some((_, finding, count)) = files.iter_mut().find(|(file, ..)| *file == id) {
            *count += 1;
            finding.subjects.push(subject);
            continue;
        }
        let finding = Finding::new(&META, at, subject, "").because("not filled in");
        let is_template = is_mark(context.written(at)) || marks.are_rendered(context, at, mark);
        let finding = finding.help(if is_template { RENDER } else { FILL_IN });
        let finding = if is_template { finding.at_most(Severity::Info).only_from(Profile::Strict) } else { finding };
        files.push((id, finding, 0));
    }
    findings.extend(files.into_iter().map(|(_, mut finding, others)| {
        let (word, program) = (context.written(finding.primary.span), context.unit.dialect.title());
        let refuses = if context.is_read_at_run_time(finding.primary.span) {
            finding = finding.at_most(Severity::Warning);
            format!("{program} does not take what they are for, and starts all the same")
        } else {
            format!("{program} refuses the file as it is")
        };
        finding.message = match others {
            0 => format!("`{word}` is a placeholder that nobody filled in: {}", refuses.replace("they are", "it is")),
            1 => format!("`{word}` and one more value are placeholders: {refuses}"),
            _ => format!("`{word}` and {others} more values are placeholders: {refuses}"),
        };
        finding
    }));
}

/// Lines that a program replaces by statements.
fn replaced_lines<'a>(context: &Context<'a>) -> impl Iterator<Item = (Span, Mark)> + use<'a> {
    let sources = context.sources;
    let views =
        context.unit.files.iter().filter_map(move |file| Some(sources.get(file.source)?.view().part(file.part)));
    let masks = views.flat_map(move |view| view.masks.iter().map(move |mask| (sources.slice(*mask), *mask)));
    let is_line = move |at: Span| {
        let template = sources.at(at.start).and_then(|(_, source)| source.template());
        template.is_some_and(|template| template.splices.contains(&at))
    };
    masks.filter(move |(text, at)| is_mark(text) && is_line(*at)).map(|(_, at)| (at, None))
}

const RENDER: &str = "give lblint the rendered file";
const FILL_IN: &str = "write the value; if something fills it in, give lblint the rendered file";

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, position: u32, (at, is_refused): (Span, bool)) -> Finding {
    let written = context.written(at);
    let share = pool.prediction.share_of(position).filter(|share| *share > 0.0);
    let part = match share {
        Some(share) if !is_refused => format!(" gets {} of the requests of `{}`, and", percent(share), pool.name),
        _ => String::new(),
    };
    let program = context.unit.dialect.title();
    let end = if is_refused { format!(": {program} refuses the file as it is") } else { String::new() };
    let message = format!("`{written}`{part} is a placeholder that nobody filled in{end}");
    let finding = Finding::new(&META, at, context.subject_at(at), message).because("no host");
    let finding = finding.help("write the address of a server, or remove the line");
    if is_refused { finding } else { finding.at_most(Severity::Warning) }
}

/// Whether the program does not start because of a placeholder: no host is called so, and the name is looked up at the start
/// (haproxy 2.6.12 and nginx 1.22.1, `<web-server-ip>`).
fn is_refused(context: &Context<'_>, pool: &PoolContext<'_>, target: &Target) -> bool {
    let is_of_host = |letter: char| letter.is_alphanumeric() || "-_.:[]".contains(letter);
    let at_run_time = pool.view.settings_of(target).is_none_or(|settings| !settings.resolved_at_run_time.is(&false));
    let source = context.sources.at(target.statement.start).map(|(_, source)| source);
    let is_lenient = source.is_none_or(|source| source.written().text.contains("init-addr"));
    let no_host = !context.written(target.address_at).chars().all(is_of_host);
    context.unit.dialect != Dialect::Envoy && no_host && !at_run_time && !is_lenient
}

/// `\$host`: the backslash was for the shell that wrote the file.
fn escaped(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
        if diagnostic.kind != Kind::EscapedVariable {
            return None;
        }
        let written = context.written(diagnostic.span);
        finding.message = format!("`{written}` keeps its backslash: {}", consequence(written));
        finding = finding.at_most(Severity::Warning);
        let meant = written.replace("\\$", "$");
        let fix = Fix::to_review(format!("write `{meant}`")).replace(diagnostic.span, &*meant);
        Some(finding.because("the backslash stays").help(format!("write `{meant}`")).fix(fix))
    });
}

/// What becomes of the backslash (measured, 1.22.1).
fn consequence(written: &str) -> &'static str {
    let before = written.split("\\$").next().unwrap_or_default();
    if before.is_empty() {
        "what is sent begins with `\\`"
    } else if before.ends_with("://") {
        "the host begins with `\\`, no such name can be looked up, and requests fail with 502"
    } else {
        "a `\\` stands in front of the value"
    }
}
