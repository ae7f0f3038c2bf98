//! Engines that write `<% ... %>`: ERB (Ruby) and EPP (Puppet).

use memchr::memmem;

use super::token::{Opens, Token, TokenKind, is_line_end};

/// Finds the pieces of a template in angle brackets.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memmem::find(rest.as_bytes(), b"<%")) {
        let start = at + found;
        at = start + 2;
        if text.get(at..).is_some_and(|rest| rest.starts_with('%')) {
            continue;
        }
        let Some(length) = text.get(at..).and_then(|rest| memmem::find(rest.as_bytes(), b"%>")) else { break };
        let code = text.get(at..at + length).unwrap_or_default();
        at += length + 2;
        let mut token = Token::new(start..at, kind(code.trim_start_matches('-').trim_end_matches('-')));
        token.trims_right = code.ends_with('-');
        tokens.push(token);
    }
    tokens
}

/// What follows `<%`.
pub(super) fn begins(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    rest.starts_with(|first: char| first.is_ascii_alphabetic() || " \t\r\n-=#@$}|".contains(first))
}

fn kind(code: &str) -> TokenKind {
    match code.as_bytes().first() {
        Some(b'=') if code.get(1..).is_some_and(is_line_end) => TokenKind::LineEnd,
        Some(b'=') => TokenKind::Value,
        Some(b'#') => TokenKind::Silent,
        _ if code.trim_start().starts_with('|') => TokenKind::Silent,
        _ => of_statements(code),
    }
}

/// What code does to the blocks that are open, all its statements together.
fn of_statements(code: &str) -> TokenKind {
    let (mut depth, mut opens, mut arm) = (0_i32, Opens::Condition, None);
    for statement in code.split(['\n', ';']).map(without_remark).filter(|statement| !statement.is_empty()) {
        let (change, opened) = of_statement(statement);
        if depth == 0 && arm.is_none() {
            arm = arm_of(statement);
        }
        if change > 0 {
            opens = opened;
        }
        depth += change;
    }
    match (depth, arm) {
        (0, Some(is_last)) => TokenKind::Arm(is_last),
        (1.., _) => TokenKind::Open(opens),
        (..0, _) => TokenKind::Close,
        (0, None) => TokenKind::Silent,
    }
}

fn without_remark(statement: &str) -> &str {
    let statement = statement.trim();
    if statement.starts_with('#') { "" } else { statement.split(" # ").next().unwrap_or_default().trim() }
}

/// `else`, `elsif`, `when`, and Puppet's `} else {`.
fn arm_of(statement: &str) -> Option<bool> {
    let statement = statement.strip_prefix('}').map_or(statement, str::trim_start);
    match first_word(statement) {
        "else" => Some(true),
        "elsif" | "when" | "rescue" | "ensure" => Some(false),
        _ => None,
    }
}

fn first_word(statement: &str) -> &str {
    statement.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or_default()
}

/// How many there are; nobody writes more than fit.
fn number<T>(found: impl Iterator<Item = T>) -> i32 {
    i32::try_from(found.count()).unwrap_or(i32::MAX / 4)
}

/// By how many blocks a statement changes the depth, and what the block is that it opens.
fn of_statement(statement: &str) -> (i32, Opens) {
    let braces = number(statement.matches('{')) - number(statement.matches('}'));
    let words = || statement.split(|letter: char| !letter.is_ascii_alphanumeric() && !"_.@:?!".contains(letter));
    let ends = number(words().filter(|word| *word == "end" || word.starts_with("end.")));
    let behind_equals = statement.split_once("= ").map_or("", |(_, value)| first_word(value.trim_start()));
    let opens_word =
        |word: &str| matches!(word, "if" | "unless" | "case" | "while" | "until" | "for" | "begin" | "def");
    // Puppet's blocks end with a brace, not with a word.
    let by_word = (opens_word(first_word(statement)) || opens_word(behind_equals)) && !statement.ends_with('{');
    let by_do = words().any(|word| word == "do") && !matches!(first_word(statement), "while" | "until" | "for");
    let repeats = by_do
        || matches!(first_word(statement), "while" | "until" | "for" | "def")
        || [".each", ".map", ".times", ".upto", "each |", "each("].iter().any(|name| statement.contains(name));
    let opens = if repeats { Opens::Loop } else { Opens::Condition };
    (braces + i32::from(by_word) + i32::from(by_do) - ends, opens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_of_ruby_and_of_puppet() {
        let repeats = TokenKind::Open(Opens::Loop);
        let condition = TokenKind::Open(Opens::Condition);
        for (code, wanted) in [
            (" @servers.each do |server| ", repeats),
            (" @servers.sort.each { |name, port| ", repeats),
            (" if @x == 'y' ", condition),
            (" unless x.nil? ", condition),
            (" else ", TokenKind::Arm(true)),
            (" elsif y ", TokenKind::Arm(false)),
            (" end ", TokenKind::Close),
            (" } ", TokenKind::Close),
            (" $hosts.each |$host| { ", repeats),
            (" if $x { ", condition),
            (" } else { ", TokenKind::Arm(true)),
            (" } elsif $y { ", TokenKind::Arm(false)),
            ("= @port ", TokenKind::Value),
            ("# remark ", TokenKind::Silent),
            (" x = 1\n if y\n  x = 2\n end\n z.each do |q|\n end\n", TokenKind::Silent),
            (" x = y.map { |z| z } ", TokenKind::Silent),
            (" | String $a, Hash $b, | ", TokenKind::Silent),
            (" a = 1 if b ", TokenKind::Silent),
        ] {
            assert_eq!(kind(code), wanted, "{code}");
        }
    }
}
