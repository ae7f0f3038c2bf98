//! `location`: modifiers, and how locations may be nested.

use super::condition::regex_defect;
use super::{Scene, Validator};
use crate::source::Span;
use crate::syntax::nginx::StatementId;

/// What a location matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matching<'t> {
    Exact(&'t str),
    Prefix(&'t str),
    Regex(&'t str),
    Named(&'t str),
}

/// Reads what follows `location`; `None` if the modifier is none (`ngx_http_core_location`).
pub(super) fn matching<'t>(first: &'t str, second: Option<&'t str>) -> Option<Matching<'t>> {
    Some(match (first, second) {
        ("=", Some(path)) => Matching::Exact(path),
        ("^~", Some(path)) => Matching::Prefix(path),
        ("~" | "~*", Some(pattern)) => Matching::Regex(pattern),
        (_, Some(_)) => return None,
        (word, None) => {
            if let Some(path) = word.strip_prefix('=') {
                Matching::Exact(path)
            } else if let Some(path) = word.strip_prefix("^~") {
                Matching::Prefix(path)
            } else if let Some(pattern) = word.strip_prefix('~') {
                Matching::Regex(pattern.strip_prefix('*').unwrap_or(pattern))
            } else if word.starts_with('@') {
                Matching::Named(word)
            } else {
                Matching::Prefix(word)
            }
        }
    })
}

/// Angie takes several locations at once: `location =/a =/b`.
fn is_alternatives(first: &str, second: &str) -> bool {
    let is_location = |text: &str| text.starts_with(['/', '=', '@']) && text.trim_start_matches('=').len() > 1;
    is_location(first) && (is_location(second) || second == "/")
}

impl Validator<'_, '_> {
    pub(super) fn check_location(&mut self, scene: Scene<'_>) {
        let grammar = self.input.grammar;
        let (server, location) = (grammar.context("server"), grammar.context("location"));
        let is_own = |context| context == server || context == location;
        let Some(first) = scene.known(1).filter(|_| scene.contexts.iter().all(is_own)) else { return };
        if scene.len() > 2 && scene.known(2).is_none() {
            return;
        }
        if scene.known(2).is_some_and(|second| is_alternatives(first, second)) {
            return;
        }
        let Some(own) = matching(first, scene.known(2)) else {
            return self.refuse(scene.span(1), "one of the modifiers =, ^~, ~ and ~*");
        };
        let span = scene.span(scene.len() - 1);
        if let Matching::Regex(pattern) = own {
            self.check_regex(span, pattern);
        }
        if self.is_only(scene.contexts, &["location"]) {
            self.check_nesting(scene, span, own);
        }
    }

    /// Complains of what no regular expression can be.
    pub(super) fn check_regex(&mut self, span: Span, pattern: &str) {
        if let Some(defect) = regex_defect(pattern) {
            self.refuse(span, &format!("a regular expression: {defect}"));
        }
    }

    fn check_nesting(&mut self, scene: Scene<'_>, span: Span, own: Matching<'_>) {
        let view = self.input.view;
        let outer: Vec<_> = self.input.tree.words(view, StatementId(scene.parent)).skip(1).collect();
        let values: Option<Vec<_>> = outer.iter().map(|word| word.value(view).known()).collect();
        let Some(values) = values else { return };
        let Some(first) = values.first() else { return };
        let Some(outer) = matching(first, values.get(1).map(AsRef::as_ref)) else { return };
        let why = match (outer, own) {
            (Matching::Exact(_), _) => "a location inside an exact location",
            (Matching::Named(_), _) => "a location inside a named location",
            (_, Matching::Named(_)) => "a named location inside a location: it can be on the server level only",
            (Matching::Prefix(outer) | Matching::Regex(outer), Matching::Prefix(own) | Matching::Exact(own))
                if !own.starts_with(outer) =>
            {
                return self
                    .conflict(span, &format!("location `{own}` is outside of the location `{outer}` around it"));
            }
            _ => return,
        };
        self.conflict(span, why);
    }
}
