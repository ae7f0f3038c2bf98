//! Which targets are asked about: by pool and name, by address, by network, by locality.

use std::net::IpAddr;
use std::str::FromStr;

use rustc_hash::FxHashMap;

use super::{FailureMode, PoolView};
use crate::model::{Address, Network, PoolId, Port, Target, Unit};
use crate::source::Sources;

/// Targets of a pool that fail together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// By position in ascending order.
    pub down: Vec<u32>,
    /// In these ways, one after the other.
    pub modes: Vec<FailureMode>,
}

/// The outages of a unit, by pool.
#[derive(Clone, Debug, Default)]
pub struct Outages {
    of_pools: FxHashMap<PoolId, Outage>,
}

/// Targets that are asked about, as on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Down {
    /// As it was written.
    pub text: String,
    /// How they fail, where that was said.
    pub mode: Option<FailureMode>,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// `POOL/TARGET`: either may hold slashes.
    Target(String),
    Host {
        name: String,
        port: Option<u16>,
    },
    Network(Network),
    Locality(String),
}

impl FromStr for Down {
    type Err = String;

    /// `POOL/TARGET`, `ADDRESS[:PORT]`, `ADDRESS/LENGTH` or `zone=NAME`, each with `@MODE` behind it or without.
    fn from_str(text: &str) -> Result<Self, String> {
        let (subject, mode) = match text.rsplit_once('@') {
            Some((subject, mode)) => (subject, Some(mode.parse()?)),
            None => (text, None),
        };
        if subject.is_empty() {
            return Err("write POOL/TARGET, ADDRESS, CIDR or zone=NAME, as in web/web1@hang".to_owned());
        }
        Ok(Self { text: text.to_owned(), mode, what: what(subject)? })
    }
}

fn what(subject: &str) -> Result<What, String> {
    if let Some(name) = ["zone=", "locality="].iter().find_map(|word| subject.strip_prefix(word)) {
        return Ok(What::Locality(name.to_owned()));
    }
    if let Some((before, behind)) = subject.split_once('/') {
        let Ok(address) = before.parse::<IpAddr>() else { return Ok(What::Target(subject.to_owned())) };
        let most = if address.is_ipv4() { 32 } else { 128 };
        let network = behind.parse().ok().and_then(|length| Network::around(address, length));
        return network.map(What::Network).ok_or_else(|| format!("`{behind}` is no length of a network: 0 to {most}"));
    }
    let (host, port) = host_and_port(subject);
    Ok(What::Host { name: host.to_ascii_lowercase(), port })
}

/// `10.0.0.1:80`, `[::1]:80`, `::1`, `web1.internal`
fn host_and_port(text: &str) -> (&str, Option<u16>) {
    if text.parse::<IpAddr>().is_ok() {
        return (text, None);
    }
    let split = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = split.map_or((text, None), |(host, port)| (host, Some(port)));
    (host.trim_matches(['[', ']']), port)
}

impl Down {
    /// The positions, in ascending order, of a pool's targets that are meant.
    fn positions(&self, view: &PoolView<'_>) -> Vec<u32> {
        if matches!(&self.what, What::Target(name) if in_pool(name, view).is_none()) {
            return Vec::new();
        }
        let targets = (0_u32..).zip(view.targets);
        targets.filter(|(_, target)| self.means(view, target)).map(|(position, _)| position).collect()
    }

    fn means(&self, view: &PoolView<'_>, target: &Target) -> bool {
        match &self.what {
            // Without a number all that the statement stands for are meant.
            What::Target(name) => in_pool(name, view)
                .is_some_and(|name| name == view.name_of(target) || name == view.full_name_of(target)),
            What::Host { name, port } => is_host(view, target, name, *port),
            What::Network(network) => matches!(target.address, Address::Ip(ip, _) if network.contains(ip)),
            What::Locality(name) => {
                view.locality_of(target).is_some_and(|full| full == name || full.split('/').any(|part| part == name))
            }
        }
    }
}

/// What stands behind the pool's name and a slash.
fn in_pool<'n>(name: &'n str, view: &PoolView<'_>) -> Option<&'n str> {
    name.strip_prefix(view.unit.texts.get(view.pool.name, view.sources))?.strip_prefix('/')
}

fn is_host(view: &PoolView<'_>, target: &Target, name: &str, port: Option<u16>) -> bool {
    let is_here = match target.address {
        Address::Ip(ip, _) => name.parse() == Ok(ip),
        Address::Host(host, _) => view.unit.texts.get(host, view.sources).eq_ignore_ascii_case(name),
        _ => false,
    };
    let theirs = target.address.port();
    is_here && port.is_none_or(|port| theirs == Some(Port::Number(port)))
}

impl Outages {
    /// The targets of a unit that are meant by all of these together; `modes` are the ways to fail of those that say none.
    ///
    /// # Errors
    ///
    /// Targets of one pool are to fail in different ways.
    pub fn new(unit: &Unit, sources: &Sources, downs: &[Down], modes: &[FailureMode]) -> Result<Self, String> {
        let mut found = Self::default();
        for down in downs {
            let modes = down.mode.map_or_else(|| modes.to_vec(), |mode| vec![mode]);
            for view in views(unit, sources) {
                let positions = down.positions(&view);
                if !positions.is_empty() && !found.add(view.id, positions, &modes) {
                    let pool = unit.texts.get(view.pool.name, sources);
                    return Err(format!("targets of `{pool}` are to fail in different ways: ask about one at a time"));
                }
            }
        }
        Ok(found)
    }

    /// False if targets of the pool are to fail in other ways already.
    fn add(&mut self, pool: PoolId, positions: Vec<u32>, modes: &[FailureMode]) -> bool {
        let new = || Outage { down: Vec::new(), modes: modes.to_vec() };
        let outage = self.of_pools.entry(pool).or_insert_with(new);
        outage.down.extend(positions);
        outage.down.sort_unstable();
        outage.down.dedup();
        outage.modes == modes
    }

    /// What fails of a pool.
    pub fn of(&self, pool: PoolId) -> Option<&Outage> {
        self.of_pools.get(&pool)
    }
}

/// Whether some target of a unit is meant.
pub fn is_found(unit: &Unit, sources: &Sources, down: &Down) -> bool {
    views(unit, sources).any(|view| !down.positions(&view).is_empty())
}

/// All pools, their targets one by one: each can be down alone.
fn views<'a>(unit: &'a Unit, sources: &'a Sources) -> impl Iterator<Item = PoolView<'a>> {
    unit.pools().filter_map(|(id, _)| PoolView::new(unit, sources, id)).map(PoolView::one_by_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_named_in_four_ways() {
        let what = |text: &str| text.parse::<Down>().map(|down| (down.what, down.mode));
        let target = What::Target("web/10.0.0.1:80".into());
        assert_eq!(what("web/10.0.0.1:80@hang"), Ok((target, Some(FailureMode::Hang))));
        assert_eq!(what("10.0.0.1"), Ok((What::Host { name: "10.0.0.1".into(), port: None }, None)));
        assert_eq!(what("[::1]:80"), Ok((What::Host { name: "::1".into(), port: Some(80) }, None)));
        assert_eq!(what("::1"), Ok((What::Host { name: "::1".into(), port: None }, None)));
        assert_eq!(
            what("Web1.internal:8080"),
            Ok((What::Host { name: "web1.internal".into(), port: Some(8080) }, None))
        );
        let network = What::Network("10.0.0.0/24".parse().unwrap());
        assert_eq!(what("10.0.0.0/24"), Ok((network, None)));
        assert_eq!(what("zone=a"), Ok((What::Locality("a".into()), None)));
        assert!(what("10.0.0.0/33").is_err() && what("web/a@gone").is_err() && what("").is_err());
    }
}
