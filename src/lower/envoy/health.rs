//! Active health checks and outlier detection of a cluster.

use super::Lowering;
use super::cluster::Draft;
use super::facts::Facts;
use crate::grammar::rules::RuleId;
use crate::model::{Fact, Origin, Probe, ProbeKind, Timeout, Value, Why};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Reads `health_checks` and `outlier_detection` for the targets.
pub(super) fn read(cluster: &Message<'_>, draft: &mut Draft) {
    if let Some(check) = first_check(cluster) {
        intervals(&check, draft);
        let at = place(cluster);
        draft.target.checked = Fact::known(true, Origin::written(at));
    } else if cluster.field("health_checks").is_some_and(|checks| checks.is_masked()) {
        draft.target.checked = Fact::unknown(Why::Template, Origin::written(cluster.place("health_checks")));
    }
    if let Some(detection) = cluster.field("outlier_detection") {
        let at = cluster.entry("outlier_detection").map_or(detection.first_line(), |(key, _)| key);
        outliers(&detection, at, draft);
    }
}

/// The first check; the first API has only one.
fn first_check<'a>(cluster: &Message<'a>) -> Option<Message<'a>> {
    cluster.list("health_checks").next().or_else(|| cluster.field("health_check"))
}

fn place(cluster: &Message<'_>) -> Span {
    let entry = cluster.entry("health_checks").or_else(|| cluster.entry("health_check"));
    entry.map_or(cluster.first_line(), |(key, _)| key)
}

fn intervals(check: &Message<'_>, draft: &mut Draft) {
    let unset = Fact::unknown(Why::Malformed, Origin::written(check.first_line()));
    let interval = check.duration("interval", in_milliseconds(check, "interval_ms").unwrap_or(unset));
    let settings = &mut draft.target;
    settings.interval = interval;
    // The intervals for unhealthy targets hold only once they are (1.40, measured; config.core.v3.HealthCheck).
    settings.fast_interval = interval;
    settings.fall = check.number("unhealthy_threshold", settings.fall);
    settings.rise = check.number("healthy_threshold", settings.rise);
    let timeouts = &mut draft.settings.timeouts;
    timeouts.check = check.duration("timeout", in_milliseconds(check, "timeout_ms").unwrap_or(timeouts.check));
}

/// Times of the first API.
pub(super) fn in_milliseconds(check: &Message<'_>, name: &str) -> Option<Fact<Timeout>> {
    check.field(name)?;
    let number = check.number(name, Fact::known(0, Origin::written(check.place(name))));
    let value = match number.value {
        Value::Known(milliseconds) => Value::Known(Timeout::After(u64::from(milliseconds))),
        Value::Unknown(why) => Value::Unknown(why),
    };
    Some(Fact { value, origin: number.origin })
}

fn outliers(detection: &Message<'_>, at: Span, draft: &mut Draft) {
    let written = Origin::written(at);
    let settings = &mut draft.target;
    settings.observed = Fact::known(true, written);
    settings.ejected_for = detection.duration(
        "base_ejection_time",
        Fact::known(Timeout::After(30_000), Origin::default(at, RuleId::ENVOY_EJECTION_TIME)),
    );
    let five = Fact::known(5, Origin::default(at, RuleId::ENVOY_CONSECUTIVE_5XX));
    let errors = detection.number("consecutive_5xx", five);
    let gateway = detection.number("consecutive_gateway_failure", five);
    let enforced = |name: &str, default: u32| {
        detection.number(name, Fact::known(default, written)).get().copied().is_none_or(|percent| percent > 0)
    };
    let by_errors = enforced("enforcing_consecutive_5xx", 100);
    let by_gateway = enforced("enforcing_consecutive_gateway_failure", 0);
    let apart = detection.flag("split_external_local_origin_errors", Fact::known(false, written));
    settings.ejected_after = match (by_errors, by_gateway) {
        (true, true) if apart.is(&false) => fewer(errors, gateway),
        (true, false) if apart.is(&false) => errors,
        // Gateway errors are not all errors, and with errors of both sides apart a timeout is none of either (1.40, measured);
        // success rates need traffic that the configuration does not tell.
        _ => Fact::unknown(Why::Unsupported, written),
    };
}

fn fewer(a: Fact<u32>, b: Fact<u32>) -> Fact<u32> {
    match (a.get(), b.get()) {
        (Some(first), Some(second)) if second < first => b,
        _ => a,
    }
}

impl<'a> Lowering<'a, '_> {
    /// What the check asks.
    pub(super) fn probe(&mut self, cluster: &Message<'a>, draft: &mut Draft) {
        let Some(check) = first_check(cluster) else { return };
        let http = check.field("http_health_check");
        if let Some(http) = &http {
            self.http_check(cluster, http, place(cluster), draft);
        }
        let v1 = check.text_of("type").is_some_and(|word| word == "http").then_some(check);
        let kind = if let Some(http) = http.or(v1) {
            ProbeKind::Http(http.field("path").map(|path| self.text(&path)))
        } else if check.field("tcp_health_check").is_some() {
            ProbeKind::Connect
        } else if check.field("grpc_health_check").is_some() {
            ProbeKind::Other("grpc_health_check")
        } else {
            ProbeKind::Other("custom_health_check")
        };
        draft.settings.probe = Fact::known(Probe { kind, elects: false }, Origin::written(place(cluster)));
    }
}
