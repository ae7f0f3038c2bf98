//! Faults that the `fault` filter injects: answers that no cluster gives, and delays.

use std::ops::Range;

use super::Lowering;
use super::facts::Facts;
use crate::model::{Drill, DrillKind, DrillOf, Fact, ListenerId, Origin, Timeout};
use crate::syntax::envoy::Message;

/// The type of the filter's configuration.
const FAULT: &str = "HTTPFault";

/// The filter of the connection manager at hand that injects faults.
#[derive(Debug)]
pub(super) struct FaultFilter {
    /// Its name, by which routes configure it.
    name: String,
    /// What it injects, in [`crate::model::Unit::drills`].
    drills: Range<usize>,
    /// How many routes there are.
    routes: u32,
    /// How many of them have a configuration of their own for it, which counts instead (fault filter, "Configuration").
    replaced: u32,
}

impl<'a> Lowering<'a, '_> {
    /// The faults that the filters of a listener inject into all its requests.
    pub(super) fn faults_of_filters(&mut self, config: &Message<'a>, listener: ListenerId) {
        self.fault_filter = None;
        for filter in config.list("http_filters") {
            let Some((kind, fault)) = filter.extension() else { continue };
            if kind == FAULT && !filter.has("disabled") {
                let first = self.unit.drills.len();
                self.fault(&fault, DrillOf::Listener(listener));
                let name = filter.text_of("name").unwrap_or_default().into_owned();
                let drills = first..self.unit.drills.len();
                // Of two such filters, the last is the one whose replacements are followed.
                self.fault_filter = Some(FaultFilter { name, drills, routes: 0, replaced: 0 });
            }
        }
    }

    /// The faults of a route, or of all routes of a host: they count where the filter is.
    pub(super) fn faults_of_routes(&mut self, level: &Message<'a>, listener: ListenerId) {
        let Some(configs) = level.field("typed_per_filter_config").filter(|_| self.fault_filter.is_some()) else {
            return;
        };
        for (_, config) in configs.fields() {
            let is_fault = config.text_of("@type").is_some_and(|url| url.ends_with(FAULT));
            if is_fault {
                self.fault(&config, DrillOf::Routes(listener));
            }
        }
    }

    /// Counts a route of a host; one that has its own configuration of the filter, or whose host has, gets no other fault.
    pub(super) fn count_for_faults(&mut self, levels: [&Message<'a>; 3]) {
        let Some(filter) = &mut self.fault_filter else { return };
        let is_its = |(name, config): (std::borrow::Cow<'_, str>, Message<'_>)| {
            *name == *filter.name || config.text_of("@type").is_some_and(|url| url.ends_with(FAULT))
        };
        let replaces = |level: &&Message<'a>| {
            level.field("typed_per_filter_config").is_some_and(|configs| configs.entries().any(is_its))
        };
        let is_replaced = levels.iter().any(replaces);
        filter.routes = filter.routes.saturating_add(1);
        filter.replaced = filter.replaced.saturating_add(u32::from(is_replaced));
    }

    /// What the filter injects is for the routes that do not replace it: some, or none.
    pub(super) fn settle_faults(&mut self, listener: ListenerId) {
        let Some(filter) = self.fault_filter.take().filter(|filter| filter.replaced > 0) else { return };
        if filter.replaced == filter.routes {
            self.unit.drills.drain(filter.drills);
        } else {
            for drill in self.unit.drills.get_mut(filter.drills).unwrap_or_default() {
                drill.of = DrillOf::Routes(listener);
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
