//! Templates: a text that an engine fills in before a proxy reads it.
//!
//! A template keeps its text. Readers run over a copy of the same length: a value becomes the bytes of a word, a tag or a
//! comment blanks. What is a placeholder, and which statements a condition or a loop guards, is asked by offset.

mod angles;
mod balance;
mod blocks;
mod braces;
mod common;
mod environment;
mod guarded;
mod host;
mod mark;
mod mask;
mod telling;
mod terraform;
mod token;
mod words;
mod yaml;

use std::ops::Range;

use memchr::memmem;

pub(crate) use mark::is_mark;

use super::{Dialect, Span};
use token::Token;

/// How statements of a language are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// By line ends: HAProxy.
    Lines,
    /// By `;` and braces: nginx.
    Terminated,
    /// By indentation: YAML, and JSON.
    Indented,
}

impl Layout {
    /// The layout of a dialect.
    pub const fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Haproxy => Self::Lines,
            Dialect::Nginx => Self::Terminated,
            Dialect::Envoy => Self::Indented,
        }
    }
}

/// One arm of a condition or of a loop: whether what stands in it is there is not decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arm {
    /// The text between the tags.
    pub span: Span,
    /// The block that it is an arm of, by the offset of its first tag.
    pub group: u32,
    /// Which of its arms. What all arms hold alike is in none, so that one arm may be several ranges.
    pub number: u32,
    /// It is there whenever none of the others is.
    pub is_rest: bool,
    /// It is there any number of times.
    pub repeats: bool,
    /// The arm around it, by position.
    pub parent: Option<u32>,
}

/// What readers get of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The copy, as long as the text.
    pub text: String,
    /// Sorted, disjoint ranges of placeholders.
    pub masks: Vec<Span>,
    /// The arms of all blocks, by where they begin.
    pub arms: Vec<Arm>,
    /// All that an engine replaces.
    pub pieces: Vec<Span>,
    /// Values that stand alone on their lines: any statements may take their place.
    pub splices: Vec<Span>,
    /// Brackets of the copy may not match although those of each rendered file do.
    pub is_unbalanced: bool,
}

impl Template {
    /// Whether something in a text is filled in.
    pub fn is(path: &str, text: &str) -> bool {
        holds_braces(path, text)
            || holds_angles(text)
            || (terraform::fills_in(path, text) && !terraform::scan(text).is_empty())
            || (environment::is_named_so(path)
                && !(environment::scan(text, Layout::Terminated, &[]).is_empty()
                    && mark::within(text).is_empty()
                    && mark::in_braces(text).is_empty()))
    }

    /// Whether a file's name says that an engine writes it anew, whatever stands in it.
    pub(crate) fn is_named_so(path: &str) -> bool {
        environment::is_named_so(path) || ENGINES.iter().any(|end| path.ends_with(end))
    }

    /// Reads a text as a template whose statements are told apart like this; `None` if nothing is filled in. Spans count from
    /// `base`.
    pub fn read(path: &str, text: &str, layout: Layout, base: u32) -> Option<Self> {
        Self::read_with(path, text, layout, base, &[])
    }

    /// The same of a text in which others stand: nothing around these says what they hold.
    fn read_with(path: &str, text: &str, layout: Layout, base: u32, within: &[Range<usize>]) -> Option<Self> {
        let tokens = tokens(path, text, layout);
        if tokens.is_empty() {
            return None;
        }
        let pieces: Vec<Span> = tokens.iter().map(|token| span(&token.span, base)).collect();
        let copy = mask::Copy::new(text, layout, tokens, within);
        let groups = copy.groups.iter().filter(|group| group.is_open_question());
        let mut arms: Vec<Arm> = groups.flat_map(|group| arms(group, base)).collect();
        arms.sort_by_key(|arm| (arm.span.start, std::cmp::Reverse(arm.span.end)));
        nest(&mut arms);
        Some(Self {
            masks: copy.masks.iter().map(|mask| span(mask, base)).collect(),
            splices: copy.splices.iter().map(|splice| span(splice, base)).collect(),
            is_unbalanced: copy.is_unbalanced,
            text: String::from_utf8(copy.bytes).unwrap_or_else(|_| text.to_owned()),
            arms,
            pieces,
        })
    }
}

/// Ends of names of files of engines.
const ENGINES: [&str; 11] =
    [".j2", ".jinja", ".jinja2", ".erb", ".epp", ".ctmpl", ".gotmpl", ".tftpl", ".mustache", ".hbs", ".handlebars"];

fn arms(group: &blocks::Group, base: u32) -> impl Iterator<Item = Arm> {
    let repeats = group.opens == token::Opens::Loop;
    let start = base + group.span.start as u32;
    let arms = (0_u32..).zip(&group.arms);
    let rest = group.arms.len().checked_sub(1).filter(|_| group.is_exhaustive).map(|last| last as u32);
    // What follows `else` in a loop is there instead of it.
    let arm = move |number: u32, span: Span| Arm {
        span,
        group: start,
        number,
        is_rest: rest == Some(number),
        repeats: repeats && number == 0,
        parent: None,
    };
    arms.flat_map(move |(number, range)| {
        let first = if number == 0 { group.common.as_slice() } else { &[] };
        let starts = std::iter::once(range.start).chain(first.iter().map(|common| common.end));
        let ends = first.iter().map(|common| common.start).chain(std::iter::once(range.end));
        starts.zip(ends).map(move |(start, end)| arm(number, span(&(start..end.max(start)), base)))
    })
}

/// Finds the arm around each arm.
fn nest(arms: &mut [Arm]) {
    let mut open: Vec<(u32, u32)> = Vec::new();
    for (index, arm) in (0..).zip(arms) {
        while open.last().is_some_and(|(_, end)| *end <= arm.span.start && *end < arm.span.end) {
            open.pop();
        }
        arm.parent = open.last().map(|(index, _)| *index);
        open.push((index, arm.span.end));
    }
}

const fn span(range: &Range<usize>, base: u32) -> Span {
    Span::new(base + range.start as u32, base + range.end as u32)
}

/// The pieces of a text that some engine replaces. Braces alone are no sign: log formats hold `%{+Q}[...]` and `{%[...]}`,
/// conditions hold `{ ... }`.
fn tokens(path: &str, text: &str, layout: Layout) -> Vec<Token> {
    let mut tokens = if holds_braces(path, text) { braces::scan(path, text) } else { Vec::new() };
    if holds_angles(text) {
        tokens.extend(angles::scan(text));
        settle(&mut tokens);
    }
    if terraform::fills_in(path, text) {
        tokens.extend(terraform::scan(text));
        settle(&mut tokens);
    }
    if environment::is_named_so(path) {
        tokens.extend(environment::scan(text, layout, &tokens));
        tokens.extend(mark::within(text));
        // In YAML and JSON it is a mapping.
        if layout != Layout::Indented {
            tokens.extend(mark::in_braces(text));
        }
    }
    tokens.extend(mark::scan(text));
    settle(&mut tokens);
    tokens
}

/// Sorts pieces; of two that overlap the first stays.
fn settle(tokens: &mut Vec<Token>) {
    tokens.sort_by_key(|token| token.span.start);
    let mut end = 0;
    tokens.retain(|token| {
        let is_apart = token.span.start >= end;
        end = end.max(token.span.end);
        is_apart
    });
}

fn holds_braces(path: &str, text: &str) -> bool {
    let bytes = text.as_bytes();
    holds(bytes, [b"{{", b"}}"], |at| braces::begins_expression(text, at))
        || holds(bytes, [b"{%", b"%}"], |at| braces::begins_tag(text, at))
        || holds(bytes, [b"{#", b"#}"], |at| braces::begins_remark(path, text, at))
}

fn holds_angles(text: &str) -> bool {
    let bytes = text.as_bytes();
    holds(bytes, [b"<%", b"%>"], |at| angles::begins(text, at))
}

/// Whether a mark that opens a piece, with what begins one behind it, stands before one that closes it.
fn holds(bytes: &[u8], [open, close]: [&[u8; 2]; 2], begins: impl Fn(usize) -> bool) -> bool {
    let mut last = None;
    memmem::find_iter(bytes, open)
        .any(|at| begins(at + 2) && *last.get_or_insert_with(|| memmem::rfind(bytes, close).unwrap_or(0)) > at)
}
