//! What is special about templates of YAML: indentation tells what belongs together, and a key stands once.

use std::ops::Range;

use super::mask::{Copy, HOLE};
use super::token::TokenKind;

/// Fields that hold what the model is made of. Where a condition guards one, what is in it may be there; of any other field
/// that a condition guards, the value is not known.
const CONTAINERS: [&str; 16] = [
    "static_resources",
    "dynamic_resources",
    "clusters",
    "listeners",
    "load_assignment",
    "endpoints",
    "lb_endpoints",
    "filter_chains",
    "filters",
    "typed_config",
    "virtual_hosts",
    "route_config",
    "routes",
    "resources",
    "endpoint",
    "default_filter_chain",
];

/// How many lines away a neighbour is looked for.
const FARTHEST: usize = 256;

/// Whether a text is JSON, or YAML that begins like it.
pub(super) fn is_flow(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
        && !text.trim_start().starts_with("{{")
        && !text.trim_start().starts_with("{%")
        && !text.trim_start().starts_with("{#")
}

/// Gives a value that stands alone on its line the form of what stands around it: an entry, an item, or a plain value.
/// Answers with where the placeholder stands now.
pub(super) fn place_splice(copy: &mut Copy<'_>, line: &Range<usize>) -> Option<Range<usize>> {
    let column = column_of(copy, line);
    let form = if is_flow(copy.text) { None } else { form(copy, line, column) };
    copy.put(line.clone(), b' ');
    let (column, before, behind) = form?;
    let start = line.start + column;
    if start + 4 > line.end {
        return None;
    }
    copy.put(start..line.end, HOLE);
    for (at, byte) in before.iter().enumerate() {
        copy.put(start + at..start + at + 1, *byte);
    }
    for (at, byte) in behind.iter().enumerate() {
        let at = line.end - behind.len() + at;
        copy.put(at..at + 1, *byte);
    }
    Some(start..line.end)
}

/// The column at which the text comes out: `indent 8` and `nindent 8` say so.
fn column_of(copy: &Copy<'_>, line: &Range<usize>) -> usize {
    let first = copy.tokens.partition_point(|token| token.span.start < line.start);
    let mut tokens = copy.tokens.get(first..).unwrap_or_default().iter();
    let token = tokens.find(|token| token.kind == TokenKind::Value);
    let code = token.and_then(|token| copy.text.get(token.span.clone())).unwrap_or_default();
    let written = code.split_once("indent ").and_then(|(_, rest)| {
        rest.split(|letter: char| !letter.is_ascii_digit()).next().and_then(|number| number.parse().ok())
    });
    let content = copy.bytes.get(line.clone()).unwrap_or_default();
    written.unwrap_or_else(|| content.iter().position(|byte| *byte == HOLE).unwrap_or(0))
}

type Form = (usize, &'static [u8], &'static [u8]);

fn form(copy: &Copy<'_>, line: &Range<usize>, column: usize) -> Option<Form> {
    let before = neighbour(copy.bytes.get(..line.start)?.rsplit(|byte| *byte == b'\n'));
    let behind = neighbour(copy.bytes.get(line.end..)?.split(|byte| *byte == b'\n'));
    let (above, text) = before.unwrap_or((0, b""));
    let below = behind.map_or(0, |(below, _)| below);
    let is_key = text.last() == Some(&b':');
    let own_column = above + if text.starts_with(b"- ") { 2 } else { 0 };
    if is_key && below <= own_column && behind.is_none_or(|(at, text)| at < own_column || !text.starts_with(b"- ")) {
        return Some((column.max(own_column + 1), b"", b""));
    }
    // The items behind a key are its list, whose first one this is.
    if let Some((below, _)) = behind.filter(|(at, text)| is_key && *at >= own_column && text.starts_with(b"- ")) {
        return Some((below, b"- ", b""));
    }
    let siblings = [before, behind].into_iter().flatten();
    let same = siblings
        .clone()
        .find(|(at, text)| *at == column || (text.starts_with(b"- ") && at + 2 == column && column > 0));
    let (column, is_item) = match same {
        Some((at, text)) => (column, at == column && text.starts_with(b"-")),
        // Deeper than its neighbours: as deep as the one below, or the one above.
        None => behind.or(before).map(|(at, text)| (at, text.starts_with(b"-")))?,
    };
    Some(if is_item { (column, b"- ", b"") } else { (column, b"", b":") })
}

/// The nearest line that holds something, with its column.
fn neighbour<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<(usize, &'a [u8])> {
    lines
        .take(FARTHEST)
        .map(|line| (line.iter().take_while(|byte| **byte == b' ').count(), line.trim_ascii()))
        .find(|(_, line)| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b"---"))
}

/// Masks the entries that a condition guards, so that their values are not known and a key in two arms is no mistake.
/// Items of lists stay: these are there or not.
pub(super) fn hide_conditional_entries(copy: &mut Copy<'_>) {
    if is_flow(copy.text) {
        return;
    }
    for index in 0..copy.groups.len() {
        let Some(group) = copy.groups.get(index) else { continue };
        if !group.is_open_question() || is_top_level(copy, group.span.start) {
            continue;
        }
        for arm in group.arms.clone() {
            hide_entries(copy, &arm);
        }
    }
}

/// Whether the whole text stands in the block: then nothing outside depends on it.
fn is_top_level(copy: &Copy<'_>, at: usize) -> bool {
    let before = copy.bytes.get(..at).unwrap_or_default();
    neighbour(before.rsplit(|byte| *byte == b'\n')).is_none()
}

fn hide_entries(copy: &mut Copy<'_>, arm: &Range<usize>) {
    let lines = entries(copy, arm);
    for (position, (start, is_kept)) in lines.iter().enumerate() {
        let end = lines.get(position + 1).map_or(arm.end, |(next, _)| *next);
        let entry = *start..end.max(*start);
        let holds = |part: &Range<usize>| entry.start <= part.start && part.start < entry.end;
        if !is_kept && !copy.within.iter().any(holds) {
            copy.masks.push(entry);
        }
    }
}

/// Where the entries of an arm begin, those in others left out, and whether each is kept as it is; none if the arm holds
/// items.
fn entries(copy: &Copy<'_>, arm: &Range<usize>) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut column = None;
    let mut at = arm.start;
    for line in copy.bytes.get(arm.clone()).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let text = line.trim_ascii();
        let is_first_line = at == arm.start;
        if !text.is_empty() && !text.starts_with(b"#") && !is_first_line {
            let own = *column.get_or_insert(indent);
            if indent <= own {
                if text.starts_with(b"-") {
                    return found;
                }
                let key = text.split(|byte| *byte == b':').next().unwrap_or_default();
                found.push((at + indent, CONTAINERS.iter().any(|name| name.as_bytes() == key)));
            }
        }
        at += line.len();
    }
    found
}
