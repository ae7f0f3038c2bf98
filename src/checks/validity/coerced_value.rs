//! A value that is accepted and read as something else.

use super::{each_diagnostic, quoted};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/coerced-value.md`.
#[derive(Debug)]
pub(in crate::checks) struct CoercedValue;

const META: Meta = Meta {
    name: "coerced-value",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Envoy],
    since: "0.1.0",
    summary: "a value is accepted and read as something else",
    follows: &[],
    page: include_str!("../../../docs/checks/coerced-value.md"),
};

impl Check for CoercedValue {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            let Kind::Coerced(read) = &diagnostic.kind else { return None };
            let word = quoted(context, diagnostic);
            finding.message = format!("{word} is read as {read}, without a word of complaint");
            finding = finding.because(format!("read as {read}"));
            // Nothing is lost but clearness where less than nothing is nothing.
            if context.written(diagnostic.span).starts_with('-') {
                finding = finding.at_most(Severity::Warning);
            }
            // `5sec` is what was meant, and HAProxy says so: a later version will refuse it.
            if read.ends_with(" ms") {
                finding.message = format!("{word} is read as {read}: what follows the unit is dropped");
                finding = finding.at_most(Severity::Info).note("HAProxy warns that a later version will refuse it");
            }
            let read_only = after_unit(context.written(diagnostic.span), read)
                .map(|word| Fix::safe(format!("write `{word}`")).replace(diagnostic.span, word));
            let finding = finding.fix(read_only);
            Some(finding.help("write the value that is meant, as digits"))
        });
    }
}

/// The part of a time that is read, where all that follows its unit is dropped: `5s` of `5sec`, which is 5000 ms.
fn after_unit<'w>(written: &'w str, read: &str) -> Option<&'w str> {
    const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let digits = written.len() - written.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    let (number, unit) = written.split_at(digits);
    let (unit, length) = UNITS.into_iter().find(|(name, _)| unit.starts_with(name))?;
    let milliseconds = number.parse::<u64>().ok()?.checked_mul(length)?;
    (read == format!("{milliseconds} ms")).then(|| written.get(..digits + unit.len()))?
}
