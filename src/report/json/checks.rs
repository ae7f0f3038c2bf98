//! `lblint/checks/1`: the list of checks.

use serde::Serialize;

use crate::finding::{Confidence, Group, Meta, Profile, Severity};
use crate::report::page_url;
use crate::source::Dialect;

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Check {
    name: &'static str,
    group: Group,
    severity: Severity,
    confidence: Confidence,
    profile: Profile,
    dialects: &'static [Dialect],
    summary: &'static str,
    since: &'static str,
    follows: &'static [&'static str],
    url: String,
}

pub(in crate::report) fn checks(checks: &[&Meta]) -> String {
    super::text(&Document { schema: "lblint/checks/1", checks: checks.iter().map(|meta| check(meta)).collect() })
}

fn check(meta: &Meta) -> Check {
    Check {
        name: meta.name,
        group: meta.group,
        severity: meta.severity,
        confidence: meta.confidence,
        profile: meta.profile,
        dialects: meta.dialects,
        summary: meta.summary,
        since: meta.since,
        follows: meta.follows,
        url: page_url(meta.name),
    }
}
