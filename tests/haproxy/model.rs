//! A configuration's model, with names at hand.

use lblint::analysis::{Analysis, analyze};
use lblint::model::{Fact, OriginKind, Pool, PoolSettings, Target, TargetSettings, Unit};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Span, Version};

/// An analysed configuration.
pub(crate) struct Model(pub(crate) Analysis);

/// Reads a configuration for the assumed version.
pub(crate) fn model(text: &str) -> Model {
    with(text, Settings::default())
}

/// Reads a configuration for a stated version.
pub(crate) fn model_for(text: &str, major: u8, minor: u8) -> Model {
    let mut settings = Settings::default();
    settings.versions.insert(Dialect::Haproxy, Version::line(major, minor));
    with(text, settings)
}

fn with(text: &str, settings: Settings) -> Model {
    let settings = Settings { dialect: Some(Dialect::Haproxy), ..settings };
    Model(analyze(&MapReader::new([("haproxy.cfg", text)]), &["haproxy.cfg".to_owned()], &settings))
}

impl Model {
    pub(crate) fn sources(&self) -> &lblint::source::Sources {
        &self.0.sources
    }

    pub(crate) fn unit(&self) -> &Unit {
        &self.0.units[0].unit
    }

    pub(crate) fn text(&self, text: lblint::model::Text) -> &str {
        self.unit().texts.get(text, &self.0.sources)
    }

    pub(crate) fn pool(&self, name: &str) -> &Pool {
        self.unit().pools.iter().find(|pool| self.text(pool.name) == name).unwrap()
    }

    pub(crate) fn settings(&self, pool: &str) -> &PoolSettings {
        self.unit().settings(self.pool(pool).settings).unwrap()
    }

    pub(crate) fn target(&self, pool: &str, name: &str) -> &Target {
        let targets = self.unit().targets_of(self.pool(pool));
        targets.iter().find(|target| self.text(target.name) == name).unwrap()
    }

    pub(crate) fn target_settings(&self, pool: &str, name: &str) -> &TargetSettings {
        self.unit().target_settings(self.target(pool, name).settings).unwrap()
    }

    /// What is written at a place.
    pub(crate) fn written(&self, span: Span) -> &str {
        self.0.sources.slice(span)
    }

    /// The 1-based line of a place.
    pub(crate) fn line(&self, span: Span) -> u32 {
        self.0.sources.location(span).line
    }

    /// How a fact came to be in force, and on which line its decisive text stands.
    pub(crate) fn origin<T>(&self, fact: &Fact<T>) -> (OriginKind, u32) {
        (fact.origin.kind, self.line(fact.origin.at))
    }
}
