//! Sample expressions: a fetch and converters, each with arguments in parentheses, separated by commas.

use nom::Parser;
use nom::bytes::complete::take_while1;
use nom::character::complete::char;
use nom::combinator::recognize;
use nom::multi::many0_count;

/// A function with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// The function.
    pub name: &'a str,
    /// What stands between the parentheses; `None` without parentheses.
    pub arguments: Option<&'a str>,
}

/// A fetch and the converters that are applied to it, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression<'a> {
    /// The fetch.
    pub fetch: Call<'a>,
    /// The converters.
    pub converters: Vec<Call<'a>>,
    /// What stands behind the expression.
    pub rest: &'a str,
}

/// Why a text is no expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpressionError {
    /// No name where a fetch should stand.
    MissingFetch,
    /// A parenthesis that is never closed.
    UnclosedParenthesis,
}

type Parsed<'a, T> = nom::IResult<&'a str, T>;

/// Reads an expression from the beginning of a text (`sample_parse_expr` in src/sample.c, 2.6.12).
///
/// # Errors
/// [`ExpressionError`] where the program refuses it.
pub fn parse_expression(text: &str) -> Result<Expression<'_>, ExpressionError> {
    let (fetch, mut rest) = call(text)?;
    let mut converters = Vec::new();
    while let Some(after_comma) = rest.trim_start_matches(' ').strip_prefix(',') {
        let after_comma = after_comma.trim_start_matches([' ', ',']);
        let Ok((converter, after)) = call(after_comma) else { break };
        converters.push(converter);
        rest = after;
    }
    Ok(Expression { fetch, converters, rest })
}

fn call(text: &str) -> Result<(Call<'_>, &str), ExpressionError> {
    let (rest, name) = name(text).map_err(|_| ExpressionError::MissingFetch)?;
    if !rest.starts_with('(') {
        return Ok((Call { name, arguments: None }, rest));
    }
    let (rest, arguments) = arguments(rest).map_err(|_| ExpressionError::UnclosedParenthesis)?;
    Ok((Call { name, arguments: Some(arguments) }, rest))
}

/// Names of functions hold letters, digits, `_`, `-`, `.` and, for Lua, `:`.
fn name(text: &str) -> Parsed<'_, &str> {
    take_while1(|c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c)).parse(text)
}

/// Everything up to the parenthesis that closes the first one; quotes and backslashes hide parentheses.
fn arguments(text: &str) -> Parsed<'_, &str> {
    let (rest, _) = char('(').parse(text)?;
    let (rest, inside) = recognize(many0_count(argument_piece)).parse(rest)?;
    let (rest, _) = char(')').parse(rest)?;
    Ok((rest, inside))
}

fn argument_piece(text: &str) -> Parsed<'_, &str> {
    let failure = || nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Char));
    let length = match text.as_bytes().first().ok_or_else(failure)? {
        b')' => return Err(failure()),
        b'\'' => quoted_length(text, '\'').ok_or_else(failure)?,
        b'"' => quoted_length(text, '"').ok_or_else(failure)?,
        b'\\' => 1 + text.chars().nth(1).map_or(0, char::len_utf8),
        _ => text.chars().next().map_or(1, char::len_utf8),
    };
    Ok((text.get(length..).unwrap_or_default(), text.get(..length).unwrap_or_default()))
}

fn quoted_length(text: &str, quote: char) -> Option<usize> {
    text.get(1..)?.find(quote).map(|end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let expression = parse_expression(text).unwrap();
        std::iter::once(expression.fetch.name).chain(expression.converters.iter().map(|call| call.name)).collect()
    }

    #[test]
    fn a_fetch_and_its_converters() {
        assert_eq!(names("src"), ["src"]);
        assert_eq!(names("req.hdr(host),lower,map(/etc/maps/hosts.map,default)"), ["req.hdr", "lower", "map"]);
        assert_eq!(parse_expression("path,field(2,/)").unwrap().converters[0].arguments, Some("2,/"));
    }

    #[test]
    fn quotes_hide_parentheses() {
        let expression = parse_expression("str('a)b'),regsub(\"(x)\",y) rest").unwrap();
        assert_eq!(expression.fetch.arguments, Some("'a)b'"));
        assert_eq!(expression.rest, " rest");
    }

    #[test]
    fn what_the_program_refuses() {
        assert_eq!(parse_expression("(arg)"), Err(ExpressionError::MissingFetch));
        assert_eq!(parse_expression("hdr(host"), Err(ExpressionError::UnclosedParenthesis));
    }
}
