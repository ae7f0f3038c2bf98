//! What connections to a server are wrapped in, and where its checks go: `ssl`, `send-proxy`, `port` and their kin.

use super::draft::ServerDraft;
use crate::model::{Fact, Limit, OnFailures, Origin, Text, Value, Why};
use crate::source::{Span, Version};

/// Version from which checks may ask for a name by themselves (`check-sni-auto`).
const NAMES_BY_ITSELF: Version = Version::new(3, 3);

/// One parameter of a server line, as far as this module needs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'w> {
    /// Its name.
    pub(super) name: &'static str,
    /// Its first argument, if that is known.
    pub(super) value: Option<&'w str>,
    /// Where that stands.
    pub(super) value_at: Span,
    /// Where the parameter counts as written.
    pub(super) origin: Origin,
}

/// Applies a parameter; the others are passed over.
pub(super) fn apply(server: &mut ServerDraft, written: Written<'_>) {
    let origin = written.origin;
    let flag = |on: bool| Fact::known(on, origin);
    let transport = &mut server.settings.transport;
    match written.name {
        "ssl" => transport.traffic.tls = flag(true),
        "no-ssl" => transport.traffic.tls = flag(false),
        "sni" => transport.traffic.server_name = flag(true),
        "send-proxy" | "send-proxy-v2" | "send-proxy-v2-ssl" | "send-proxy-v2-ssl-cn" => {
            transport.traffic.proxy_header = flag(true);
        }
        "no-send-proxy" | "no-send-proxy-v2" | "no-send-proxy-v2-ssl" | "no-send-proxy-v2-ssl-cn" => {
            transport.traffic.proxy_header = flag(false);
        }
        "check-ssl" => server.check.tls = Some(true),
        "no-check-ssl" => server.check.tls = Some(false),
        "check-send-proxy" => server.check.proxy_header = true,
        "no-check-send-proxy" => server.check.proxy_header = false,
        "check-sni" => server.check.server_name = true,
        "port" => transport.check_port = Fact { value: port(written.value), origin },
        "addr" => transport.check_address = Fact { value: address(written), origin },
        "init-state" => {
            let up = written.value.map(|word| matches!(word, "up" | "fully-up" | "none"));
            server.settings.assumed_up = Fact { value: up.map_or(Value::Unknown(Why::Variable), Value::Known), origin };
        }
        "on-error" => server.on_error.takes_out = written.value == Some("mark-down"),
        "error-limit" => server.on_error.limit = number(written.value),
        _ => {}
    }
}

fn port(word: Option<&str>) -> Value<Option<u16>> {
    word.and_then(|word| word.parse().ok()).map_or(Value::Unknown(Why::Variable), |port| Value::Known(Some(port)))
}

fn address(written: Written<'_>) -> Value<Option<Text>> {
    written.value.map_or(Value::Unknown(Why::Variable), |_| Value::Known(Some(Text(written.value_at))))
}

fn number(word: Option<&str>) -> Value<u32> {
    match word.map(super::values::limit) {
        Some(Limit::AtMost(limit)) => Value::Known(u32::try_from(limit).unwrap_or(u32::MAX)),
        _ => Value::Unknown(Why::Variable),
    }
}

/// What the parameters of a server line add up to, once all are read.
pub(super) fn settle(server: &mut ServerDraft, version: Version) {
    let (own, watched) = (server.check, server.settings.observed);
    let transport = &mut server.settings.transport;
    // With a port or an address of its own a check takes nothing over (2.6.12, measured).
    let apart = match (transport.check_port.get(), transport.check_address.get()) {
        (Some(None), Some(None)) => Some(false),
        (Some(_), Some(_)) => Some(true),
        _ => None,
    };
    let taken = |fact: Fact<bool>| match apart {
        Some(false) => fact,
        Some(true) => Fact { value: Value::Known(false), ..fact },
        None => Fact { value: Value::Unknown(Why::Variable), ..fact },
    };
    transport.check = transport.traffic;
    transport.check.tls = taken(transport.traffic.tls);
    transport.check.proxy_header = taken(transport.traffic.proxy_header);
    // Up to 3.2 no check asks for a name unless `check-sni` says so; later `check-sni-auto` may (not measured).
    let named = if own.server_name || version < NAMES_BY_ITSELF {
        Value::Known(own.server_name)
    } else {
        Value::Unknown(Why::Unsupported)
    };
    transport.check.server_name = Fact { value: named, ..transport.traffic.server_name };
    if let Some(tls) = own.tls {
        transport.check.tls.value = Value::Known(tls);
    }
    if own.proxy_header {
        transport.check.proxy_header.value = Value::Known(true);
    }
    server.settings.on_failures = Fact {
        value: match (watched.is(&true), server.on_error.takes_out, server.on_error.limit) {
            (false, ..) => Value::Known(OnFailures::Nothing),
            (true, false, _) => Value::Known(OnFailures::Hastens),
            (true, true, Value::Known(limit)) => Value::Known(OnFailures::TakesOut(limit)),
            (true, true, Value::Unknown(why)) => Value::Unknown(why),
        },
        origin: watched.origin,
    };
}
