//! Fixes that checks share: a statement is taken out or moved, a word is added to servers.

use super::Context;
use crate::finding::{Fix, cut};
use crate::model::Target;
use crate::source::{Dialect, Span, View, offset_in};

/// The text in which a place stands, as it is written.
fn text_of<'a>(context: &Context<'a>, at: Span) -> Option<View<'a>> {
    Some(context.sources.at(at.start)?.1.written())
}

/// A statement without the end of its line, and in nginx with its `;`.
fn statement<'a>(context: &Context<'a>, at: Span) -> Option<(View<'a>, Span)> {
    let view = text_of(context, at)?;
    let written = view.slice(at).trim_end();
    let end = at.start + written.len() as u32;
    let rest = view.slice(Span::new(end, view.span().end));
    let blanks = rest.len() - rest.trim_start().len();
    if context.unit.dialect != Dialect::Nginx || written.ends_with([';', '}']) {
        return Some((view, Span::new(at.start, end)));
    }
    // The words of a statement: what ends it stands behind them.
    rest.trim_start().starts_with(';').then(|| (view, Span::new(at.start, end + blanks as u32 + 1)))
}

/// Takes out statements of HAProxy or nginx.
pub(super) fn remove(context: &Context<'_>, fix: Fix, statements: impl IntoIterator<Item = Span>) -> Option<Fix> {
    statements.into_iter().try_fold(fix, |fix, at| {
        let (view, at) = statement(context, at)?;
        Some(fix.delete(cut::whole(view, at)))
    })
}

/// Writes the word that is nearly the same, where neither needs quotes and one slip of the hand lies between them. It is a
/// guess: somebody has to look at it.
pub(super) fn correct_word(context: &Context<'_>, at: Span, word: &str) -> Option<Fix> {
    let written = context.written(at);
    let is_bare = |text: &str| !text.contains(|one: char| one.is_whitespace() || "\"'\\{}();,#".contains(one));
    let is_near = strsim::osa_distance(written, word) == 1 || written.eq_ignore_ascii_case(word);
    let fix = || Fix::to_review(format!("write `{word}`")).replace(at, word);
    (is_near && is_bare(written) && is_bare(word)).then(fix)
}

/// Takes out a word and the blanks before it.
pub(super) fn remove_word(context: &Context<'_>, fix: Fix, at: Span) -> Option<Fix> {
    Some(fix.delete(cut::with_blanks(text_of(context, at)?, at)))
}

/// The whole line in which a word stands.
pub(super) fn line(context: &Context<'_>, at: Span) -> Option<Span> {
    Some(cut::lines(text_of(context, at)?, at))
}

/// The word that stands in front of another one on its line.
pub(super) fn word_before(context: &Context<'_>, at: Span) -> Option<Span> {
    let view = text_of(context, at)?;
    let before = view.slice(Span::new(cut::lines(view, at).start, at.start)).trim_end();
    let word = before.rsplit(char::is_whitespace).next().filter(|word| !word.is_empty())?;
    let start = view.base + offset_in(view.text, word) as u32;
    Some(Span::new(start, start + word.len() as u32))
}

/// Adds a parameter behind the addresses of servers of HAProxy; nothing if one of them says the opposite.
pub(super) fn add_parameter<'t>(
    context: &Context<'_>,
    fix: Fix,
    targets: impl IntoIterator<Item = &'t Target>,
    word: &str,
) -> Option<Fix> {
    let opposite = format!("no-{word}");
    targets.into_iter().try_fold(fix, |fix, target| {
        let end = target.address_at.end;
        let view = text_of(context, target.address_at)?;
        let is_last = view.slice(Span::new(end, view.span().end)).chars().next().is_none_or(char::is_whitespace);
        let is_own = is_last && target.statement.encloses(target.address_at);
        let says_no = context.written(target.statement).split_whitespace().any(|own| own == opposite);
        (is_own && !says_no).then(|| fix.insert(end, format!(" {word}")))
    })
}

/// Moves a statement of HAProxy or nginx in front of another one above it, if each has its lines to itself.
pub(super) fn move_above(context: &Context<'_>, fix: Fix, moved: Span, place: Span) -> Option<Fix> {
    let ((view, moved), (_, place)) = (statement(context, moved)?, statement(context, place)?);
    let (from, to) = (cut::own_lines(view, moved)?, cut::own_lines(view, place)?);
    let text = view.slice(from);
    (text.ends_with('\n') && to.end <= from.start).then(|| fix.insert(to.start, text).delete(from))
}
