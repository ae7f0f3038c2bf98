//! One file becomes several that the program loads as one: `include` in nginx, a directory of files in HAProxy.
//!
//! Envoy has no such thing: a cluster from a file behind `path_config_source` is read while running, which is a difference.

use std::ops::Range;

use lblint::source::Dialect;

use crate::examples::Example;
use crate::text::{Part, Piece, line_start};
use crate::trees;

/// The example in several files, if there is something to take out.
pub(crate) fn split(example: &Example) -> Option<Vec<Part>> {
    if !example.further.is_empty() {
        // Files that are compared with each other are units of their own.
        return None;
    }
    match example.dialect {
        Dialect::Haproxy => in_directory(example),
        Dialect::Nginx => with_includes(example),
        Dialect::Envoy => None,
    }
}

/// Each section from the second one on in a file of its own; a conditional block must end in its file.
fn in_directory(example: &Example) -> Option<Vec<Part>> {
    let text = &example.text;
    let tree = trees::haproxy(text);
    let headers = tree.sections().iter().filter_map(|section| tree.get(section.header));
    let starts: Vec<usize> = headers.map(|header| with_remarks(text, header.span.start as usize)).collect();
    if !tree.branches.is_empty() || starts.len() < 2 {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let sections = starts.iter().copied().zip(ends).map(|(start, end)| start..end);
    let mut parts: Vec<Part> = sections.enumerate().map(|(number, range)| section(number, range)).collect();
    let head = parts.first_mut()?;
    head.path.clone_from(&example.path);
    head.pieces.insert(0, Piece::Old(0..*starts.first()?));
    Some(parts)
}

/// Where the remarks begin that stand directly above what begins at an offset: they speak of it, and go where it goes.
fn with_remarks(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    let above = text[..start].lines().rev().take_while(|line| line.trim_start().starts_with('#'));
    let lines = above.count();
    (0..lines).fold(start, |start, _| line_start(text, start - 1))
}

fn section(number: usize, range: Range<usize>) -> Part {
    Part { path: format!("conf.d/{number:05}.cfg"), pieces: vec![Piece::Old(range)] }
}

/// Each `upstream` and `server` block of `http` and `stream` in a file of its own.
fn with_includes(example: &Example) -> Option<Vec<Part>> {
    let text = &example.text;
    let blocks = outer_blocks(text);
    let mut main = Part { path: example.path.clone(), pieces: Vec::new() };
    let mut parts = Vec::new();
    let mut from = 0;
    for (number, block) in blocks.into_iter().enumerate() {
        let path = format!("parts/{number}.conf");
        main.pieces.extend([Piece::Old(from..block.start), Piece::New(format!("include {path};"))]);
        from = block.end;
        parts.push(Part { path, pieces: vec![Piece::Old(block), Piece::New("\n".to_owned())] });
    }
    main.pieces.push(Piece::Old(from..text.len()));
    parts.insert(0, main);
    (parts.len() > 1).then_some(parts)
}

fn outer_blocks(text: &str) -> Vec<Range<usize>> {
    let (tree, view) = (trees::nginx(text), trees::view(text));
    let word = |id| tree.words(view, id).next().map_or("", |word| word.text(view));
    let outer = tree.iter().filter(|(id, statement)| {
        let parent = statement.block().map_or("", word);
        statement.has_body() && matches!(word(*id), "upstream" | "server") && matches!(parent, "http" | "stream")
    });
    let whole = |range: Range<usize>| with_remarks(text, range.start)..range.end;
    outer.map(|(_, statement)| whole(trees::range(statement.span))).collect()
}
