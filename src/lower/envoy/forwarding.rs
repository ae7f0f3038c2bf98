//! How routes hand requests on: timeouts, retries, what a hashing cluster hashes.

use super::facts::Facts;
use super::{Lowering, retries};
use crate::grammar::rules::RuleId;
use crate::model::{
    Caching, Conditions, Fact, Forwarding, ForwardingId, Key, Origin, Protocol, Reuse, Timeout, UnsentCookie, Value,
    Why,
};
use crate::source::Span;
use crate::syntax::envoy::Message;

impl<'a> Lowering<'a, '_> {
    /// How a route hands requests on; retry and hash policies come from the nearest level that has one. `posts_go_to`: the
    /// earlier route that takes requests with POST.
    pub(super) fn forwarding_of_route(
        &mut self,
        [config, host, action]: [&Message<'a>; 3],
        condition: &Message<'a>,
        posts_go_to: Option<Span>,
    ) -> ForwardingId {
        // What is inside a tunnel that ends here is handed on as it is.
        let ends_tunnel = action.list("upgrade_configs").any(|upgrade| upgrade.field("connect_config").is_some());
        let protocol = if ends_tunnel { Protocol::Stream } else { Protocol::Http };
        let mut forwarding = defaults(protocol, config.first_line());
        forwarding.total = action.duration("timeout", forwarding.total);
        if let Some(milliseconds) = action.field("timeout_ms").and_then(|value| u64::try_from(value.integer()?).ok()) {
            let origin = Origin::written(action.place("timeout_ms"));
            forwarding.total = Fact::known(Timeout::After(milliseconds), origin);
        }
        forwarding.total = without_zero(forwarding.total);
        let idle = action.duration("idle_timeout", self.stream_idle.unwrap_or(forwarding.read));
        (forwarding.send, forwarding.read) = (without_zero(idle), without_zero(idle));
        let policy = [action, host].into_iter().find_map(|level| level.field("retry_policy"));
        if let Some(policy) = policy {
            retries::read(&policy, &mut forwarding);
            self.note_unread_conditions(&policy, forwarding.retry_on.origin.at);
            self.judge_retries(&policy);
        }
        retries::read_methods(condition, posts_go_to, &mut forwarding);
        forwarding.asks_for = self.asked_for(action);
        let rewrites = ["host_rewrite_literal", "auto_host_rewrite", "host_rewrite"];
        if let Some(name) = rewrites.into_iter().find(|name| action.field(name).is_some()) {
            forwarding.names_target = Fact::known(true, Origin::written(action.place(name)));
        }
        if let Some(policies) = action.field("hash_policy") {
            forwarding.hash_key = Fact::known(key(&policies), Origin::written(policies.first_line()));
            self.note_unsent_cookie(&policies);
        }
        self.store_forwarding(&forwarding)
    }

    /// Of a cookie without `ttl` a hash is made where a request brings one; Envoy sends none to those that do not.
    fn note_unsent_cookie(&mut self, policies: &Message<'a>) {
        let mut all = policies.items();
        let (Some(policy), None) = (all.next(), all.next()) else { return };
        let Some(cookie) = policy.field("cookie").filter(|cookie| cookie.field("ttl").is_none()) else { return };
        if let Some(name) = cookie.field("name").filter(|name| !name.is_masked()) {
            let unsent = UnsentCookie { policies: policies.first_line(), name: self.text(&name), at: name.span() };
            self.unit.sessions.unsent.push(unsent);
        }
    }

    /// `max_connect_attempts` of a filter that hands on connections.
    pub(super) fn forwarding_of_stream(&mut self, config: &Message<'a>) -> ForwardingId {
        let mut forwarding = defaults(Protocol::Stream, config.first_line());
        forwarding.total.value = Value::Known(Timeout::Never);
        let hour =
            Fact::known(Timeout::After(3_600_000), Origin::default(config.first_line(), RuleId::ENVOY_IDLE_TIMEOUT));
        let idle = without_zero(config.duration("idle_timeout", hour));
        (forwarding.send, forwarding.read) = (idle, idle);
        forwarding.tries = config.number("max_connect_attempts", forwarding.tries);
        if forwarding.tries.get().is_some_and(|tries| *tries > 1) {
            forwarding.retry_on = Fact::known(Conditions::CONNECT, forwarding.tries.origin);
        }
        forwarding.asks_for = self.asked_for(config);
        if let Some(policies) = config.field("hash_policy") {
            forwarding.hash_key = Fact::known(key(&policies), Origin::written(policies.first_line()));
        }
        self.store_forwarding(&forwarding)
    }

    fn store_forwarding(&mut self, forwarding: &Forwarding) -> ForwardingId {
        let next = ForwardingId(self.unit.forwardings.len() as u32);
        let id = *self.forwardings.entry(*forwarding).or_insert(next);
        if id == next {
            self.unit.forwardings.push(*forwarding);
        }
        id
    }
}

/// 0 is no limit, for the whole request as for its pauses (config.route.v3.RouteAction).
fn without_zero(mut timeout: Fact<Timeout>) -> Fact<Timeout> {
    if timeout.is(&Timeout::After(0)) {
        timeout.value = Value::Known(Timeout::Never);
    }
    timeout
}

/// What applies where nothing is written. `at`: the outermost place where one line would set it.
fn defaults(protocol: Protocol, at: Span) -> Forwarding {
    let off = Origin::default(at, RuleId::ENVOY_SETTING);
    let never = Fact::known(Timeout::Never, off);
    let no_retry = Origin::default(at, RuleId::ENVOY_RETRY_POLICY);
    let pause = Fact::known(Timeout::After(300_000), Origin::default(at, RuleId::ENVOY_STREAM_IDLE_TIMEOUT));
    Forwarding {
        protocol,
        // The cluster's business.
        connect: Fact::unknown(Why::Unsupported, Origin::default(at, RuleId::ENVOY_CONNECT_TIMEOUT)),
        send: pause,
        read: pause,
        retry_on: Fact::known(Conditions::NONE, no_retry),
        tries: Fact::known(1, no_retry),
        avoids_tried: Fact::known(false, Origin::default(at, RuleId::ENVOY_RETRY_HOST)),
        repeatable: Fact::known(false, no_retry),
        per_try: never,
        total: Fact::known(Timeout::After(15_000), Origin::default(at, RuleId::ENVOY_ROUTE_TIMEOUT)),
        retry_for: never,
        hash_key: Fact::known(None, off),
        asks_for: Fact::unknown(Why::Request, off),
        names_target: Fact::known(false, off),
        reuse: Fact::known(Reuse::Possible, off),
        buffers_answers: Fact::known(false, off),
        buffers_requests: Fact::known(false, off),
        resolver: Fact::known(true, off),
        logging: Fact::unknown(Why::Unsupported, off),
        cache: Caching::none(off),
    }
}

/// The key that a list of hash policies makes of a request; several make one together.
pub(super) fn key(policies: &Message<'_>) -> Option<Key> {
    let mut keys = policies.items().map(|policy| one_key(&policy));
    let first = keys.next()?;
    Some(if keys.next().is_some() { Key::Expression } else { first })
}

/// What a header tells apart. A pseudo-header of HTTP/2 is there for HTTP/1 requests, too.
fn of_header(name: &str) -> Key {
    match name.to_ascii_lowercase().as_str() {
        ":authority" | "host" => Key::Host,
        ":method" | ":scheme" | ":protocol" | "x-forwarded-proto" | "x-forwarded-port" => Key::Few,
        _ => Key::Header,
    }
}

fn one_key(policy: &Message<'_>) -> Key {
    let is_set = |name: &str| policy.entry(name).is_some();
    if let Some(header) = policy.field("header") {
        return header.text_of("header_name").map_or(Key::Header, |name| of_header(&name));
    }
    if is_set("cookie") {
        return Key::Cookie;
    }
    if is_set("source_ip") || policy.field("connection_properties").is_some_and(|one| one.has("source_ip")) {
        return Key::ClientAddress;
    }
    if is_set("query_parameter") { Key::Parameter } else { Key::Expression }
}
