//! `server_name` to the names that a listener takes requests for.

use super::Lowering;
use super::argument::Argument;
use crate::grammar::nginx::DirectiveId;
use crate::model::{HostKind, HostName, HostPort, ListenerId, Text, Why};
use crate::syntax::nginx::Place;

impl Lowering<'_, '_> {
    /// The names of a `server` block.
    pub(super) fn host_names(&mut self, listener: ListenerId, place: Place, children: &[Place]) {
        let mut found = false;
        let mut open = false;
        for child in children {
            let Some(statement) = self.statement(*child) else { continue };
            match self.input.grammar.name(DirectiveId(statement.keyword.0)) {
                "server_name" => {
                    for argument in self.arguments(*child) {
                        let kind = self.kind_of_host(*child, &argument);
                        let name = self.text(&argument);
                        self.push_host(listener, name, kind);
                        found = true;
                    }
                }
                // A file that is not here: the name may stand there.
                "include" => open = true,
                _ => {}
            }
        }
        if !found {
            let kind = if open { HostKind::Unknown(Why::OtherFile) } else { HostKind::Unwritten };
            self.push_host(listener, Text(self.header(place)), kind);
        }
    }

    fn push_host(&mut self, listener: ListenerId, name: Text, kind: HostKind) {
        self.unit.host_names.push(HostName { listener, name, kind, port: HostPort::Ignored });
    }

    /// What a name matches. In a template a branch that is not taken may hold it.
    fn kind_of_host(&self, place: Place, argument: &Argument<'_>) -> HostKind {
        let is_template = self.input.mounts.get(place.mount).is_some_and(|mount| !mount.view.masks.is_empty());
        match argument.known() {
            _ if is_template => HostKind::Unknown(Why::Template),
            None => HostKind::Unknown(Why::Template),
            // `$hostname` is the machine's name; other variables stay as they are written.
            Some(name) if name.contains('$') && !name.starts_with('~') => HostKind::Unknown(Why::Variable),
            Some("") => HostKind::Unwritten,
            Some(name) if name.starts_with('~') => HostKind::Pattern,
            Some(name) if name.starts_with('.') || name.starts_with("*.") || name.ends_with(".*") => HostKind::Wildcard,
            Some(_) => HostKind::Exact,
        }
    }
}
