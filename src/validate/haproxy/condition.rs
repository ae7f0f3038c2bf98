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
        let Some(text) = word.known() else { return };
        self.check_expression_text(word.span, text, true);
        if matches!(text, "src" | "dst" | "url_ip" | "req.hdr_ip" | "hdr_ip") {
            self.check_addresses(at + 1);
        }
    }

    /// Patterns of an address are compared with numbers: what looks like one must be one. Names are resolved at start.
    fn check_addresses(&mut self, from: usize) {
        let patterns = self.words.get(from..).unwrap_or_default().iter();
        let patterns =
            patterns.take_while(|word| !word.is("}") && word.known().is_none_or(|text| !text.starts_with('-')));
        let wrong: Vec<_> =
            patterns.filter(|word| word.known().is_some_and(is_broken_address)).map(|word| word.span).collect();
        for span in wrong {
            self.say(span, Kind::InvalidValue("an address, with or without a prefix length".into()));
        }
    }
}

/// Digits, dots and a slash that make no address. Short forms such as `10.1` are accepted (measured, 2.6.12).
pub(super) fn is_broken_address(text: &str) -> bool {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || b"./".contains(&byte)) {
        return false;
    }
    let (address, length) = text.split_once('/').unwrap_or((text, "32"));
    let parts: Vec<&str> = address.split('.').collect();
    let is_part = |part: &&str| part.parse::<u8>().is_ok();
    let is_length = length.parse::<u8>().is_ok_and(|length| length <= 32) || length.contains('.');
    parts.len() > 4 || !parts.iter().all(is_part) || !is_length
}

#[cfg(test)]
mod tests {
    use super::is_broken_address;

    #[test]
    fn what_looks_like_an_address_must_be_one() {
        for text in ["10.0.0.0/8", "10.0.0.1", "10.1", "10", "10.0.0.0/255.0.0.0", "localhost", "2001:db8::/32"] {
            assert!(!is_broken_address(text), "{text}");
        }
        for text in ["10.0.0.0/33", "100..0.0/8", "127.0.01.", "300.1.1.1"] {
            assert!(is_broken_address(text), "{text}");
        }
    }
}
