//! `server ADDRESS PARAMETERS` of a pool to a target.

use super::Lowering;
use super::argument::Argument;
use super::settings::target_settings;
use super::upstream::Draft;
use crate::grammar::rules::RuleId;
use crate::model::{
    AdministrativeState, Completeness, Fact, Origin, Presence, Target, TargetSettings, TargetSettingsId, Timeout,
    Value, Why,
};
use crate::source::Span;
use crate::syntax::nginx::Place;
use crate::syntax::nginx::values::{Place as AddressPlace, number, seconds, time};

/// A target while its parameters are read.
#[derive(Debug)]
struct ServerDraft {
    settings: TargetSettings,
    weight: Fact<u32>,
    tier: u8,
    state: AdministrativeState,
}

/// What the same parameters, word for word, were read as before: most servers of a file have one of a few sets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters {
    settings: TargetSettingsId,
    /// Its origin counts from the end of the address.
    weight: Fact<u32>,
    tier: u8,
    state: AdministrativeState,
}

impl Lowering<'_, '_> {
    /// One `server` of a pool.
    pub(super) fn server(&mut self, place: Place, draft: &mut Draft) {
        let mut arguments = self.arguments(place);
        let (Some(address), Some(statement)) = (arguments.next(), self.statement(place)) else { return };
        let Some(view) = self.input.mounts.get(place.mount).map(|mount| mount.view) else { return };
        let behind = Span::new(address.span.end, statement.span.end);
        let text = view.slice(behind);
        let known = self.parameters.get(text).copied().filter(|_| !view.is_masked(behind));
        let parameters = known.unwrap_or_else(|| {
            let read = self.read_parameters(arguments, behind.start);
            self.parameters.insert(text, read);
            read
        });
        let presence = Presence::in_template(view, statement.span.start, Some(draft.header));
        if matches!(presence, Presence::Repeated(_)) {
            draft.completeness = Completeness::Incomplete(Why::Repetition, statement.span);
        }
        self.push_target(parameters, &address, (statement.span, presence), draft);
    }

    fn read_parameters<'w>(&mut self, arguments: impl Iterator<Item = Argument<'w>>, base: u32) -> Parameters {
        let mut server = ServerDraft {
            settings: target_settings(),
            weight: Fact::known(1, Origin::default(Span::default(), RuleId::NGINX_WEIGHT)),
            tier: 0,
            state: AdministrativeState::Up,
        };
        for argument in arguments {
            parameter(&mut server, &argument);
        }
        let ServerDraft { settings, weight, tier, state } = server;
        let settings = self.cache.id(&settings, &mut self.unit.target_settings);
        Parameters { settings, weight: moved(weight, |offset| offset.saturating_sub(base)), tier, state }
    }

    fn push_target(
        &mut self,
        parameters: Parameters,
        address: &Argument<'_>,
        (statement, presence): (Span, Presence),
        draft: &mut Draft,
    ) {
        let default_port = draft.default_port;
        let place = match address.known().map(str::to_owned) {
            Some(text) => self.address(&text, address, AddressPlace::Plain, default_port),
            None => self.address_in_part(address, Why::Template),
        };
        let count = self.count(place);
        let target = Target {
            name: self.text(address),
            address: place,
            address_at: address.span,
            statement,
            weight: moved(parameters.weight, |offset| offset + address.span.end),
            tier: parameters.tier,
            state: parameters.state,
            presence,
            count,
            settings: parameters.settings,
            number: draft.next_number(),
            numbered: false,
        };
        self.unit.targets.push(target);
    }
}

/// A fact whose place is moved; that of a default is nowhere.
fn moved(mut fact: Fact<u32>, to: impl Fn(u32) -> u32) -> Fact<u32> {
    if fact.origin.is_explicit() {
        fact.origin.at = Span::new(to(fact.origin.at.start), to(fact.origin.at.end));
    }
    fact
}

/// One parameter. The last of a repeated one counts (research 2.2).
fn parameter(server: &mut ServerDraft, argument: &Argument<'_>) {
    let Some(text) = argument.known() else {
        // It can be any parameter, so what it could change is not known.
        server.weight = Fact::unknown(Why::Template, Origin::written(argument.span));
        let here = Origin::written(Span::default());
        server.settings.ejected_after = Fact::unknown(Why::Template, here);
        server.settings.ejected_for = Fact::unknown(Why::Template, here);
        return;
    };
    // Settings that equal targets share name no place: it is the target's own statement.
    let here = Origin::written(Span::default());
    let settings = &mut server.settings;
    match text.split_once('=') {
        Some(("weight", value)) => {
            let weight = whole(value).map_or(Value::Unknown(Why::Malformed), Value::Known);
            server.weight = Fact { value: weight, origin: Origin::written(argument.span) };
        }
        Some(("max_fails", value)) => {
            settings.ejected_after = Fact { value: known(whole(value)), origin: here };
        }
        Some(("fail_timeout", value)) => {
            let milliseconds = seconds(value).map(|seconds| Timeout::After(seconds.saturating_mul(1000)));
            settings.ejected_for = Fact { value: known(milliseconds), origin: here };
        }
        Some(("max_conns", value)) => settings.connections = Fact { value: known(whole(value)), origin: here },
        Some(("slow_start", value)) => {
            settings.slow_start = Fact { value: known(time(value).map(Timeout::After)), origin: here };
        }
        Some(("service", _)) => settings.resolved_at_run_time = Fact::known(true, here),
        Some(("route" | "sid", _)) => settings.cookie = Fact::known(true, here),
        None => word(server, text),
        Some(_) => {}
    }
}

fn word(server: &mut ServerDraft, text: &str) {
    match text {
        "backup" => server.tier = 1,
        "down" => server.state = AdministrativeState::Down,
        "drain" => server.state = AdministrativeState::Drain,
        "resolve" => {
            server.settings.resolved_at_run_time = Fact::known(true, Origin::written(Span::default()));
        }
        _ => {}
    }
}

fn whole(text: &str) -> Option<u32> {
    number(text).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

fn known<T>(value: Option<T>) -> Value<T> {
    value.map_or(Value::Unknown(Why::Malformed), Value::Known)
}
