//! What must not be said of templates: complaints that a rendered file may not deserve.

use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::Finding;
use crate::source::{Arm, Layout, Source, Sources, Span, Template};

/// Longest statement whose every line is looked at for something that is filled in, in bytes.
const LONGEST: usize = 1 << 12;

/// Drops complaints that an engine's work may answer. What stays is wrong in every rendered file.
pub(super) fn silence(diagnostics: &mut Vec<Diagnostic>, sources: &Sources, layout: Layout) {
    let is_template = |source: &Source| source.template().is_some() || Template::is_named_so(&source.path);
    if sources.iter().any(|(_, source)| is_template(source)) {
        diagnostics.retain(|diagnostic| {
            let Some((_, source)) = sources.at(diagnostic.span.start) else { return true };
            match source.template() {
                Some(template) => is_certain(diagnostic, source, template, layout),
                // Nothing is filled in that lblint knows of: what an engine makes of the ends is not known all the same.
                None => {
                    !Template::is_named_so(&source.path)
                        || !(is_of_ends(&diagnostic.kind) || is_foreign(diagnostic, source))
                }
            }
        });
    }
}

/// Whether the places that a finding speaks of can all be there: those in two arms of one condition cannot.
pub(super) fn can_hold(finding: &Finding, sources: &Sources) -> bool {
    let spans = || std::iter::once(finding.primary.span).chain(finding.related.iter().map(|label| label.span));
    let arms: Vec<Arm> = spans()
        .filter_map(|span| Some((span, sources.at(span.start)?.1)))
        .filter(|(_, source)| source.template().is_some())
        .flat_map(|(span, source)| source.view().arms_within(span.start, None).copied().collect::<Vec<_>>())
        .collect();
    arms.iter().all(|arm| arms.iter().all(|other| arm.group != other.group || arm.number == other.number))
}

fn is_certain(diagnostic: &Diagnostic, source: &Source, template: &Template, layout: Layout) -> bool {
    // Tags move brackets and ends, and lines that are filled in bring what is missing.
    let moves = !template.arms.is_empty() || !template.splices.is_empty();
    let is_of_form = is_of_yaml(&diagnostic.kind) || is_of_ends(&diagnostic.kind);
    let is_other = Template::is_named_so(&source.path) && is_foreign(diagnostic, source);
    let is_elsewhere = || openings(diagnostic.span, source).any(defines);
    let is_doubtful = is_of_form || is_other || (moves && (depends_on_the_whole(&diagnostic.kind) || is_elsewhere()));
    if is_doubtful || may_be_answered(diagnostic, source, template, layout) {
        return false;
    }
    if depends_on_version(&diagnostic.kind) && asks_for_version(diagnostic.span, source) {
        return false;
    }
    let is_guarded = |at: Span| source.view().arms_within(at.start, None).next().is_some();
    match other_place(&diagnostic.kind) {
        Some(other) => !is_guarded(diagnostic.span) && !is_guarded(other),
        None => !is_guarded(diagnostic.span) || !depends_on_others(&diagnostic.kind),
    }
}

/// Complaints about the ends of a file: engines add and take away the last line end, and many drop a byte order mark.
const fn is_of_ends(kind: &Kind) -> bool {
    matches!(kind, Kind::MissingFinalNewline | Kind::ByteOrderMark)
}

/// Whether a variable `${name}` is one that nothing of nginx makes, nor one with a letter of it amiss: some program fills
/// it in.
fn is_foreign(diagnostic: &Diagnostic, source: &Source) -> bool {
    let is_unknown = matches!(diagnostic.kind, Kind::UndefinedName { what: "variable", suggestion: None });
    is_unknown && source.written().slice(diagnostic.span).starts_with("${")
}

/// Complaints about statements that other versions know.
const fn depends_on_version(kind: &Kind) -> bool {
    matches!(kind, Kind::Removed { .. } | Kind::TooNew(_) | Kind::Deprecated(_) | Kind::UnknownKeyword { .. })
}

/// Whether a condition around a statement asks for the version of the program.
fn asks_for_version(at: Span, source: &Source) -> bool {
    openings(at, source).any(|tag| tag.to_ascii_lowercase().contains("version"))
}

/// Whether a tag begins a text of its own, which stands where it is called: `{% macro %}`, `{{ define }}`.
fn defines(tag: &str) -> bool {
    let code = tag.trim_start_matches(['{', '%', '-', '+', ' ']);
    matches!(code.split([' ', '(']).next(), Some("define" | "macro"))
}

/// The tags of the blocks around a place: the one that opens each, and the one that begins its arm.
fn openings(at: Span, source: &Source) -> impl Iterator<Item = &str> {
    let view = source.written();
    source.view().arms_within(at.start, None).flat_map(move |arm| {
        let (first, last) = ((arm.group - view.base) as usize, (arm.span.start - view.base) as usize);
        let opening = view.text.get(first..last).unwrap_or_default();
        let own = opening.rfind(['<', '{']).map_or(0, |at| at.saturating_sub(1));
        [opening.lines().next(), opening.get(own..)].into_iter().flatten()
    })
}

/// Complaints about brackets and ends, and about what is missing: tags move these, and fill in what is missing.
const fn depends_on_the_whole(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::UnexpectedTerminator
            | Kind::MissingTerminator(_)
            | Kind::UnexpectedEnd(_)
            | Kind::UnclosedQuote(_)
            | Kind::TextAfterQuote(_)
            | Kind::UnclosedBlock(_)
            | Kind::UnmatchedQuote
            | Kind::OutsideSection
            | Kind::MissingField { .. }
            | Kind::Incomplete(_)
            | Kind::UnexpectedBranch
            | Kind::UnclosedBranch
    )
}

/// Complaints about the form of YAML and JSON: a placeholder need not have the form of what takes its place.
const fn is_of_yaml(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::BadNotation(_)
            | Kind::UnclosedString
            | Kind::UnclosedBracket
            | Kind::KeyNotText
            | Kind::CommentInJson
            | Kind::TabIndentation
    )
}

/// Complaints about statements that are at odds with others.
const fn depends_on_others(kind: &Kind) -> bool {
    matches!(kind, Kind::Conflict(_) | Kind::UndefinedName { .. } | Kind::IgnoredHere(_) | Kind::Misplaced { .. })
}

const fn other_place(kind: &Kind) -> Option<Span> {
    match kind {
        Kind::DuplicateSetting(first)
        | Kind::OtherSpelling(first)
        | Kind::Repeated(first)
        | Kind::TooLate(first)
        | Kind::ForNothing(first)
        | Kind::DuplicateName { first, .. }
        | Kind::TakenByAnother { first, .. } => Some(*first),
        _ => None,
    }
}

/// Whether something is filled in that may put right what is complained of: on the same lines, unless these hold several
/// statements, or words that no other can change.
fn may_be_answered(diagnostic: &Diagnostic, source: &Source, template: &Template, layout: Layout) -> bool {
    let (span, lines) = (diagnostic.span, lines_of(diagnostic.span, source));
    if !holds_piece(lines, template) {
        return false;
    }
    let text = source.written().slice(lines);
    let first = lines.start + (text.len() - text.trim_start().len()) as u32;
    // What is filled in there may be the sign of a comment.
    let begins_with_piece = source.view().is_masked(Span::new(first, first + 1));
    let narrower = match layout {
        Layout::Terminated if !text.contains(['"', '\'', '#', '\n']) => Some(statement_in(lines, span, source)),
        Layout::Lines if matches!(diagnostic.kind, Kind::InvalidValue(_)) => value_of_server(lines, span, source),
        _ => None,
    };
    begins_with_piece || narrower.is_none_or(|narrower| holds_piece(narrower, template))
}

/// The statement of nginx around a span, of those that stand on one line.
fn statement_in(line: Span, span: Span, source: &Source) -> Span {
    let view = source.view();
    let ends = [';', '{', '}'];
    let before = view.slice(Span::new(line.start, span.start)).rfind(ends);
    let start = before.map_or(line.start, |at| line.start + at as u32 + 1);
    let last = span.end.min(line.end);
    let end = view.slice(Span::new(last, line.end)).find(ends);
    Span::new(start, end.map_or(line.end, |at| last + at as u32))
}

/// A parameter of a `server` of HAProxy with its value, if a span is that value. Whatever is filled in before them, the
/// parameter or its value is refused.
fn value_of_server(line: Span, span: Span, source: &Source) -> Option<Span> {
    let before = source.written().slice(Span::new(line.start, span.start));
    let mut words = before.split_whitespace();
    let is_server = matches!(words.next(), Some("server" | "default-server"));
    let name = before.trim_end().rsplit(|letter: char| letter.is_whitespace()).next()?;
    let is_apart = before.len() > before.trim_end().len() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let start = line.start + (before.trim_end().len() - name.len()) as u32;
    (is_server && is_apart && words.count() > 2).then(|| Span::new(start, span.end))
}

/// The whole lines that a span touches; of a long one the first.
fn lines_of(span: Span, source: &Source) -> Span {
    let view = source.written();
    let local = span.local(view.base);
    let last = if local.len() > LONGEST { local.start } else { local.end };
    let start = view.text.get(..local.start).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let end = view.text.get(last..).and_then(|rest| rest.find('\n')).map_or(view.text.len(), |length| last + length);
    Span::new(view.base + start as u32, view.base + end as u32)
}

fn holds_piece(span: Span, template: &Template) -> bool {
    let first = template.pieces.partition_point(|piece| piece.end <= span.start);
    template.pieces.get(first).is_some_and(|piece| piece.overlaps(span))
}
