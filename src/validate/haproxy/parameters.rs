//! `server`, `default-server`, `server-template` and `bind`: fixed arguments first, then parameters in any order.

use super::Validator;
use super::condition::is_broken_address;
use crate::diagnostic::Kind;
use crate::grammar::haproxy::Line;
use crate::grammar::{Quantity, Support};
use crate::source::Version;
use crate::syntax::haproxy::values::{Host, ParsedPort, parse_address};
use crate::validate::nearest;

/// Parameters whose value may be left out: it is 0 then.
const LENIENT: [&str; 4] = ["weight", "maxconn", "minconn", "maxqueue"];

impl Validator<'_, '_> {
    /// `server NAME ADDRESS ...`, `server-template PREFIX COUNT ADDRESS ...`, `default-server ...`.
    pub(super) fn check_server(&mut self, phrase: &'static str, from: usize) {
        let fixed = match phrase {
            "server" => 2,
            "server-template" => 3,
            _ => 0,
        };
        if self.words.len() < from + fixed || (fixed == 0 && self.words.len() == from) {
            let last = self.words.last().map(|word| word.span).unwrap_or_default();
            return self.say(last, Kind::MissingArgument(phrase.into()));
        }
        if fixed > 0 {
            let (name, address) = (self.words.get(from).cloned(), self.words.get(from + fixed - 1).cloned());
            if let Some(name) = name {
                self.check_name(name.span, name.known());
            }
            if let Some((address, text)) = address.as_ref().and_then(|word| Some((word, word.known()?))) {
                self.check_server_address(address.span, text);
            }
        }
        self.check_parameters(Line::Server, phrase, from + fixed);
    }

    fn check_server_address(&mut self, span: crate::source::Span, text: &str) {
        let address = parse_address(text);
        self.check_host(span, address.host);
        match address.port {
            ParsedPort::Invalid => self.say(span, Kind::InvalidValue("a port number after the last colon".into())),
            ParsedPort::Prefix(port) => self.say(span, Kind::Coerced(format!("port {port}").into())),
            ParsedPort::Range(..) => self.say(span, Kind::InvalidValue("one port, not a range".into())),
            _ => {}
        }
        self.check_family(span, address.family);
    }

    /// `bind ADDRESS[,ADDRESS] ...`; `stats socket` takes a path without `ports_needed`.
    pub(super) fn check_bind(&mut self, from: usize, port_needed: bool) {
        let Some(addresses) = self.words.get(from).cloned() else {
            let last = self.words.last().map(|word| word.span).unwrap_or_default();
            return self.say(last, Kind::MissingArgument(if port_needed { "bind" } else { "stats socket" }.into()));
        };
        for text in addresses.known().unwrap_or_default().split(',') {
            let address = parse_address(text);
            self.check_family(addresses.span, address.family);
            self.check_host(addresses.span, address.host);
            let internet = matches!(address.host, Host::Ip(_) | Host::Any | Host::Name(_));
            let described = addresses.known().is_some() && internet && port_needed;
            match address.port {
                ParsedPort::Absent if described => {
                    self.say(addresses.span, Kind::InvalidValue("an address with a port".into()));
                }
                ParsedPort::Prefix(port) => self.say(addresses.span, Kind::Coerced(format!("port {port}").into())),
                ParsedPort::Invalid | ParsedPort::Offset(_) | ParsedPort::Number(0) if described => {
                    self.say(addresses.span, Kind::InvalidValue("a port number or a range of ports".into()));
                }
                _ => {}
            }
        }
        self.check_parameters(Line::Bind, "bind", from + 1);
    }

    /// A host is an address, a name, or `*` alone.
    fn check_host(&mut self, span: crate::source::Span, host: Host<'_>) {
        let Host::Name(name) = host else { return };
        if name.contains('*') || is_broken_address(name) {
            self.say(span, Kind::InvalidValue("an address or a host name".into()));
        }
    }

    /// Address families that came with later versions (src/tools.c at each tag).
    fn check_family(&mut self, span: crate::source::Span, family: Option<&str>) {
        let since = match family {
            Some("rhttp") => Version::new(2, 9),
            Some("abnsz") => Version::new(3, 1),
            Some(family) if family.starts_with("quic") => Version::new(2, 4),
            Some(family) if family.starts_with("mptcp") => Version::new(3, 2),
            _ => return,
        };
        self.check_lifetime(span, crate::grammar::Lifetime { since: Some(since), removed: None }, "");
    }

    fn check_parameters(&mut self, line: Line, phrase: &'static str, mut at: usize) {
        while let Some(word) = self.words.get(at).cloned() {
            let Some(text) = word.known() else { return };
            let grammar = self.input.grammar;
            let Some(parameter) = grammar.parameter(line, text) else {
                if !self.doubtful {
                    let suggestion = nearest(text, grammar.parameter_names(line)).map(Into::into);
                    self.say(word.span, Kind::UnknownKeyword { within: phrase.into(), suggestion });
                }
                at += 1;
                continue;
            };
            self.check_lifetime(word.span, parameter.lifetime, parameter.instead);
            if line == Line::Server && !parameter.is_on(phrase) {
                let accepted_in = parameter.on.replace(',', ", ").into();
                self.say(word.span, Kind::Misplaced { within: phrase.into(), accepted_in });
            }
            if parameter.support == Support::Unsupported && parameter.signature.most().is_none() {
                return;
            }
            at = self.check_parameter_arguments(line, parameter, at + 1, word.span);
        }
    }

    /// Checks the arguments of one parameter; answers with the position behind them.
    fn check_parameter_arguments(
        &mut self,
        line: Line,
        parameter: &crate::grammar::haproxy::Parameter,
        mut at: usize,
        name: crate::source::Span,
    ) -> usize {
        for part in &parameter.signature.parts {
            match part.quantity {
                // `weight` at the end of the line is weight 0, and nobody is told (measured, 2.6.12).
                Quantity::One if at >= self.words.len() && LENIENT.contains(&parameter.name) => {
                    self.say(name, Kind::Coerced("0".into()));
                    return at;
                }
                Quantity::One if at >= self.words.len() => {
                    self.say(name, Kind::MissingArgument(parameter.name.into()));
                    return at;
                }
                Quantity::One => {
                    self.check_parameter_value(line, parameter.name, &part.value, at);
                    at += 1;
                }
                _ => at += usize::from(self.takes_optional(line, &part.value, at)),
            }
        }
        at
    }

    /// An optional argument is there if the next word is no parameter of its own and fits.
    fn takes_optional(&self, line: Line, value: &crate::grammar::ValueType, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| {
            word.known().is_none_or(|text| {
                self.input.grammar.parameter(line, text).is_none() && super::arguments::fits(value, text).is_ok()
            })
        })
    }
}
