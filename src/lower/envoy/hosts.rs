//! `domains` to the names that a listener takes requests for.

use super::Lowering;
use super::facts::Facts;
use crate::model::{HostKind, HostName, HostPort, ListenerId, Why};
use crate::syntax::envoy::Message;

impl<'a> Lowering<'a, '_> {
    /// The names of a virtual host.
    pub(super) fn host_names(&mut self, config: &Message<'a>, host: &Message<'a>, listener: ListenerId) {
        let ignored = config.has("ignore_port_in_host_matching");
        let port = if ignored { HostPort::Ignored } else { self.host_port };
        for domain in host.list("domains") {
            let kind = match domain.text().as_deref() {
                None => HostKind::Unknown(Why::Template),
                Some("*") => HostKind::Every,
                Some(name) if name.starts_with('*') || name.ends_with('*') => HostKind::Wildcard,
                Some(_) => HostKind::Exact,
            };
            let name = self.text(&domain);
            // Aliases can name a list many times over.
            if self.may_add() {
                self.unit.host_names.push(HostName { listener, name, kind, port });
            }
        }
    }
}

/// What an HTTP filter makes of a port that a client sends with the host (measured, 1.40: it counts unless one of these
/// is set).
pub(super) fn port_of(config: &Message<'_>) -> HostPort {
    if config.has("strip_any_host_port") {
        HostPort::Ignored
    } else if config.has("strip_matching_host_port") {
        HostPort::OwnIgnored
    } else {
        HostPort::Compared
    }
}
