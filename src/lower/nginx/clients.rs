//! Who connects: clients, or a proxy in front that tells their addresses.

use super::Lowering;
use super::roles::{Role, Setting};
use super::variables::names;
use crate::grammar::nginx::DirectiveId;
use crate::model::{Clients, ListenerId, Network};
use crate::syntax::nginx::Place;

/// Headers that a proxy or a CDN in front adds, and a client does not; as variables.
const TOLD: [&str; 8] = [
    "http_x_forwarded_for",
    "http_x_forwarded_proto",
    "http_x_forwarded_port",
    "http_x_real_ip",
    "http_cf_",
    "http_true_client_ip",
    "http_cloudfront_",
    "http_x_amzn_",
];

impl Lowering<'_, '_> {
    /// What a statement tells: it decides by what only a proxy in front sends, or it takes the client's address from it. Log
    /// formats name such headers by habit and tell nothing, nor do headers that are passed on.
    pub(super) fn clients_of(&self, role: Role, place: Place) -> Clients {
        match role {
            Role::RealAddress if self.trusted_by(place).is_some() => Clients::RestoredFrom(self.header(place)),
            Role::RealAddress => Clients::Restored(self.header(place)),
            Role::Inner | Role::Map | Role::Geo | Role::Set | Role::Zone => self.told_by(place, &TOLD),
            // Which protocol the client spoke, only a proxy in front knows.
            Role::Setting(_, Setting::SetHeader) => self.told_by(place, &["http_x_forwarded_proto"]),
            _ => Clients::Untold,
        }
    }

    /// The network of a `set_real_ip_from`; sockets and names are not followed.
    pub(super) fn trusted_by(&self, place: Place) -> Option<Network> {
        self.arguments(place).next().and_then(|word| Network::lenient(word.known()?))
    }

    fn told_by(&self, place: Place, told: &[&str]) -> Clients {
        let is_told = |name: &str| told.iter().any(|told| name.to_ascii_lowercase().starts_with(told));
        let found = self.arguments(place).find(|word| word.known().is_some_and(|text| names(text).any(is_told)));
        found.map_or(Clients::Untold, |word| Clients::BehindProxy(word.span))
    }

    /// Gives an open listener what its blocks tell, and those around it.
    pub(super) fn tell_clients(&mut self, id: ListenerId, children: &[Place]) {
        let mut clients = self.clients();
        for child in children {
            clients = clients.and(self.clients_of_listen(*child));
        }
        if let Some(listener) = self.unit.listeners.get_mut(id.0 as usize) {
            listener.clients = clients;
        }
    }

    /// `listen ... proxy_protocol`: without `set_real_ip_from` the address stays that of the proxy.
    fn clients_of_listen(&self, place: Place) -> Clients {
        let Some(statement) = self.statement(place) else { return Clients::Untold };
        if self.input.grammar.name(DirectiveId(statement.keyword.0)) != "listen" {
            return Clients::Untold;
        }
        let mut words = self.arguments(place).skip(1);
        let told = words.find(|word| word.is("proxy_protocol"));
        told.map_or(Clients::Untold, |word| Clients::BehindProxy(word.span))
    }
}
