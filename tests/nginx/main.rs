//! nginx's rules, one test each: what is refused, where, and what is not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests")]

mod blocks;
mod caching;
mod hosts;
mod inheritance;
mod logging;
mod measured;
mod model;
mod needs;
mod pools;
mod program;
mod properties;
mod routes;
mod statements;
mod validation;

use std::sync::Arc;

use lblint::diagnostic::Diagnostic;
use lblint::grammar::nginx::{ContextSet, Grammar};
use lblint::source::{SourceId, Span, Version, View};
use lblint::syntax::nginx::{Mount, Mounts, parse};
use lblint::validate::Program;
use lblint::validate::nginx::{Input, repeated, validate};

/// What validation says of a text in one of these contexts, in order: the variant's name, and the words.
fn complaints_in<'t>(text: &'t str, contexts: &[&str], masks: &[Span], program: Program) -> Vec<(Diagnostic, &'t str)> {
    let grammar = Grammar::load();
    let mut found = Vec::new();
    let view = View { text, base: 0, masks, arms: &[] };
    let contexts = contexts.iter().fold(ContextSet::default(), |set, name| set.with(grammar.context(name)));
    let tree = Arc::new(parse(view, &grammar, &mut found));
    validate(Input { view, tree: &tree, grammar: &grammar, program }, contexts, &mut found);
    let mut mounts = Mounts::default();
    mounts.add(Mount { source: SourceId(0), view, tree, contexts, parent: None });
    repeated(&mounts, &grammar, &mut found);
    found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    let with_words = |one: Diagnostic| {
        let words = &text[one.span.local(0)];
        (one, words)
    };
    found.into_iter().map(with_words).collect()
}

/// The version that the installed program has.
const MEASURED: Program = Program { version: Version::release(1, 22, 1), stated: true };

fn kind_name(diagnostic: &Diagnostic) -> String {
    let name = format!("{:?}", diagnostic.kind);
    name.split(['(', ' ']).next().unwrap().to_owned()
}

/// The same as names of kinds and words, for the version that was measured.
fn complaints<'t>(text: &'t str, context: &str) -> Vec<(String, &'t str)> {
    let found = complaints_in(text, &[context], &[], MEASURED);
    found.into_iter().map(|(diagnostic, words)| (kind_name(&diagnostic), words)).collect()
}
