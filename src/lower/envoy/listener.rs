//! A listener: its addresses, and the filters that send its traffic to clusters.

use std::borrow::Cow;

use super::Lowering;
use super::facts::Facts;
use super::resources::{Resources, file_of};
use super::settings::pool_settings;
use crate::grammar::rules::RuleId;
use crate::model::{
    Address, Bind, Clients, Fact, Limit, Listener, ListenerId, Origin, Presence, Text, Timeout, Unresolved, Why,
};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Filters that hand on HTTP requests, by the name of their configuration's type.
const HTTP: &str = "HttpConnectionManager";
/// Filters that hand on connections or datagrams as they are.
const STREAM: [&str; 2] = ["TcpProxy", "UdpProxyConfig"];

/// Tracers that the program refuses without their cluster: "unknown cluster" (measured, 1.40.0); `OpenTelemetry` and `SkyWalking`
/// do without.
const STRICT_TRACERS: [&str; 2] = ["ZipkinConfig", "DatadogConfig"];

impl<'a> Lowering<'a, '_> {
    /// One listener with all that its filters lead to.
    pub(super) fn listener(&mut self, message: &Message<'a>, resources: &Resources<'a>) {
        let binds = self.binds(message);
        let header = if message.field("name").is_some() { message.place("name") } else { message.first_line() };
        let name = match (message.field("name"), binds.first()) {
            (Some(name), _) => self.text(&name),
            (None, Some(bind)) => self.name_of(&bind.address, bind.at),
            (None, None) => Text(header),
        };
        let listener = self.push_listener(name, header, binds);
        let by_header = message.list("listener_filters").find(is_proxy_protocol);
        if let Some(filter) = by_header {
            self.tell_clients(listener, Clients::Restored(filter.first_line()));
        }
        if let Some(filter) = message.list("listener_filters").find(keeps_source) {
            self.unit.chooses_source = Some(filter.first_line());
        }
        self.note_whether_asking(message);
        let is_named_by_client = filters(message).any(|filter| names_cluster(&filter));
        let is_plain = filters(message).all(|filter| asks_for_nothing(&filter));
        for filter in filters(message) {
            self.filters_may_ask = !is_plain;
            self.filter(&filter, listener, resources, is_named_by_client);
        }
        self.filters_may_ask = true;
        self.unit.computed_routes |= is_named_by_client;
        for chain in message.list("filter_chains").chain(message.field("default_filter_chain")) {
            self.note_uses_in(&chain, &["transport_socket"]);
        }
        for name in ["access_log", "filter_chain_matcher"] {
            if let Some(other) = message.field(name) {
                self.note_uses(&other);
            }
        }
    }

    /// What stands for the listeners that get a route configuration which no text here ties to one.
    pub(super) fn listener_of_routes(&mut self, routes: &Message<'a>) -> ListenerId {
        let header = if routes.field("name").is_some() { routes.place("name") } else { routes.first_line() };
        let name = match routes.field("name") {
            Some(name) => self.text(&name),
            None => Text(header),
        };
        self.push_listener(name, header, Vec::new())
    }

    fn push_listener(&mut self, name: Text, header: Span, binds: Vec<Bind>) -> ListenerId {
        let id = self.next_listener();
        let settings = self.store_settings(&pool_settings(header));
        let hour = Timeout::After(3_600_000);
        self.unit.listeners.push(Listener {
            name,
            header,
            binds,
            settings,
            clients: Clients::Untold,
            fronts: Vec::new(),
            connections: Fact::known(Limit::Unlimited, Origin::default(header, RuleId::ENVOY_SETTING)),
            client_timeout: Fact::known(hour, Origin::default(header, RuleId::ENVOY_IDLE_TIMEOUT)),
            presence: Presence::Always,
            always_healthy: None,
            disabled: false,
            logging: Fact::unknown(Why::Unsupported, Origin::default(header, RuleId::ENVOY_SETTING)),
            answers_itself: true,
        });
        id
    }

    fn binds(&mut self, message: &Message<'a>) -> Vec<Bind> {
        let never_listens = message.field("bind_to_port").is_some() && !message.has("bind_to_port");
        if never_listens {
            return Vec::new();
        }
        let wrapped = is_wrapped(message);
        let more: Vec<_> = message.list("additional_addresses").filter_map(|more| more.field("address")).collect();
        let mut binds = Vec::with_capacity(1 + more.len());
        for address in message.field("address").into_iter().chain(more) {
            // The first API writes `tcp://HOST:PORT`.
            let (place, at) = if address.is_mapping() { self.address(&address) } else { self.url(&address) };
            let protocol = address.path(&["socket_address", "protocol"]).and_then(|word| word.text());
            let datagrams = protocol.is_some_and(|word| word.eq_ignore_ascii_case("UDP") || word == "1");
            let restricted = matches!(place, Address::Special(_));
            binds.push(Bind {
                address: place,
                at,
                restricted,
                datagrams,
                wrapped,
                takes_the_rest: false,
                presence: Presence::Always,
            });
        }
        binds
    }

    fn filter(
        &mut self,
        filter: &Message<'a>,
        listener: ListenerId,
        resources: &Resources<'a>,
        is_named_by_client: bool,
    ) {
        let Some((kind, config)) = configuration(filter) else { return };
        if kind == HTTP {
            self.http(&config, listener, resources);
        } else if STREAM.contains(&kind.as_ref()) {
            let unresolved = if is_named_by_client { Unresolved::Overridden } else { Unresolved::ConnectionsFail };
            self.stream(&config, listener, unresolved);
        } else {
            self.other_filter(&config, listener);
        }
    }

    /// What is told of the clients of a listener.
    pub(super) fn tell_clients(&mut self, listener: ListenerId, clients: Clients) {
        if let Some(listener) = self.unit.listeners.get_mut(listener.0 as usize) {
            listener.clients = listener.clients.and(clients);
        }
    }

    fn http(&mut self, config: &Message<'a>, listener: ListenerId, resources: &Resources<'a>) {
        if takes_told_address(config) {
            self.tell_clients(listener, Clients::Restored(config.first_line()));
        }
        let minutes = Fact::known(
            Timeout::After(300_000),
            Origin::default(config.first_line(), RuleId::ENVOY_STREAM_IDLE_TIMEOUT),
        );
        self.note_filters(config);
        self.faults_of_filters(config, listener);
        self.stream_idle = Some(config.duration("stream_idle_timeout", minutes));
        self.host_port = super::hosts::port_of(config);
        if let Some(routes) = config.field("route_config") {
            self.route_configuration(&routes, listener, Unresolved::Refused);
        }
        if let Some(remote) = config.field("rds") {
            let name = remote.text_of("route_config_name");
            match name.and_then(|name| resources.routes_named(&name).copied()) {
                Some(routes) => self.route_configuration(&routes, listener, Unresolved::RequestsFail),
                None => self.unit.computed_routes = true,
            }
            if let Some(source) = remote.field("config_source").filter(|source| file_of(source).is_none()) {
                self.note_uses(&source);
                self.require_source(&source);
            }
        }
        if let Some(scoped) = config.field("scoped_routes") {
            self.unit.computed_routes = true;
            self.note_uses(&scoped);
        }
        self.filters_may_ask = true;
        for filter in config.list("http_filters") {
            self.note_uses_of_filter(
                &filter.field("typed_config").or_else(|| filter.field("config")).unwrap_or(filter),
            );
        }
        for name in ["tracing", "access_log"] {
            if let Some(other) = config.field(name) {
                self.note_uses(&other);
            }
        }
        let tracer = config.path(&["tracing", "provider"]).and_then(|provider| provider.extension());
        if let Some((_, tracer)) = tracer.filter(|(kind, _)| STRICT_TRACERS.contains(&kind.as_ref())) {
            self.require(&tracer);
        }
    }
}

/// Every filter of every chain, the default one included.
fn filters<'a>(listener: &Message<'a>) -> impl Iterator<Item = Message<'a>> + use<'a> {
    let chains = listener.list("filter_chains").chain(listener.field("default_filter_chain"));
    let in_chains = chains.flat_map(|chain| chain.list("filters"));
    // The first API has filters, and no chains; datagrams are handled by a filter of the listener.
    in_chains.chain(listener.list("filters")).chain(listener.list("listener_filters"))
}

/// Whether a filter takes the name of the cluster from the connection: the server name of TLS, or what another filter noted
/// for the one that hands connections on (`tcp_proxy.proto`, `envoy.tcp_proxy.cluster`).
fn names_cluster(filter: &Message<'_>) -> bool {
    const NOTED: &str = "envoy.tcp_proxy.cluster";
    let is_noted = |key: Message<'_>| key.text().is_some_and(|key| key == NOTED);
    let config = filter.field("typed_config");
    let mut noted = config.into_iter().flat_map(|config| config.list("on_new_connection"));
    filter.text_of("name").is_some_and(|name| name.contains("sni_cluster"))
        || noted.any(|value| value.field("object_key").is_some_and(is_noted))
}

/// Whether a filter surely adds nothing to what its connections ask for. Others can set metadata of `envoy.lb`.
fn asks_for_nothing(filter: &Message<'_>) -> bool {
    const PLAIN: [&str; 5] = [HTTP, "TcpProxy", "TlsInspector", "HttpInspector", "OriginalDst"];
    configuration(filter).is_some_and(|(kind, _)| PLAIN.contains(&kind.as_ref()))
}

/// The kind of a filter and its configuration; before `typed_config` the name told the kind.
fn configuration<'a>(filter: &Message<'a>) -> Option<(Cow<'a, str>, Message<'a>)> {
    if let Some(extension) = filter.extension() {
        return Some(extension);
    }
    let name = filter.text_of("name")?;
    let config = filter.field("config").or_else(|| filter.field("typed_config"))?;
    let kind = match name.as_ref() {
        name if name.contains("http_connection_manager") => HTTP,
        name if name.contains("tcp_proxy") => "TcpProxy",
        _ => return Some((name, config)),
    };
    Some((Cow::Borrowed(kind), config))
}

/// The address of a request is the last one of `X-Forwarded-For` unless `use_remote_address` is set, and then the one that
/// `xff_num_trusted_hops` counts to, or one that an extension finds (`conn_manager_utility.cc`).
fn takes_told_address(config: &Message<'_>) -> bool {
    let hops = config.field("xff_num_trusted_hops").is_some_and(|hops| hops.integer() != Some(0));
    !config.has("use_remote_address") || hops || config.field("original_ip_detection_extensions").is_some()
}

/// Connections to endpoints come from the address that the client's connection came from.
fn keeps_source(filter: &Message<'_>) -> bool {
    filter.extension().is_some_and(|(kind, _)| kind == "OriginalSrc")
}

fn is_proxy_protocol(filter: &Message<'_>) -> bool {
    filter.text_of("name").is_some_and(|name| name.contains("proxy_protocol"))
        || filter.extension().is_some_and(|(kind, _)| kind == "ProxyProtocol")
}

/// Whether connections must begin with TLS or a PROXY header.
fn is_wrapped(listener: &Message<'_>) -> bool {
    let mut chains = listener.list("filter_chains");
    let secured = |chain: &Message<'_>| chain.any(&["transport_socket", "tls_context"]).is_some();
    chains.any(|chain| secured(&chain)) || listener.list("listener_filters").any(|filter| is_proxy_protocol(&filter))
}
