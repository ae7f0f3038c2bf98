//! A pool with its shares as an entry of the document.

use super::{Maker, Pool, Share, location, rounded, targets};
use crate::model::{Target, Why};
use crate::source::Span;
use crate::traffic::{PoolForecast, Reached};

impl Maker<'_> {
    pub(super) fn pool(&self, forecast: &PoolForecast<'_>, asks_for_failures: bool) -> Pool {
        let PoolForecast { view, prediction, failures } = forecast;
        let failures = failures.iter().map(|(failure, seen)| self.failure(forecast, failure, seen));
        Pool {
            name: self.text(view.pool.name),
            location: location(self.sources, view.pool.header),
            policy: view.settings.policy.get().map(|policy| policy.word),
            certainty: prediction.certainty,
            assumptions: self.assumptions(forecast),
            because: prediction.because.map(|because| self.because(because)),
            shares: self.shares(forecast),
            failed: (!prediction.is_unknown()).then(|| rounded(prediction.failed)),
            failures: asks_for_failures.then(|| failures.collect()),
            arithmetic: self.arithmetic_of_shares(forecast),
        }
    }

    fn assumptions(&self, forecast: &PoolForecast<'_>) -> Vec<String> {
        let mut all: Vec<String> = forecast.prediction.assumptions.iter().map(|&one| one.to_owned()).collect();
        if self.reach.of(forecast.view.id) == Reached::AsFallback {
            all.push("only while another pool fails: it gets nothing in peace".to_owned());
        }
        all
    }

    pub(super) fn because(&self, (why, at): (Why, Span)) -> String {
        let place = location(self.sources, at);
        format!("{} ({}:{})", why.phrase(), place.file, place.line)
    }

    /// All targets in the order of the text; those that are not eligible get nothing.
    fn shares(&self, forecast: &PoolForecast<'_>) -> Vec<Share> {
        let mut eligible = forecast.prediction.shares.iter().peekable();
        let mut shares = Vec::with_capacity(forecast.view.targets.len());
        let elsewhere = |position| {
            let share = forecast.prediction.elsewhere.iter().find(|share| share.target == position);
            share.map_or((0.0, 0.0, 0.0), |share| (share.share, share.low, share.high))
        };
        for (position, target) in (0_u32..).zip(forecast.view.targets) {
            let share = eligible.next_if(|share| share.target == position);
            let numbers = match share {
                _ if forecast.prediction.is_unknown() => None,
                Some(share) => Some((share.share, share.low, share.high)),
                None => Some(elsewhere(position)),
            };
            let by_few_keys = forecast.view.callers.is_some() && share.is_some();
            let first = shares.len();
            self.each(target, numbers, &mut shares);
            shares.iter_mut().skip(first).for_each(|share| share.competes |= by_few_keys);
        }
        shares
    }

    /// One entry for each target that a statement stands for; they share alike.
    fn each(&self, target: &Target, numbers: Option<(f64, f64, f64)>, shares: &mut Vec<Share>) {
        let names = targets::names(self.unit, self.sources, target);
        let count = f64::from(target.count.exactly().unwrap_or(1)).max(1.0);
        let part = |number: f64| rounded(number / count);
        shares.extend(names.into_iter().map(|name| Share {
            target: name,
            weight: target.weight.get().copied(),
            share: numbers.map(|(share, ..)| part(share)),
            low: numbers.map(|(_, low, _)| part(low)),
            high: numbers.map(|(.., high)| part(high)),
            competes: numbers.is_some_and(|(share, ..)| part(share) > 0.0),
        }));
    }
}
