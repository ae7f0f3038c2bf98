//! Tells a template from a configuration: its text is not what the proxy will read.

/// Whether a text holds expressions of a template engine (Jinja, Go and Helm, ERB, consul-template).
///
/// Braces alone are no sign: log formats hold `%{+Q}[...]` and `{%[...]}`, conditions hold `{ ... }`.
pub(super) fn is_template(text: &str) -> bool {
    const MARKS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("<%", "%>")];
    MARKS.iter().any(|(open, close)| text.lines().any(|line| holds_expression(line, open, close)))
}

/// An opening mark followed by a letter, a blank or one of the engines' own signs, and closed on the line;
/// comments count, too, because a template engine does not know them.
fn holds_expression(line: &str, open: &str, close: &str) -> bool {
    let mut rest = line;
    while let Some((_, behind)) = rest.split_once(open) {
        let begins = behind.starts_with(|c: char| c.is_ascii_alphabetic() || " -=.$\"#/+".contains(c));
        if begins && behind.contains(close) {
            return true;
        }
        rest = behind;
    }
    false
}

/// Whether a text is nothing but the mark of a program that fills in files: `%%NAME%%`, `@@NAME@@`, `__NAME__`.
pub(crate) fn is_mark(text: &str) -> bool {
    let name = ["%%", "@@", "__"].into_iter().find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark));
    let part = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    name.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_uppercase()) && name.chars().all(part))
}

#[cfg(test)]
mod tests {
    use super::{is_mark, is_template};

    #[test]
    fn marks_of_programs_that_fill_in_files() {
        for text in ["%%TEST_GLOBALS%%", "@@X@@", "__SITES__"] {
            assert!(is_mark(text), "{text}");
        }
        for text in ["%%PORT%%;", "__index", "%%%%", "@@a b@@", "____", "X"] {
            assert!(!is_mark(text), "{text}");
        }
    }

    #[test]
    fn expressions_of_template_engines() {
        for text in [
            "server {{ host }} {{ip}}:80",
            "{% for h in groups.web %}\n{% endfor %}",
            "{%- if x -%}",
            "bind <%= @address %>:80",
            "{{range service \"web\"}}",
            "  # {{ ansible_managed }}",
        ] {
            assert!(is_template(text), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one() {
        for text in [
            "log-format \"%{+Q}[src] {%[capture.req.hdr(0)]}\"",
            "http-request deny if { path_reg ^/a{2}}$ } ",
            "use_backend x if { hdr(host) a } { path /b }",
            "http-request set-header X %{+X}o{%ci}",
        ] {
            assert!(!is_template(text), "{text}");
        }
    }
}
