//! What the parser stopped at, in our words and at the place that a reader looks for.

use granit_parser::{ErrorKind, ScanError};

use super::lines::Line;
use crate::diagnostic::Kind;
use crate::syntax::envoy::DEEPEST;

/// A defect of a text.
#[derive(Debug)]
pub(super) struct Defect {
    /// Where it is reported; one character, or nothing at the end of a line.
    pub(super) at: usize,
    pub(super) kind: Kind,
    /// What must be taken out to read on.
    pub(super) culprit: usize,
}

/// What the parser stopped at. `read` is the end of what it has told of the text before, `flow` are the brackets that are
/// open there: the outermost and the innermost.
pub(super) fn find(text: &str, error: &ScanError, read: usize, flow: Option<(usize, usize)>) -> Defect {
    let marker = error.marker().byte_offset().unwrap_or(read).min(text.len());
    let pending = Pending::scan(text, read, marker);
    let outer = flow.map(|(outer, _)| outer).or(pending.first_bracket);
    let inner = pending.last_bracket.or(flow.map(|(_, inner)| inner));
    let culprit = outer.or(pending.quote).unwrap_or(marker);
    let defect = |at, kind| Defect { at, kind, culprit };
    if let (Some(quote), true) = (pending.quote, is_about_quotes(error.kind())) {
        return defect(quote, Kind::UnclosedString);
    }
    if let ErrorKind::UnclosedFlowCollection { .. } | ErrorKind::MismatchedFlowCollectionEnd { .. } = error.kind() {
        return Defect { at: marker, kind: Kind::UnclosedBracket, culprit: outer.unwrap_or(marker) };
    }
    if let (Some(inner), Some(outer)) = (inner, outer)
        && ends_before(text, outer, marker)
    {
        return defect(inner, Kind::UnclosedBracket);
    }
    if let Some(tab) = tab_near(text, marker).filter(|_| outer.is_none()) {
        return defect(tab, Kind::TabIndentation);
    }
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => defect(marker, Kind::TooDeep(DEEPEST as u32)),
        kind => {
            let words = if follows_a_value(text, kind, marker) { BEHIND } else { words(kind) };
            Defect { at: marker, kind: Kind::BadNotation(words), culprit: outer.unwrap_or(marker) }
        }
    }
}

/// What a text that stands behind a value on its line is told.
const BEHIND: &str = "something follows a value that has ended: delete it, or put both into quotes";

/// Whether the parser, which waits for an entry on a line of its own, stopped behind a closing bracket on the same line.
fn follows_a_value(text: &str, kind: &ErrorKind, marker: usize) -> bool {
    let Some(line) = Line::at(text, marker).filter(|line| line.content < marker) else { return false };
    let before = text.get(line.content..marker).unwrap_or_default().trim_end();
    matches!(kind, ErrorKind::ExpectedBlockMappingKey) && before.ends_with(['}', ']'])
}

/// Whether some later line is not indented more than the one with an open bracket: the bracket was forgotten.
fn ends_before(text: &str, bracket: usize, marker: usize) -> bool {
    let (Some(first), Some(last)) = (Line::at(text, bracket), Line::at(text, marker)) else { return false };
    let closes = |line: &Line<'_>| text.as_bytes().get(line.content).is_some_and(|byte| matches!(byte, b']' | b'}'));
    let item = first.marks().into_iter().rev().find(|mark| mark.value <= bracket);
    let column = item.map_or(first.column(), |mark| mark.column);
    let lines = std::iter::successors(Some(last), Line::before).take_while(|line| line.start > first.start);
    lines.take(FAR).any(|line| line.column() <= column && !closes(&line))
}

/// How many lines are looked through for the end of a bracket.
const FAR: usize = 1000;

/// A tab in the indentation of the line that holds an offset, or of the next one: the parser stops before the break, too.
fn tab_near(text: &str, marker: usize) -> Option<usize> {
    let own = Line::at(text, marker).and_then(|line| line.tab());
    let next = || Line::at(text, end_of_line(text, marker) + 1)?.tab();
    own.or_else(next)
}

/// What is open in a part of the text that the parser has looked at but not told of.
#[derive(Debug, Default)]
struct Pending {
    first_bracket: Option<usize>,
    last_bracket: Option<usize>,
    quote: Option<usize>,
}

impl Pending {
    fn scan(text: &str, start: usize, end: usize) -> Self {
        let (mut brackets, mut at, mut before) = (Vec::new(), start, b' ');
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(at).filter(|_| at < end) {
            let opens_word = before.is_ascii_whitespace() || b"[{,:-".contains(&before);
            match byte {
                b'[' | b'{' if opens_word => brackets.push(at),
                b']' | b'}' => drop(brackets.pop()),
                b'#' if before.is_ascii_whitespace() => at = end_of_line(text, at) - 1,
                b'"' | b'\'' if opens_word => match end_of_quote(bytes, at, end) {
                    Some(after) => at = after - 1,
                    None => return Self::new(&brackets, Some(at)),
                },
                _ => {}
            }
            before = byte;
            at += 1;
        }
        Self::new(&brackets, None)
    }

    fn new(brackets: &[usize], quote: Option<usize>) -> Self {
        Self { first_bracket: brackets.first().copied(), last_bracket: brackets.last().copied(), quote }
    }
}

fn end_of_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length).max(at + 1)
}

/// Behind the quote that closes the one at `start`, if that is before `end`.
fn end_of_quote(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let quote = bytes.get(start)?;
    let mut at = start + 1;
    while at < end {
        match bytes.get(at)? {
            b'\\' if *quote == b'"' => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_about_quotes(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::UnclosedQuotedScalar
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::TabInIndentation
    )
}

fn words(kind: &ErrorKind) -> &'static str {
    use ErrorKind as E;
    match kind {
        E::MappingValueNotAllowed | E::InvalidColonPlacement | E::MappingKeyNotAllowed => {
            "no key can stand here: put a text with `: ` into quotes, or look at the indentation"
        }
        E::ExpectedBlockMappingKey | E::InvalidIndentation | E::InvalidFlowScalarIndent => {
            "indented unlike the entries around it"
        }
        E::SimpleKeyExpected | E::InvalidSimpleKey => "a `:` is missing behind a key",
        E::ExpectedBlockSequenceEntry => "an item of a list begins with `-`",
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection => "no item of a list can begin here",
        E::UnexpectedCharacter { .. } | E::PlainScalarStartsWithDashFlowIndicator => {
            "a text cannot begin with this: put it into quotes"
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            "something follows the closing quote"
        }
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator => {
            "a comma or a closing bracket is missing before this"
        }
        E::MisplacedFlowCollectionEnd => "nothing is open that this could close",
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidUnicodeEscape
        | E::InvalidLowSurrogate
        | E::InvalidLowSurrogateHexEscape
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate => "double quotes know no such escape",
        E::InvalidBlockScalarHeader | E::ZeroBlockScalarIndent | E::InvalidBlockScalarIndent => {
            "the lines of a block text must be indented alike, and more than its key"
        }
        E::MissingAnchorOrAliasName => "the name of an anchor is missing",
        E::UndeclaredTagHandle => "the prefix of this tag is not declared",
        _ => "this cannot be read as YAML",
    }
}
