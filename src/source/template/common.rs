//! Lines of HAProxy that all arms of a condition hold alike: they are there once, whatever is decided.

use std::ops::Range;

use super::mask::{Copy, HOLE};

/// Words that begin a section (`grammars/haproxy/sections.tsv`): what follows them belongs to it, so that equal lines may mean
/// different things.
const SECTIONS: [&str; 24] = [
    "acme",
    "backend",
    "cache",
    "crt-store",
    "defaults",
    "fcgi-app",
    "frontend",
    "global",
    "healthcheck",
    "http-errors",
    "listen",
    "log-forward",
    "log-profile",
    "mailers",
    "peers",
    "program",
    "resolvers",
    "ring",
    "ruleset",
    "spoe-agent",
    "spoe-group",
    "spoe-message",
    "traces",
    "userlist",
];
/// Most lines of an arm that are compared.
const MOST: usize = 64;

/// Takes such lines out of the first arm, and blanks them in the others.
pub(super) fn settle(copy: &mut Copy<'_>) {
    for index in 0..copy.groups.len() {
        let Some(group) = copy.groups.get(index).filter(|group| group.is_exhaustive) else { continue };
        let span = group.span.clone();
        let has_inner = copy.groups.get(index + 1).is_some_and(|next| next.span.start < span.end);
        let arms: Vec<Vec<Range<usize>>> = group.arms.iter().map(|arm| lines(copy, arm)).collect();
        let all = || arms.iter().flatten().filter_map(|line| copy.bytes.get(line.clone()));
        let opens_section = all().any(|line| {
            let word = line.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            SECTIONS.iter().any(|section| section.as_bytes() == word)
        });
        if has_inner || opens_section || arms.iter().any(|arm| arm.len() > MOST) {
            continue;
        }
        let Some((first, others)) = arms.split_first() else { continue };
        let text = |line: &Range<usize>| copy.bytes.get(line.clone()).unwrap_or_default();
        let is_common = |line: &&Range<usize>| {
            let stands_in = |arm: &Vec<Range<usize>>| arm.iter().any(|other| text(other) == text(line));
            !text(line).contains(&HOLE) && others.iter().all(stands_in)
        };
        let common: Vec<Range<usize>> = first.iter().filter(is_common).cloned().collect();
        let is_copy = |line: &&Range<usize>| common.iter().any(|one| text(one) == text(line));
        let copies: Vec<Range<usize>> = others.iter().flatten().filter(is_copy).cloned().collect();
        for line in copies {
            copy.blank(line);
        }
        if let Some(group) = copy.groups.get_mut(index) {
            group.common = common;
        }
    }
}

/// The lines of an arm that hold something, without the blanks around it.
fn lines(copy: &Copy<'_>, arm: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = arm.start;
    for line in copy.bytes.get(arm.clone()).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii();
        if !content.is_empty() && !content.starts_with(b"#") {
            let start = at + line.len() - line.trim_ascii_start().len();
            found.push(start..start + content.len());
        }
        at += line.len();
    }
    found
}
