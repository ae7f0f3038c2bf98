//! How a cluster spreads traffic over priorities and localities, and what it lets through.

use super::cluster::Draft;
use super::facts::Facts;
use crate::grammar::rules::RuleId;
use crate::model::{Breakers, Fact, Origin, ZoneRouting};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Reads `common_lb_config`, `circuit_breakers` and the limits of `outlier_detection`.
pub(super) fn read(cluster: &Message<'_>, draft: &mut Draft) {
    let spread = &mut draft.spread;
    // With the new field, only what the policy itself says about localities counts (research 3.2).
    let is_legacy = cluster.field("load_balancing_policy").is_none();
    if let Some(common) = cluster.field("common_lb_config") {
        spread.panic_below = common.percent("healthy_panic_threshold", spread.panic_below);
        if is_legacy && common.field("locality_weighted_lb_config").is_some() {
            let at = common.entry("locality_weighted_lb_config").map_or(common.first_line(), |(key, _)| key);
            spread.locality_weights = Fact::known(true, Origin::written(at));
        }
        if let Some(zones) = common.field("zone_aware_lb_config") {
            spread.panic_fails = zones.flag("fail_traffic_on_panic", spread.panic_fails);
            if is_legacy {
                let at = common.entry("zone_aware_lb_config").map_or(zones.first_line(), |(key, _)| key);
                spread.zones = zone_routing(&zones, at);
            }
        }
    }
    if let Some(detection) = cluster.field("outlier_detection") {
        spread.ejection_limit = detection.number("max_ejection_percent", spread.ejection_limit);
        spread.ejects_one = detection.flag("always_eject_one_host", spread.ejects_one);
    }
    if let Some(breakers) = cluster.field("circuit_breakers") {
        thresholds(&breakers, &mut spread.breakers);
    }
}

/// Settings by which targets in the proxy's own zone come first; the block can also hold what a panic does, and nothing else.
pub(super) fn zone_routing(zones: &Message<'_>, at: Span) -> Option<ZoneRouting> {
    if zones.entries().next().is_some()
        && zones.entries().all(|(key, _)| matches!(&*key, "fail_traffic_on_panic" | "failTrafficOnPanic"))
    {
        return None;
    }
    let default = |value| Fact::known(value, Origin::default(at, RuleId::ENVOY_SETTING));
    Some(ZoneRouting {
        at,
        least_targets: zones.number("min_cluster_size", default(6)),
        enabled: zones.percent("routing_enabled", default(100)),
    })
}

/// The limits for requests of the usual priority.
fn thresholds(message: &Message<'_>, breakers: &mut Breakers) {
    let is_usual = |limits: &Message<'_>| {
        let is_known = limits.field("priority").is_none_or(|priority| !priority.is_masked());
        let priority = limits.word("priority");
        is_known && priority.is_none_or(|priority| priority == "DEFAULT" || priority == "0")
    };
    let v1 = message.field("default");
    let mut written = message.list("thresholds").filter(is_usual);
    let Some(limits) = written.next().or(v1) else { return };
    breakers.unread = written.next().map(|unread| unread.first_line());
    breakers.connections = limits.number("max_connections", breakers.connections);
    breakers.pending = limits.number("max_pending_requests", breakers.pending);
    breakers.requests = limits.number("max_requests", breakers.requests);
    breakers.retries = limits.number("max_retries", breakers.retries);
    // With a budget `max_retries` is not read (config.cluster.v3.CircuitBreakers.Thresholds).
    if limits.field("retry_budget").is_some() {
        breakers.retries = super::cluster::unsupported(limits.place("retry_budget"));
    }
}
