//! Situations in which a naive tool annoys or lies: whole configurations, what must not be said, what must be predicted.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod claims;
mod envoy;
mod haproxy;
mod nginx;

use lblint::analysis::{Analysis, analyze};
use lblint::finding::{Finding, Profile, Severity};
use lblint::model::{PoolId, Unit};
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::MapReader;
use lblint::traffic::{PoolView, Prediction, Reach, Reached, Scenario, predict};

/// One configuration, analysed.
struct Situation {
    analysis: Analysis,
}

impl Situation {
    fn new(configuration: &str) -> Self {
        Self::under(Profile::Default, configuration)
    }

    fn under(profile: Profile, configuration: &str) -> Self {
        let reader = MapReader::new([("haproxy.cfg", configuration)]);
        Self::of(&reader, "haproxy.cfg", profile)
    }

    /// What an argument leads to, which must be one unit.
    fn of(reader: &MapReader, argument: &str, profile: Profile) -> Self {
        let settings = Settings { profile: ProfileChoice(profile), ..Settings::default() };
        let analysis = analyze(reader, &[argument.to_owned()], &settings);
        assert_eq!(analysis.units.len(), 1, "the configuration is one unit");
        Self { analysis }
    }

    fn unit(&self) -> &Unit {
        &self.analysis.units.first().unwrap().unit
    }

    fn pool(&self, name: &str) -> PoolId {
        let is_it = |pool: &lblint::model::Pool| self.unit().texts.get(pool.name, &self.analysis.sources) == name;
        self.unit().pools().find(|(_, pool)| is_it(pool)).unwrap().0
    }

    fn view(&self, pool: &str) -> PoolView<'_> {
        PoolView::new(self.unit(), &self.analysis.sources, self.pool(pool)).unwrap()
    }

    /// Who gets the pool's traffic when the targets at these positions are down.
    fn predict(&self, pool: &str, down: &[u32]) -> Prediction {
        predict(&self.view(pool), Scenario::down(down))
    }

    fn reached(&self, pool: &str) -> Reached {
        Reach::new(self.unit()).of(self.pool(pool))
    }

    /// The findings of at least this severity, as `line: check: message`.
    fn findings(&self, severity: Severity) -> Vec<String> {
        let shown = self.analysis.findings.shown.iter();
        shown.filter(|finding| finding.severity >= severity).map(|finding| self.describe(finding)).collect()
    }

    fn describe(&self, finding: &Finding) -> String {
        let line = self.analysis.sources.location(finding.primary.span).line;
        format!("{line}: {}: {}", finding.meta.name, finding.message)
    }

    /// Nothing at all is said.
    fn is_silent(&self) {
        assert_eq!(self.findings(Severity::Info), Vec::<String>::new());
    }
}

fn close(share: Option<f64>, expected: f64) {
    assert!(share.is_some_and(|share| (share - expected).abs() < 1e-9), "{share:?} is not {expected}");
}
