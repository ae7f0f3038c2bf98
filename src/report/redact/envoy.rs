//! The secret values on one line of an Envoy file, by the schema's secret fields and by what headers and fields are called.

use std::ops::Range;

use super::user_information;

use crate::grammar::envoy::Grammar;
use crate::source::View;
use crate::syntax::envoy::{Format, NodeId, NodeKind, Tree, parse};

/// Fields that hold a text in place of a file: below a secret field, which may stand on another line, it is the secret.
const INLINE: [&str; 4] = ["inline_string", "inlineString", "inline_bytes", "inlineBytes"];
/// What names of secrets contain.
const MARKS: [&str; 6] = ["password", "passwd", "secret", "token", "apikey", "api_key"];
/// Names that say no secret although they contain a mark.
const HARMLESS: [&str; 4] = ["tokens_per_fill", "max_tokens", "token_bucket", "secret_name"];
/// How the values of headers begin that prove who somebody is.
const PROOFS: [&str; 2] = ["Bearer ", "Basic "];
/// From how many characters on a line of base64 alone is taken for part of a key.
const LONG: usize = 40;

/// The secret parts of a line, in order. What is commented out keeps its secrets, so it is read all the same.
pub(super) fn secrets(line: &str, grammar: &Grammar) -> Vec<Range<usize>> {
    let text = line.trim_start_matches([' ', '\t', '#']);
    let indent = line.len() - text.len();
    if is_key_material(text) {
        return std::iter::once(indent..line.len()).collect();
    }
    // A line of JSON ends with a comma.
    let view = View::new(text.trim_end().trim_end_matches(','), 1);
    let mut diagnostics = Vec::new();
    let tree = parse(view, Format::Yaml, &mut diagnostics);
    let mut secret = Vec::new();
    for (id, node) in tree.iter() {
        if node.kind() == NodeKind::Mapping {
            entries(&tree, view, id, grammar, &mut secret);
        }
    }
    if !diagnostics.is_empty() {
        secret.extend(of_broken(text, grammar));
    }
    secret.extend(user_information(text));
    secret.sort_unstable_by_key(|range: &Range<usize>| (range.start, range.end));
    secret.iter().map(|range| range.start + indent..range.end + indent).collect()
}

fn entries(tree: &Tree, view: View<'_>, mapping: NodeId, grammar: &Grammar, secret: &mut Vec<Range<usize>>) {
    for (key, value) in tree.entries(mapping) {
        let name = tree.text(view, key);
        let text = tree.text(view, value);
        if is_secret(&name, grammar) {
            values(tree, view, value, secret);
        } else if PROOFS.iter().any(|proof| text.starts_with(proof)) {
            secret.push(tree.span(value).local(view.base));
        }
    }
}

/// Every scalar at or below a node that is no key.
fn values(tree: &Tree, view: View<'_>, node: NodeId, secret: &mut Vec<Range<usize>>) {
    match tree.kind(node) {
        NodeKind::Mapping => tree.entries(node).for_each(|(_, value)| values(tree, view, value, secret)),
        NodeKind::Sequence => tree.children(node).for_each(|item| values(tree, view, item, secret)),
        _ => secret.push(tree.span(node).local(view.base)),
    }
}

/// A line that only begins a value: all behind the first name of a secret.
fn of_broken(text: &str, grammar: &Grammar) -> Option<Range<usize>> {
    let is_end = |character: char| character.is_whitespace() || matches!(character, '{' | ',' | '[');
    text.match_indices(':').find_map(|(colon, _)| {
        let before = text.get(..colon)?.trim_end().trim_matches(['"', '\'']);
        let name = before.rsplit(is_end).next()?.trim_matches(['"', '\'']);
        is_secret(name, grammar).then_some(colon + 1..text.len())
    })
}

fn is_secret(name: &str, grammar: &Grammar) -> bool {
    let lower = name.to_ascii_lowercase().replace('-', "_");
    let is_marked = MARKS.iter().any(|mark| lower.contains(mark)) && !HARMLESS.contains(&lower.as_str());
    INLINE.contains(&name) || is_marked || grammar.is_secret_name(name)
}

/// The lines of a key in a block: they stand below the field that says what they are.
fn is_key_material(text: &str) -> bool {
    let text = text.trim_end();
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    text.starts_with("-----BEGIN") || (text.len() >= LONG && text.bytes().all(is_base64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blotted(line: &str) -> String {
        super::super::tests::blotted(line, secrets(line, &Grammar::load()))
    }

    #[test]
    fn secrets_by_the_names_of_fields() {
        assert_eq!(blotted("  private_key: { inline_string: abc }"), "  private_key: { inline_string: *** }");
        assert_eq!(blotted("    inline_string: \"x y\""), "    inline_string: *****");
        assert_eq!(blotted("- secretAccessKey: abc"), "- secretAccessKey: ***");
        assert_eq!(blotted("# auth_password: abc"), "# auth_password: ***");
        assert_eq!(blotted("DB_PASSWORD: hunter2"), "DB_PASSWORD: *******");
        assert_eq!(blotted("\"password\": \"abc\","), "\"password\": *****,");
        assert_eq!(blotted("{\"password\": {\"a"), "{\"password\":****");
    }

    #[test]
    fn secrets_by_their_looks() {
        assert_eq!(blotted("  value: Bearer abc"), "  value: **********");
        assert_eq!(blotted("  -----BEGIN PRIVATE KEY-----"), format!("  {}", "*".repeat(27)));
        assert_eq!(blotted("uri: http://joe:pw@a/x"), "uri: http://joe:**@a/x");
        let key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA";
        assert_eq!(blotted(key), "*".repeat(key.len()));
    }

    #[test]
    fn ordinary_lines_are_shown() {
        for line in [
            "  - name: web",
            "    cluster_name: web",
            "      address: 10.0.0.1",
            "  token_bucket: { max_tokens: 10 }",
            "  \"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
            "# a remark",
            "",
        ] {
            assert_eq!(blotted(line), line);
        }
    }
}
