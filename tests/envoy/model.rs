//! A configuration's model, with names at hand.

use lblint::analysis::{Analysis, analyze};
use lblint::model::{
    Destination, Fact, Forwarding, OriginKind, Pool, PoolSettings, Route, Spread, Target, TargetSettings, Text, Unit,
};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Span, Version};

/// An analysed configuration.
pub(crate) struct Model(pub(crate) Analysis);

/// Reads a whole configuration.
pub(crate) fn model(text: &str) -> Model {
    files(&[("envoy.yaml", text)], "envoy.yaml")
}

/// Reads the clusters of a configuration, a list in YAML.
pub(crate) fn clusters(text: &str) -> Model {
    model(&format!("static_resources:\n  clusters:\n{text}\n"))
}

/// Reads one of several files, as it is named on the command line.
pub(crate) fn files(files: &[(&str, &str)], named: &str) -> Model {
    let mut settings = Settings::default();
    settings.versions.insert(Dialect::Envoy, Version::release(1, 40, 0));
    Model(analyze(&MapReader::new(files.iter().copied()), &[named.to_owned()], &settings))
}

/// An endpoint in flow style.
pub(crate) fn endpoint(host: &str) -> String {
    format!("{{endpoint: {{address: {{socket_address: {{address: {host}, port_value: 80}}}}}}}}")
}

impl Model {
    pub(crate) fn unit(&self) -> &Unit {
        assert_eq!(self.0.units.len(), 1, "one unit");
        &self.0.units[0].unit
    }

    pub(crate) fn text(&self, text: Text) -> &str {
        self.unit().texts.get(text, &self.0.sources)
    }

    pub(crate) fn pool(&self, name: &str) -> &Pool {
        self.unit().pools.iter().find(|pool| self.text(pool.name) == name).unwrap()
    }

    pub(crate) fn settings(&self, pool: &str) -> &PoolSettings {
        self.unit().settings(self.pool(pool).settings).unwrap()
    }

    pub(crate) fn spread(&self, pool: &str) -> &Spread {
        self.unit().spread(self.pool(pool).spread.unwrap()).unwrap()
    }

    pub(crate) fn targets(&self, pool: &str) -> &[Target] {
        self.unit().targets_of(self.pool(pool))
    }

    /// Names of a pool's targets.
    pub(crate) fn names(&self, pool: &str) -> Vec<&str> {
        self.targets(pool).iter().map(|target| self.text(target.name)).collect()
    }

    pub(crate) fn target_settings(&self, target: &Target) -> &TargetSettings {
        self.unit().target_settings(target.settings).unwrap()
    }

    /// The only route that leads to a pool by itself.
    pub(crate) fn route_to(&self, pool: &str) -> &Route {
        let leads = |route: &&Route| matches!(route.to, Destination::Pool(name, _) if self.text(name) == pool);
        let routes: Vec<&Route> = self.unit().routes.iter().filter(leads).collect();
        assert_eq!(routes.len(), 1, "routes to {pool}");
        routes[0]
    }

    pub(crate) fn forwarding(&self, pool: &str) -> &Forwarding {
        self.unit().forwarding(self.route_to(pool)).unwrap()
    }

    /// What is written at a place.
    pub(crate) fn written(&self, span: Span) -> &str {
        self.0.sources.slice(span)
    }

    /// How a fact came to be in force, and what its decisive text is.
    pub(crate) fn origin<T>(&self, fact: &Fact<T>) -> (OriginKind, &str) {
        (fact.origin.kind, self.written(fact.origin.at))
    }

    /// The findings that are shown, as check, file and line.
    pub(crate) fn findings(&self) -> Vec<(&'static str, String)> {
        let shown = self.0.findings.shown.iter();
        let place = |span| {
            let location = self.0.sources.location(span);
            format!("{}:{}", location.file, location.line)
        };
        shown.map(|finding| (finding.meta.name, place(finding.primary.span))).collect()
    }

    /// The names of the findings' checks, each once.
    pub(crate) fn checks(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self.findings().into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
