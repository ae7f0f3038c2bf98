//! `[networks]` and `behind`: from where other proxies connect, in front of those that are configured here.

use schemars::JsonSchema;
use serde::Deserialize;

use super::expect::Files;
use super::{Placed, Settings, Word};
use crate::model::{Front, Network, ToldBy};
use crate::source::{SourceId, Sources};

/// `[networks]`: the networks from which other proxies connect; clients come through them, not by themselves.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NetworkSettings {
    /// Load balancers and other proxies in front: addresses, or networks in which they have theirs.
    #[schemars(example = ["10.0.0.0/24"])]
    proxies: Vec<Placed<Word<Network>>>,
    /// The networks of a CDN in front.
    #[schemars(example = ["192.0.2.0/24", "2001:db8::/32"])]
    cdn: Vec<Placed<Word<Network>>>,
}

/// What the settings say of proxies in front.
#[derive(Clone, Debug, Default)]
pub struct DeclaredFronts {
    /// Of every unit that says nothing else.
    pub general: Vec<Front>,
    /// Of each `[[unit]]`, if it says something.
    pub of_units: Vec<Option<Vec<Front>>>,
}

impl Settings {
    /// Whether anything is said of proxies in front.
    pub(super) fn tells_of_fronts(&self) -> bool {
        let networks = &self.networks;
        let units = || self.files.units.iter().any(|unit| unit.value.behind.is_some());
        !networks.proxies.is_empty() || !networks.cdn.is_empty() || units()
    }

    /// What is said of proxies in front, with places in the address space; `files` are the settings files there.
    pub fn declared_fronts(&self, sources: &Sources, files: &[SourceId]) -> DeclaredFronts {
        let names = self.texts.iter().map(|(file, _)| file.clone());
        let files = Files { sources, of: names.zip(files.iter().copied()).collect() };
        let fronts = |networks: &[Placed<Word<Network>>], told: ToldBy| -> Vec<Front> {
            let front = |network: &Placed<Word<Network>>| Front {
                network: Some(network.value.0),
                told,
                at: files.span(network.at.as_ref()),
            };
            networks.iter().map(front).collect()
        };
        let general =
            [fronts(&self.networks.proxies, ToldBy::Proxies), fronts(&self.networks.cdn, ToldBy::Cdn)].concat();
        let of_unit = |behind: &Option<Vec<_>>| behind.as_ref().map(|networks| fronts(networks, ToldBy::Behind));
        DeclaredFronts { general, of_units: self.files.units.iter().map(|unit| of_unit(&unit.value.behind)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::ToldBy;
    use crate::settings::SettingsFile;
    use crate::source::Sources;

    #[test]
    fn networks_are_read() {
        let text =
            "[networks]\nproxies = ['10.0.0.0/24', '10.1.0.1']\ncdn = ['2001:db8::/32']\n[[unit]]\nbehind = []\n";
        let settings = SettingsFile::parse("lblint.toml", text).unwrap().settings();
        let fronts = settings.declared_fronts(&Sources::default(), &[]);
        let told = fronts.general.iter().map(|front| (front.network.unwrap().to_string(), front.told));
        let proxies = |text: &str| (text.to_owned(), ToldBy::Proxies);
        let cdn = ("2001:db8::/32".to_owned(), ToldBy::Cdn);
        assert_eq!(told.collect::<Vec<_>>(), [proxies("10.0.0.0/24"), proxies("10.1.0.1"), cdn]);
        assert_eq!(fronts.of_units, [Some(Vec::new())]);
    }

    #[test]
    fn mistakes_say_where() {
        for (text, message) in [
            (
                "[networks]\nproxies = ['10.0.0.5/8']",
                "lblint.toml:2:12: `10.0.0.5/8` has bits set behind its first 8; did you mean `10.0.0.0/8`?",
            ),
            (
                "[[unit]]\nbehind = ['lb1']",
                "lblint.toml:2:11: `lb1` is no network; write one such as 10.0.0.0/8, or an address",
            ),
            ("[networks]\nproxy = []", "lblint.toml:2:1: unknown key `proxy`; did you mean `proxies`?"),
        ] {
            assert_eq!(SettingsFile::parse("lblint.toml", text).unwrap_err().to_string(), message);
        }
    }
}
