//! `balance` and `hash-type`.

use super::Validator;
use crate::diagnostic::Kind;
use crate::grammar::Lifetime;
use crate::source::Version;

/// The algorithms of `balance` and the version that brought each (configuration manual, `balance`; `backend_parse_balance`).
const ALGORITHMS: [(&str, Option<Version>); 13] = [
    ("roundrobin", None),
    ("static-rr", None),
    ("leastconn", None),
    ("first", None),
    ("source", None),
    ("uri", None),
    ("url_param", None),
    ("hdr", None),
    ("random", None),
    ("rdp-cookie", None),
    ("hash", Some(Version::new(2, 6))),
    ("log-hash", Some(Version::new(3, 0))),
    ("sticky", Some(Version::new(3, 0))),
];

impl Validator<'_, '_> {
    pub(super) fn check_balance(&mut self, from: usize) {
        let Some(word) = self.words.get(from).cloned() else { return };
        let Some(text) = word.known() else { return };
        let name = text.split('(').next().unwrap_or(text);
        let algorithm = ALGORITHMS.iter().find(|(algorithm, _)| *algorithm == name);
        let Some((_, since)) = algorithm else {
            let names = ALGORITHMS.map(|(name, _)| name).join(", ");
            return self.say(word.span, Kind::InvalidValue(format!("one of: {names}").into()));
        };
        self.check_lifetime(word.span, Lifetime { since: *since, removed: None }, "");
        let argument_missing = match name {
            "url_param" | "hash" | "log-hash" => self.words.len() == from + 1,
            "hdr" => !text.ends_with(')') || text.len() <= "hdr()".len(),
            _ => false,
        };
        if argument_missing {
            self.say(word.span, Kind::MissingArgument(name.into()));
        }
    }

    pub(super) fn check_hash_type(&mut self, from: usize) {
        let allowed: [&[&str]; 3] =
            [&["map-based", "consistent"], &["sdbm", "djb2", "wt6", "crc32", "none"], &["avalanche"]];
        if self.words.len() == from {
            let last = self.words.last().map(|word| word.span).unwrap_or_default();
            return self.say(last, Kind::MissingArgument("hash-type".into()));
        }
        for (position, allowed) in allowed.into_iter().enumerate() {
            let Some(word) = self.words.get(from + position).cloned() else { return };
            if word.known().is_some_and(|text| !allowed.contains(&text)) {
                self.say(word.span, Kind::InvalidValue(format!("one of: {}", allowed.join(", ")).into()));
            }
        }
    }
}
