//! The secret words of one HAProxy line, by the rows of the grammar that it matches.

use std::borrow::Cow;
use std::ops::Range;

use crate::grammar::haproxy::{Grammar, Line};
use crate::source::{View, offset_in};
use crate::syntax::haproxy::{Environment, parse};

/// Headers whose value proves who somebody is; health checks and rules write them out.
const HEADERS: [&str; 4] = ["authorization", "proxy-authorization", "x-api-key", "x-auth-token"];
/// The words before a header's name when its value follows.
const SETTERS: [&str; 4] = ["hdr", "set-header", "add-header", "replace-header"];

/// The secret parts of a line, in order. A statement that is commented out keeps its secrets, so it is read all the same.
pub(super) fn secrets(line: &str, grammar: &Grammar) -> Vec<Range<usize>> {
    let statement = line.trim_start_matches([' ', '\t', '#']);
    let indent = line.len() - statement.len();
    let Words { words, broken } = Words::read(statement, grammar);
    let texts: Vec<&str> = words.iter().map(|(_, text)| text.as_ref()).collect();
    let mut secret = positions(&texts, grammar);
    secret.sort_unstable();
    secret.dedup();
    let place = |range: &Range<usize>| range.start + indent..range.end + indent;
    if broken {
        let first = secret.first().and_then(|position| words.get(*position));
        return first.map(|(range, _)| place(range).start..line.len()).into_iter().collect();
    }
    secret.iter().filter_map(|position| words.get(*position)).map(|(range, _)| place(range)).collect()
}

/// The words of a statement with their values.
struct Words<'a> {
    words: Vec<(Range<usize>, Cow<'a, str>)>,
    /// The program could not split it: where a word ends is a guess.
    broken: bool,
}

impl<'a> Words<'a> {
    fn read(statement: &'a str, grammar: &Grammar) -> Self {
        let view = View::new(statement, 0);
        let tree = parse(view, grammar, &mut Vec::new());
        let environment = Environment::new();
        let words: Vec<_> = tree
            .iter()
            .flat_map(|(id, _)| tree.words(view, id))
            .map(|word| {
                let written = Cow::Borrowed(view.slice(word.span));
                (word.span.local(0), word.value(view, &environment).known().unwrap_or(written))
            })
            .collect();
        if words.is_empty() { Self::guess(statement) } else { Self { words, broken: false } }
    }

    fn guess(statement: &'a str) -> Self {
        let start = |word: &str| offset_in(statement, word);
        let words = statement.split_ascii_whitespace();
        let words = words.map(|word| (start(word)..start(word) + word.len(), Cow::Borrowed(word))).collect();
        Self { words, broken: true }
    }
}

/// Which words are secret.
fn positions(words: &[&str], grammar: &Grammar) -> Vec<usize> {
    let prefix = usize::from(matches!(words.first(), Some(&("no" | "default"))));
    let statement = words.get(prefix..).unwrap_or_default();
    let mut secret: Vec<usize> = headers(words).collect();
    let Some((rows, length)) = grammar.phrase(statement.iter().copied()) else { return secret };
    let first = prefix + length;
    let rows = || rows.iter().filter_map(|row| grammar.keyword(*row));
    let covered = (first..words.len()).filter(|at| rows().any(|row| row.secret.covers(at - first + 1)));
    secret.extend(covered);
    if let Some(line) = statement.first().and_then(|word| line_of(word, statement.get(1).copied())) {
        secret.extend(parameters(words, first, line, grammar));
    }
    secret
}

fn headers(words: &[&str]) -> impl Iterator<Item = usize> {
    let pairs = words.iter().zip(words.iter().skip(1)).enumerate();
    let is_one = |word: &str| HEADERS.iter().any(|name| name.eq_ignore_ascii_case(word));
    pairs.filter(move |(_, (setter, name))| SETTERS.contains(setter) && is_one(name)).map(|(at, _)| at + 2)
}

fn line_of(first: &str, second: Option<&str>) -> Option<Line> {
    match (first, second) {
        ("server" | "default-server" | "server-template" | "peer", _) => Some(Line::Server),
        ("bind" | "default-bind", _) | ("stats", Some("socket")) => Some(Line::Bind),
        _ => None,
    }
}

/// Arguments of parameters. Any word may be a parameter: one blot too many does no harm.
fn parameters(words: &[&str], first: usize, line: Line, grammar: &Grammar) -> Vec<usize> {
    let mut secret = Vec::new();
    for (at, word) in words.iter().enumerate().skip(first) {
        let Some(parameter) = grammar.parameter(line, word) else { continue };
        let most = parameter.signature.most().unwrap_or(words.len()).min(words.len());
        secret.extend((1..=most).filter(|position| parameter.secret.covers(*position)).map(|position| at + position));
    }
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blotted(line: &str) -> String {
        super::super::tests::blotted(line, secrets(line, &Grammar::load()))
    }

    #[test]
    fn secrets_of_statements() {
        assert_eq!(blotted("  stats auth admin:hunter2"), "  stats auth *************");
        assert_eq!(blotted("  user joe password $6$abc groups g"), "  user *** ******** ****** ****** *");
        assert_eq!(blotted("  dynamic-cookie-key \"a b\""), "  dynamic-cookie-key *****");
        assert_eq!(blotted("  ssl-passphrase-cmd a b"), "  ssl-passphrase-cmd * *");
    }

    #[test]
    fn secrets_of_parameters_and_headers() {
        assert_eq!(blotted("server a 10.0.0.1:80 tcp-md5sig key check"), "server a 10.0.0.1:80 tcp-md5sig *** check");
        let check = "http-check send hdr Authorization \"Basic Zm9v\" meth GET";
        assert_eq!(blotted(check), "http-check send hdr Authorization ************ meth GET");
    }

    #[test]
    fn a_comment_or_an_open_quote_hides_nothing() {
        assert_eq!(blotted("  # stats auth admin:hunter2"), "  # stats auth *************");
        assert_eq!(blotted("  stats auth \"admin:hunter2 x"), "  stats auth ****************");
    }

    #[test]
    fn ordinary_lines_are_shown() {
        for line in ["server a 10.0.0.1:80 check", "# a remark", "", "http-request del-header Authorization if x"] {
            assert_eq!(blotted(line), line);
        }
    }
}
