//! Tells a text's dialect from its content.

use crate::grammar::haproxy::Grammar;
use crate::source::Dialect;

/// The dialect that a text's statements belong to, if at least two of them give evidence.
pub(super) fn dialect_of(text: &str, grammar: &Grammar) -> Option<Dialect> {
    is_haproxy(text, grammar).then_some(Dialect::Haproxy)
}

/// The sections that hold what lblint is about; other words that open sections are too common in other texts.
const SECTIONS: [&str; 5] = ["global", "defaults", "frontend", "backend", "listen"];

/// A header of a section, directly followed by statements of that section, and hardly anything else.
fn is_haproxy(text: &str, grammar: &Grammar) -> bool {
    let mut section = "";
    let (mut known, mut unknown, mut headers) = (0_u32, 0_u32, 0_u32);
    for line in text.lines() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with(['#', '.']) {
            continue;
        }
        let mut words = line.split_whitespace().peekable();
        match words.peek() {
            Some(word) if SECTIONS.contains(word) && is_header(line) => {
                headers += 1;
                section = SECTIONS.iter().find(|name| *name == word).copied().unwrap_or_default();
            }
            _ if section.is_empty() => unknown += 1,
            _ if is_statement(line, section, grammar) => known += 1,
            _ => unknown += 1,
        }
    }
    headers > 0 && known > 0 && known + headers >= 2 * unknown
}

/// `global` stands alone, the others with a name, `from DEFAULTS`, or (1.x) an address.
fn is_header(line: &str) -> bool {
    let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.%<>{}$\"".contains(&byte));
    match words.as_slice() {
        ["global" | "defaults"] | ["defaults", "from", _] => true,
        ["defaults" | "frontend" | "backend" | "listen", name] | [_, name, "from", _] => is_name(name),
        ["listen" | "frontend", name, address] => is_name(name) && address.contains(':'),
        _ => false,
    }
}

fn is_statement(line: &str, section: &str, grammar: &Grammar) -> bool {
    use crate::grammar::haproxy::Placement;
    let words = line.split_whitespace().skip_while(|word| matches!(*word, "no" | "default"));
    if line.ends_with([';', '{']) || line.contains(" = ") {
        return false;
    }
    let Some((rows, _)) = grammar.phrase(words) else { return false };
    rows.iter().any(|row| {
        grammar.keyword(*row).is_some_and(|keyword| keyword.sections.placement(section) != Placement::Refused)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(text: &str) -> Option<Dialect> {
        dialect_of(text, &Grammar::load())
    }

    #[test]
    fn two_statements_are_evidence() {
        assert_eq!(dialect("backend web\n  server w1 10.0.0.1:80 check\n"), Some(Dialect::Haproxy));
        assert_eq!(dialect("# x\nglobal\n  daemon\n"), Some(Dialect::Haproxy));
    }

    #[test]
    fn other_texts_are_not_taken() {
        for text in [
            "global\n",
            "backend web\n",
            "global x = 1\n",
            "http {\n  server {\n    listen 80;\n  }\n}\n",
            "defaults:\n  run:\n    shell: bash\n",
            "listen to the music\nand dance\nmode of life\n",
            "",
        ] {
            assert_eq!(dialect(text), None, "{text}");
        }
    }
}
