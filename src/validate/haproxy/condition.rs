//! `acl` statements and the conditions behind `if` and `unless`.

use super::Validator;
use crate::diagnostic::Kind;

impl Validator<'_, '_> {
    /// At `at`, either nothing follows or `if` or `unless` and a condition.
    pub(super) fn check_condition_at(&mut self, phrase: &str, at: usize) {
        let Some(word) = self.words.get(at).cloned() else { return };
        match word.known() {
            None => {}
            // Accepted in silence: an empty condition never holds (measured, 2.6.12).
            Some("if") if self.words.len() == at + 1 => {
                self.say(word.span, Kind::Coerced("a condition that never holds".into()));
            }
            Some("unless") if self.words.len() == at + 1 => {
                self.say(word.span, Kind::Coerced("a condition that always holds".into()));
            }
            Some("if" | "unless") => self.check_condition(at + 1),
            Some(_) => {
                let expected = format!("`if` or `unless` and a condition after `{phrase}`");
                self.say(word.span, Kind::InvalidValue(expected.into()));
            }
        }
    }

    /// Names of ACLs, `!`, `or`, `||`, and anonymous ACLs in braces.
    fn check_condition(&mut self, from: usize) {
        let mut at = from;
        while let Some(word) = self.words.get(at).cloned() {
            if word.known().is_none_or(|text| text.trim_start_matches('!') != "{") {
                at += 1;
                continue;
            }
            let rest = self.words.get(at..).unwrap_or_default();
            let Some(length) = rest.iter().position(|word| word.is("}")) else {
                return self.say(word.span, Kind::InvalidValue("a `}` of its own that closes `{`".into()));
            };
            if length == 1 {
                self.say(word.span, Kind::MissingArgument("{".into()));
            } else {
                self.check_acl_expression(at + 1);
            }
            at += length + 1;
        }
    }

    /// `acl NAME EXPRESSION ...`
    pub(super) fn check_acl(&mut self, from: usize) {
        let name = self.words.get(from).cloned();
        let (Some(name), true) = (name, self.words.len() > from + 1) else {
            let last = self.words.last().map(|word| word.span).unwrap_or_default();
            return self.say(last, Kind::MissingArgument("acl".into()));
        };
        self.check_name(name.span, name.known());
        self.check_acl_expression(from + 1);
    }

    /// The expression of an ACL is one word: a fetch or an ACL keyword, with converters.
    fn check_acl_expression(&mut self, at: usize) {
        let Some(word) = self.words.get(at).cloned() else { return };
        if let Some(text) = word.known() {
            self.check_expression_text(word.span, text, true);
        }
    }
}
