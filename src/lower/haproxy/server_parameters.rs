//! The parameters of server lines, in the order in which they are written.

use super::Lowering;
use super::draft::{Draft, ServerDraft};
use super::line::{Line, why};
use super::needs::Traits;
use super::transport;
use super::values::{interval, number};
use crate::grammar::Quantity;
use crate::grammar::haproxy::Line as ParameterLine;
use crate::model::{
    AdministrativeState, Fact, Namespace, Origin, RingKey, TargetSettings, Timeout, Transport, Value, Why,
};
use crate::source::Span;
use crate::validate::haproxy::Argument;

/// One parameter with its arguments.
struct Parameter<'w, 'p> {
    name: &'static str,
    at: Span,
    arguments: &'w [Argument<'p>],
}

impl Parameter<'_, '_> {
    fn value<T>(&self, read: impl Fn(&str) -> Option<T>) -> Value<T> {
        match self.arguments.first().map(|argument| &argument.value) {
            None => Value::Unknown(Why::Malformed),
            Some(Err(unread)) => Value::Unknown(why(*unread)),
            Some(Ok(text)) => read(text).map_or(Value::Unknown(Why::Malformed), Value::Known),
        }
    }

    /// A number; one that is left out is 0 (measured, 2.6.12).
    fn number(&self) -> Value<u32> {
        if self.arguments.is_empty() { Value::Known(0) } else { self.value(|text| Some(number(text))) }
    }

    fn written(&self, origin: Origin) -> transport::Written<'_> {
        let value = self.arguments.first().and_then(Argument::known);
        transport::Written { name: self.name, value, value_at: self.value_at(), origin }
    }

    /// The word with its arguments.
    fn place(&self) -> Span {
        self.arguments.last().map_or(self.at, |last| self.at.to(last.span))
    }

    fn value_at(&self) -> Span {
        self.arguments.first().map_or(self.at, |argument| argument.span)
    }
}

impl Lowering<'_, '_> {
    /// `default-server`: changes what the servers below it start from.
    pub(super) fn default_server(&mut self, draft: &mut Draft, line: &Line<'_>) {
        self.server_parameters(&mut draft.server, line, 0, true);
    }

    /// Applies the parameters from position `from` on. On a `default-server` line origins are places of their own;
    /// on a server line they are left empty, which means the server's statement, so that equal settings stay equal.
    pub(super) fn server_parameters(&mut self, server: &mut ServerDraft, line: &Line<'_>, from: usize, shared: bool) {
        let mut at = from;
        while let Some(word) = line.arguments.get(at) {
            let Some(name) = word.known() else {
                forget_everything(server, shared.then_some(word.span));
                return;
            };
            let Some(row) = self.grammar.parameter(ParameterLine::Server, name) else {
                at += 1;
                continue;
            };
            let rest = line.arguments.get(at + 1..).unwrap_or_default();
            let count = argument_count(row, rest, |word| self.grammar.parameter(ParameterLine::Server, word).is_some());
            let arguments = rest.get(..count).unwrap_or_default();
            let parameter = Parameter { name: row.name, at: word.span, arguments };
            self.refer(&parameter, line.span);
            self.wish_of_parameter(row.name, parameter.place(), shared);
            apply(server, &parameter, shared);
            if parameter.name == "cookie" {
                server.session = Some((self.session_value(arguments.first()), parameter.value_at()));
            }
            at += 1 + count;
        }
    }

    /// Names that a parameter refers to.
    fn refer(&mut self, parameter: &Parameter<'_, '_>, statement: Span) {
        let Some(argument) = parameter.arguments.first().cloned() else { return };
        self.whole.resolvers_elsewhere |= parameter.name == "resolvers" && argument.known().is_none();
        match parameter.name {
            "resolvers" => self.reference(Namespace::Resolvers, 0, &argument, statement),
            "track" => self.track_reference(&argument, statement),
            "source" => self.unit.chooses_source = Some(statement),
            _ => {}
        }
    }
}

/// How many of the words that follow belong to a parameter.
fn argument_count(
    row: &crate::grammar::haproxy::Parameter,
    rest: &[Argument<'_>],
    is_parameter: impl Fn(&str) -> bool,
) -> usize {
    let mut count = 0;
    for part in &row.signature.parts {
        let next = rest.get(count);
        let taken = match part.quantity {
            Quantity::One => next.is_some(),
            _ => next.is_some_and(|word| word.known().is_none_or(|text| !is_parameter(text) && fits(part, text))),
        };
        count += usize::from(taken);
    }
    count
}

fn fits(part: &crate::grammar::Part, text: &str) -> bool {
    use crate::grammar::ValueType;
    match &part.value {
        ValueType::OneOf(words) => words.contains(&text),
        ValueType::Integer(..) => text.bytes().all(|byte| byte.is_ascii_digit()),
        _ => true,
    }
}

fn apply(server: &mut ServerDraft, parameter: &Parameter<'_, '_>, shared: bool) {
    let origin = Origin::written(if shared { parameter.at } else { Span::default() });
    let flag = |on: bool| Fact::known(on, origin);
    transport::apply(server, parameter.written(origin));
    let settings = &mut server.settings;
    match parameter.name {
        "check" => settings.checked = flag(true),
        "no-check" => settings.checked = flag(false),
        "agent-check" => settings.agent = flag(true),
        "no-agent-check" => settings.agent = flag(false),
        "track" => settings.tracks = flag(true),
        "resolvers" => settings.resolved_at_run_time = flag(true),
        "cookie" => settings.cookie = flag(true),
        "non-stick" => settings.noted = flag(false),
        "stick" => settings.noted = flag(true),
        "observe" => settings.observed = flag(true),
        "backup" => server.backup = Fact::known(true, Origin::written(parameter.at)),
        "no-backup" => server.backup = Fact::known(false, Origin::written(parameter.at)),
        "disabled" => server.state = AdministrativeState::Down,
        "enabled" => server.state = AdministrativeState::Up,
        "weight" => {
            let value = parameter.number();
            server.weight = Fact { value, origin: Origin::written(parameter.value_at()) };
        }
        "id" => server.number = parameter.value(|text| Some(number(text))).known().unwrap_or(0),
        _ => apply_value(settings, parameter, origin),
    }
    server.traits = server.traits.after(parameter.name);
}

fn apply_value(settings: &mut TargetSettings, parameter: &Parameter<'_, '_>, origin: Origin) {
    let time = || Fact { value: parameter.value(interval), origin };
    let count = || Fact { value: parameter.number(), origin };
    match parameter.name {
        "inter" => {
            settings.interval = time();
            if !settings.fast_interval.origin.is_explicit() {
                settings.fast_interval.value = settings.interval.value;
            }
        }
        "fastinter" => settings.fast_interval = time(),
        "fall" => settings.fall = count(),
        "rise" => settings.rise = count(),
        "maxconn" => settings.connections = count(),
        "minconn" => settings.queueing.least = count(),
        "maxqueue" => settings.queueing.waiting = count(),
        "slowstart" => settings.slow_start = time(),
        "hash-key" => settings.ring_key = Fact { value: parameter.value(ring_key), origin },
        _ => {}
    }
}

/// `hash-key` (since 3.0; `guid` since 3.4). `id32` hashes the number in another way, which is not modelled.
fn ring_key(word: &str) -> Option<RingKey> {
    Some(match word {
        "id" => RingKey::Number,
        "addr" | "addr-port" => RingKey::Address,
        "guid" => RingKey::Name,
        _ => return None,
    })
}

/// A word that may be any parameter leaves open what it could have set.
pub(super) fn forget_everything(server: &mut ServerDraft, at: Option<Span>) {
    let origin = Origin::written(at.unwrap_or_default());
    let unknown = Value::Unknown(Why::Variable);
    let settings = &mut server.settings;
    for fact in [&mut settings.checked, &mut settings.agent, &mut settings.tracks, &mut settings.resolved_at_run_time] {
        if fact.value != Value::Known(true) {
            *fact = Fact { value: unknown, origin };
        }
    }
    settings.transport = Transport::unknown(Fact { value: unknown, origin });
    settings.transport.check_port = Fact::unknown(Why::Variable, origin);
    if !server.weight.origin.is_explicit() {
        server.weight = Fact { value: Value::Unknown(Why::Variable), origin: server.weight.origin };
    }
    settings.interval = Fact::<Timeout>::unknown(Why::Variable, origin);
    server.traits = Traits::unknown();
}

impl<T: Copy> Value<T> {
    fn known(&self) -> Option<T> {
        match self {
            Self::Known(value) => Some(*value),
            Self::Unknown(_) => None,
        }
    }
}
