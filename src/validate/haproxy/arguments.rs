//! Whether the arguments of a statement fit its signature.

use super::{Binding, SectionHeader, Validator};
use crate::diagnostic::Kind;
use crate::grammar::haproxy::{Keyword, Line};
use crate::grammar::{ALL_THE_REST, Part, Quantity, Signature, ValueType};
use crate::source::Span;
use crate::syntax::haproxy::Statement;
use crate::syntax::haproxy::values::{DurationError, Number, lenient_number, parse_duration, parse_size};

impl Validator<'_, '_> {
    pub(super) fn check_arguments(
        &mut self,
        section: SectionHeader<'_>,
        statement: &Statement,
        keyword: &Keyword,
        binding: Binding,
    ) {
        let from = usize::from(binding.words);
        if statement.prefix() != crate::syntax::haproxy::Prefix::None {
            return;
        }
        match keyword.phrase {
            "server" if section.word == "peers" => {}
            "server" | "default-server" | "server-template" => self.check_server(keyword.phrase, from),
            "bind" => self.check_bind(from, true),
            "stats socket" => self.check_bind(from, false),
            "balance" => self.check_balance(from),
            "hash-type" => self.check_hash_type(from),
            "acl" => self.check_acl(from),
            "log" => self.check_log(from),
            _ => self.check_signature(keyword.phrase, &keyword.signature, from),
        }
    }

    /// Walks the signature and the arguments side by side.
    pub(super) fn check_signature(&mut self, phrase: &str, signature: &Signature, from: usize) {
        let mut at = from;
        for part in &signature.parts {
            match part.value {
                ValueType::Rest => return self.check_formats_and_condition(phrase, at),
                ValueType::Ignored => return,
                ValueType::Condition => return self.check_condition_at(phrase, at),
                ValueType::Options(ref options) => at = self.skip_options(options, at),
                _ => at = self.check_part(phrase, part, at),
            }
        }
        if let Some(extra) = self.words.get(at) {
            let span = extra.span;
            self.say(span, Kind::ExtraArgument(phrase.into()));
        }
    }

    /// Steps over words with arguments of their own, in any order; answers with the position behind them.
    fn skip_options(&mut self, options: &[(&'static str, u8)], mut at: usize) -> usize {
        while let Some(word) = self.words.get(at).cloned() {
            // A word that is not known may be any option, with any arguments.
            let Some(text) = word.known() else { return self.words.len() };
            let Some((name, count)) = options.iter().find(|(name, _)| *name == text) else { break };
            at += 1 + usize::from(*count);
            if *count == ALL_THE_REST {
                break;
            }
            if at > self.words.len() {
                self.say(word.span, Kind::MissingArgument((*name).into()));
            }
        }
        at.min(self.words.len())
    }

    /// Checks the arguments that one part takes; answers with the position behind them.
    fn check_part(&mut self, phrase: &str, part: &Part, at: usize) -> usize {
        match part.quantity {
            Quantity::One => self.check_required(phrase, &part.value, at),
            Quantity::Optional => at + usize::from(self.take_optional(&part.value, at)),
            Quantity::Some => {
                let next = self.check_required(phrase, &part.value, at);
                self.take_all(&part.value, next)
            }
            Quantity::Any => self.take_all(&part.value, at),
        }
    }

    fn check_required(&mut self, phrase: &str, value: &ValueType, at: usize) -> usize {
        let Some(word) = self.words.get(at).cloned() else {
            let end = self.words.last().map_or(Span::default(), |last| last.span);
            self.say(end, Kind::MissingArgument(phrase.into()));
            return at;
        };
        if let Some(text) = word.known() {
            if let Err(kind) = fits(value, text) {
                self.say(word.span, kind);
            }
            if *value == ValueType::Time {
                self.say_unitless(phrase, word.span, text);
            }
            // Fewer than none are none: 503 at once (measured, 2.6.12).
            if phrase == "retries" && matches!(lenient_number(text), Number::Exact(count) if count < 0) {
                self.say(word.span, Kind::Coerced("0".into()));
            }
            if *value == ValueType::Format {
                self.check_format(word.span, text);
            }
            if *value == ValueType::Expression {
                self.check_expression_text(word.span, text, false);
            }
        }
        at + 1
    }

    fn take_optional(&mut self, value: &ValueType, at: usize) -> bool {
        let Some(word) = self.words.get(at) else { return false };
        word.known().is_none_or(|text| !matches!(text, "if" | "unless") && fits(value, text).is_ok())
    }

    fn take_all(&mut self, value: &ValueType, mut at: usize) -> usize {
        while self.take_optional(value, at) {
            at += 1;
        }
        at
    }

    /// In free-form arguments, log formats and the condition at the end are still looked at.
    fn check_formats_and_condition(&mut self, phrase: &str, at: usize) {
        let rule = phrase.starts_with("http-request") || phrase.starts_with("http-response");
        if !rule && !phrase.starts_with("tcp-re") && !phrase.starts_with("http-after-response") && phrase != "redirect"
        {
            return;
        }
        let words = self.words.get(at..).unwrap_or_default();
        let condition = words.iter().position(|word| word.is("if") || word.is("unless"));
        let formats: Vec<_> = words.iter().take(condition.unwrap_or(words.len())).cloned().collect();
        for word in formats {
            if let Some(text) = word.known().filter(|text| text.contains("%[")) {
                self.check_format(word.span, text);
            }
        }
        if let Some(condition) = condition {
            self.check_condition_at(phrase, at + condition);
        }
    }

    /// Checks the parameters that follow a server's or a bind's fixed arguments.
    pub(super) fn check_parameter_value(&mut self, line: Line, parameter: &str, part: &ValueType, at: usize) {
        let Some(word) = self.words.get(at).cloned() else { return };
        let Some(text) = word.known() else { return };
        let verdict = match (line, parameter) {
            (Line::Server, "weight") => fits_weight(text),
            _ => fits(part, text),
        };
        if let Err(kind) = verdict {
            self.say(word.span, kind);
        } else if *part == ValueType::Time {
            self.say_unitless(parameter, word.span, text);
        }
    }

    /// A short time without a unit is noted: whether seconds were meant is for a check to judge.
    fn say_unitless(&mut self, setting: &str, at: Span, text: &str) {
        let milliseconds = text.parse().ok().filter(|milliseconds| (1..UNITLESS).contains(milliseconds));
        if let Some(milliseconds) = milliseconds {
            self.say(at, Kind::Unitless { setting: setting.into(), milliseconds });
        }
    }
}

/// Longer times are plausible as they are.
const UNITLESS: u32 = 1000;

/// Whether a value is one that the program takes for this type.
pub(super) fn fits(value: &ValueType, text: &str) -> Result<(), Kind> {
    let refuse = |expected: String| Err(Kind::InvalidValue(expected.into()));
    match value {
        ValueType::Integer(low, high) => fits_integer(*low, *high, text),
        ValueType::StrictInteger(low, high) => match fits_integer(*low, *high, text) {
            Err(Kind::Coerced(_)) => refuse("a whole number and nothing else".into()),
            verdict => verdict,
        },
        ValueType::Time => fits_duration(text),
        ValueType::Size if parse_size(text).is_err() => refuse("a size such as 16k or 1m".into()),
        ValueType::OneOf(words) if !words.contains(&text) => refuse(format!("one of: {}", words.join(", "))),
        _ => Ok(()),
    }
}

fn fits_integer(low: i64, high: i64, text: &str) -> Result<(), Kind> {
    let number = lenient_number(text);
    if !(low..=high).contains(&number.value()) {
        return Err(Kind::InvalidValue(bounds(low, high).into()));
    }
    match number {
        Number::Exact(_) => Ok(()),
        Number::Prefix(value) => Err(Kind::Coerced(value.to_string().into())),
        Number::Zero => Err(Kind::Coerced("0".into())),
    }
}

fn bounds(low: i64, high: i64) -> String {
    match (low, high) {
        (i64::MIN, i64::MAX) => "a whole number".to_owned(),
        (i64::MIN, high) => format!("a whole number up to {high}"),
        (low, i64::MAX) => format!("a whole number from {low} on"),
        (low, high) => format!("a whole number from {low} to {high}"),
    }
}

pub(super) fn fits_duration(text: &str) -> Result<(), Kind> {
    match parse_duration(text) {
        Ok(duration) if duration.trailing => Err(Kind::Coerced(format!("{} ms", duration.milliseconds).into())),
        Ok(_) => Ok(()),
        Err(DurationError::NoNumber | DurationError::BadUnit) => {
            Err(Kind::InvalidValue("a duration such as 500ms, 5s or 2m".into()))
        }
        Err(DurationError::TooLarge) => Err(Kind::InvalidValue("a duration of at most 24 days".into())),
    }
}

/// `weight` is read leniently (2.6.12: `weight abc` is 0 and takes the server out), and refused outside 0 to 256.
fn fits_weight(text: &str) -> Result<(), Kind> {
    let number = lenient_number(text);
    if !(0..=256).contains(&number.value()) {
        return Err(Kind::InvalidValue("a weight from 0 to 256".into()));
    }
    match number {
        Number::Exact(_) => Ok(()),
        Number::Prefix(value) => Err(Kind::Coerced(value.to_string().into())),
        Number::Zero => Err(Kind::Coerced("0".into())),
    }
}
