//! Blocks of a template: conditions and loops with their arms.

use std::ops::Range;

use super::token::{Opens, Token, TokenKind};

/// From the tag that opens a block to the one that closes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// What becomes of its text.
    pub(super) opens: Opens,
    /// The tags, by position among the tokens: the one that opens, those between arms, the one that closes.
    pub(super) tags: Vec<usize>,
    /// From the first byte of the first tag to behind the last.
    pub(super) span: Range<usize>,
    /// The texts between the tags.
    pub(super) arms: Vec<Range<usize>>,
    /// One of the arms is surely there.
    pub(super) is_exhaustive: bool,
    /// Lines of the first arm that stand in all the others, too: they are surely there.
    pub(super) common: Vec<Range<usize>>,
}

/// Deepest nesting of blocks that is followed.
const DEEPEST: usize = 64;

/// The blocks, by where they begin. One that is never closed reaches to the end of the text.
pub(super) fn groups(tokens: &[Token], end: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut ignored = 0_usize;
    for (position, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Value | TokenKind::Silent | TokenKind::LineEnd => {}
            TokenKind::Open(_) if open.len() >= DEEPEST => ignored += 1,
            TokenKind::Close if ignored > 0 => ignored -= 1,
            TokenKind::Arm(_) if ignored > 0 => {}
            TokenKind::Open(opens) => {
                open.push(groups.len());
                let tags = vec![position];
                let mut arms = Vec::with_capacity(2);
                arms.push(token.span.end..end);
                groups.push(Group {
                    opens,
                    tags,
                    span: token.span.start..end,
                    arms,
                    is_exhaustive: false,
                    common: Vec::new(),
                });
            }
            TokenKind::Arm(is_last) => {
                if let Some(group) = open.last().and_then(|index| groups.get_mut(*index)) {
                    group.next_arm(position, token, end, is_last);
                }
            }
            TokenKind::Close => {
                if let Some(group) = open.pop().and_then(|index| groups.get_mut(index)) {
                    group.close(position, token);
                }
            }
        }
    }
    groups
}

impl Group {
    fn next_arm(&mut self, position: usize, token: &Token, end: usize, is_last: bool) {
        self.tags.push(position);
        if let Some(arm) = self.arms.last_mut() {
            arm.end = token.span.start;
        }
        self.arms.push(token.span.end..end);
        self.is_exhaustive |= is_last && self.opens == Opens::Condition;
    }

    fn close(&mut self, position: usize, token: &Token) {
        self.tags.push(position);
        if let Some(arm) = self.arms.last_mut() {
            arm.end = token.span.start;
        }
        self.span.end = token.span.end;
    }

    /// Whether its text may be there or not, or many times.
    pub(super) const fn is_open_question(&self) -> bool {
        matches!(self.opens, Opens::Condition | Opens::Loop)
    }
}

/// Takes conditions around all that a file says as fulfilled: without them there is no file. `copy` is the text with blanks
/// in place of the tags.
pub(super) fn fulfil_outermost(groups: &mut [Group], copy: &[u8]) {
    let said = said(copy);
    let holds_all = |arm: &Range<usize>| arm.start <= said.start && said.end <= arm.end;
    for group in groups.iter_mut().filter(|group| group.opens == Opens::Condition) {
        if group.arms.iter().any(holds_all) {
            group.opens = Opens::Plain;
        }
    }
}

/// From the first line that is no remark to the end of the last one.
fn said(copy: &[u8]) -> Range<usize> {
    let mut said = 0..0;
    let mut at = 0;
    for line in copy.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii();
        if !content.is_empty() && !content.starts_with(b"#") && content != b"---" {
            let start = at + line.len() - line.trim_ascii_start().len();
            said = if said.is_empty() { start } else { said.start }..start + content.len();
        }
        at += line.len();
    }
    said
}
