//! Addresses of the text to addresses of the model.

use super::Lowering;
use super::line::why;
use crate::model::{Address, Port, Text, Why};
use crate::source::{Span, offset_in};
use crate::syntax::haproxy::values::{Host, ParsedPort, parse_address};
use crate::validate::haproxy::Argument;

impl Lowering<'_, '_> {
    /// The address that a word holds.
    pub(super) fn address(&mut self, argument: &Argument<'_>) -> Address {
        match &argument.value {
            Err(unread) => Address::Unknown(why(*unread)),
            Ok(text) => self.address_in(text, text, argument),
        }
    }

    /// The address of a server: of one that a template fills in, the host may be written.
    pub(super) fn address_of_server(&mut self, argument: &Argument<'_>) -> Address {
        let view = self.sources.at(argument.span.start).map(|(_, source)| source.view());
        let host = view.filter(|_| argument.value.is_err()).and_then(|view| {
            let span = view.host_before_open_port(argument.span)?;
            Some(Argument { span, value: Ok(view.slice(span).into()) })
        });
        match host {
            Some(host) => self.address(&host).with_port(Port::Unknown(Why::Template)),
            None => self.address(argument),
        }
    }

    /// The address that a part of a word holds (`bind` takes several, separated by commas).
    pub(super) fn address_in(&mut self, part: &str, word: &str, argument: &Argument<'_>) -> Address {
        let parsed = parse_address(part);
        let port = match parsed.port {
            ParsedPort::Absent => Port::OfClient,
            ParsedPort::Number(port) | ParsedPort::Prefix(port) => Port::Number(port),
            ParsedPort::Range(low, high) => Port::Range(low, high),
            ParsedPort::Offset(offset) => Port::Offset(offset),
            ParsedPort::Variable => Port::Unknown(Why::Variable),
            ParsedPort::Invalid => Port::Unknown(Why::Malformed),
        };
        match parsed.host {
            Host::Ip(ip) => Address::Ip(ip, port),
            Host::Any => Address::Any(port),
            Host::Name(name) => Address::Host(self.part_text(name, word, argument), port),
            Host::Socket(path) => Address::Socket(self.part_text(path, word, argument)),
            Host::Special(text) => Address::Special(self.part_text(text, word, argument)),
            Host::Variable => Address::Unknown(Why::Variable),
        }
    }

    /// A part of a word as text of the model. In a quoted word the place is approximate and the value is remembered.
    fn part_text(&mut self, part: &str, word: &str, argument: &Argument<'_>) -> Text {
        let offset = offset_in(word, part) as u32;
        let start = argument.span.start + offset;
        let span = Span::new(start, start + part.len() as u32);
        if argument.differs() {
            self.unit.texts.remember(span, part);
        }
        Text(span)
    }
}
