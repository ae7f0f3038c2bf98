//! Comments that speak to lblint (`# lblint: ...`), and what each of them speaks of.

use memchr::memmem;

use super::mark::{address, late_expectation, may_speak};
use crate::source::{Span, View};

/// What such a comment begins with.
const MARK: &str = "lblint:";

/// How comments of template engines begin and end.
const TEMPLATE_COMMENTS: [(&str, &str); 11] = [
    ("{#", "#}"),
    ("{#-", "#}"),
    ("{#+", "#}"),
    ("<%#", "%>"),
    ("<%-#", "%>"),
    ("<%#-", "%>"),
    ("{{/*", "*/"),
    ("{{- /*", "*/"),
    ("{{-/*", "*/"),
    ("{{!", "}}"),
    ("{{!--", "}}"),
];

/// A comment that speaks to lblint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remark {
    /// The comment.
    pub at: Span,
    /// What follows `lblint:`, without blanks around it.
    pub words: Span,
    /// Whether a colon follows the name: without one it may be a sentence.
    pub has_colon: bool,
    /// The statement that it speaks of: its own, or, if it stands on a line of its own, the next one; all of a block if
    /// that is its header. `None` if there is none.
    pub covers: Option<Span>,
    /// The whole text, if no statement stands before the comment.
    pub file: Option<Span>,
}

/// What the readers know of statements.
pub(super) trait Outline {
    /// Where the first statement begins.
    fn first(&self) -> Option<u32>;

    /// The statement that a comment behind something on its line belongs to.
    fn before(&self, comment: Span) -> Option<Span>;

    /// The statement that follows a comment on a line of its own.
    fn after(&self, comment: Span) -> Option<Span>;
}

/// The remarks of a text. `written` is what stands in the file where readers see placeholders; `comments` are those that the
/// reader of the language knows.
pub(super) fn remarks(
    written: &str,
    view: View<'_>,
    comments: impl Iterator<Item = Span>,
    outline: &impl Outline,
) -> Vec<Remark> {
    if !may_speak(written) {
        return Vec::new();
    }
    let mut found: Vec<(Span, Span)> = comments.filter_map(|at| spoken(written, view, at)).collect();
    found.extend(in_templates(written, view));
    found.sort_unstable();
    found.dedup();
    let remark = |(at, words): (Span, Span)| Remark {
        at,
        words,
        has_colon: name_of(written, view, at, words).ends_with(':'),
        covers: if is_trailing(written, view, at) { outline.before(at) } else { outline.after(at) },
        file: outline.first().is_none_or(|first| at.start <= first).then(|| view.span()),
    };
    found.into_iter().map(remark).collect()
}

/// What a comment says to lblint.
fn spoken(written: &str, view: View<'_>, at: Span) -> Option<(Span, Span)> {
    let comment = written.get(at.local(view.base))?;
    let comment = comment.trim_start_matches('#').trim_start();
    let words = address(comment).map(|(words, _)| words).or_else(|| late_expectation(comment))?;
    Some((at, trimmed(at.end - words.len() as u32, words)))
}

/// What stands before the words of a comment.
fn name_of<'w>(written: &'w str, view: View<'_>, at: Span, words: Span) -> &'w str {
    written.get(Span::new(at.start, words.start).local(view.base)).unwrap_or_default().trim_end()
}

fn trimmed(start: u32, text: &str) -> Span {
    let words = text.trim_start();
    let start = start + (text.len() - words.len()) as u32;
    Span::new(start, start + words.trim_end().len() as u32)
}

/// Comments of a template engine: the readers of the languages do not see them.
fn in_templates(written: &str, view: View<'_>) -> Vec<(Span, Span)> {
    let marks = memmem::find_iter(written.as_bytes(), MARK.as_bytes());
    let comments = marks.filter_map(|at| template_comment(written, at));
    let is_replaced = |at: &std::ops::Range<usize>| view.text.get(at.clone()) != written.get(at.clone());
    let comments = comments.filter(|(at, _)| is_replaced(at));
    comments
        .map(|(at, words)| {
            let text = written.get(words.clone()).unwrap_or_default();
            let span = Span::new(view.base + at.start as u32, view.base + at.end as u32);
            (span, trimmed(view.base + words.start as u32, text))
        })
        .collect()
}

type Range = std::ops::Range<usize>;

/// The comment of a template engine that begins with the mark at `at`, and what it says.
fn template_comment(written: &str, at: usize) -> Option<(Range, Range)> {
    let before = written.get(..at)?.trim_end();
    let (open, close) = TEMPLATE_COMMENTS.iter().find(|(open, _)| before.ends_with(open))?;
    let start = at + MARK.len();
    let rest = written.get(start..)?;
    let length = rest.find(close)?;
    let words = rest.get(..length)?.trim_end_matches(['-', '+']);
    let end = start + length + close.len();
    Some((before.len() - open.len()..end, start..start + words.len()))
}

/// Whether something else than blanks stands before a comment on its line, which is the one that people see: a comment of
/// an engine may take the line end before it away.
fn is_trailing(written: &str, view: View<'_>, at: Span) -> bool {
    let end = at.local(view.base).start;
    let start = written.get(..end).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let before = view.text.get(start..end).unwrap_or_default();
    !before.trim_matches(['\u{feff}', ' ', '\t']).is_empty()
}

/// What stands before a comment on its line.
pub(super) fn before_on_line(view: View<'_>, at: Span) -> &str {
    let before = view.slice(Span::new(view.base, at.start));
    before.rsplit('\n').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One statement a line.
    struct Lines<'a>(View<'a>);

    impl Outline for Lines<'_> {
        fn first(&self) -> Option<u32> {
            self.0.text.find(|c: char| c.is_ascii_lowercase()).map(|at| self.0.base + at as u32)
        }

        fn before(&self, comment: Span) -> Option<Span> {
            let length = before_on_line(self.0, comment).len() as u32;
            Some(Span::new(comment.start - length, comment.start))
        }

        fn after(&self, comment: Span) -> Option<Span> {
            let rest = self.0.slice(Span::new(comment.end, self.0.span().end));
            let at = rest.find(|c: char| c.is_ascii_lowercase())?;
            Some(Span::empty(comment.end + at as u32))
        }
    }

    fn in_template<'a>(written: &'a str, seen: &'a str) -> Vec<(&'a str, Option<u32>)> {
        let view = View::new(seen, 0);
        let remarks = remarks(written, view, std::iter::empty(), &Lines(view));
        let words = |remark: &Remark| &written[remark.words.local(0)];
        remarks.iter().map(|remark| (words(remark), remark.covers.map(|span| span.start))).collect()
    }

    #[test]
    fn comments_of_template_engines_are_found_in_the_original_text() {
        for written in [
            "  {# lblint: allow(x) it is so #}\n a b\n",
            "  {#- lblint: allow(x) it is so -#}\n a\n",
            "<%# lblint: allow(x) it is so %>\n a\n",
            "<%# lblint: allow(x) it is so -%>\n a\n",
            "<%#- lblint: allow(x) it is so -%>\n a\n",
            "{{! lblint: allow(x) it is so}}\n a\n",
            "{{!-- lblint: allow(x) it is so --}}\n a\n",
            "{{/* lblint: allow(x) it is so */}}\n a\n",
            "{{- /* lblint: allow(x) it is so */ -}}\n a\n",
        ] {
            let end = written.find('\n').unwrap();
            let seen = " ".repeat(end) + &written[end..];
            assert_eq!(in_template(written, &seen), [("allow(x) it is so", Some(end as u32 + 2))], "{written}");
        }
    }

    #[test]
    fn one_that_takes_the_line_end_before_it_away_speaks_of_the_next_line() {
        let written = "a b\n {#- lblint: allow(x) #}\nc\n";
        assert_eq!(in_template(written, "a b                         \nc\n"), [("allow(x)", Some(29))]);
    }

    #[test]
    fn one_behind_a_statement_belongs_to_it() {
        let written = "a b {# lblint: allow(x) #}\nc\n";
        assert_eq!(in_template(written, "a b                        \nc\n"), [("allow(x)", Some(0))]);
    }

    #[test]
    fn what_no_engine_takes_away_is_no_comment() {
        let text = "set x \"{# lblint: allow(x) #}\"\n";
        assert!(in_template(text, text).is_empty());
    }
}
