//! Statements of nginx that a condition or a loop guards: what they set is not known.

use std::ops::Range;

use super::mask::{Copy, HOLE};

/// Statements whose presence is asked where they are read.
const ASKED: [&[u8]; 4] = [b"server", b"listen", b"include", b"return"];

/// Masks the arguments of statements that stand directly in an arm, apart from those that all arms hold alike.
pub(super) fn mask(copy: &mut Copy<'_>) {
    for index in 0..copy.groups.len() {
        let Some(group) = copy.groups.get(index).filter(|group| group.is_open_question()) else { continue };
        let (arms, is_exhaustive) = (group.arms.clone(), group.is_exhaustive);
        let found: Vec<Vec<Range<usize>>> = arms.iter().map(|arm| statements(&copy.bytes, arm, false)).collect();
        let text = |range: &Range<usize>| copy.bytes.get(range.clone()).unwrap_or_default().to_vec();
        let in_all = |range: &Range<usize>| {
            is_exhaustive && found.iter().all(|arm| arm.iter().any(|other| text(other) == text(range)))
        };
        let masked: Vec<Range<usize>> = found.iter().flatten().filter(|one| !in_all(one)).cloned().collect();
        for statement in &masked {
            if !is_asked(copy, statement) {
                mask_arguments(copy, statement);
            }
        }
    }
}

/// Masks the arguments of all statements of an arm, those in its blocks too: another arm may stand in its place.
pub(super) fn mask_all(copy: &mut Copy<'_>, arm: &Range<usize>) {
    for statement in statements(&copy.bytes, arm, true) {
        mask_arguments(copy, &statement);
    }
}

/// Whether it is asked where a statement is read if it is there.
fn is_asked(copy: &Copy<'_>, statement: &Range<usize>) -> bool {
    let bytes = copy.bytes.get(statement.clone()).unwrap_or_default();
    let word = bytes.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    ASKED.contains(&word) || word.ends_with(b"_pass")
}

/// Longest list of statements in an arm that is looked at.
const MOST: usize = 256;

/// The statements without a block of a text, without their `;`; `deep`: those in its blocks, too.
fn statements(bytes: &[u8], arm: &Range<usize>, deep: bool) -> Vec<Range<usize>> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0_usize, None);
    let mut at = arm.start;
    while at < arm.end && found.len() < MOST {
        let Some(byte) = bytes.get(at).copied() else { break };
        match byte {
            b'#' if start.is_none() => {
                at += bytes.get(at..arm.end).and_then(|rest| memchr::memchr(b'\n', rest)).unwrap_or(arm.end - at);
            }
            b'"' | b'\'' => {
                start = start.or(Some(at));
                let rest = bytes.get(at + 1..arm.end).unwrap_or_default();
                at += memchr::memchr(byte, rest).map_or(0, |length| length + 1);
            }
            b'{' => (depth, start) = (depth + 1, None),
            b'}' => (depth, start) = (depth.saturating_sub(1), None),
            b';' => {
                found.extend(start.take().filter(|_| depth == 0 || deep).map(|start| start..at));
            }
            byte if !byte.is_ascii_whitespace() => start = start.or(Some(at)),
            _ => {}
        }
        at += 1;
    }
    found
}

fn mask_arguments(copy: &mut Copy<'_>, statement: &Range<usize>) {
    let bytes = copy.bytes.get(statement.clone()).unwrap_or_default();
    let name = bytes.iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len());
    let word = bytes.get(..name).unwrap_or_default();
    if word.contains(&HOLE) {
        return;
    }
    let blanks =
        |from: usize| bytes.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace());
    let mut first = name + blanks(name).count();
    // The name of a variable stays: it is there to be used.
    if word == b"set" {
        let rest = bytes.get(first..).unwrap_or_default();
        first += rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        first += blanks(first).count();
    }
    if first < bytes.len() {
        copy.masks.push(statement.start + first..statement.end);
    }
}
