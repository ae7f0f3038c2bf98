//! How the numbers come about, so that they can be recomputed by hand.

use super::{Maker, seconds};
use crate::model::{Method, Timeout};
use crate::source::Dialect;
use crate::traffic::{self, FailureMode, Notice, PoolForecast, percent};

/// Up to so many weights are written out.
const WRITTEN_OUT: usize = 8;

impl Maker<'_> {
    /// How the shares of a pool come about.
    pub(super) fn arithmetic_of_shares(&self, forecast: &PoolForecast<'_>) -> Vec<String> {
        let PoolForecast { view, prediction, .. } = forecast;
        let mut lines = Vec::new();
        let eligible = prediction.shares.iter().filter_map(|share| view.target(share.target));
        let weights: Vec<u32> = eligible.filter_map(|target| target.weight.get().copied()).collect();
        let total: u64 = weights.iter().copied().map(u64::from).sum();
        if !weights.is_empty() {
            let shown: Vec<String> = weights.iter().take(WRITTEN_OUT).map(u32::to_string).collect();
            let more = if weights.len() > WRITTEN_OUT { " + ..." } else { "" };
            lines.push(format!("weights of the {} eligible: {}{more} = {total}", weights.len(), shown.join(" + ")));
        }
        lines.extend(self.how(view.method()).map(str::to_owned));
        if prediction.failed > 0.0 {
            lines.push(format!("nobody serves {}", percent(prediction.failed)));
        }
        lines
    }

    fn how(&self, method: Option<Method>) -> Option<&'static str> {
        Some(match method? {
            Method::RoundRobin { .. } => "share = weight / sum of weights",
            Method::LeastConnections => "between equal (idle) and weight / sum of weights (busy)",
            Method::LeastTime => "the fastest gets most; how fast they are is not in the configuration",
            Method::RandomPair => "idle: the second of two picks wins; busy: weight / sum of weights",
            Method::Random(1) if self.unit.dialect == Dialect::Haproxy => {
                "share = part of the ring of 16 points a weight"
            }
            Method::Random(_) => "picked at random by weight, the less busy one of several",
            Method::Uniform => "share = 1 / number of targets, whatever the weights",
            Method::First => "the lowest number that has room takes the request",
            Method::Sticky => "the first usable one takes everything",
            Method::Hash(_) => "share = part of all keys, from the table or ring as the proxy builds it",
            Method::Elsewhere => return None,
        })
    }

    /// How the answers about a failure come about.
    pub(super) fn arithmetic_of_failure(&self, forecast: &PoolForecast<'_>, failure: &traffic::Failure) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(Self::how_noticed(forecast, failure));
        lines.extend(self.how_tried(forecast, failure.mode, failure.delay));
        lines
    }

    fn how_noticed(forecast: &PoolForecast<'_>, failure: &traffic::Failure) -> Option<String> {
        let target = forecast.view.target(*failure.down.first()?)?;
        let settings = forecast.view.settings_of(target)?;
        match failure.noticed.by? {
            Notice::HealthCheck => {
                let (fall, interval) = (settings.fall.get()?, settings.interval.get()?.milliseconds()?);
                let fast = settings.fast_interval.get()?.milliseconds()?;
                let (least, most) = (failure.noticed.earliest?, failure.noticed.latest?);
                Some(format!(
                    "noticed: {fall} failed checks, {} s apart once one has failed, the first up to {} s late: {} to {} s",
                    seconds(fast),
                    seconds(interval),
                    seconds(least),
                    seconds(most)
                ))
            }
            Notice::Ejection => {
                let out = settings.ejected_for.get()?.milliseconds()?;
                Some(format!("noticed: after {} failures, out for {} s", failure.noticed.failures?, seconds(out)))
            }
            Notice::Agent => None,
        }
    }

    fn how_tried(&self, forecast: &PoolForecast<'_>, mode: FailureMode, delay: Option<u64>) -> Option<String> {
        let settings = forecast.view.settings;
        let delay = delay.map_or_else(|| "without end".to_owned(), |delay| format!("{} s", seconds(delay)));
        if self.unit.dialect != Dialect::Haproxy {
            return Some(format!("a request that meets it takes {delay}"));
        }
        let retries = settings.retries.get()?;
        let each = match mode {
            FailureMode::Refused | FailureMode::Http500 => "at once".to_owned(),
            FailureMode::Drop => timeout("timeout connect", settings.timeouts.connect.get()),
            FailureMode::Hang => timeout("timeout server", settings.timeouts.server.get()),
        };
        Some(format!("a request that meets it takes {delay}: an attempt fails {each}, retries {retries}"))
    }
}

fn timeout(name: &str, timeout: Option<&Timeout>) -> String {
    match timeout.copied().map(Timeout::milliseconds) {
        Some(Some(milliseconds)) => format!("after {} s ({name})", seconds(milliseconds)),
        Some(None) => format!("never ({name} is not set)"),
        None => format!("after {name}, which is not known"),
    }
}
