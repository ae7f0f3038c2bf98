//! Which route of a virtual host takes everything that a later one would match: the first that matches wins.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::facts::Facts;
use super::retries;
use crate::source::Span;
use crate::syntax::envoy::Message;

/// The routes of a virtual host that were read so far.
#[derive(Debug, Default)]
pub(super) struct Shadows<'a> {
    /// Prefixes whose routes have no other condition, and where.
    prefixes: FxHashMap<Cow<'a, str>, Span>,
    /// How long they are, each length once.
    lengths: Vec<usize>,
    /// Whole conditions, as written.
    conditions: FxHashMap<String, Span>,
    /// Prefixes whose routes have one more condition, a method that POST meets, and where.
    posts: Vec<(Cow<'a, str>, Span)>,
}

/// What a condition says of the path, when that is a plain text.
enum Path<'a> {
    Prefix(Cow<'a, str>),
    /// The path itself, or the path and all below it.
    Exact(Cow<'a, str>),
    Pattern,
    /// Something that plain prefixes never match.
    Other,
}

impl<'a> Shadows<'a> {
    /// Adds a condition; the route that takes everything it would match, if there is one.
    pub(super) fn add(&mut self, condition: &Message<'a>, at: Span) -> Option<Span> {
        let path = path(condition);
        let taker = self.taker(&path).or_else(|| self.conditions.get(&normal_form(condition)).copied());
        if taker.is_some() {
            return taker;
        }
        self.conditions.insert(normal_form(condition), at);
        if let Path::Prefix(prefix) = path
            && is_plain(condition)
        {
            if !self.lengths.contains(&prefix.len()) {
                self.lengths.push(prefix.len());
            }
            self.prefixes.insert(prefix, at);
        }
        None
    }

    /// Remembers a route that takes POST; the earlier one that takes the POSTs this condition would match, if there is one.
    pub(super) fn taker_of_posts(&mut self, condition: &Message<'a>, at: Span) -> Option<Span> {
        let taken = match path(condition) {
            Path::Prefix(text) | Path::Exact(text) => self.posts_below(&text),
            Path::Pattern | Path::Other => self.posts_below("/"),
        };
        if taken.is_none()
            && let Some(prefix) = condition.text_of("prefix")
            && retries::takes_posts(condition)
        {
            self.posts.push((prefix, at));
        }
        taken
    }

    fn posts_below(&self, path: &str) -> Option<Span> {
        self.posts.iter().find(|(prefix, _)| path.starts_with(&**prefix)).map(|(_, at)| *at)
    }

    fn taker(&self, path: &Path<'a>) -> Option<Span> {
        match path {
            Path::Prefix(text) | Path::Exact(text) => self
                .lengths
                .iter()
                .filter_map(|length| text.get(..*length))
                .find_map(|prefix| self.prefixes.get(prefix).copied()),
            // A regular expression matches the whole path, which begins with a slash.
            Path::Pattern => self.prefixes.get("/").copied(),
            Path::Other => None,
        }
    }
}

fn path<'a>(condition: &Message<'a>) -> Path<'a> {
    if let Some(prefix) = condition.text_of("prefix") {
        return Path::Prefix(prefix);
    }
    if let Some(path) = condition.text_of("path").or_else(|| condition.text_of("path_separated_prefix")) {
        // Where case does not count, an earlier prefix must not either, which is not worth following.
        let insensitive = condition.field("case_sensitive").is_some() && !condition.has("case_sensitive");
        return if insensitive { Path::Other } else { Path::Exact(path) };
    }
    let is_pattern = condition.any(&["safe_regex", "regex", "path_match_policy"]).is_some();
    if is_pattern { Path::Pattern } else { Path::Other }
}

/// Whether a condition asks for a path that no request has: all begin with `/`, but for `OPTIONS *`.
pub(super) fn lacks_slash(condition: &Message<'_>) -> bool {
    let written = ["prefix", "path", "path_separated_prefix"].iter().find_map(|field| condition.text_of(field));
    written.is_some_and(|path| !path.is_empty() && !path.starts_with(['/', '*']))
}

/// Whether a route takes all that its prefix matches, whatever else a request has.
fn is_plain(condition: &Message<'_>) -> bool {
    const ACTIONS: [&str; 6] =
        ["prefix", "cluster", "weighted_clusters", "timeout_ms", "retry_policy", "case_sensitive"];
    condition.entries().all(|(key, _)| ACTIONS.contains(&key.as_ref()))
}

/// The fields of a condition as written, one blank between words, in the order of their names. Of the first version, which
/// has conditions and actions in one mapping, all but where it leads to.
fn normal_form(condition: &Message<'_>) -> String {
    const LEADS_TO: [&str; 3] = ["cluster", "weighted_clusters", "cluster_header"];
    let mut parts: Vec<String> = Vec::new();
    for (key, value) in condition.entries() {
        if !LEADS_TO.contains(&key.as_ref()) {
            parts.push(format!("{key}={}", value.words()));
        }
    }
    // A fraction of the requests falls through to the next rule.
    if condition.field("runtime_fraction").is_some() || condition.field("runtime").is_some() {
        parts.push(format!("at {}", condition.span().start));
    }
    parts.sort_unstable();
    parts.join("\u{0}")
}
