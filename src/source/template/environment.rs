//! `${NAME}` and `$NAME` that a shell or `envsubst` fills in, in files that are named as templates.

use memchr::memchr_iter;

use super::Layout;
use super::token::{Token, TokenKind};

/// Ends of names of files in which a program fills in variables of the environment.
const NAMES: [&str; 6] = [".template", ".tmpl", ".tpl", ".envsubst", ".in", ".tmp"];

/// Whether a file is named as a template of this kind.
pub(super) fn is_named_so(path: &str) -> bool {
    NAMES.iter().any(|end| path.ends_with(end))
}

/// Finds the variables. nginx has variables of its own, which people write in small letters; HAProxy fills in `"${NAME}"`
/// in double quotes by itself, and only there.
pub(super) fn scan(text: &str, layout: Layout, others: &[Token]) -> Vec<Token> {
    let mut found = Vec::new();
    let mut end = 0;
    for at in memchr_iter(b'$', text.as_bytes()) {
        let rest = text.get(at + 1..).unwrap_or_default();
        let small = || (layout != Layout::Terminated).then(|| small_name(rest)).flatten();
        let Some(length) = length(rest).or_else(small) else { continue };
        let after = others.partition_point(|token| token.span.start <= at);
        let is_inside = after.checked_sub(1).and_then(|index| others.get(index)).is_some_and(|one| one.span.end > at);
        let is_own = layout == Layout::Lines && is_in_double_quotes(text, at);
        if at >= end && !is_inside && !is_own {
            end = at + 1 + length;
            found.push(Token::new(at..end, TokenKind::Value));
        }
    }
    found
}

/// How long the name behind a `$` is, its braces included: capitals, digits and `_`.
fn length(rest: &str) -> Option<usize> {
    let (name, braces) = rest.strip_prefix('{').map_or((rest, 0), |name| (name, 1));
    let end = name.find(|letter: char| !letter.is_ascii_uppercase() && !letter.is_ascii_digit() && letter != '_');
    let end = end.unwrap_or(name.len());
    if !name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_') || end + braces < 2 {
        return None;
    }
    if braces == 0 {
        let is_whole = !name.get(end..)?.starts_with(|next: char| next.is_ascii_lowercase());
        return is_whole.then_some(end);
    }
    // `${NAME:-default}`
    let close =
        name.get(end..)?.find('}').filter(|_| name.get(end..).is_some_and(|rest| rest.starts_with(['}', ':', '-'])));
    close.map(|close| end + close + 2).filter(|length| !rest.get(..*length).is_some_and(|text| text.contains('\n')))
}

/// The same of `{name}` in small letters.
fn small_name(rest: &str) -> Option<usize> {
    let (name, _) = rest.strip_prefix('{')?.split_once('}')?;
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    is_name.then_some(name.len() + 2)
}

fn is_in_double_quotes(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.matches('"').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, layout: Layout) -> Vec<&str> {
        scan(text, layout, &[]).into_iter().map(|token| &text[token.span]).collect()
    }

    #[test]
    fn capitals_are_filled_in() {
        let text = "listen ${PORT}; set $host $remote_addr; server $BACKEND_HOST:${P:-80} $Mixed ${lower} $A";
        assert_eq!(names(text, Layout::Terminated), ["${PORT}", "$BACKEND_HOST", "${P:-80}"]);
    }

    #[test]
    fn haproxy_fills_in_by_itself_between_double_quotes() {
        assert_eq!(names("server a \"${HOST}\":${PORT}", Layout::Lines), ["${PORT}"]);
        assert_eq!(names("server ${name} \"${host}\":80 # ${a b} $x", Layout::Lines), ["${name}"]);
    }
}
