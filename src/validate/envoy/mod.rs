//! Envoy: binds each field to its row of the schema, once, and says what the program would refuse.

mod addresses;
mod any;
mod clusters;
mod constraints;
mod first_version;
mod listeners;
mod names;
mod policies;
mod routes;
mod scalars;
mod sources;
mod tally;
mod walk;
mod well_known;

pub use tally::Tally;

use crate::diagnostic::{Diagnostic, Kind, retain_from};
use crate::grammar::envoy::Grammar;
use crate::source::{Span, Version, View};
use crate::syntax::envoy::{Message, Resource, Shape, Tree};
use crate::validate::Program;
use walk::Walker;

/// What is validated.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The text.
    pub view: View<'a>,
    /// Its tree.
    pub tree: &'a Tree,
    /// What it is for.
    pub shape: Shape,
    /// The schema.
    pub grammar: &'a Grammar,
    /// The program that will read it.
    pub program: Program,
    /// A file that the main one names, which the program reads while running.
    pub at_run_time: bool,
}

/// Checks a text against the schema, and what the program's own code refuses besides; what is wrong is appended.
pub fn validate(input: Input<'_>, diagnostics: &mut Vec<Diagnostic>) -> Tally {
    let first = diagnostics.len();
    let Some(root) = input.tree.root().map(|root| Message::new(input.tree, input.view, root)) else {
        return Tally::default();
    };
    let mut walker = Walker::new(input, diagnostics);
    if input.shape == Shape::BootstrapV1 {
        walker.first_version(&root);
        let tally = walker.tally;
        forget_what_the_version_has(input.program.version, diagnostics, first);
        return tally;
    }
    walker.root(&root, input.shape);
    let Walker { tally, replaced, .. } = walker;
    forget_replaced(diagnostics, first, replaced);
    meaning(input, &root, diagnostics);
    forgive_older_versions(diagnostics, first);
    forget_what_the_version_has(input.program.version, diagnostics, first);
    if input.shape == Shape::ConfigDump {
        // It runs: what it prints of itself need not be what it would take (a weight of 0 for one that is not written, 1.40.0).
        retain_from(diagnostics, first, |diagnostic| matches!(diagnostic.kind, Kind::Deprecated(_)));
    }
    tally
}

/// What is wrong with values that the program does not look at is not said.
fn forget_replaced(diagnostics: &mut Vec<Diagnostic>, first: usize, mut replaced: Vec<Span>) {
    if replaced.is_empty() {
        return;
    }
    // They follow one another or stand in one another; the outer one is enough.
    replaced.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    replaced.dedup_by(|inner, outer| outer.encloses(*inner));
    let is_in_one = |span: Span| {
        let next = replaced.partition_point(|value| value.start <= span.start);
        next.checked_sub(1).and_then(|at| replaced.get(at)).is_some_and(|value| value.encloses(span))
    };
    retain_from(diagnostics, first, |diagnostic| !is_in_one(diagnostic.span));
}

/// What the program's own code refuses, beyond the schema.
fn meaning(input: Input<'_>, root: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    match input.shape {
        Shape::Bootstrap => {
            if let Some(resources) = root.field("static_resources") {
                static_resources(&resources, diagnostics);
            }
            if let Some(source) = root.path(&["dynamic_resources", "cds_config"]) {
                sources::check(&source, diagnostics);
            }
            root.path(&["admin", "address"]).into_iter().for_each(|address| addresses::listens(&address, diagnostics));
        }
        Shape::StaticResources => static_resources(root, diagnostics),
        Shape::List(resource) => root.items().for_each(|item| one(resource, &item, diagnostics)),
        Shape::One(resource) => one(resource, root, diagnostics),
        Shape::Discovery => {
            root.list("resources").for_each(|item| one(Resource::Typed, &item, diagnostics));
            if input.at_run_time {
                sources::endpoints(root, diagnostics);
            }
        }
        Shape::ConfigDump | Shape::BootstrapV1 => {}
    }
}

fn static_resources(resources: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let refused = |first| Kind::DuplicateName { what: "cluster", first };
    names::unique(resources.list("clusters"), refused, diagnostics);
    // Of two listeners of one name only the first one is there, without a word (measured, 1.40).
    let left_out = |first| Kind::TakenByAnother { what: "listener", first, refused: false };
    names::unique(resources.list("listeners"), left_out, diagnostics);
    resources.list("clusters").for_each(|cluster| clusters::check(&cluster, diagnostics));
    resources.list("listeners").for_each(|listener| listeners::check(&listener, diagnostics));
}

fn one(resource: Resource, message: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    match resource {
        Resource::Cluster => clusters::check(message, diagnostics),
        Resource::Listener => listeners::check(message, diagnostics),
        Resource::Routes => routes::check(message, diagnostics),
        Resource::Endpoints => {}
        Resource::Typed => {
            let url = message.text_of("@type").unwrap_or_default();
            match url.rsplit(['.', '/']).next().unwrap_or_default() {
                "Cluster" => clusters::check(message, diagnostics),
                "Listener" => listeners::check(message, diagnostics),
                "RouteConfiguration" => routes::check(message, diagnostics),
                _ => {}
            }
        }
    }
}

/// A text for an older version of the interface is told once, by what was removed: that other fields are not known, or are
/// missing, follows from it.
fn forgive_older_versions(diagnostics: &mut Vec<Diagnostic>, first: usize) {
    let own = diagnostics.get(first..).unwrap_or_default();
    if !own.iter().any(|diagnostic| matches!(diagnostic.kind, Kind::Removed { .. })) {
        return;
    }
    retain_from(diagnostics, first, |diagnostic| {
        let follows = matches!(
            diagnostic.kind,
            Kind::UnknownKeyword { suggestion: None, .. } | Kind::MissingField { .. } | Kind::Deprecated(_)
        );
        !follows
    });
}

/// An older program that will run the text still takes what later ones refuse.
fn forget_what_the_version_has(version: Version, diagnostics: &mut Vec<Diagnostic>, first: usize) {
    retain_from(diagnostics, first, |diagnostic| {
        let still_there = match diagnostic.kind {
            Kind::Removed { since, .. } => since > version,
            Kind::GoneBy { version: known, .. } => known > version,
            _ => false,
        };
        !still_there
    });
}
