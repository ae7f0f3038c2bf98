//! Proof that the Envoy readers read texts as the program does, lose no byte, and survive every text.

// A test fails loudly; the exemption that clippy.toml grants ends at functions marked as tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr)]

mod bounds;
mod live;
mod properties;
mod rows;

use std::fmt::Write as _;

use lblint::diagnostic::Diagnostic;
use lblint::source::{Span, View};
use lblint::syntax::envoy::{Format, NodeId, NodeKind, Tree, parse};

/// Where the texts of the tests begin in the address space.
const BASE: u32 = 7;

fn read(text: &str, format: Format) -> (Tree, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let tree = parse(View::new(text, BASE), format, &mut diagnostics);
    (tree, diagnostics)
}

fn slice(text: &str, span: Span) -> &str {
    View::new(text, BASE).slice(span)
}

/// What is wrong with a text: the variant's name, the line, and the text there.
fn complaints(text: &str, format: Format) -> Vec<(String, usize, &str)> {
    let show = |found: Diagnostic| {
        let name = format!("{:?}", found.kind);
        let name = name.split(['(', ' ']).next().unwrap().to_owned();
        let line = text[..(found.span.start - BASE) as usize].matches('\n').count() + 1;
        (name, line, slice(text, found.span))
    };
    read(text, format).1.into_iter().map(show).collect()
}

/// The tree in one line: values in quotes, `!` before errors, `*` before the offset of what an alias stands for.
fn compact(text: &str, format: Format) -> String {
    let tree = read(text, format).0;
    let mut shown = String::new();
    for id in tree.documents() {
        show(&mut shown, &tree, View::new(text, BASE), *id);
        shown.push(' ');
    }
    shown.trim_end().to_owned()
}

fn show(shown: &mut String, tree: &Tree, view: View<'_>, id: NodeId) {
    let inner = |shown: &mut String| {
        for child in tree.children(id) {
            show(shown, tree, view, child);
            shown.push(' ');
        }
    };
    match tree.kind(id) {
        NodeKind::Mapping => {
            shown.push('{');
            inner(shown);
            shown.push('}');
        }
        NodeKind::Sequence => {
            shown.push('[');
            inner(shown);
            shown.push(']');
        }
        NodeKind::Scalar => write!(shown, "{:?}", tree.text(view, id)).unwrap(),
        NodeKind::Alias => write!(shown, "*{}", tree.span(tree.resolve(id)).start - BASE).unwrap(),
        NodeKind::Error => write!(shown, "!{:?}", view.slice(tree.span(id))).unwrap(),
    }
}

#[test]
#[ignore = "shows"]
fn shows() {
    let text = std::fs::read_to_string(std::env::var("TEXT").unwrap()).unwrap();
    for text in text.split("\n@@\n") {
        eprintln!("--- {text:?}\n{}", compact(text, Format::Yaml));
        eprintln!("{:?}", complaints(text, Format::Yaml));
    }
}
