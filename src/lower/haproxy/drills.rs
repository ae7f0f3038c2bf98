//! Rules that make requests fail by chance: `http-request deny if { rand(100) lt 10 }`.

use super::line::Line;
use crate::model::{Drill, DrillKind, DrillOf};
use crate::source::Span;
use crate::syntax::haproxy::Prefix;
use crate::validate::haproxy::Argument;

/// What a section's rules make fail.
#[derive(Debug, Default)]
pub(super) struct Drills {
    /// Named conditions that hold by chance, with how often, in units of 0.01 %.
    chances: Vec<(String, u32)>,
    found: Vec<(Span, DrillKind, u32)>,
}

impl Drills {
    /// One line of the section.
    pub(super) fn read(&mut self, line: &Line<'_>) {
        if line.phrase == "acl" {
            if let (Some(name), Some(chance)) = (line.known(0), chance(line.arguments.get(1..).unwrap_or_default())) {
                self.chances.push((name.to_owned(), chance));
            }
            return;
        }
        let Some(kind) = kind(line).filter(|_| line.presence.is_certain() && line.prefix == Prefix::None) else {
            return;
        };
        let Some(position) = line.arguments.iter().position(|word| word.is("if")) else { return };
        let condition = line.arguments.get(position + 1..).unwrap_or_default();
        let part = self.part(condition).filter(|part| *part > 0);
        self.found.extend(part.map(|part| (line.span, kind, part)));
    }

    /// What was found, for the section that it is in.
    pub(super) fn of(&self, of: DrillOf) -> impl Iterator<Item = Drill> {
        self.found.iter().map(move |(at, kind, part)| Drill { of, at: *at, kind: *kind, part: *part })
    }

    /// How often a condition holds, if chance alone decides.
    fn part(&self, condition: &[Argument<'_>]) -> Option<u32> {
        match condition {
            [only] => {
                let name = only.known()?;
                self.chances.iter().find(|(known, _)| known == name).map(|(_, part)| *part)
            }
            [open, inner @ .., close] if open.is("{") && close.is("}") => chance(inner),
            _ => None,
        }
    }
}

/// `rand(100) lt 10`, also with flags, in units of 0.01 % (configuration manual 7.3.2, `rand`: 0 up to below its range).
fn chance(words: &[Argument<'_>]) -> Option<u32> {
    let words: Vec<&str> = words.iter().map(Argument::known).collect::<Option<_>>()?;
    let words: Vec<&str> = words.into_iter().filter(|word| !matches!(*word, "-m" | "int" | "--")).collect();
    let (fetch, operator, limit) = match words.as_slice() {
        [fetch, limit] => (fetch, "eq", limit),
        [fetch, operator, limit] => (fetch, *operator, limit),
        _ => return None,
    };
    let range: u64 = fetch.strip_prefix("rand(")?.strip_suffix(')')?.parse().ok().filter(|range| *range > 0)?;
    let limit: u64 = limit.parse().ok()?;
    let hits = match operator {
        "lt" => limit.min(range),
        "le" => limit.saturating_add(1).min(range),
        "ge" => range.saturating_sub(limit),
        "gt" => range.saturating_sub(limit.saturating_add(1)),
        "eq" => u64::from(limit < range),
        _ => return None,
    };
    u32::try_from(hits.saturating_mul(10_000) / range).ok()
}

/// What a rule does to the requests that it meets, if they get no further.
fn kind(line: &Line<'_>) -> Option<DrillKind> {
    let (family, action) = line.phrase.split_once(' ')?;
    let status = |word: &str, default: u32| {
        let written = line.arguments.iter().skip_while(|other| !other.is(word)).nth(1);
        DrillKind::Answer(written.and_then(Argument::known).and_then(|text| text.parse().ok()).unwrap_or(default))
    };
    let denied = |default| {
        if line.arguments.iter().any(|word| word.is("deny_status")) {
            status("deny_status", default)
        } else {
            status("status", default)
        }
    };
    let last = action.rsplit(' ').next()?;
    match (family, last) {
        ("http-request", "deny") => Some(denied(403)),
        ("http-request", "tarpit") => Some(denied(500)),
        ("http-request", "return") => Some(status("status", 200)),
        ("http-request" | "tcp-request", "reject" | "silent-drop") => Some(DrillKind::Close),
        _ => None,
    }
}
