//! What a comment says: `allow(check-name, until = 2027-03-01) reason`.

use std::ops::Range;

use crate::settings::Date;
use crate::source::offset_in;

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

/// The words that a comment to lblint can begin with; what is expected is read elsewhere.
const VERBS: [&str; 3] = ["allow", "allow-file", "expect"];

/// Words of other programs for the same.
const FOREIGN: [&str; 5] = ["ignore", "disable", "disable-line", "disable-next-line", "suppress"];

/// How it is written.
const FORM: &str = "write `allow(check-name) reason`";

/// Reads the words behind `lblint:`; `None` if they allow nothing and do not seem to be meant so.
pub(super) fn parse(words: &str) -> Option<Words> {
    let length = words.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(words.len());
    let (verb, rest) = words.split_at(length);
    let rest = rest.trim_start();
    match verb {
        "allow" | "allow-file" => Some(allowed(words, verb, rest)),
        "expect" => None,
        _ if rest.starts_with('(') || FOREIGN.contains(&verb) => Some(unknown_verb(verb)),
        _ => None,
    }
}

fn unknown_verb(verb: &str) -> Words {
    let distance = |known: &&str| strsim::osa_distance(verb, known);
    let near = VERBS.iter().filter(|known| distance(known) * 2 <= known.len()).min_by_key(|known| distance(known));
    let meant = near.map_or_else(|| FORM.to_owned(), |near| format!("did you mean `{near}`?"));
    let mistake = (format!("`{verb}` means nothing to lblint; {meant}"), 0..verb.len());
    Words { mistakes: vec![mistake], ..Words::default() }
}

fn allowed(words: &str, verb: &str, rest: &str) -> Words {
    let mut result = Words { whole_file: verb == "allow-file", ..Words::default() };
    let Some((inside, reason)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        result.mistakes.push((format!("no check is named in brackets; {FORM}"), 0..verb.len()));
        return result;
    };
    for part in inside.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let start = offset_in(words, part);
        let place = start..start + part.len();
        match part.split_once('=') {
            Some((key, value)) => result.set(key.trim(), value.trim().trim_matches(['"', '\'']), place),
            None => result.names.push((part.to_owned(), place)),
        }
    }
    if result.names.is_empty() {
        result.mistakes.push((format!("it names no check; {FORM}"), 0..verb.len()));
    }
    reason.trim_start_matches([':', '-', '\u{2013}', '\u{2014}', ' ', '\t']).trim_end().clone_into(&mut result.reason);
    result
}

impl Words {
    fn set(&mut self, key: &str, value: &str, place: Range<usize>) {
        match key {
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

    #[test]
    fn names_dates_owners_and_reasons() {
        let words = parse("allow(a-b, c , until = 2027-03-01, owner = \"@ci\") one VM by design").unwrap();
        assert_eq!(names(&words), ["a-b", "c"]);
        assert_eq!(words.names[1].1, 11..12);
        assert_eq!(words.until, "2027-03-01".parse().ok());
        assert_eq!(words.owner.as_deref(), Some("@ci"));
        assert_eq!(words.reason, "one VM by design");
        assert!(!words.whole_file && words.mistakes.is_empty());
        let file = parse("allow-file ( a ): why").unwrap();
        assert!(file.whole_file);
        assert_eq!((names(&file), file.reason.as_str()), (vec!["a"], "why"));
        assert_eq!(parse("allow(a)").unwrap().reason, "");
    }

    #[test]
    fn mistakes_say_what_was_meant() {
        let mistake = |words: &str| parse(words).unwrap().mistakes.first().map(|(message, _)| message.clone());
        assert_eq!(mistake("alow(a)").unwrap(), "`alow` means nothing to lblint; did you mean `allow`?");
        assert_eq!(mistake("ignore a").unwrap(), "`ignore` means nothing to lblint; write `allow(check-name) reason`");
        assert_eq!(mistake("allow a").unwrap(), "no check is named in brackets; write `allow(check-name) reason`");
        assert_eq!(mistake("allow() x").unwrap(), "it names no check; write `allow(check-name) reason`");
        assert_eq!(
            mistake("allow(a, until = 2027-02-30)").unwrap(),
            "`2027-02-30` is no date; write one such as 2027-03-01"
        );
        assert_eq!(mistake("allow(a, x = 1)").unwrap(), "`x` means nothing here; there are `until` and `owner`");
    }

    #[test]
    fn prose_and_what_others_read_is_left_alone() {
        for words in ["", "see the wiki", "expect(even = 10%)", "runs every night"] {
            assert_eq!(parse(words), None, "{words}");
        }
    }
}
