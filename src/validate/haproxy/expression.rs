//! Sample expressions and log formats: do the functions exist, do the arguments fit.

use super::Validator;
use crate::diagnostic::Kind;
use crate::grammar::haproxy::SampleKind;
use crate::source::Span;
use crate::syntax::haproxy::values::{
    Call, Expression, ExpressionError, FormatError, expressions_in, parse_expression,
};
use crate::validate::nearest;

/// Scopes of variables (configuration manual 2.8; `proc`, `sess` ... in src/vars.c, 2.6 to 3.4).
const SCOPES: [&str; 10] = ["proc", "sess", "txn", "req", "res", "check", "psess", "ptxn", "preq", "pres"];

impl Validator<'_, '_> {
    /// Every `%[...]` of a log format.
    pub(super) fn check_format(&mut self, span: Span, text: &str) {
        for (_, expression) in expressions_in(text) {
            match expression {
                Ok(expression) => self.check_expression(span, &expression, false),
                Err(FormatError::UnclosedBracket) => {
                    return self.say(span, Kind::InvalidValue("a `]` that closes `%[`".into()));
                }
                Err(FormatError::Expression(error)) => return self.say(span, expression_kind(error)),
            }
        }
    }

    /// One expression that is a word of its own; in conditions the short ACL names are allowed, too.
    pub(super) fn check_expression_text(&mut self, span: Span, text: &str, acl: bool) {
        match parse_expression(text) {
            Ok(expression) if !expression.rest.is_empty() => {
                self.say(span, Kind::InvalidValue("a comma before what follows the function".into()));
            }
            Ok(expression) => self.check_expression(span, &expression, acl),
            Err(error) => self.say(span, expression_kind(error)),
        }
    }

    fn check_expression(&mut self, span: Span, expression: &Expression<'_>, acl: bool) {
        let kinds: &[SampleKind] = if acl { &[SampleKind::Fetch, SampleKind::Acl] } else { &[SampleKind::Fetch] };
        self.check_call(span, &expression.fetch, kinds);
        if matches!(expression.fetch.name, "var") {
            self.check_variable(span, expression.fetch.arguments.unwrap_or_default());
        }
        for converter in &expression.converters {
            self.check_call(span, converter, &[SampleKind::Converter]);
        }
    }

    fn check_call(&mut self, span: Span, call: &Call<'_>, kinds: &[SampleKind]) {
        if call.name.starts_with("lua.") || self.doubtful {
            return;
        }
        let grammar = self.input.grammar;
        let Some(sample) = kinds.iter().find_map(|kind| grammar.sample(*kind, call.name)) else {
            let names = kinds.iter().flat_map(|kind| grammar.sample_names(*kind));
            let suggestion = nearest(call.name, names).map(Into::into);
            let within = if kinds.contains(&SampleKind::Converter) { "converters" } else { "sample fetches" };
            return self.say(span, Kind::UnknownKeyword { within: within.into(), suggestion });
        };
        let (fewest, lifetime, name) = (sample.fewest, sample.lifetime, sample.name);
        self.check_lifetime(span, lifetime, "");
        if fewest > 0 && call.arguments.is_none_or(|arguments| arguments.trim().is_empty()) {
            self.say(span, Kind::MissingArgument(name.into()));
        }
    }

    fn check_variable(&mut self, span: Span, arguments: &str) {
        let name = arguments.split(',').next().unwrap_or_default().trim();
        let scoped = name.split_once('.').is_some_and(|(scope, rest)| SCOPES.contains(&scope) && !rest.is_empty());
        if !scoped {
            let expected = format!("a variable that begins with its scope, such as `txn.{name}`");
            self.say(span, Kind::InvalidValue(expected.into()));
        }
    }
}

fn expression_kind(error: ExpressionError) -> Kind {
    let expected = match error {
        ExpressionError::MissingFetch => "a sample fetch",
        ExpressionError::UnclosedParenthesis => "a `)` that closes the arguments",
    };
    Kind::InvalidValue(expected.into())
}
