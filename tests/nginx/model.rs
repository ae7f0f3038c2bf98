//! A configuration's model, with names at hand.

use lblint::analysis::{Analysis, analyze};
use lblint::model::{
    Destination, Fact, Forwarding, Guard, OriginKind, Pool, PoolSettings, Route, Target, TargetSettings, Unit,
};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Span, Version};

/// An analysed configuration.
pub(crate) struct Model(pub(crate) Analysis);

/// Reads a whole configuration for the version that was measured.
pub(crate) fn model(text: &str) -> Model {
    model_for(text, Version::release(1, 22, 1))
}

/// Reads a whole configuration for a version.
pub(crate) fn model_for(text: &str, version: Version) -> Model {
    let mut settings = Settings { dialect: Some(Dialect::Nginx), ..Settings::default() };
    settings.versions.insert(Dialect::Nginx, version);
    Model(analyze(&MapReader::new([("nginx.conf", text)]), &["nginx.conf".to_owned()], &settings))
}

/// The content of `http` as a whole configuration.
pub(crate) fn http(text: &str) -> Model {
    model(&format!("events {{}}\nhttp {{\n{text}\n}}\n"))
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

    pub(crate) fn pool_names(&self) -> Vec<&str> {
        self.unit().pools.iter().map(|pool| self.text(pool.name)).collect()
    }

    pub(crate) fn settings(&self, pool: &str) -> &PoolSettings {
        self.unit().settings(self.pool(pool).settings).unwrap()
    }

    pub(crate) fn targets(&self, pool: &str) -> &[Target] {
        self.unit().targets_of(self.pool(pool))
    }

    pub(crate) fn target_settings(&self, target: &Target) -> &TargetSettings {
        self.unit().target_settings(target.settings).unwrap()
    }

    /// The only route of a location, or of a `server` as a whole.
    pub(crate) fn route(&self, condition: &str) -> &Route {
        let matches = |route: &&Route| match route.guard {
            Guard::When { at, .. } => self.written(at) == condition,
            Guard::Always | Guard::Never | Guard::Unmatched | Guard::Taken(_) => condition.is_empty(),
        };
        let routes: Vec<&Route> = self.unit().routes.iter().filter(matches).collect();
        assert_eq!(routes.len(), 1, "routes of {condition}");
        routes[0]
    }

    pub(crate) fn forwarding(&self, condition: &str) -> &Forwarding {
        self.unit().forwarding(self.route(condition)).unwrap()
    }

    /// Where a route leads: names with their parts of the traffic in percent; `?` is chosen by the request.
    pub(crate) fn leads_to(&self, condition: &str) -> Vec<String> {
        match &self.route(condition).to {
            Destination::Pool(name, _) => vec![self.text(*name).to_owned()],
            Destination::Split(branches) => branches
                .iter()
                .map(|branch| {
                    let weight =
                        branch.weight.map_or(String::new(), |weight| format!(" {}", f64::from(weight) / 100.0));
                    format!("{}{weight}", self.text(branch.name))
                })
                .collect(),
            Destination::Computed(..) => vec!["?".to_owned()],
        }
    }

    /// What is written at a place.
    pub(crate) fn written(&self, span: Span) -> &str {
        self.0.sources.slice(span)
    }

    /// How a fact came to be in force, and what its decisive text is.
    pub(crate) fn origin<T>(&self, fact: &Fact<T>) -> (OriginKind, &str) {
        (fact.origin.kind, self.written(fact.origin.at))
    }

    /// The findings that are shown, as check and line.
    pub(crate) fn findings(&self) -> Vec<(&str, u32)> {
        let shown = self.0.findings.shown.iter();
        shown.map(|finding| (finding.meta.name, self.0.sources.location(finding.primary.span).line)).collect()
    }
}
