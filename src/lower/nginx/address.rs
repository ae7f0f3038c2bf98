//! Addresses of targets and listeners as addresses of the model.

use super::Lowering;
use super::argument::Argument;
use crate::model::{Address, Count, Port, Why};
use crate::syntax::nginx::values::{Host, Place, parse_address};

impl Lowering<'_, '_> {
    /// The address that a part of a word holds. Without a port it is `default_port`.
    pub(super) fn address(
        &mut self,
        part: &str,
        argument: &Argument<'_>,
        place: Place,
        default_port: Option<u16>,
    ) -> Address {
        let Ok(parsed) = parse_address(part, place) else { return Address::Unknown(Why::Malformed) };
        let port = match (parsed.ports, default_port) {
            (Some((first, last)), _) if first == last => Port::Number(first),
            (Some((first, last)), _) => Port::Range(first, last),
            (None, Some(port)) => Port::Number(port),
            (None, None) => Port::OfClient,
        };
        match parsed.host {
            Host::Any => Address::Any(port),
            Host::Ip(ip) => Address::Ip(ip.to_canonical(), port),
            Host::Unix(path) => Address::Socket(self.part_text(argument, path)),
            Host::Name(name) => Address::Host(self.part_text(argument, name), port),
        }
    }

    /// The address of which a template fills in a part: the host may be written.
    pub(super) fn address_in_part(&mut self, argument: &Argument<'_>, why: Why) -> Address {
        let view = self.input.sources.at(argument.span.start).map(|(_, source)| source.view());
        let host = view.and_then(|view| Some(Argument::part(view.host_before_open_port(argument.span)?, view)));
        let Some((host, text)) = host.as_ref().and_then(|host| Some((host, host.known()?))) else {
            return Address::Unknown(why);
        };
        self.address(text, host, Place::Plain, None).with_port(Port::Unknown(why))
    }
}

impl Lowering<'_, '_> {
    /// How many targets the next one's address makes: each address of a name is one.
    pub(super) fn count(&mut self, address: Address) -> Count {
        let Address::Host(name, _) = address else { return Count::One };
        let answers = self.input.answers;
        let name = self.read_text(name);
        let (count, addresses) = (answers.count(name), answers.addresses(name));
        if let Some(addresses) = addresses {
            self.unit.listed_addresses.insert(self.unit.targets.len() as u32, addresses.to_vec());
        }
        count
    }
}

/// The name in an address that is a name, and whether a port follows it.
pub(super) fn name(text: &str) -> Option<(&str, bool)> {
    let parsed = parse_address(text, Place::Plain).ok()?;
    match parsed.host {
        Host::Name(name) => Some((name, parsed.ports.is_some())),
        Host::Any | Host::Ip(_) | Host::Unix(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_names() {
        assert_eq!(name("app"), Some(("app", false)));
        assert_eq!(name("app:80"), Some(("app", true)));
        assert_eq!(name("10.0.0.1"), None);
        assert_eq!(name("unix:/run/app.sock"), None);
    }
}
