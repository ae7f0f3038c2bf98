//! Log formats: text with `%[expression]`, `%{flags}` and `%name` in it.

use super::{Expression, ExpressionError, parse_expression};

/// Why a log format is refused, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// `%[` without `]`.
    UnclosedBracket,
    /// What stands between the brackets is no expression.
    Expression(ExpressionError),
}

/// The expressions of a log format, in order, each with the byte at which it begins.
pub fn expressions_in(text: &str) -> impl Iterator<Item = (usize, Result<Expression<'_>, FormatError>)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = next_bracket(text, from)?;
        let expression = bracketed(text.get(start..)?);
        from = text.len() - expression.as_ref().map_or(0, |expression| expression.rest.len());
        Some((start, expression))
    })
}

/// Where the text behind the next `%[` or `%{...}[` begins; `%%` is a percent sign.
fn next_bracket(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr(b'%', text.as_bytes().get(at..)?)? + 1;
        let rest = text.get(at..)?;
        if rest.starts_with('%') {
            at += 1;
            continue;
        }
        let flags = if rest.starts_with('{') { rest.find('}').map_or(0, |end| end + 1) } else { 0 };
        if rest.get(flags..)?.starts_with('[') {
            return Some(at + flags + 1);
        }
    }
}

fn bracketed(text: &str) -> Result<Expression<'_>, FormatError> {
    let expression = parse_expression(text.trim_start()).map_err(FormatError::Expression)?;
    if expression.rest.trim_start().starts_with(']') { Ok(expression) } else { Err(FormatError::UnclosedBracket) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_found_between_text() {
        let found: Vec<_> = expressions_in("a%%[x] %ci %[src],%{+Q}[req.hdr(a),lower]z")
            .map(|(_, expression)| expression.unwrap().fetch.name)
            .collect();
        assert_eq!(found, ["src", "req.hdr"]);
    }

    #[test]
    fn an_open_bracket_is_an_error() {
        let errors: Vec<_> = expressions_in("%[req.hdr(host)").map(|(_, expression)| expression.err()).collect();
        assert_eq!(errors, [Some(FormatError::UnclosedBracket)]);
        assert!(expressions_in("%[(arg)]").next().unwrap().1.is_err());
    }
}
