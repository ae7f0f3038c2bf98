//! `server` and `server-template` lines to targets.

use rustc_hash::FxHashSet;

use super::Lowering;
use super::draft::{Draft, ServerDraft};
use super::line::Line;
use super::server_parameters::forget_everything;
use super::template::OpenName;
use super::{template, transport};
use crate::diagnostic::{Diagnostic, Kind};
use crate::grammar::haproxy::Line as ParameterLine;
use crate::model::{Completeness, Count, Definition, Namespace, SessionValue, Target, Why};
use crate::syntax::haproxy::Prefix;
use crate::validate::haproxy::{Argument, Unread};

impl Lowering<'_, '_> {
    /// `server NAME ADDRESS PARAMETERS`
    pub(super) fn server(&mut self, draft: &Draft, line: &Line<'_>, completeness: &mut Completeness) {
        if line.prefix != Prefix::None {
            return;
        }
        let mut server = start(draft);
        if self.holds_more_than_the_name(line) {
            forget_everything(&mut server, None);
            self.server_parameters(&mut server, line, 1, false);
            *completeness = template::repeated(line.presence, line.span).unwrap_or(*completeness);
            return self.push_target(&server, line, 0, Count::One);
        }
        if line.arguments.len() < 2 {
            return;
        }
        self.server_parameters(&mut server, line, 2, false);
        // A name that an engine fills in is that of one server; a variable may hold more.
        if line.argument(0).is_some_and(|name| matches!(name.value, Err(Unread::Variable | Unread::Split))) {
            *completeness = Completeness::Incomplete(Why::Variable, line.at(0));
        }
        *completeness = template::repeated(line.presence, line.span).unwrap_or(*completeness);
        self.push_target(&server, line, 1, Count::One);
    }

    /// `server {{ s }} check`: a word that is filled in stands for as many as it likes, and where a parameter or nothing
    /// follows it must hold the address, too.
    fn holds_more_than_the_name(&self, line: &Line<'_>) -> bool {
        let may_be_several = |name: &Argument<'_>| matches!(name.value, Err(Unread::Masked | Unread::Split));
        let is_parameter = |word: &str| self.grammar.parameter(ParameterLine::Server, word).is_some();
        let no_address = match line.argument(1) {
            None => true,
            Some(next) => next.known().is_some_and(is_parameter),
        };
        no_address && line.argument(0).is_some_and(may_be_several)
    }

    /// `server-template PREFIX N|FIRST-LAST ADDRESS PARAMETERS`
    pub(super) fn server_template(&mut self, draft: &Draft, line: &Line<'_>, completeness: &mut Completeness) {
        if line.arguments.len() < 3 {
            // One that is filled in may hold the others.
            if let Some(word) = line.arguments.iter().find(|word| matches!(word.value, Err(Unread::Masked))) {
                *completeness = Completeness::Incomplete(Why::Template, word.span);
            }
            return;
        }
        let mut server = start(draft);
        self.server_parameters(&mut server, line, 3, false);
        let Some((first, last)) = line.known(1).and_then(range) else {
            let why = if line.argument(1).is_some_and(|count| matches!(count.value, Err(Unread::Masked))) {
                Why::Template
            } else {
                Why::Variable
            };
            *completeness = Completeness::Incomplete(why, line.at(1));
            return self.push_target(&server, line, 2, Count::AtLeastOne);
        };
        if server.settings.resolved_at_run_time.is(&false) {
            return self.push_target(&server, line, 2, Count::Copies(first, last));
        }
        // Each address takes a slot; what is left over gets nothing.
        if let Some(number) = line.known(2).and_then(|address| self.answers.number(host_of(address)?)) {
            let filled = first.saturating_add(number.saturating_sub(1)).min(last);
            self.list_addresses(line);
            return self.push_target(&server, line, 2, Count::Copies(first, filled));
        }
        *completeness = Completeness::Incomplete(Why::Remote, line.at(2));
        self.push_target(&server, line, 2, Count::Slots(first, last));
    }

    /// Where the slots of the next target will be, if somebody said so.
    fn list_addresses(&mut self, line: &Line<'_>) {
        let name = line.known(2).and_then(host_of);
        if let Some(addresses) = name.and_then(|name| self.answers.addresses(name)) {
            self.unit.listed_addresses.insert(self.unit.targets.len() as u32, addresses.to_vec());
        }
    }

    fn push_target(&mut self, server: &ServerDraft, line: &Line<'_>, address_at: usize, count: Count) {
        let (Some(name), Some(address)) = (line.argument(0).cloned(), line.argument(address_at).cloned()) else {
            return;
        };
        let text = self.text(&name);
        let mut server = *server;
        transport::settle(&mut server, self.program.version);
        self.note_traits(&server);
        self.complain_of_variables(&address);
        let settings = self.cache.id(&server.settings, &mut self.unit.target_settings);
        let target = Target {
            name: text,
            address: self.address_of_server(&address),
            address_at: address.span,
            statement: line.span,
            weight: server.weight,
            tier: u8::from(server.backup.is(&true)),
            state: server.state,
            presence: line.presence,
            count,
            settings,
            number: server.number,
            numbered: server.number > 0,
        };
        if let (Some(value), true) = (name.known(), line.presence.is_certain()) {
            self.define_target(text, value);
        } else {
            self.open_targets.push(OpenName { scope: self.scope, name: text, is_known: name.known().is_some() });
        }
        if let Some((value, at)) = server.session {
            self.unit.sessions.values.push(SessionValue { target: self.unit.targets.len() as u32, value, at });
        }
        self.unit.targets.push(target);
    }

    fn define_target(&mut self, name: crate::model::Text, value: &str) {
        let definition = Definition {
            namespace: Namespace::Target,
            scope: self.scope,
            name,
            references: 0,
            item: self.unit.targets.len() as u32,
        };
        if let Some(earlier) = self.define(definition, value) {
            let kind = Kind::DuplicateName { what: Namespace::Target.phrase(), first: earlier.name.0 };
            self.diagnostics.push(Diagnostic::new(name.0, kind));
        }
    }

    /// Numbers of servers: written ones count, the others take the next free number from 1 (research 2.3).
    pub(super) fn number_targets(&mut self, first: usize) {
        let targets = self.unit.targets.get_mut(first..).unwrap_or_default();
        let taken: FxHashSet<u32> = targets.iter().map(|target| target.number).filter(|number| *number > 0).collect();
        let mut next = 1;
        for target in targets.iter_mut().filter(|target| target.number == 0) {
            while taken.contains(&next) {
                next += 1;
            }
            target.number = next;
            next += target.count.exactly().unwrap_or(1);
        }
    }
}

/// What a server line starts from: facts of a `default-server` are inherited.
fn start(draft: &Draft) -> ServerDraft {
    let mut server = draft.server;
    let s = &mut server.settings;
    for fact in [
        &mut s.checked,
        &mut s.agent,
        &mut s.tracks,
        &mut s.resolved_at_run_time,
        &mut s.cookie,
        &mut s.noted,
        &mut s.observed,
        &mut server.backup,
        &mut s.transport.traffic.tls,
        &mut s.transport.traffic.proxy_header,
        &mut s.transport.traffic.server_name,
    ] {
        *fact = fact.inherited();
    }
    s.transport.check_port = s.transport.check_port.inherited();
    s.transport.check_address = s.transport.check_address.inherited();
    for fact in [&mut s.interval, &mut s.fast_interval, &mut s.slow_start] {
        *fact = fact.inherited();
    }
    for fact in [
        &mut s.fall,
        &mut s.rise,
        &mut s.connections,
        &mut s.queueing.least,
        &mut s.queueing.waiting,
        &mut server.weight,
    ] {
        *fact = fact.inherited();
    }
    server.number = 0;
    server
}

/// The name in an address. What stands behind `_service._proto.` brings weights of its own.
fn host_of(address: &str) -> Option<&str> {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    (!host.starts_with('_')).then_some(host)
}

/// `20` is 1 to 20; `5-8` is 5 to 8.
fn range(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once('-').unwrap_or(("1", text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    #[test]
    fn template_ranges() {
        assert_eq!(super::range("20"), Some((1, 20)));
        assert_eq!(super::range("5-8"), Some((5, 8)));
        assert_eq!(super::range("x"), None);
    }
}
