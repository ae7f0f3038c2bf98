//! Addresses that listeners share, and who gets what nobody has the name for (nginx).

use std::net::{IpAddr, Ipv4Addr};

use rustc_hash::FxHashMap;

use crate::checks::Context;
use crate::model::{Address, Bind, HostName, Listener, ListenerId, Mode, Port};

/// An address as the program compares it; `None` if it, or its port, is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Ip(IpAddr, Port, bool),
    Named(String, Option<Port>, bool),
}

/// The addresses of a unit's listeners, numbered.
pub(super) struct Places {
    numbers: FxHashMap<Place, u32>,
    /// Who gets what nobody has the name for.
    rest: FxHashMap<u32, ListenerId>,
}

/// A listener with its names.
pub(super) type Named<'a> = (&'a Listener, &'a [HostName]);

/// The listeners that tell requests apart by names, with those.
pub(super) fn named_listeners<'a>(context: &Context<'a>) -> Vec<Named<'a>> {
    let unit = context.unit;
    let by_listener = unit.host_names.chunk_by(|a, b| a.listener == b.listener);
    let with_listener = by_listener.filter_map(|hosts| Some((unit.listener(hosts.first()?.listener)?, hosts)));
    with_listener.filter(|(listener, _)| is_http(context, listener)).collect()
}

fn is_http(context: &Context<'_>, listener: &Listener) -> bool {
    let settings = context.unit.settings(listener.settings);
    settings.is_some_and(|settings| settings.mode.is(&Mode::Http))
}

impl Places {
    /// The first listener of an address, or the one that says so, gets what nobody has the name for.
    pub(super) fn new(context: &Context<'_>, listeners: &[Named<'_>]) -> Self {
        let mut places = Self { numbers: FxHashMap::default(), rest: FxHashMap::default() };
        for (listener, hosts) in listeners {
            let Some(id) = hosts.first().map(|host| host.listener) else { continue };
            for (place, bind) in places.of(context, listener) {
                if bind.is_some_and(|bind| bind.takes_the_rest) {
                    places.rest.insert(place, id);
                } else {
                    places.rest.entry(place).or_insert(id);
                }
            }
        }
        places
    }

    /// Whether a listener gets what nobody has the name for on an address.
    pub(super) fn takes_the_rest(&self, place: u32, listener: ListenerId) -> bool {
        self.rest.get(&place) == Some(&listener)
    }

    /// Who does.
    pub(super) fn rest(&self, place: u32) -> Option<ListenerId> {
        self.rest.get(&place).copied()
    }

    /// The addresses of a listener, each once. Without `listen` it is `*:80` (manual, `ngx_http_core_module`; 8000 if the
    /// program is not started by root).
    pub(super) fn of<'l>(&mut self, context: &Context<'_>, listener: &'l Listener) -> Vec<(u32, Option<&'l Bind>)> {
        let mut places: Vec<(u32, Option<&Bind>)> = Vec::new();
        if listener.binds.is_empty() && !context.unit.fragment {
            places.push((self.number(Place::Ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED), Port::Number(80), false)), None));
        }
        for bind in &listener.binds {
            let Some(place) = place(context, bind) else { continue };
            places.push((self.number(place), Some(bind)));
        }
        places.sort_by_key(|(number, _)| *number);
        places.dedup_by_key(|(number, _)| *number);
        places
    }

    fn number(&mut self, place: Place) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(place).or_insert(next)
    }
}

/// An address as the program compares it.
pub(super) fn place(context: &Context<'_>, bind: &Bind) -> Option<Place> {
    if matches!(bind.address.port(), Some(Port::Unknown(_))) {
        return None;
    }
    Some(match bind.address {
        Address::Any(port) => Place::Ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port, bind.datagrams),
        Address::Ip(ip, port) => Place::Ip(ip, port, bind.datagrams),
        Address::Host(name, port) => Place::Named(context.text(name).to_ascii_lowercase(), Some(port), bind.datagrams),
        Address::Socket(path) => Place::Named(context.text(path).to_owned(), None, bind.datagrams),
        Address::Special(_) | Address::Unknown(_) => return None,
    })
}
