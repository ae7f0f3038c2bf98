//! What tells HAProxy's language from others.

use super::embedding::embeds_another;
use crate::analysis::grammars::Grammars;
use crate::grammar::haproxy::{Grammar, Naming};

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
    headers > 0 && known > 0 && known + headers >= 2 * unknown && !is_embedded(text)
}

/// Whether the text of another language holds a configuration. A file may say who runs it: `#!/usr/sbin/haproxy -f`.
fn is_embedded(text: &str) -> bool {
    let is_script = |line: &str| line.starts_with("#!/") && !line.contains("haproxy");
    text.lines().next().is_some_and(is_script) || embeds_another(text)
}

/// Whether a text begins with a section of any kind and has a statement of it: enough where HAProxy's files are expected.
pub(super) fn is_part(text: &str, grammars: &Grammars) -> bool {
    let mut section = "";
    for line in text.lines() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with(['#', '.']) {
            continue;
        }
        match section_of(line, grammars.haproxy()) {
            Some(name) => section = name,
            None if section.is_empty() => return false,
            None if is_statement(line, section, grammars.haproxy()) => return !is_embedded(text),
            None => {}
        }
    }
    false
}

/// The section that a line opens. Those of agents stand in files of their own.
fn section_of(line: &str, grammar: &Grammar) -> Option<&'static str> {
    let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
    let section = grammar.section(words.next()?).filter(|section| !section.name.starts_with("spoe-"))?;
    let is_header = match (section.naming, words.next(), words.next()) {
        (_, Some(_), Some(_)) => is_header(line),
        (Naming::Required, name, _) => name.is_some_and(is_name),
        (Naming::Optional, name, _) => name.is_none_or(is_name),
        (Naming::Unnamed, name, _) => name.is_none(),
    };
    is_header.then_some(section.name)
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.%<>{}$\"".contains(&byte))
}

/// `global` stands alone, the others with a name, `from DEFAULTS`, or (1.x) an address.
fn is_header(line: &str) -> bool {
    let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
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
