//! Reads conditions as `src/cfgcond.c` does (2.6 to 3.5): integers, predicates, `!`, `&&`, `||`, parentheses.

use nom::bytes::complete::{tag, take_while};
use nom::error::{ErrorKind, ParseError};
use nom::{IResult, Parser};

/// A condition that could be read; an empty one is false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(pub Option<Expression>);

/// Alternatives (`||`) of conjunctions (`&&`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Each holds if all its factors hold.
    pub alternatives: Vec<Vec<Factor>>,
}

/// A term, perhaps negated by an odd number of `!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Whether the term must not hold.
    pub is_negated: bool,
    /// What must hold.
    pub term: Term,
}

/// What a condition is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// An integer: true unless it is 0.
    Constant(bool),
    /// An expression in parentheses.
    Group(Expression),
    /// A question to the program, with its arguments.
    Predicate(Predicate, Vec<String>),
}

/// The questions that a condition can ask, with the version that knows them first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// `defined(NAME)`: an environment variable is set. 2.4
    Defined,
    /// `feature(NAME)`: built with it. 2.4
    Feature,
    /// `streq(A,B)`. 2.4
    StringsEqual,
    /// `strneq(A,B)`. 2.4
    StringsDiffer,
    /// `strstr(A,B)`: the second is in the first. 2.8
    Contains,
    /// `version_atleast(V)`. 2.4
    VersionAtLeast,
    /// `version_before(V)`. 2.4
    VersionBefore,
    /// `openssl_version_atleast(V)`. 2.5
    OpensslVersionAtLeast,
    /// `openssl_version_before(V)`. 2.5
    OpensslVersionBefore,
    /// `ssllib_name_startswith(NAME)`. 2.5
    SslLibraryNameStartsWith,
    /// `awslc_api_atleast(N)`. 3.3
    AwsLcApiAtLeast,
    /// `awslc_api_before(N)`. 3.3
    AwsLcApiBefore,
    /// `enabled(OPTION)`. 2.8
    Enabled,
    /// `fips_mode`. 3.5
    FipsMode,
}

/// Names and the number of arguments that each predicate needs.
const PREDICATES: [(&str, Predicate, usize); 14] = [
    ("defined", Predicate::Defined, 1),
    ("feature", Predicate::Feature, 1),
    ("streq", Predicate::StringsEqual, 2),
    ("strneq", Predicate::StringsDiffer, 2),
    ("strstr", Predicate::Contains, 2),
    ("version_atleast", Predicate::VersionAtLeast, 1),
    ("version_before", Predicate::VersionBefore, 1),
    ("openssl_version_atleast", Predicate::OpensslVersionAtLeast, 1),
    ("openssl_version_before", Predicate::OpensslVersionBefore, 1),
    ("ssllib_name_startswith", Predicate::SslLibraryNameStartsWith, 1),
    ("awslc_api_atleast", Predicate::AwsLcApiAtLeast, 1),
    ("awslc_api_before", Predicate::AwsLcApiBefore, 1),
    ("enabled", Predicate::Enabled, 1),
    ("fips_mode", Predicate::FipsMode, 0),
];

/// How deep expressions may nest before the program gives up: `MAX_CFG_RECURSION` of include/haproxy/defaults.h, 2.6.
/// A pair of parentheses costs three, another operand of `&&` or `||` one.
const MAX_DEPTH: u32 = 1024;

/// Why a condition cannot be read.
#[derive(Clone, Copy, Debug)]
struct Problem(&'static str);

impl ParseError<&str> for Problem {
    fn from_error_kind(_: &str, _: ErrorKind) -> Self {
        UNREADABLE
    }

    fn append(_: &str, _: ErrorKind, other: Self) -> Self {
        other
    }
}

const UNREADABLE: Problem = Problem("not an integer, a predicate or an expression in parentheses");
const UNCLOSED: Problem = Problem("a parenthesis is not closed");
const MISSING_ARGUMENT: Problem = Problem("a predicate lacks an argument");
const TOO_DEEP: Problem = Problem("nested too deep");
const TRAILING_TEXT: Problem = Problem("something follows the end of the condition");

type Parsed<'a, T> = IResult<&'a str, T, Problem>;

const fn fail<T>(problem: Problem) -> Result<T, nom::Err<Problem>> {
    Err(nom::Err::Failure(problem))
}

/// Reads a whole condition.
///
/// # Errors
/// Why it cannot be read, in words that fit into a message.
pub fn parse(text: &str) -> Result<Condition, &'static str> {
    if text.is_empty() {
        return Ok(Condition(None));
    }
    match expression(text, MAX_DEPTH) {
        Ok(("", expression)) => Ok(Condition(Some(expression))),
        Ok(_) => Err(TRAILING_TEXT.0),
        Err(nom::Err::Error(problem) | nom::Err::Failure(problem)) => Err(problem.0),
        Err(nom::Err::Incomplete(_)) => Err(UNREADABLE.0),
    }
}

fn blanks(input: &str) -> Parsed<'_, &str> {
    take_while(|character| matches!(character, ' ' | '\t')).parse(input)
}

/// An operator with the blanks around it.
fn operator<'a>(sign: &'static str) -> impl Parser<&'a str, Output = &'a str, Error = Problem> {
    nom::sequence::delimited(blanks, tag(sign), blanks)
}

fn expression(input: &str, depth: u32) -> Parsed<'_, Expression> {
    let (rest, alternatives) = chain(input, "||", depth, conjunction)?;
    Ok((rest, Expression { alternatives }))
}

fn conjunction(input: &str, depth: u32) -> Parsed<'_, Vec<Factor>> {
    chain(input, "&&", depth, factor)
}

/// Operands between `sign`. Each costs one level of depth, as the program recurses to read the next one.
fn chain<'a, T>(
    input: &'a str,
    sign: &'static str,
    depth: u32,
    operand: impl Fn(&'a str, u32) -> Parsed<'a, T>,
) -> Parsed<'a, Vec<T>> {
    let (mut rest, mut operands, mut left) = (input, Vec::new(), depth);
    loop {
        left = left.checked_sub(1).ok_or(nom::Err::Failure(TOO_DEEP))?;
        let (after, value) = operand(rest, left)?;
        operands.push(value);
        let (after, _) = blanks(after)?;
        match operator(sign).parse(after) {
            Ok((next, _)) => rest = next,
            Err(_) => return Ok((after, operands)),
        }
    }
}

fn factor(input: &str, depth: u32) -> Parsed<'_, Factor> {
    let (mut rest, _) = blanks(input)?;
    if depth == 0 {
        return fail(TOO_DEEP);
    }
    let mut is_negated = false;
    while let Some(after) = rest.strip_prefix('!') {
        is_negated = !is_negated;
        (rest, _) = blanks(after)?;
    }
    let (rest, term) = term(rest, depth)?;
    Ok((rest, Factor { is_negated, term }))
}

fn term(input: &str, depth: u32) -> Parsed<'_, Term> {
    if let Some((rest, value)) = integer(input) {
        return Ok((rest, Term::Constant(value)));
    }
    if input.starts_with('(') {
        return group(input, depth);
    }
    predicate(input)
}

fn group(input: &str, depth: u32) -> Parsed<'_, Term> {
    let (rest, _) = operator("(").parse(input)?;
    let (rest, inner) = expression(rest, depth - 1)?;
    match operator(")").parse(rest) {
        Ok((rest, _)) => Ok((rest, Term::Group(inner))),
        Err(nom::Err::Error(_)) => fail(UNCLOSED),
        Err(error) => Err(error),
    }
}

/// Whether an integer is not zero, read as C's `strtol` with base 0 does.
fn integer(input: &str) -> Option<(&str, bool)> {
    let text = input.trim_start_matches(|character: char| character.is_ascii_whitespace() || character == '\x0b');
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match hexadecimal {
        Some(digits) if digits.starts_with(|digit: char| digit.is_ascii_hexdigit()) => (digits, 16),
        _ if text.starts_with('0') => (text, 8),
        _ => (text, 10),
    };
    let length = digits.find(|digit: char| !digit.is_digit(radix)).unwrap_or(digits.len());
    let (number, rest) = digits.split_at(length);
    (!number.is_empty()).then(|| (rest, number.bytes().any(|digit| digit != b'0')))
}

fn predicate(input: &str) -> Parsed<'_, Term> {
    let name_end = input.find([' ', '(']).unwrap_or(input.len());
    let (name, rest) = input.split_at(name_end);
    let Some(&(_, predicate, count)) = PREDICATES.iter().find(|(known, ..)| *known == name) else {
        return fail(UNREADABLE);
    };
    let (rest, arguments) = match rest.strip_prefix('(') {
        Some(inside) => arguments(inside, count)?,
        // Without parentheses one argument counts as given and empty (`make_arg_list` in src/arg.c, 2.6).
        None => (rest, vec![String::new(); count.min(1)]),
    };
    if arguments.len() < count {
        return fail(MISSING_ARGUMENT);
    }
    Ok((rest, Term::Predicate(predicate, arguments)))
}

/// Up to `count` arguments and the closing parenthesis.
fn arguments(input: &str, count: usize) -> Parsed<'_, Vec<String>> {
    let (mut rest, mut found) = (input, Vec::new());
    while found.len() < count {
        let (after, value) = argument(rest)?;
        found.push(value);
        rest = after;
        match after.strip_prefix(',') {
            Some(next) if found.len() < count => rest = next,
            _ => break,
        }
    }
    rest.strip_prefix(')').map_or(fail(UNCLOSED), |rest| Ok((rest, found)))
}

/// One argument, up to a comma or a closing parenthesis outside quotes.
fn argument(input: &str) -> Parsed<'_, String> {
    let (mut value, mut quote) = (String::new(), None);
    let mut characters = input.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' | '\'' if quote == Some(character) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(character),
            '\\' if quote != Some('\'') => match characters.peek() {
                None => return fail(UNCLOSED),
                Some(&(_, next)) => {
                    let escaped = unescape(next);
                    value.push(escaped.unwrap_or('\\'));
                    characters.next_if(|_| escaped.is_some());
                }
            },
            ',' | ')' if quote.is_none() => {
                return Ok((input.get(at..).unwrap_or_default(), value));
            }
            _ => value.push(character),
        }
    }
    Ok(("", value))
}

/// What a backslash and this character stand for, if they stand for anything.
const fn unescape(character: char) -> Option<char> {
    match character {
        '\\' | ' ' | '"' | '\'' => Some(character),
        'r' => Some('\r'),
        'n' => Some('\n'),
        't' => Some('\t'),
        _ => None,
    }
}
