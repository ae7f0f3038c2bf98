//! Values that are glued to a word and bring more words: `10.0.0.1:80{{ ' check' if ready }}`.

use std::ops::Range;

use super::Layout;
use super::mask::{Copy, HOLE};
use super::token::TokenKind;

/// Parts such values from the word before them, which is not known if they may finish it.
pub(super) fn part(copy: &mut Copy<'_>) {
    if copy.layout == Layout::Indented {
        return;
    }
    for index in 0..copy.tokens.len() {
        let Some(token) = copy.tokens.get(index).filter(|token| token.kind == TokenKind::Value) else { continue };
        let (span, code) = (token.span.clone(), copy.text.get(token.span.clone()).unwrap_or_default());
        let word = word_before(copy, span.start);
        if word.is_empty() || !(brings_words(code) || may_bring_options(copy, &word, &span)) {
            continue;
        }
        if !begins_apart(code) {
            copy.masks.push(word);
        }
        copy.put(span.start..span.start + 1, b' ');
    }
}

/// What stands before a place without a blank between.
fn word_before(copy: &Copy<'_>, at: usize) -> Range<usize> {
    let before = copy.bytes.get(copy.line(at).start..at).unwrap_or_default();
    let length = before.iter().rev().take_while(|byte| !byte.is_ascii_whitespace() && !b";{}".contains(byte)).count();
    at - length..at
}

/// Whether an expression holds a string that begins with a blank and goes on with a word.
fn brings_words(code: &str) -> bool {
    let begins_word = |text: &str| text.trim_start().len() < text.len() && text.contains(char::is_alphabetic);
    strings(code).iter().any(|text| begins_word(text))
}

/// Whether each text that an expression may become begins with a blank or is empty: it does not finish the word before it.
fn begins_apart(code: &str) -> bool {
    let code = code.trim_start_matches(['{', '<', '%', '=', '-']).trim_start();
    let is_string = |code: &str| code.starts_with(['"', '\'']);
    let other = code.split_once("else ").map_or("\"", |(_, other)| other.trim_start());
    let is_apart = |text: &&str| text.is_empty() || text.starts_with(char::is_whitespace);
    is_string(code) && is_string(other) && strings(code).iter().all(is_apart)
}

/// Whether an expression asks for a comma or nothing: `{{ "," if not loop.last }}`.
pub(super) fn is_comma(code: &str) -> bool {
    let strings = strings(code);
    let asks = code.contains(" if ") || code.contains("ternary");
    asks && strings.iter().any(|text| text.trim() == ",") && strings.iter().all(|text| [",", ""].contains(&text.trim()))
}

/// The strings of an expression, without their quotes.
fn strings(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(['"', '\'']) {
        let (quote, behind) = rest.split_at(start).1.split_at(1);
        let Some((text, next)) = behind.split_once(quote) else { break };
        found.push(text);
        rest = next;
    }
    found
}

/// Whether a value at the end of a `server` follows an address that is whole: it may finish the port or bring options.
fn may_bring_options(copy: &Copy<'_>, word: &Range<usize>, span: &Range<usize>) -> bool {
    let line = copy.line(span.start);
    let text = |range: Range<usize>| copy.bytes.get(range).unwrap_or_default();
    let rest = text(span.end..line.end.max(span.end)).trim_ascii_start();
    let statement = text(line.start..word.start);
    let statement = statement.rsplit(|byte| b";{}".contains(byte)).next().unwrap_or_default();
    let mut words = statement.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let is_address = words.next() == Some(b"server".as_slice())
        && match copy.layout {
            Layout::Lines => rest.is_empty() && words.count() == 1,
            _ => rest.starts_with(b";") && words.count() == 0,
        };
    let address = text(word.clone());
    let port = address.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    let is_whole = !port.is_empty() && port.iter().all(|byte| *byte == HOLE || byte.is_ascii_digit());
    is_address && is_whole
}
