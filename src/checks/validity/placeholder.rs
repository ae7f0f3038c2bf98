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
    // HAProxy and nginx have variables of this form, Envoy has none.
    let shell = (dialect == Dialect::Envoy && has_variable(address)).then_some(ENVIRONMENT);
    // nginx's own are written in small letters, and none of them stands in an address.
    let environment = (dialect == Dialect::Nginx && names_environment(address)).then_some(ENVIRONMENT);
    let single = (dialect == Dialect::Envoy && is_between_signs(address)).then_some("@");
    pairs.or(shell).or(environment).or(single).map(Some)
}

/// The mark of a variable of the environment, such as `$PORT` and `${PORT}` (`envsubst`).
const ENVIRONMENT: &str = "$";

/// Whether a text names a variable of the environment.
fn names_environment(text: &str) -> bool {
    text.split('$').skip(1).any(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let name = rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next();
        let name = name.unwrap_or_default();
        name.starts_with(|letter: char| letter.is_ascii_uppercase()) && name == name.to_ascii_uppercase()
    })
}

/// `${HOST}:80`, `$proxy_ip`
fn has_variable(address: &str) -> bool {
    let is_name = |rest: &str| rest.starts_with(|first: char| first.is_ascii_alphabetic() || "_{".contains(first));
    address.split('$').skip(1).any(is_name)
}

/// `@HOST@`
fn is_between_signs(address: &str) -> bool {
    let inside = address.strip_prefix('@').and_then(|rest| rest.strip_suffix('@'));
    inside.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)))
}

/// `HOST_IP`, `PORT`: words in capitals, with one of these parts if there are any.
fn is_constant(text: &str, parts: &[&str]) -> bool {
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let begins = text.len() > 1 && text.starts_with(|first: char| first.is_ascii_uppercase());
    let mut words = text.split('_');
    begins && words.clone().all(letters) && (parts.is_empty() || words.any(|word| parts.contains(&word)))
}

/// What hosts are called in placeholders; other words in capitals are names of values.
const HOSTS: [&str; 7] = ["HOST", "HOSTNAME", "IP", "ADDR", "ADDRESS", "PORT", "SERVER"];

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
        // In nginx nobody writes such a name for people to fill in.
        if mark == ENVIRONMENT && context.unit.dialect == Dialect::Nginx {
            return true;
        }
        let count = || source.written().text.matches(mark).count() / if mark == ENVIRONMENT { 1 } else { 2 };
        *self.counted.entry((id, mark)).or_insert_with(|| count() >= RENDERED)
    }
}

/// The placeholder in a value that the program refuses: whatever it stands for, the value is none yet.
pub(super) fn refused(context: &Context<'_>, diagnostic: &Diagnostic) -> Option<Mark> {
    let (written, dialect) = (context.written(diagnostic.span), context.unit.dialect);
    let unquoted = written.trim_matches(['"', '\'']);
    // Of a parameter the last part: `keys_zone=pages:CACHE_SIZE`.
    let parameter = unquoted.split_once('=').filter(|_| dialect == Dialect::Nginx);
    let unquoted = parameter.and_then(|(_, value)| value.rsplit(':').next()).unwrap_or(unquoted);
    let (is_value, is_constant) = match &diagnostic.kind {
        Kind::InvalidValue(expected) => (true, !expected.contains("`true`") && is_constant(unquoted, &[])),
        Kind::UnknownValue { .. } | Kind::Misspelt { .. } => (true, false),
        // A conflict may be one of whole blocks, which hold more than the value.
        Kind::Conflict(_) => (!written.contains(['\n', ' ']), is_constant(unquoted, &HOSTS)),
        _ => (false, false),
    };
    // Names of values in the other two have no `_` and capitals both.
    if is_constant && (dialect == Dialect::Envoy || unquoted.contains('_')) {
        return Some(None);
    }
    placeholder(unquoted, dialect).filter(|_| is_value)
}
