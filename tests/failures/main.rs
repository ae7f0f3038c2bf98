//! What happens when a target fails, with the numbers that were measured on the real programs (HAProxy 2.6.12, nginx 1.22.1,
//! Envoy 1.40; one of three targets dead unless a test says otherwise).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod envoy;
mod haproxy;
mod many;
mod nginx;

use lblint::analysis::{Analysis, analyze};
use lblint::model::Forwarding;
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Version};
use lblint::traffic::{Effort, Failure, FailureMode, Peace, PoolView};

/// A configuration with one pool.
pub(crate) struct Pool(Analysis);

impl Pool {
    pub(crate) fn new(dialect: Dialect, version: Version, text: &str) -> Self {
        let mut settings = Settings { dialect: Some(dialect), ..Settings::default() };
        settings.versions.insert(dialect, version);
        Self(analyze(&MapReader::new([("file", text)]), &["file".to_owned()], &settings))
    }

    pub(crate) fn view(&self) -> PoolView<'_> {
        let unit = &self.0.units[0].unit;
        let (id, _) = unit.pools().next().unwrap();
        PoolView::new(unit, &self.0.sources, id).unwrap()
    }

    fn forwardings(&self) -> Vec<&Forwarding> {
        let unit = &self.0.units[0].unit;
        unit.routes.iter().filter_map(|route| unit.forwarding(route)).collect()
    }

    /// What happens when the targets at these positions fail.
    pub(crate) fn fail(&self, down: &[u32], mode: FailureMode) -> Failure {
        Peace::new(&self.view(), &self.forwardings(), Effort::Full).fail(down, mode)
    }

    /// The same of each target alone.
    pub(crate) fn each(&self, modes: &[FailureMode]) -> Vec<Failure> {
        Peace::new(&self.view(), &self.forwardings(), Effort::Full).each(modes)
    }
}

/// What fails for good, in thousandths of all requests: at light load, at least, at most; and how long such a request takes,
/// in milliseconds.
pub(crate) fn lost(failure: &Failure) -> (i64, i64, i64, Option<u64>) {
    let failed = failure.failed;
    (thousandths(failed.value), thousandths(failed.low), thousandths(failed.high), failure.delay)
}

/// The same until it is noticed.
pub(crate) fn lost_at_first(failure: &Failure) -> (i64, i64, i64, Option<u64>) {
    let until = failure.until;
    (thousandths(until.value), thousandths(until.low), thousandths(until.high), failure.delay)
}

pub(crate) fn thousandths(fraction: f64) -> i64 {
    (fraction * 1000.0).round() as i64
}
