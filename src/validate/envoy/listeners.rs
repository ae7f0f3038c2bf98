//! What the program's own code refuses in listeners.

use rustc_hash::FxHashMap;

use super::walk::key_is_masked;
use super::{addresses, routes};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::envoy::{Message, NodeId};

/// Filters that end a chain, by the name of their configuration's type.
const TERMINAL: [&str; 2] = ["HttpConnectionManager", "TcpProxy"];

/// Checks one listener and the routes that stand in it.
pub(super) fn check(listener: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let chains: Vec<Message<'_>> =
        listener.list("filter_chains").chain(listener.field("default_filter_chain")).collect();
    for chain in &chains {
        let filters: Vec<Message<'_>> = chain.list("filters").collect();
        last(&filters, &TERMINAL, diagnostics);
        for (kind, config) in filters.iter().filter_map(Message::extension) {
            if kind == "HttpConnectionManager" {
                connection_manager(&config, diagnostics);
            }
        }
    }
    let others = listener.list("additional_addresses").filter_map(|other| other.field("address"));
    for address in listener.field("address").into_iter().chain(others) {
        addresses::listens(&address, diagnostics);
    }
    without_match(listener, diagnostics);
    server_names(listener, diagnostics);
    required(listener, chains.is_empty(), diagnostics);
}

/// An address, and a chain of filters (measured, 1.40: "address is necessary", "no filter chains specified").
fn required(listener: &Message<'_>, has_no_chain: bool, diagnostics: &mut Vec<Diagnostic>) {
    let has = |name: &str| listener.entry(name).is_some();
    if !listener.is_mapping() || key_is_masked(listener) || has("api_listener") {
        return;
    }
    let mut lacks = |field: &str| {
        let at = if has("name") { listener.place("name") } else { listener.first_line() };
        diagnostics.push(Diagnostic::new(at, Kind::MissingField { within: "Listener".into(), field: field.into() }));
    };
    if !has("address") && !has("internal_listener") {
        lacks("address");
    }
    let protocol = listener.path(&["address", "socket_address", "protocol"]).and_then(|word| word.text());
    // Datagrams are handled by filters of the listener.
    let takes_datagrams = protocol.is_some_and(|word| !word.eq_ignore_ascii_case("TCP") && word != "0");
    if has_no_chain && !has("filter_chains") && !takes_datagrams {
        lacks("filter_chains");
    }
}

/// Two chains that every connection matches.
fn without_match(listener: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if listener.field("filter_chain_matcher").is_some() {
        return;
    }
    let is_open = |chain: &Message<'_>| {
        let condition = chain.field("filter_chain_match");
        condition.is_none_or(|condition| condition.is_mapping() && condition.fields().next().is_none())
    };
    if let Some(second) = listener.list("filter_chains").filter(is_open).nth(1) {
        let why =
            "two filter chains match every connection: Envoy refuses the listener; give them a `filter_chain_match`";
        diagnostics.push(Diagnostic::new(second.first_line(), Kind::Conflict(why.into())));
    }
}

/// Chains that match the same name and differ in nothing else (measured, 1.40: "multiple filter chains with overlapping
/// matching rules are defined").
fn server_names(listener: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: FxHashMap<(String, String), (NodeId, Span)> = FxHashMap::default();
    for chain in listener.list("filter_chains") {
        let Some(condition) = chain.field("filter_chain_match") else { continue };
        let others = other_criteria(&condition);
        for name in condition.list("server_names") {
            let Some(text) = name.text() else { continue };
            let key = (text.to_ascii_lowercase(), others.clone());
            let (owner, at) = *first.entry(key).or_insert((chain.node(), name.span()));
            if owner != chain.node() {
                let kind = Kind::TakenByAnother { what: "filter chain", first: at, refused: true };
                diagnostics.push(Diagnostic::new(name.span(), kind));
            }
        }
    }
}

/// What a chain asks for besides names, as written, in the order of the fields' names.
fn other_criteria(condition: &Message<'_>) -> String {
    let others = condition.entries().filter(|(key, _)| !matches!(key.as_ref(), "server_names" | "serverNames"));
    let mut others: Vec<String> = others.map(|(key, value)| format!("{key}={}", value.words())).collect();
    others.sort_unstable();
    others.join("\u{0}")
}

fn connection_manager(config: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let filters: Vec<Message<'_>> = config.list("http_filters").collect();
    last(&filters, &["Router"], diagnostics);
    ends_with_router(&filters, diagnostics);
    if let Some(routes) = config.field("route_config") {
        routes::check(&routes, diagnostics);
    }
}

/// HTTP filters that hand requests on, by the name of their configuration's type; others may end a chain.
const HANDS_ON: [&str; 19] = [
    "AdmissionControl",
    "Buffer",
    "Compressor",
    "Cors",
    "CsrfPolicy",
    "Decompressor",
    "ExtAuthz",
    "ExternalProcessor",
    "FilterStateRules",
    "GrpcJsonTranscoder",
    "GrpcWeb",
    "HTTPFault",
    "HealthCheck",
    "JwtAuthentication",
    "LocalRateLimit",
    "Lua",
    "OAuth2",
    "RBAC",
    "RateLimit",
];

/// A chain whose last filter hands on what nobody takes (measured, 1.40: "non-terminal filter ... is the last filter").
fn ends_with_router(filters: &[Message<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let is_one_of = |filter: &Message<'_>, kinds: &[&str]| {
        filter.extension().is_some_and(|(kind, _)| kinds.contains(&kind.as_ref()))
    };
    let Some(last) = filters.last() else { return };
    if is_one_of(last, &HANDS_ON) && !filters.iter().any(|filter| is_one_of(filter, &["Router"])) {
        let why = "nothing behind this filter sends the request on: Envoy refuses the listener; write \
                   `envoy.filters.http.router` last";
        diagnostics.push(Diagnostic::new(last.first_line(), Kind::Conflict(why.into())));
    }
}

/// A filter that ends a chain stands last in it.
fn last(filters: &[Message<'_>], terminal: &[&str], diagnostics: &mut Vec<Diagnostic>) {
    let Some((_, others)) = filters.split_last() else { return };
    let ends = |filter: &&Message<'_>| filter.extension().is_some_and(|(kind, _)| terminal.contains(&kind.as_ref()));
    if let Some(early) = others.iter().find(ends) {
        let why = "this filter ends the chain, and others stand behind it: Envoy refuses the listener; write it last";
        diagnostics.push(Diagnostic::new(early.first_line(), Kind::Conflict(why.into())));
    }
}
