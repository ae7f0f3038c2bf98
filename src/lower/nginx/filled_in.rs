//! Pass directives of which a template fills in the scheme, the host or the port.

use super::Lowering;
use super::argument::Argument;
use super::implicit::Host;
use super::pass::{Pass, Target, target};
use super::roles::Family;
use crate::model::{Destination, Why};
use crate::source::{Span, View};

/// Where the host stands in a word, its port included.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: Span,
    /// The port that counts where none is written.
    default_port: Option<u16>,
    /// The scheme is filled in, and no port is written: it is the scheme's.
    port_is_open: bool,
}

impl Lowering<'_, '_> {
    /// Where such a directive leads: to the host that it names, or to the upstream of that name.
    pub(super) fn filled_in(&mut self, pass: Pass<'_>) -> Destination {
        let word = pass.argument.span;
        let view = self.input.mounts.get(pass.place.mount).map(|mount| mount.view);
        let found = view.and_then(|view| Some((view, host(view, word, pass.family)?)));
        let Some((view, host)) = found.filter(|(view, host)| !view.slice(host.at).contains('$')) else {
            return self.computed(Why::Template, pass.argument);
        };
        let part = Argument::part(host.at, view);
        let at_run_time = view.slice(word).contains('$');
        if let Some(text) = part.known().filter(|_| !host.port_is_open) {
            let to = Target { host: text, default_port: host.default_port };
            let (name, pool) = self.pool_of(Pass { argument: &part, at_run_time, ..pass }, to);
            return Destination::Pool(name, pool);
        }
        self.pool_of_unknown_host(Pass { argument: &part, at_run_time, ..pass }, view.slice(host.at))
    }

    /// The same text is the same host, and the upstream that is called so.
    fn pool_of_unknown_host(&mut self, pass: Pass<'_>, copy: &str) -> Destination {
        let text = self.input.sources.slice(pass.argument.span);
        // Upstreams have no port in their names: nginx refuses one here (see `complain_of_port`).
        let may_be_declared = !copy.contains([':', '[']);
        self.unit.computed_routes |= may_be_declared && pass.argument.known().is_none();
        if let Some((name, id)) = self.declared_pool(text) {
            return Destination::Pool(name, Some(id));
        }
        let host = Host { text, default_port: None, at_run_time: pass.at_run_time, may_be_declared };
        let id = self.implicit_pool(pass.place, &Argument::unknown(pass.argument.span), host);
        let name = self.unit.pool(id).map_or(crate::model::Text(pass.argument.span), |pool| pool.name);
        Destination::Pool(name, Some(id))
    }
}

/// Finds the host in the copy that readers see: no placeholder looks like what ends it.
fn host(view: View<'_>, word: Span, family: Family) -> Option<Place> {
    let written = view.slice(word);
    let text = written.trim_matches(['"', '\'']);
    let start = word.start + written.find(text)? as u32;
    let scheme = text.find("://").filter(|end| view.is_masked(Span::new(start, start + *end as u32)));
    let rest = scheme.map_or(text, |end| text.get(end + "://".len()..).unwrap_or_default());
    let Target { host, default_port } = target(rest, family).filter(|to| !to.host.is_empty())?;
    let from = start + crate::source::offset_in(text, host) as u32;
    let port_is_open = scheme.is_some() && !host.contains(':');
    Some(Place { at: Span::new(from, from + host.len() as u32), default_port, port_is_open })
}
