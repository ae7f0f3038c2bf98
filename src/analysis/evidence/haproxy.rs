//! What tells HAProxy's language from others.

use crate::analysis::grammars::Grammars;
use crate::grammar::haproxy::Grammar;

/// The sections that hold what lblint is about; other words that open sections are too common in other texts.
const SECTIONS: [&str; 5] = ["global", "defaults", "frontend", "backend", "listen"];

/// A header of a section, directly followed by statements of that section, and hardly anything else.
pub(super) fn is_haproxy(text: &str, grammars: &Grammars) -> bool {
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
            _ if is_statement(line, section, grammars.haproxy()) => known += 1,
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
