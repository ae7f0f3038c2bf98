//! How a comment addresses lblint, and what it calls for: `lblint: allow(a, owner = "b") reason`.

use std::ops::Range;

use memchr::memmem;

/// The name, without regard to case.
const NAME: &str = "lblint";

/// What a comment can call for.
pub const VERBS: [&str; 3] = ["allow", "allow-file", "expect"];

const BLANK: [char; 2] = [' ', '\t'];

/// `verb(inside)`, or a verb by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'t> {
    /// Its first word; may be empty.
    pub verb: &'t str,
    /// What stands between the brackets behind it; `None` without brackets.
    pub inside: Option<&'t str>,
    /// What follows the last bracket of the same comment.
    pub behind: &'t str,
}

impl Call<'_> {
    /// Whether this is what it calls for.
    pub fn is(&self, verb: &str) -> bool {
        self.verb.eq_ignore_ascii_case(verb)
    }
}

/// Whether a text may hold comments that speak to lblint.
pub fn may_speak(text: &str) -> bool {
    ["lint", "LINT"].iter().any(|end| memmem::find(text.as_bytes(), end.as_bytes()).is_some())
}

/// What stands behind the name with which a text begins, and whether a colon follows the name.
pub(super) fn address(text: &str) -> Option<(&str, bool)> {
    let (name, rest) = text.split_at_checked(NAME.len())?;
    let words = rest.trim_start_matches(BLANK);
    let is_apart = words.len() < rest.len() || words.is_empty() || words.starts_with(':');
    let is_name = name.eq_ignore_ascii_case(NAME) && is_apart;
    is_name.then(|| words.strip_prefix(':').map_or((words, false), |words| (words, true)))
}

/// What a comment expects behind other words: `why not lblint: expect(targets = 2)`. Allowances begin their comment, because
/// sentences about them name them as well.
pub(super) fn late_expectation(text: &str) -> Option<&str> {
    let (_, further) = (0..text.len()).find_map(|at| divided(text, at))?;
    split_verb(further).0.eq_ignore_ascii_case("expect").then_some(further)
}

/// All that the words of a comment call for, in their order: `allow(a) reason # lblint: expect(targets = 2), allow(b)`.
pub fn calls(words: &str) -> Vec<Call<'_>> {
    parts(words).into_iter().flat_map(calls_of_part).collect()
}

/// The words up to each further `lblint:` behind which something is called for.
fn parts(words: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = words;
    while let Some((own, further)) = (0..rest.len()).find_map(|at| divided(rest, at)) {
        parts.push(own);
        rest = further;
    }
    parts.push(rest.trim());
    parts
}

fn divided(words: &str, at: usize) -> Option<(&str, &str)> {
    let (own, rest) = words.split_at_checked(at)?;
    let (further, has_colon) = address(rest)?;
    let further = further.trim_start_matches(BLANK);
    let is_word = own.ends_with(|last: char| last.is_alphanumeric() || last == '-');
    let is_call = has_colon && !is_word && split_verb(further).1.trim_start_matches(BLANK).starts_with('(');
    is_call.then(|| (own.trim_end_matches(['#', ' ', '\t']), further))
}

fn calls_of_part(part: &str) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    let mut rest = part;
    loop {
        let (verb, behind) = split_verb(rest);
        let bracket = bracketed(behind.trim_start_matches(BLANK));
        let (inside, behind) = bracket.map_or((None, behind), |(inside, behind)| (Some(inside), behind));
        calls.push(Call { verb, inside, behind });
        let next = behind.trim_start_matches([',', ';', ' ', '\t']);
        if inside.is_none() || !begins_call(next) {
            break;
        }
        rest = next;
    }
    let behind = calls.last().map_or("", |call| call.behind);
    for call in &mut calls {
        call.behind = behind;
    }
    calls
}

fn begins_call(text: &str) -> bool {
    let (verb, rest) = split_verb(text);
    rest.trim_start_matches(BLANK).starts_with('(') && VERBS.iter().any(|known| verb.eq_ignore_ascii_case(known))
}

fn split_verb(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len()))
}

/// What stands between a bracket with which a text begins and the one that closes it, and what follows.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('(')?;
    let mut depth = 0_u32;
    for (at, character) in unquoted(inside) {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => return inside.get(..at).zip(inside.get(at + 1..)),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The parts between the commas that stand neither in quotes nor in brackets.
pub fn fields(inside: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0_u32, 0);
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (at, character) in unquoted(inside) {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                ranges.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    ranges.push(start..inside.len());
    ranges.into_iter().filter_map(|range| inside.get(range)).collect()
}

/// The characters outside of quotes, with their places. A quote opens only where a value can begin: `Tom's` opens none.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let (mut quote, mut last) = (None, '(');
    text.char_indices().filter(move |(_, character)| {
        let was_quoted = quote.is_some();
        match (quote, *character) {
            (Some(open), character) if open == character => quote = None,
            (None, '"' | '\'') if matches!(last, '(' | ',' | '=' | '[' | '{') => quote = Some(*character),
            _ => {}
        }
        if !character.is_whitespace() {
            last = *character;
        }
        !was_quoted && quote.is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_counts_in_any_case_and_with_blanks() {
        assert_eq!(address("lblint: a"), Some((" a", true)));
        assert_eq!(address("LBLINT : a"), Some((" a", true)));
        assert_eq!(address("lblint:a"), Some(("a", true)));
        assert_eq!(address("lblint allow(a)"), Some(("allow(a)", false)));
        assert_eq!(address("lblint"), Some(("", false)));
        for other in ["lblint.toml", "lblint's", "lblints: a", "ha", "x lblint: a"] {
            assert_eq!(address(other), None, "{other}");
        }
        assert!(may_speak("# LBLINT: a") && may_speak("# Lblint: a") && !may_speak("# lb: a"));
    }

    /// Verb, brackets, and what follows, of all calls.
    fn called(words: &str) -> Vec<(&str, Option<&str>, &str)> {
        calls(words).into_iter().map(|call| (call.verb, call.inside, call.behind)).collect()
    }

    #[test]
    fn one_comment_may_call_for_several_things() {
        assert_eq!(called("allow(a) x"), [("allow", Some("a"), " x")]);
        assert_eq!(called("allow(a), allow(b) x"), [("allow", Some("a"), " x"), ("allow", Some("b"), " x")]);
        assert_eq!(
            called("allow(a) x # lblint: Allow (b) y"),
            [("allow", Some("a"), " x"), ("Allow", Some("b"), " y")]
        );
        assert_eq!(
            called("expect(t = 2) # lblint:allow(b)"),
            [("expect", Some("t = 2"), ""), ("allow", Some("b"), "")]
        );
        assert_eq!(called("allow(a) see lblint: docs"), [("allow", Some("a"), " see lblint: docs")]);
        assert_eq!(called("off"), [("off", None, "")]);
    }

    #[test]
    fn brackets_and_commas_in_values_are_parts_of_them() {
        assert_eq!(called("allow(a, owner = ops (eu)) x"), [("allow", Some("a, owner = ops (eu)"), " x")]);
        assert_eq!(called("allow(a, owner = \":)\") x"), [("allow", Some("a, owner = \":)\""), " x")]);
        assert_eq!(called("allow(a, owner = Tom's) x"), [("allow", Some("a, owner = Tom's"), " x")]);
        assert_eq!(called("allow(a"), [("allow", None, "(a")]);
        assert_eq!(fields("a, owner = \"b, c\", d = [1, 2]"), ["a", " owner = \"b, c\"", " d = [1, 2]"]);
    }
}
