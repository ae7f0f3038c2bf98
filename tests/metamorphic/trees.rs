//! The trees of a text, and the places in it that transformations ask for.

use std::ops::Range;

use lblint::grammar::{haproxy, nginx};
use lblint::source::{Dialect, Span, View};
use lblint::syntax::envoy::{Format, NodeKind, Style};
use lblint::syntax::nginx::StatementKind;

use crate::examples::Example;
use crate::text::line_start;

/// The text as readers see it, from offset 0.
pub(crate) const fn view(text: &str) -> View<'_> {
    View::new(text, 0)
}

pub(crate) fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

pub(crate) fn haproxy(text: &str) -> lblint::syntax::haproxy::Tree {
    lblint::syntax::haproxy::parse(view(text), &haproxy::Grammar::load(), &mut Vec::new())
}

pub(crate) fn nginx(text: &str) -> lblint::syntax::nginx::Tree {
    lblint::syntax::nginx::parse(view(text), &nginx::Grammar::load(), &mut Vec::new())
}

pub(crate) fn envoy(example: &Example) -> lblint::syntax::envoy::Tree {
    let format = if example.path.ends_with(".json") { Format::Json } else { Format::Yaml };
    lblint::syntax::envoy::parse(view(&example.text), format, &mut Vec::new())
}

/// The starts of lines before which a remark can stand: those on which a statement begins.
pub(crate) fn statement_lines(example: &Example) -> Vec<usize> {
    let text = &example.text;
    let starts: Vec<usize> = match example.dialect {
        Dialect::Haproxy => haproxy(text).statements.iter().map(|one| one.span.start as usize).collect(),
        Dialect::Nginx => {
            let tree = nginx(text);
            let readable = tree.statements.iter().filter(|one| one.kind() != StatementKind::Error);
            readable.map(|one| one.span.start as usize).collect()
        }
        Dialect::Envoy => keys(example),
    };
    let mut lines: Vec<usize> = starts.into_iter().filter_map(|start| own_line(text, start)).collect();
    lines.dedup();
    lines
}

/// The start of the line, if nothing but blanks and the dashes of lists stands before the byte.
fn own_line(text: &str, start: usize) -> Option<usize> {
    let line = line_start(text, start);
    text[line..start].bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'-')).then_some(line)
}

/// Where keys of block mappings begin: JSON has no comments, and a remark could split a flow mapping's line.
fn keys(example: &Example) -> Vec<usize> {
    let tree = envoy(example);
    if tree.format == Format::Json {
        return Vec::new();
    }
    let mut keys = Vec::new();
    for (id, node) in tree.iter() {
        let in_block = node.kind() == NodeKind::Mapping && !example.text[range(node.span)].starts_with('{');
        if in_block {
            let plain = tree.entries(id).map(|(key, _)| key).filter(|key| tree.style(*key) == Style::Plain);
            keys.extend(plain.map(|key| tree.span(key).start as usize));
        }
    }
    keys.sort_unstable();
    keys
}
