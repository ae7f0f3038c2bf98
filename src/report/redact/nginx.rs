//! The secret words of one line of an nginx file, by the rows of the grammar and by what headers and parameters are called.

use std::borrow::Cow;
use std::ops::Range;

use super::user_information;

use crate::grammar::nginx::Grammar;
use crate::source::{View, offset_in};
use crate::syntax::nginx::parse;

/// Headers whose value proves who somebody is.
const HEADERS: [&str; 6] =
    ["authorization", "proxy-authorization", "x-api-key", "x-auth-token", "x-access-token", "cookie"];
/// What names of secrets contain.
const MARKS: [&str; 6] = ["password", "passwd", "secret", "token", "apikey", "api_key"];
/// Directives whose first argument names what the second one is.
const SETTERS: [&str; 10] = [
    "add_header",
    "add_trailer",
    "auth_request_set",
    "fastcgi_param",
    "grpc_set_header",
    "more_set_input_headers",
    "proxy_set_header",
    "scgi_param",
    "set",
    "uwsgi_param",
];

/// A word as written, by its place in the line, and its value.
type Word<'a> = (Range<usize>, Cow<'a, str>);

/// The secret parts of a line, in order. A statement that is commented out keeps its secrets, so it is read all the same.
pub(super) fn secrets(line: &str, grammar: &Grammar) -> Vec<Range<usize>> {
    let statement = line.trim_start_matches([' ', '\t', '#']);
    let indent = line.len() - statement.len();
    let view = View::new(statement, 0);
    let tree = parse(view, grammar, &mut Vec::new());
    let mut secret: Vec<Range<usize>> = Vec::new();
    for (id, _) in tree.iter() {
        let words: Vec<Word<'_>> = tree
            .words(view, id)
            .map(|word| (word.span.local(0), word.value(view).known().unwrap_or_default()))
            .collect();
        secret.extend(positions(&words, grammar).filter_map(|at| words.get(at)).map(|(range, _)| range.clone()));
    }
    secret.extend(of_broken(statement, secret.is_empty(), grammar));
    secret.extend(user_information(statement));
    secret.sort_unstable_by_key(|range| (range.start, range.end));
    secret.iter().map(|range| range.start + indent..range.end + indent).collect()
}

/// A line on which a statement only begins, or that the program could not split: all after the first secret word.
fn of_broken(statement: &str, nothing_found: bool, grammar: &Grammar) -> Option<Range<usize>> {
    if !nothing_found {
        return None;
    }
    let start = |word: &str| offset_in(statement, word);
    let words: Vec<Word<'_>> = statement
        .split_ascii_whitespace()
        .map(|word| (start(word)..start(word) + word.len(), Cow::Borrowed(word)))
        .collect();
    let first = positions(&words, grammar).next().and_then(|at| words.get(at))?;
    Some(first.0.start..statement.len())
}

/// Which words of a statement are secret.
fn positions<'w>(words: &'w [Word<'_>], grammar: &'w Grammar) -> impl Iterator<Item = usize> + use<'w> {
    let text = |at: usize| words.get(at).map_or("", |(_, value)| value.as_ref());
    let rows = grammar.directive(text(0)).map_or(&[][..], |id| grammar.rows(id));
    let is_set = SETTERS.contains(&text(0)) && is_secret_name(text(1));
    (1..words.len()).filter(move |at| (is_set && *at > 1) || rows.iter().any(|row| row.secret.covers(*at)))
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    HEADERS.contains(&name.as_str()) || MARKS.iter().any(|mark| name.replace('-', "_").contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blotted(line: &str) -> String {
        super::super::tests::blotted(line, secrets(line, &Grammar::load()))
    }

    #[test]
    fn secrets_of_directives() {
        assert_eq!(blotted("  secure_link_secret hunter2;"), "  secure_link_secret *******;");
        assert_eq!(blotted("a { auth_jwt_key \"x y\"; b 1; }"), "a { auth_jwt_key *****; b 1; }");
        assert_eq!(blotted("# aws_secret_key abc;"), "# aws_secret_key ***;");
    }

    #[test]
    fn secrets_of_headers_parameters_and_urls() {
        let header = "proxy_set_header Authorization \"Basic Zm9v\";";
        assert_eq!(blotted(header), "proxy_set_header Authorization ************;");
        assert_eq!(blotted("fastcgi_param DB_PASSWORD x1;"), "fastcgi_param DB_PASSWORD **;");
        assert_eq!(blotted("set $api_token abc;"), "set $api_token ***;");
        assert_eq!(blotted("proxy_pass http://joe:pw@a:80/x;"), "proxy_pass http://joe:**@a:80/x;");
    }

    #[test]
    fn a_line_that_only_begins_a_statement_hides_nothing() {
        assert_eq!(blotted("proxy_set_header Authorization \"Basic"), "proxy_set_header Authorization ******");
        assert_eq!(blotted("proxy_set_header Authorization Basic"), "proxy_set_header Authorization *****");
    }

    #[test]
    fn ordinary_lines_are_shown() {
        for line in ["server 10.0.0.1:80 weight=5;", "proxy_set_header Host $host;", "# a remark", "}", ""] {
            assert_eq!(blotted(line), line);
        }
    }
}
