//! What a comment says: `allow(check-name, until = 2027-03-01) reason`.

use std::ops::Range;

use crate::settings::{Date, Selector};
use crate::source::offset_in;
use crate::syntax::{Call, VERBS, calls, fields};
use crate::validate::resembling;

/// What a comment allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// In the whole file.
    pub(super) whole_file: bool,
    /// The checks and groups, each with its place in the words.
    pub(super) names: Vec<(String, Range<usize>)>,
    pub(super) until: Option<Date>,
    pub(super) owner: Option<String>,
    /// Empty if there is none.
    pub(super) reason: String,
    /// What is wrong with it, each with its place.
    pub(super) mistakes: Vec<(String, Range<usize>)>,
}

/// Words of other programs for the same.
const FOREIGN: [&str; 10] = [
    "ignore",
    "ignore-file",
    "ignore-next-line",
    "disable",
    "disable-file",
    "disable-line",
    "disable-next-line",
    "nolint",
    "noqa",
    "suppress",
];

/// Words of other programs that begin sentences, too: `# lblint: on Mondays ...`.
const AMBIGUOUS: [&str; 6] = ["enable", "off", "on", "skip", "skip-file", "stop"];

/// How it is written.
const FORM: &str = "write `# lblint: allow(check-name) reason`";

/// Reads the words behind `lblint`: each thing that they allow, with its place, and what seems to be meant so. Without a colon
/// nothing is allowed.
pub(super) fn parse(words: &str, has_colon: bool) -> Vec<(usize, Words)> {
    let calls = calls(words).into_iter();
    calls.filter_map(|call| Some((offset_in(words, call.verb), read(words, call, has_colon)?))).collect()
}

fn read(words: &str, call: Call<'_>, has_colon: bool) -> Option<Words> {
    let at = offset_in(words, call.verb);
    let verb = call.verb.to_ascii_lowercase();
    let is_ours = VERBS.contains(&verb.as_str());
    let mistaken = |message: String| Words { mistakes: vec![(message, at..at + verb.len())], ..Words::default() };
    if !has_colon {
        let is_meant = is_ours || FOREIGN.contains(&verb.as_str()) || AMBIGUOUS.contains(&verb.as_str());
        let meant = if verb == "expect" { "write `# lblint: expect(...)`" } else { FORM };
        let message = || mistaken(format!("without a colon behind `lblint` this means nothing; {meant}"));
        return (is_meant && is_command(call)).then(message);
    }
    if is_ours {
        return (verb != "expect").then(|| allowed(words, call));
    }
    let is_meant = call.inside.is_some()
        || FOREIGN.contains(&verb.as_str())
        || AMBIGUOUS.contains(&verb.as_str()) && is_command(call)
        || verb.contains('-') && is_check(&verb);
    is_meant.then(|| mistaken(unknown_verb(call.verb)))
}

/// Whether a verb is no part of a sentence: brackets, the name of a check, or nothing follows.
fn is_command(call: Call<'_>) -> bool {
    let next = call.behind.split([' ', '\t', ',', ':', '=']).find(|word| !word.is_empty());
    call.inside.is_some() || next.is_none_or(|word| word.contains('-') && is_check(word))
}

fn is_check(word: &str) -> bool {
    word.parse::<Selector>().is_ok()
}

fn unknown_verb(verb: &str) -> String {
    let meant = resembling(verb, VERBS).map_or_else(|| FORM.to_owned(), |near| format!("did you mean `{near}`?"));
    format!("`{verb}` means nothing to lblint; {meant}")
}

fn allowed(words: &str, call: Call<'_>) -> Words {
    let mut result = Words { whole_file: call.is("allow-file"), ..Words::default() };
    let at = offset_in(words, call.verb);
    let verb = at..at + call.verb.len();
    let Some(inside) = call.inside else {
        result.mistakes.push((format!("no check is named in brackets; {FORM}"), verb));
        return result;
    };
    for part in fields(inside).into_iter().map(str::trim).filter(|part| !part.is_empty()) {
        let start = offset_in(words, part);
        let place = start..start + part.len();
        match part.split_once('=') {
            Some((key, value)) => result.set(key.trim(), value.trim(), place),
            None => result.names.push((part.to_owned(), place)),
        }
    }
    if result.names.is_empty() {
        result.mistakes.push((format!("it names no check; {FORM}"), verb));
    }
    let reason = call.behind.trim_start_matches([':', '-', '\u{2013}', '\u{2014}', ' ', '\t']).trim_end();
    reason.clone_into(&mut result.reason);
    result
}

/// What stands between quotes, if there are any; `None` for one that has no other.
fn without_quotes(value: &str) -> Option<&str> {
    let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) else { return Some(value) };
    value.strip_prefix(quote)?.strip_suffix(quote)
}

impl Words {
    fn set(&mut self, key: &str, value: &str, place: Range<usize>) {
        let Some(value) = without_quotes(value).map(str::trim).filter(|value| !value.is_empty()) else {
            return self.mistakes.push((format!("`{key}` has no value, or half of its quotes"), place));
        };
        match key.to_ascii_lowercase().as_str() {
            "until" => match value.parse() {
                Ok(date) => self.until = Some(date),
                Err(error) => self.mistakes.push((error, place)),
            },
            "owner" => self.owner = Some(value.to_owned()),
            _ => self.mistakes.push((format!("`{key}` means nothing here; there are `until` and `owner`"), place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &Words) -> Vec<&str> {
        words.names.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn all(words: &str) -> Vec<Words> {
        parse(words, true).into_iter().map(|(_, words)| words).collect()
    }

    fn only(words: &str) -> Words {
        let mut all = all(words);
        assert_eq!(all.len(), 1, "{words}");
        all.remove(0)
    }

    #[test]
    fn names_dates_owners_and_reasons() {
        let words = only("allow(a-b, c , until = 2027-03-01, owner = \"@ci\") one VM by design");
        assert_eq!(names(&words), ["a-b", "c"]);
        assert_eq!(words.names[1].1, 11..12);
        assert_eq!(words.until, "2027-03-01".parse().ok());
        assert_eq!(words.owner.as_deref(), Some("@ci"));
        assert_eq!(words.reason, "one VM by design");
        assert!(!words.whole_file && words.mistakes.is_empty());
        let file = only("Allow-File ( a ): why");
        assert!(file.whole_file);
        assert_eq!((names(&file), file.reason.as_str()), (vec!["a"], "why"));
        assert_eq!(only("allow(a)").reason, "");
    }

    #[test]
    fn owners_may_hold_brackets_and_commas() {
        let owner = |words: &str| (only(words).owner, names(&only(words)).len(), only(words).reason);
        assert_eq!(owner("allow(a, owner = ops (eu)) x"), (Some("ops (eu)".into()), 1, "x".into()));
        assert_eq!(owner("allow(a, owner = \"a, b\") x"), (Some("a, b".into()), 1, "x".into()));
        assert_eq!(owner("allow(a, owner = Tom's) x"), (Some("Tom's".into()), 1, "x".into()));
        for bad in ["allow(a, owner = ) x", "allow(a, owner = a\", b\") x", "allow(a, owner = \"\") x"] {
            assert!(!only(bad).mistakes.is_empty() || only(bad).names.len() > 1, "{bad}");
        }
    }

    #[test]
    fn mistakes_say_what_was_meant() {
        const FORM: &str = "write `# lblint: allow(check-name) reason`";
        let mistake = |words: &str| only(words).mistakes.first().map(|(message, _)| message.clone()).unwrap();
        assert_eq!(mistake("alow(a)"), "`alow` means nothing to lblint; did you mean `allow`?");
        for words in ["ignore a", "off", "disable", "noqa", "skip single-target", "single-target by design"] {
            let verb = words.split(' ').next().unwrap();
            assert_eq!(mistake(words), format!("`{verb}` means nothing to lblint; {FORM}"));
        }
        assert_eq!(mistake("allow a"), format!("no check is named in brackets; {FORM}"));
        assert_eq!(mistake("allow() x"), format!("it names no check; {FORM}"));
        assert_eq!(mistake("allow(a, until = 2027-02-30)"), "`2027-02-30` is no date; write one such as 2027-03-01");
        assert_eq!(mistake("allow(a, x = 1)"), "`x` means nothing here; there are `until` and `owner`");
    }

    #[test]
    fn without_a_colon_it_is_told() {
        for words in ["allow(a) x", "disable", "ignore single-target", "expect(targets = 2)"] {
            let told = parse(words, false);
            assert!(told[0].1.mistakes[0].0.starts_with("without a colon") && told[0].1.names.is_empty(), "{words}");
        }
        for words in ["", "allow lists are in the wiki", "runs every night", "ignore file"] {
            assert!(parse(words, false).is_empty(), "{words}");
        }
    }

    #[test]
    fn several_in_one_comment_are_read() {
        let found = all("allow(a), allow(b) x # lblint: allow-file(c) y");
        let found: Vec<_> = found.iter().map(|one| (names(one), one.whole_file, one.reason.as_str())).collect();
        assert_eq!(found, [(vec!["a"], false, "x"), (vec!["b"], false, "x"), (vec!["c"], true, "y")]);
    }

    #[test]
    fn prose_and_what_others_read_is_left_alone() {
        for words in ["", "see the wiki", "expect(even = 10%)", "runs every night", "on Mondays", "health is asked"] {
            assert!(all(words).is_empty(), "{words}");
        }
    }
}
