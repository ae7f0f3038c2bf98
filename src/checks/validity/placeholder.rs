//! What a placeholder looks like, and which files something renders before a program reads them.

use rustc_hash::FxHashMap;

use crate::checks::Context;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{Dialect, SourceId, Span};

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

/// Parts of names of files that something renders.
const TEMPLATES: [&str; 6] = ["templ", ".tmpl", ".tpl", ".j2", ".erb", ".mustache"];

/// Parts of names of files that are only there to be copied.
const COPIED: [&str; 3] = [".dist", "example", "sample"];

/// Whether the name of a file says that something writes into it before a program reads it.
pub(in crate::checks) fn is_rendered(context: &Context<'_>, at: Span) -> bool {
    let file = file_of(context, at);
    file.contains("templates/") || name_has(&file, &TEMPLATES)
}

/// The same, or that somebody does, or that a comment in the file says so.
pub(in crate::checks) fn is_filled_in_later(context: &Context<'_>, at: Span) -> bool {
    is_rendered(context, at) || name_has(&file_of(context, at), &COPIED) || is_announced(context, at)
}

/// What comments say of a file that is rewritten before it is used, or while the proxy runs.
const ANNOUNCED: [&str; 7] =
    ["rewrite", "overwrit", "placeholder", "at runtime", "at run time", "add here", "will be added"];

/// Whether a comment of the file announces what is to be written into it. All dialects begin a comment with `#`.
fn is_announced(context: &Context<'_>, at: Span) -> bool {
    let Some((_, source)) = context.sources.at(at.start) else { return false };
    let comments = source.view().text.lines().filter_map(|line| line.trim_start().strip_prefix('#'));
    comments.map(str::to_ascii_lowercase).any(|comment| ANNOUNCED.iter().any(|word| comment.contains(word)))
}

fn file_of(context: &Context<'_>, at: Span) -> String {
    context.sources.location(at).file.to_ascii_lowercase()
}

fn name_has(file: &str, parts: &[&str]) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    parts.iter().any(|part| name.contains(part))
}

/// How the program that should have replaced a placeholder finds it; the words of people have none.
pub(super) type Mark = Option<&'static str>;

/// Whether an address is a placeholder.
pub(super) fn placeholder(address: &str, dialect: Dialect) -> Option<Mark> {
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
pub(super) struct Marks {
    counted: FxHashMap<(SourceId, &'static str), bool>,
}

impl Marks {
    /// Whether a file with this mark looks like one that something renders.
    pub(super) fn are_rendered(&mut self, context: &Context<'_>, at: Span, mark: Mark) -> bool {
        if is_rendered(context, at) || name_has(&file_of(context, at), &COPIED) {
            return true;
        }
        let (Some(mark), Some((id, source))) = (mark, context.sources.at(at.start)) else { return false };
        let count = || source.view().text.matches(mark).count() / if mark == "${" { 1 } else { 2 };
        *self.counted.entry((id, mark)).or_insert_with(|| count() >= RENDERED)
    }
}

/// The placeholder in a value that the program refuses: whatever it stands for, the value is none yet.
pub(super) fn refused(context: &Context<'_>, diagnostic: &Diagnostic) -> Option<Mark> {
    let written = context.written(diagnostic.span);
    let is_value = match diagnostic.kind {
        Kind::InvalidValue(_) | Kind::UnknownValue { .. } | Kind::Misspelt { .. } => true,
        // A conflict may be one of whole blocks, which hold more than the value.
        Kind::Conflict(_) => !written.contains(['\n', ' ']),
        _ => false,
    };
    placeholder(written, context.unit.dialect).filter(|_| is_value)
}
