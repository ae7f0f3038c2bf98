//! Faults that the `fault` filter injects: answers that no cluster gives, and delays.

use super::Lowering;
use super::facts::Facts;
use crate::model::{Drill, DrillKind, DrillOf, Fact, ListenerId, Origin, Timeout};
use crate::syntax::envoy::Message;

/// The type of the filter's configuration.
const FAULT: &str = "HTTPFault";

impl<'a> Lowering<'a, '_> {
    /// The faults that the filters of a listener inject into all its requests.
    pub(super) fn faults_of_filters(&mut self, config: &Message<'a>, listener: ListenerId) {
        self.injects_faults = false;
        for filter in config.list("http_filters") {
            let Some((kind, fault)) = filter.extension() else { continue };
            if kind == FAULT && !filter.has("disabled") {
                self.injects_faults = true;
                self.fault(&fault, DrillOf::Listener(listener));
            }
        }
    }

    /// The faults of a route, or of all routes of a host: they count where the filter is.
    pub(super) fn faults_of_routes(&mut self, level: &Message<'a>, listener: ListenerId) {
        let Some(configs) = level.field("typed_per_filter_config").filter(|_| self.injects_faults) else { return };
        for (_, config) in configs.fields() {
            let is_fault = config.text_of("@type").is_some_and(|url| url.ends_with(FAULT));
            if is_fault {
                self.fault(&config, DrillOf::Routes(listener));
            }
        }
    }

    /// A fault for some requests only, told by headers or by who asks, is a test that somebody runs.
    fn fault(&mut self, fault: &Message<'a>, of: DrillOf) {
        let is_aimed =
            ["headers", "downstream_nodes", "upstream_cluster"].iter().any(|name| fault.field(name).is_some());
        let none = fault.field("max_active_faults").is_some_and(|most| most.integer() == Some(0));
        if is_aimed || none {
            return;
        }
        for (name, kind) in [("abort", answer as fn(&Message<'a>) -> Option<DrillKind>), ("delay", delay)] {
            let Some(rule) = fault.field(name) else { continue };
            let part = rule.field("percentage").as_ref().map_or(0, part);
            if let Some(kind) = kind(&rule).filter(|_| part > 0) {
                self.unit.drills.push(Drill { of, at: fault.place(name), kind, part });
            }
        }
    }
}

fn answer(abort: &Message<'_>) -> Option<DrillKind> {
    if abort.field("grpc_status").is_some() {
        return Some(DrillKind::Answer(0));
    }
    let status = u32::try_from(abort.field("http_status")?.integer()?).ok()?;
    Some(DrillKind::Answer(status))
}

fn delay(delay: &Message<'_>) -> Option<DrillKind> {
    let none = Fact::known(Timeout::Never, Origin::written(delay.first_line()));
    match delay.duration("fixed_delay", none).get()? {
        Timeout::After(milliseconds) if *milliseconds > 0 => Some(DrillKind::Delay(*milliseconds)),
        _ => None,
    }
}

/// A fraction in units of 0.01 %: `{numerator: 10, denominator: HUNDRED}`.
fn part(percentage: &Message<'_>) -> u32 {
    let numerator = percentage.field("numerator").and_then(|number| u64::try_from(number.integer()?).ok()).unwrap_or(0);
    let of = match percentage.word("denominator").as_deref() {
        Some("TEN_THOUSAND" | "1") => 10_000,
        Some("MILLION" | "2") => 1_000_000,
        _ => 100,
    };
    u32::try_from((numerator.saturating_mul(10_000) / of).min(10_000)).unwrap_or(10_000)
}
