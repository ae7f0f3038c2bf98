//! The program would refuse to parse it.

use super::each_refusal;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::source::{Dialect, Span};

/// See `docs/checks/syntax-error.md`.
#[derive(Debug)]
pub(in crate::checks) struct SyntaxError;

const META: Meta = Meta {
    name: "syntax-error",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "the proxy would refuse to parse it",
    follows: &[],
    page: include_str!("../../../docs/checks/syntax-error.md"),
};

impl Check for SyntaxError {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_refusal(context, &META, findings, say);
    }
}

/// The message and the remedy for a text that cannot be parsed.
pub(super) fn say(context: &Context<'_>, diagnostic: &Diagnostic, mut finding: Finding) -> Option<Finding> {
    let (message, help) = words(context, &diagnostic.kind)?;
    finding.message = message;
    // Both load; what was meant is another matter.
    if matches!(diagnostic.kind, Kind::StrayCarriageReturn | Kind::LineContinuation) {
        finding = finding.at_most(Severity::Warning);
    }
    if let Some((place, label)) = opening(&diagnostic.kind) {
        finding = finding.related(place, label);
    }
    let finding = finding.fix(fix(context, diagnostic));
    Some(if help.is_empty() { finding } else { finding.help(help) })
}

/// What to write, where there is one thing only.
fn fix(context: &Context<'_>, diagnostic: &Diagnostic) -> Option<Fix> {
    match diagnostic.kind {
        Kind::ByteOrderMark => Some(Fix::safe("delete the byte order mark").delete(diagnostic.span)),
        Kind::MissingTerminator(statement) => {
            let written = context.written(statement).trim_end();
            // What looks like one statement may be several.
            let is_one = !written.contains(['\n', '#', '{', '}']);
            let fix = Fix::to_review("end the statement with `;`");
            is_one.then(|| fix.insert(statement.start + written.len() as u32, ";"))
        }
        _ => None,
    }
}

/// Where it began, if that is another place.
fn opening(kind: &Kind) -> Option<(Span, &'static str)> {
    Some(match kind {
        Kind::MissingTerminator(statement) | Kind::UnexpectedEnd(statement) => (*statement, "not ended"),
        Kind::UnclosedQuote(quote) => (*quote, "opened here"),
        Kind::TextAfterQuote(quote) => (*quote, "the quote that was closed"),
        Kind::UnclosedBlock(header) => (*header, "opened here"),
        _ => return None,
    })
}

/// The message and the remedy for each kind of syntax error.
fn words(context: &Context<'_>, kind: &Kind) -> Option<(String, &'static str)> {
    let program = context.unit.dialect.title();
    Some(match kind {
        Kind::NulByte => {
            (format!("a NUL byte: {program} refuses the file"), "remove it; the file may be damaged or UTF-16")
        }
        Kind::BadCondition(reason) => (format!("the condition cannot be read: {reason}"), ""),
        Kind::TooManyWords(limit) => {
            (format!("more than {limit} words on a line: {program} refuses it"), "split the statement")
        }
        Kind::TooDeep(limit) => (format!("nested deeper than {limit} levels"), ""),
        Kind::TooLong(limit) => {
            (format!("longer than the {limit} bytes that {program} has room for"), "split it, or move it to a file")
        }
        Kind::UnexpectedBlock(statement) => {
            (format!("`{statement}` takes no block and is not ended by `;`"), "end it with `;`")
        }
        Kind::MissingBlock(statement) => (format!("`{statement}` needs a block"), "write `{ ... }` in place of `;`"),
        _ => {
            let (message, help) = line_words(kind).or_else(|| block_words(kind)).or_else(|| tree_words(kind))?;
            (message.to_owned(), help)
        }
    })
}

/// The same for languages of lines.
fn line_words(kind: &Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::ByteOrderMark => ("a byte order mark makes the first word unknown", "save the file as UTF-8 without it"),
        Kind::UnmatchedQuote => {
            ("a quote that is never closed", "close it on the same line, or escape it with a backslash")
        }
        Kind::BadEscape => ("`\\x` needs two hexadecimal digits", "write them, or a double backslash"),
        Kind::BadVariable => ("`$` in double quotes needs the name of a variable", "write `\\$` for a dollar sign"),
        Kind::LineContinuation => {
            ("a backslash at the end of a line: HAProxy has no continuation lines", "join the lines")
        }
        Kind::OutsideSection => ("a statement before the first section", "begin with a section such as `global`"),
        Kind::UnexpectedBranch => ("no `.if` is open here", "remove it, or open a block with `.if`"),
        Kind::UnclosedBranch => ("this block is never closed", "add `.endif` in the same file"),
        Kind::UnknownPreprocessorWord => {
            ("no such directive", "there are .if, .elif, .else, .endif, .notice, .warning, .alert and .diag")
        }
        Kind::ExtraPreprocessorWord => ("too many words for this directive", "put a message into quotes"),
        Kind::StrayCarriageReturn => ("a carriage return inside a line: the rest of the line is ignored", "remove it"),
        Kind::BadScope => ("a line that begins with `[` is a scope and must be `[name]` alone", ""),
        _ => return None,
    })
}

/// The same for languages of blocks.
fn block_words(kind: &Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::UnexpectedTerminator => ("nothing stands here that this could end", "remove it"),
        Kind::MissingTerminator(_) => ("a block ends before the statement in it does", "end the statement with `;`"),
        Kind::UnexpectedEnd(_) => ("the file ends before its last statement does", "end the statement with `;`"),
        Kind::UnclosedQuote(_) => ("the file ends inside a quote", "close the quote"),
        Kind::TextAfterQuote(_) => {
            ("a closing quote must be followed by a blank or by `;`", "put the whole word into quotes")
        }
        Kind::UnclosedBlock(_) => ("the file ends inside a block", "close it with `}` in the same file"),
        Kind::BlockAmongEntries => (
            "no block may stand among the entries of this block",
            "end the entry with `;`, or close the block that stands around it",
        ),
        Kind::BraceInWord => ("a brace that is not in quotes opens a block", "put the word into quotes"),
        Kind::UnclosedLongBracket => ("a long bracket of Lua that is never closed", "close it"),
        _ => return None,
    })
}

/// The same for YAML and JSON.
fn tree_words(kind: &Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::BadNotation(message) => (message, ""),
        Kind::UnclosedString => ("this quote is never closed", "close the quote"),
        Kind::UnclosedBracket => ("this bracket is never closed", "close it"),
        Kind::KeyNotText => {
            ("a mapping or a list as a key: Envoy refuses it", "put a text that begins with a brace into quotes")
        }
        Kind::TabIndentation => ("a tab in the indentation: YAML takes only spaces", "indent with spaces"),
        Kind::CommentInJson => ("JSON has no comments: Envoy refuses the file", "remove it, or write YAML"),
        Kind::UnknownAnchor => {
            ("no anchor of this name stands before the alias", "write `&name` before the first use of `*name`")
        }
        Kind::AliasCycle => {
            ("an alias inside what it stands for: Envoy crashes on it", "repeat what is meant, or remove it")
        }
        _ => return None,
    })
}
