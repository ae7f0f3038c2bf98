//! What has to go with a statement, a word or a comment, so that no empty lines and no double blanks stay behind.

use crate::source::{Span, View};

/// The whole lines that a span touches, with the end of the last.
pub fn lines(view: View<'_>, span: Span) -> Span {
    let start = view.slice(Span::new(view.base, span.start)).rfind('\n').map_or(0, |at| at as u32 + 1);
    let end = view.span().end;
    let behind = view.slice(Span::new(span.end, end)).find('\n');
    Span::new(view.base + start, behind.map_or(end, |at| span.end + at as u32 + 1))
}

/// The lines of what has them to itself; a comment behind it belongs to it. `None` if something else stands there.
pub fn own_lines(view: View<'_>, span: Span) -> Option<Span> {
    let lines = lines(view, span);
    let before = view.slice(Span::new(lines.start, span.start));
    let behind = view.slice(Span::new(span.end, lines.end)).trim_start();
    let is_alone = before.trim_matches([' ', '\t']).is_empty() && (behind.is_empty() || behind.starts_with('#'));
    is_alone.then_some(lines)
}

/// Words and the blanks before them.
pub fn with_blanks(view: View<'_>, span: Span) -> Span {
    let before = view.slice(Span::new(view.base, span.start));
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    Span::new(span.start - blanks as u32, span.end)
}

/// The lines of what has them to itself, and else the words and the blanks before them.
pub fn whole(view: View<'_>, span: Span) -> Span {
    own_lines(view, span).unwrap_or_else(|| with_blanks(view, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a text when what `«` and `»` stand around goes.
    fn left(marked: &str) -> String {
        let (start, end) = (marked.find('«').unwrap(), marked.find('»').unwrap() - '«'.len_utf8());
        let text = marked.replace(['«', '»'], "");
        let base = 7;
        let gone = whole(View::new(&text, base), Span::new(base + start as u32, base + end as u32)).local(base);
        [&text[..gone.start], &text[gone.end..]].concat()
    }

    #[test]
    fn a_statement_goes_with_its_lines_and_its_comment() {
        assert_eq!(left("a\n  «b c»  # why\nd\n"), "a\nd\n");
        assert_eq!(left("a\r\n\t«b»\r\nd\r\n"), "a\r\nd\r\n");
        assert_eq!(left("a\n«b»"), "a\n");
        assert_eq!(left("a\n  «b {\n  }»\nd\n"), "a\nd\n");
    }

    #[test]
    fn what_stands_beside_others_goes_with_the_blanks_before_it() {
        assert_eq!(left("a  «b» c\n"), "a c\n");
        assert_eq!(left("a;  «# b»\n"), "a;\n");
        assert_eq!(left("«a;» b;\n"), " b;\n");
    }
}
