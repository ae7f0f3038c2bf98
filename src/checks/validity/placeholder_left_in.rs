//! A placeholder stands where a host should: nobody filled it in.

use rustc_hash::FxHashMap;

use super::each_diagnostic;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::{Dialect, SourceId, Span};
use crate::traffic::percent;

/// See `docs/checks/placeholder-left-in.md`.
#[derive(Debug)]
pub(in crate::checks) struct PlaceholderLeftIn;

const META: Meta = Meta {
    name: "placeholder-left-in",
    group: Group::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a placeholder stands where a host should, because nobody filled it in",
    follows: &[],
    page: include_str!("../../../docs/checks/placeholder-left-in.md"),
};

/// Words that people write where they do not know better yet.
const HUMAN: [&str; 12] = [
    "changeme",
    "change-me",
    "change_me",
    "replaceme",
    "replace-me",
    "replace_me",
    "fixme",
    "your-",
    "your_",
    "x.x.x.x",
    "xx.xx.xx.xx",
    "xxx.xxx.xxx.xxx",
];

/// From so many marks of one kind on a file is a template that something renders.
const RENDERED: usize = 3;

/// Parts of names of files that something renders, or that are only there to be copied.
const TEMPLATES: [&str; 9] = ["templ", ".tmpl", ".tpl", ".j2", ".erb", ".mustache", ".dist", "example", "sample"];

impl Check for PlaceholderLeftIn {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut marks = Marks::default();
        for pool in pools.iter().filter(|pool| pool.is_reached()) {
            for (position, target) in pool.view.targets.iter().enumerate() {
                let address = context.written(target.address_at);
                if let Some(mark) = placeholder(address, context.unit.dialect)
                    && !marks.are_rendered(context, target.address_at, mark)
                {
                    findings.push(finding(context, pool, position as u32, target.address_at));
                }
            }
        }
        escaped(context, findings);
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, position: u32, at: Span) -> Finding {
    let share = pool.prediction.shares.iter().find(|share| share.target == position);
    let part = share.map_or_else(String::new, |share| {
        format!(" gets {} of the requests of `{}`, and", percent(share.share), pool.name)
    });
    let message = format!("`{}`{part} is a placeholder that nobody filled in", context.written(at));
    let subject = context.subject_at(at);
    let finding = Finding::new(&META, at, subject, message).because("no host");
    finding.help("write the address of a server, or remove the line")
}

/// How the program that should have replaced a placeholder finds it; the words of people have none.
type Mark = Option<&'static str>;

/// Whether an address is a placeholder.
fn placeholder(address: &str, dialect: Dialect) -> Option<Mark> {
    let lower = address.to_ascii_lowercase();
    if HUMAN.iter().any(|word| lower.contains(word)) || is_in_angles(address) {
        return Some(None);
    }
    let twice = |mark: &str| address.matches(mark).count() >= 2;
    let named = address.chars().any(|letter| letter.is_ascii_uppercase()) && lower != address;
    let pairs = ["%%", "@@", "__"].into_iter().find(|mark| twice(mark) && named);
    // HAProxy and nginx have variables of this form.
    let shell = (dialect == Dialect::Envoy && address.contains("${")).then_some("${");
    pairs.or(shell).map(Some)
}

/// `<web-server-ip>`
fn is_in_angles(address: &str) -> bool {
    let inside = address.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c)))
}

/// Which marks are common in which file, each counted once.
#[derive(Default)]
struct Marks {
    counted: FxHashMap<(SourceId, &'static str), bool>,
}

impl Marks {
    /// Whether a file with this mark looks like one that something renders.
    fn are_rendered(&mut self, context: &Context<'_>, at: Span, mark: Mark) -> bool {
        let file = context.sources.location(at).file.to_ascii_lowercase();
        let name = file.rsplit('/').next().unwrap_or(&file);
        if file.contains("templates/") || TEMPLATES.iter().any(|part| name.contains(part)) {
            return true;
        }
        let (Some(mark), Some((id, source))) = (mark, context.sources.at(at.start)) else { return false };
        let count = || source.view().text.matches(mark).count() / if mark == "${" { 1 } else { 2 };
        *self.counted.entry((id, mark)).or_insert_with(|| count() >= RENDERED)
    }
}

/// `\$host`: the backslash was for the shell that wrote the file.
fn escaped(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
        if diagnostic.kind != Kind::EscapedVariable {
            return None;
        }
        let written = context.written(diagnostic.span);
        finding.message = format!("`{written}` keeps its backslash: what is sent begins with `\\`");
        Some(finding.because("the backslash stays").help(format!("write `{}`", written.replace("\\$", "$"))))
    });
}
