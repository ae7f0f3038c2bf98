//! Text from configurations is made harmless before it reaches a terminal: no control, no invisible characters.

use std::borrow::Cow;

/// What stands in for a character that must not be printed: one column wide, so that labels stay right.
pub(super) const REPLACEMENT: char = '\u{fffd}';

/// Whether a character could move the cursor, reorder what is shown, or hide; or is none, so that XML has no way to write it
/// (XML 1.0, 2.2).
pub(super) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// The text as one harmless line: tabs and line ends become blanks, what must not be printed becomes U+FFFD.
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, |character| match character {
        '\t' | '\n' => ' ',
        _ if is_unsafe(character) => REPLACEMENT,
        _ => character,
    })
}

/// The same, but line ends stay: for texts that lblint itself wrote over several lines.
pub(super) fn paragraph(text: &str) -> Cow<'_, str> {
    replaced(text, |character| match character {
        '\n' => '\n',
        '\t' => ' ',
        _ if is_unsafe(character) => REPLACEMENT,
        _ => character,
    })
}

fn replaced(text: &str, replace: impl Fn(char) -> char) -> Cow<'_, str> {
    if text.chars().any(|character| replace(character) != character) {
        Cow::Owned(text.chars().map(replace).collect())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_reordering_are_taken_out() {
        assert_eq!(line("a\u{1b}[31mb\tc\nd"), "a\u{fffd}[31mb c d");
        assert_eq!(line("x\u{202e}y\u{2066}z\u{9b}"), "x\u{fffd}y\u{fffd}z\u{fffd}");
        assert_eq!(line("a\u{fffe}\u{ffff}"), "a\u{fffd}\u{fffd}");
        assert_eq!(line("user\u{200b}name\u{feff}"), "user\u{fffd}name\u{fffd}");
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(line("größe → 10 µs 漢字"), Cow::Borrowed(_)));
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        assert_eq!(paragraph("a\n\tb\r"), "a\n b\u{fffd}");
    }
}
