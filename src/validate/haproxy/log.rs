//! `log`: a target, its options, a facility and up to two levels.

use super::Validator;
use crate::diagnostic::Kind;

/// Facilities (`log_facilities` in src/log.c, 2.6 to 3.4).
const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2", "ftp", "ntp", "audit",
    "alert", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

/// Levels (`log_levels` in src/log.c).
const LEVELS: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

impl Validator<'_, '_> {
    /// `log global`, or `log TARGET [len N] [format F] [sample S] [profile P] FACILITY [LEVEL [LEVEL]]`.
    pub(super) fn check_log(&mut self, from: usize) {
        let is_global = self.words.get(from).is_some_and(|word| word.is("global"));
        if is_global && self.words.len() == from + 1 {
            return;
        }
        let mut at = from + 1;
        while self
            .words
            .get(at)
            .is_some_and(|word| ["len", "format", "sample", "profile"].iter().any(|name| word.is(name)))
        {
            at += 2;
        }
        if self.words.get(at).is_none() {
            let last = self.words.last().map(|word| word.span).unwrap_or_default();
            return self.say(last, Kind::MissingArgument("log".into()));
        }
        self.check_log_word(at, &FACILITIES, "a facility such as local0");
        self.check_log_word(at + 1, &LEVELS, "a level such as notice");
        self.check_log_word(at + 2, &LEVELS, "a level such as notice");
    }

    fn check_log_word(&mut self, at: usize, words: &[&str], expected: &str) {
        let Some(word) = self.words.get(at).cloned() else { return };
        if word.known().is_some_and(|text| !words.contains(&text)) {
            self.say(word.span, Kind::InvalidValue(expected.into()));
        }
    }
}
