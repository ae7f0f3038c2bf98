//! Conditions that hold only for requests whose methods may be repeated.

use super::Lowering;
use super::line::Line;
use crate::validate::haproxy::Argument;

/// Conditions of the program for such methods (configuration manual 7.4); `METH_GET` holds for `HEAD`, too.
const PREDEFINED: [&str; 5] = ["METH_GET", "METH_HEAD", "METH_OPTIONS", "METH_PUT", "METH_DELETE"];

/// Methods that may be repeated (RFC 9110, 9.2.2).
const METHODS: [&str; 6] = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

impl Lowering<'_, '_> {
    /// Remembers whether `acl NAME method ...` holds only for such methods; other conditions of one name widen it.
    pub(super) fn method_condition(&mut self, line: &Line<'_>) {
        let Some(name) = line.known(0) else { return };
        let words: Vec<&str> = line.arguments.iter().skip(1).filter_map(Argument::known).collect();
        if self.method_conditions.is_empty() && words.first() != Some(&"method") {
            return;
        }
        self.method_conditions.push((name.to_owned(), is_repeatable(&words)));
    }

    /// Notes a rule that only such requests meet: `use_backend reads if METH_GET`.
    pub(super) fn note_methods(&mut self, line: &Line<'_>, from: usize) {
        let words: Vec<&str> = line.arguments.iter().skip(from).map(|word| word.known().unwrap_or_default()).collect();
        let Some((&"if", condition)) = words.split_first() else { return };
        let widened = condition.iter().any(|word| *word == "||" || word.eq_ignore_ascii_case("or"));
        let inside = |word: &str| condition.split(|other| *other == word).nth(1).unwrap_or_default();
        let anonymous = condition.contains(&"{")
            && is_repeatable(inside("{").split(|word| *word == "}").next().unwrap_or_default());
        if !widened && (anonymous || condition.iter().any(|word| self.is_method_condition(word))) {
            self.unit.repeatable_rules.push(line.span);
        }
    }

    fn is_method_condition(&self, word: &str) -> bool {
        let mut named = self.method_conditions.iter().filter(|(name, _)| name == word).peekable();
        PREDEFINED.contains(&word) || (named.peek().is_some() && named.all(|(_, repeatable)| *repeatable))
    }
}

/// `method GET HEAD`
fn is_repeatable(words: &[&str]) -> bool {
    matches!(words, ["method", methods @ ..] if !methods.is_empty() && methods.iter().all(|word| METHODS.contains(word)))
}
