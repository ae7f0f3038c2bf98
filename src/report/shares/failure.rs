//! A failure as an entry of the document.

use super::{Failure, Maker, Seen, Survivor, Until, rounded, seconds, targets};
use crate::traffic::{self, Certainty, Entrance, Fraction, Notice, PoolForecast};

impl Maker<'_> {
    pub(super) fn failure(
        &self,
        forecast: &PoolForecast<'_>,
        failure: &traffic::Failure,
        seen: &[Entrance],
    ) -> Failure {
        let noticed = &failure.noticed;
        let known = |fraction: f64| (failure.certainty != Certainty::Unknown).then(|| rounded(fraction));
        Failure {
            down: failure.down.iter().flat_map(|position| self.names(forecast, *position)).collect(),
            mode: failure.mode.name(),
            certainty: failure.certainty,
            assumptions: failure.assumptions.clone(),
            because: failure.because.map(|because| self.because(because)),
            noticed: noticed.noticed,
            noticed_by: noticed.by.map(Notice::phrase),
            noticed_after_min_s: noticed.earliest.map(seconds),
            noticed_after_s: noticed.latest.map(seconds),
            noticed_after_failures: noticed.failures,
            until_noticed: Until {
                failed: known(failure.until.value),
                low: known(failure.until.low),
                high: known(failure.until.high),
                retried: rounded(failure.retried),
                delay_s: failure.delay.map(seconds),
            },
            shares: self.survivors(forecast, failure),
            omitted: failure.omitted,
            failed: known(failure.failed.value),
            low: known(failure.failed.low),
            high: known(failure.failed.high),
            listeners: seen.iter().map(|entrance| self.seen(entrance)).collect(),
            arithmetic: self.arithmetic_of_failure(forecast, failure),
        }
    }

    fn survivors(&self, forecast: &PoolForecast<'_>, failure: &traffic::Failure) -> Vec<Survivor> {
        let shares = failure.shares.iter().flat_map(|share| {
            let names = self.names(forecast, share.target);
            let part = 1.0 / names.len().max(1) as f64;
            names.into_iter().map(move |target| Survivor {
                target,
                share: rounded(share.share * part),
                low: rounded(share.low * part),
                high: rounded(share.high * part),
            })
        });
        shares.collect()
    }

    fn names(&self, forecast: &PoolForecast<'_>, position: u32) -> Vec<String> {
        let target = forecast.view.target(position);
        target.map(|target| targets::names(self.unit, self.sources, target)).unwrap_or_default()
    }

    fn seen(&self, entrance: &Entrance) -> Seen {
        let Fraction { value, low, high } = entrance.failed.unwrap_or_default();
        let known = |number: f64| entrance.failed.map(|_| rounded(number));
        Seen { name: self.name_of(entrance), failed: known(value), low: known(low), high: known(high) }
    }
}
