//! The condition of `if` (`ngx_http_rewrite_if_condition`), and what no regular expression can be.

use super::{Scene, Validator};

impl Validator<'_, '_> {
    pub(super) fn check_if(&mut self, scene: Scene<'_>) {
        let words: Option<Vec<&str>> = (1..scene.len()).map(|at| scene.known(at)).collect();
        let Some(mut words) = words else { return };
        let mut first = 1;
        let Some(opening) = words.first().copied() else { return };
        let Some(rest) = opening.strip_prefix('(') else {
            return self.refuse(scene.span(1), "a condition in parentheses");
        };
        if rest.is_empty() {
            words.remove(0);
            first = 2;
        } else if let Some(word) = words.first_mut() {
            *word = rest;
        }
        let last = words.last().copied().unwrap_or_default();
        let Some(rest) = last.strip_suffix(')') else {
            return self.refuse(scene.span(scene.len() - 1), "the end of a condition in parentheses");
        };
        match words.last_mut() {
            Some(word) if !rest.is_empty() => *word = rest,
            _ => drop(words.pop()),
        }
        self.check_condition(scene, first, &words);
    }

    fn check_condition(&mut self, scene: Scene<'_>, first: usize, words: &[&str]) {
        match *words {
            [variable] if is_variable(variable) => {}
            [variable, operator, operand] if is_variable(variable) => match operator {
                "=" | "!=" => {}
                "~" | "~*" | "!~" | "!~*" => self.check_regex(scene.span(first + 2), operand),
                _ => self.refuse(scene.span(first + 1), "one of the operators =, !=, ~, ~*, !~ and !~*"),
            },
            [test, _] if is_file_test(test) => {}
            _ => self.refuse(scene.span(first.min(scene.len() - 1)), "a condition such as ($a), ($a = b) or (-f $a)"),
        }
    }
}

fn is_variable(word: &str) -> bool {
    word.len() > 1 && word.starts_with('$')
}

fn is_file_test(word: &str) -> bool {
    matches!(word.strip_prefix('!').unwrap_or(word), "-f" | "-d" | "-e" | "-x")
}

/// What is surely wrong with a regular expression: PCRE takes much more than this looks at.
pub(super) fn regex_defect(pattern: &str) -> Option<&'static str> {
    // Quoting, comments and recursion have rules of their own.
    if pattern.contains("\\Q") || pattern.contains("(?#") || pattern.contains("(*") || pattern.contains("(?x") {
        return None;
    }
    let bytes = pattern.as_bytes();
    let (mut at, mut depth, mut repeatable) = (0, 0_u32, false);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' if at == bytes.len() => return Some("a backslash at its end"),
            b'\\' => at += 1,
            b'[' => match class_end(bytes, at) {
                Some(end) => at = end,
                None => return Some("a bracket that is not closed"),
            },
            b'(' => depth += 1,
            b')' if depth == 0 => return Some("a closing parenthesis without an opening one"),
            b')' => depth -= 1,
            b'*' | b'+' | b'?' if !repeatable => return Some("nothing stands before a quantifier"),
            _ => {}
        }
        // `(?` begins a group of another kind.
        repeatable = !matches!(byte, b'(' | b'|') || bytes.get(at) == Some(&b'?');
    }
    (depth > 0).then_some("a parenthesis that is not closed")
}

/// Behind the bracket that closes the class which begins at `at`.
fn class_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + usize::from(bytes.get(at) == Some(&b'^'));
    // A bracket that comes first is a character.
    at += usize::from(bytes.get(at) == Some(&b']'));
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'[' => at = named_class_end(bytes, at).unwrap_or(at + 1),
            b']' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Behind `[:alpha:]`, if one begins at `at`.
fn named_class_end(bytes: &[u8], at: usize) -> Option<usize> {
    let inside = bytes.get(at + 1..)?.strip_prefix(b":")?;
    let length = inside.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'^').count();
    inside.get(length..)?.starts_with(b":]").then_some(at + length + 4)
}

#[cfg(test)]
mod tests {
    use super::regex_defect;

    #[test]
    fn only_what_is_surely_wrong_is_a_defect() {
        let sound = [
            r"\.php$",
            "^/a(/|$)",
            "[[:alpha:]()]",
            "[]()]",
            "[^](]",
            r"\(",
            "(?<name>a+)",
            "(?:a|b)?",
            "a*?",
            "a{2}",
            "^*",
            r"[\]]",
            "",
            "(?i)x",
            "()",
            "(a)+",
            "[a[b]",
            r"\Q(\E",
        ];
        for pattern in sound {
            assert_eq!(regex_defect(pattern), None, "{pattern}");
        }
        for pattern in ["*.php", "(a", "a)", "[a", "a|*", "(+)", r"a\", "?"] {
            assert!(regex_defect(pattern).is_some(), "{pattern}");
        }
    }
}
