//! What a template leaves open in a section: lines that are filled in, and what these may set.

use super::Part;
use super::draft::Draft;
use crate::model::{Completeness, Fact, Presence, Text, Texts, Value, Why};
use crate::source::{Arm, Sources, Span};
use crate::syntax::haproxy::{Section, StatementKind};

/// Whether names may be defined that are written nowhere: whole lines are filled in, or the names themselves.
pub(super) fn opens_names(part: &Part<'_>) -> bool {
    !part.view.masks.is_empty()
        && part.tree.iter().any(|(id, statement)| {
            let masked = |number: usize| {
                let word = part.tree.words(part.view, id).nth(number);
                word.is_some_and(|word| part.view.is_masked(word.span))
            };
            let is_condition = || part.view.slice(statement.span).starts_with("acl");
            masked(0) || ((statement.kind() == StatementKind::Section || is_condition()) && masked(1))
        })
}

/// The first line of a section whose keyword is filled in: any number of any statements. What these may set is not known,
/// unless it is written in the section. Neither is what a keyword may set of which the second word is filled in.
pub(super) fn filled_in(part: &Part<'_>, section: &Section, draft: &mut Draft) -> Option<Span> {
    if part.view.masks.is_empty() {
        return None;
    }
    let mut first = None;
    for id in section.body() {
        let mut words = part.tree.words(part.view, id).filter(|word| part.view.slice(word.span) != "no");
        match (words.next(), words.next()) {
            (Some(keyword), _) if part.view.is_masked(keyword.span) => first = first.or(Some(id)),
            (Some(keyword), Some(which)) if part.view.is_masked(which.span) => {
                doubt_kind(draft, part.view.slice(keyword.span));
            }
            _ => {}
        }
    }
    first?;
    doubt(draft);
    part.tree.get(first?).map(|statement| statement.span)
}

/// Whether a section's lists hold all there is, as far as a template leaves it open. An arm may hold only the header of a
/// section: the rest stands behind the arms.
pub(super) fn completeness(
    part: &Part<'_>,
    section: &Section,
    header: Option<u32>,
    filled_in: Option<Span>,
) -> Completeness {
    if let Some(at) = filled_in {
        return Completeness::Incomplete(Why::Template, at);
    }
    let arm = header.filter(|_| section.body().next().is_none()).and_then(|at| part.view.arms_within(at, None).next());
    let has_siblings = |arm: &Arm| part.view.arms.iter().any(|one| one.group == arm.group && one.number != arm.number);
    match header.filter(|_| arm.is_some_and(has_siblings)) {
        Some(at) => Completeness::Incomplete(Why::Condition, Span::empty(at)),
        None => Completeness::Complete,
    }
}

/// What lines that are not known leave of a section's settings: those that are written in it are known again.
fn doubt(draft: &mut Draft) {
    let s = &mut draft.settings;
    forget(&mut s.mode);
    forget(&mut s.policy);
    forget(&mut s.hash_type);
    forget(&mut s.hash_balance);
    forget(&mut s.probe);
    forget(&mut s.retries);
    forget(&mut s.retry_on);
    forget(&mut s.redispatch);
    forget(&mut s.all_backups);
    forget(&mut s.affinity);
    forget(&mut s.saved_state);
    forget(&mut s.full_load);
    doubt_kind(draft, "timeout");
    forget(&mut draft.connections);
    let server = &mut draft.server.settings;
    forget(&mut server.checked);
    forget(&mut server.agent);
    forget(&mut server.connections);
    if let Some((pool, _)) = &mut draft.default_pool {
        forget(pool);
    }
}

/// What a statement leaves of the settings of which only its first word is known: `timeout {{ which }} 30s`.
fn doubt_kind(draft: &mut Draft, keyword: &str) {
    let s = &mut draft.settings;
    match keyword {
        "timeout" => {
            let t = &mut s.timeouts;
            let all = [&mut t.connect, &mut t.server, &mut t.client, &mut t.queue, &mut t.check, &mut t.tunnel];
            all.into_iter().chain([&mut t.http_request]).for_each(forget);
        }
        "option" => {
            forget(&mut s.probe);
            forget(&mut s.redispatch);
            forget(&mut s.all_backups);
            forget(&mut draft.log.shows_target);
        }
        // A rule that is filled in may answer.
        "http-request" | "tcp-request" => draft.answers_itself = true,
        _ => {}
    }
}

fn forget<T: Copy>(fact: &mut Fact<T>) {
    fact.value = Value::Unknown(Why::Template);
}

/// The name of a server that may be there: a template fills it in, or a condition guards it.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenName {
    /// The section that it is valid in.
    pub(super) scope: u32,
    pub(super) name: Text,
    /// Only whether it is there is open.
    pub(super) is_known: bool,
}

impl OpenName {
    /// Whether it may be this name: what is written around a placeholder is.
    pub(super) fn may_be(self, value: &str, texts: &Texts, sources: &Sources) -> bool {
        if self.is_known {
            return texts.get(self.name, sources) == value;
        }
        let span = self.name.0;
        let Some((_, source)) = sources.at(span.start) else { return true };
        let view = source.view();
        let mut masks = view.masks.iter().filter(|mask| mask.overlaps(span));
        let Some(first) = masks.next() else { return true };
        let last = masks.next_back().unwrap_or(first);
        let before = view.slice(Span::new(span.start, first.start.max(span.start)));
        let behind = view.slice(Span::new(last.end.min(span.end), span.end));
        value.starts_with(before) && value.ends_with(behind)
    }
}

/// What a line that is there any number of times leaves of a list.
pub(super) const fn repeated(presence: Presence, at: Span) -> Option<Completeness> {
    match presence {
        Presence::Repeated(_) => Some(Completeness::Incomplete(Why::Repetition, at)),
        Presence::Always | Presence::Maybe(_) => None,
    }
}
