//! The program would refuse to parse it.

use super::each_diagnostic;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/syntax-error.md`.
#[derive(Debug)]
pub(in crate::checks) struct SyntaxError;

const META: Meta = Meta {
    name: "syntax-error",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
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
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            let (message, help) = words(&diagnostic.kind)?;
            finding.message = message;
            // Both load; what was meant is another matter.
            if matches!(diagnostic.kind, Kind::StrayCarriageReturn | Kind::LineContinuation) {
                finding = finding.at_most(Severity::Warning);
            }
            Some(if help.is_empty() { finding } else { finding.help(help) })
        });
    }
}

/// The message and the remedy for each kind of syntax error.
fn words(kind: &Kind) -> Option<(String, &'static str)> {
    let (message, help) = match kind {
        Kind::ByteOrderMark => ("a byte order mark makes the first word unknown", "save the file as UTF-8 without it"),
        Kind::NulByte => ("a NUL byte: HAProxy refuses the file", "remove it; the file may be damaged or UTF-16"),
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
        Kind::BadCondition(reason) => return Some((format!("the condition cannot be read: {reason}"), "")),
        Kind::TooManyWords(limit) => {
            return Some((format!("more than {limit} words on a line: HAProxy refuses it"), "split the statement"));
        }
        Kind::TooDeep(limit) => return Some((format!("nested deeper than {limit} levels"), "")),
        _ => return None,
    };
    Some((message.to_owned(), help))
}
