//! How a route hands requests on: what is in force in its location, inherited from the blocks around it.

use super::argument::Argument;
use super::roles::{Family, Setting};
use super::scope::InForce;
use super::settings::KEEPALIVE_BY_DEFAULT;
use super::variables::UNKNOWN;
use super::{Lowering, Network};
use crate::grammar::rules::RuleId;
use crate::model::{
    Conditions, Fact, Forwarding, ForwardingId, LabelsId, Origin, Protocol, Reuse, Timeout, Value, Why,
};
use crate::source::Span;
use crate::syntax::nginx::Place;
use crate::syntax::nginx::values::{number, time};

/// `proxy_next_upstream` and its kin without the directive.
const NEXT_UPSTREAM: Conditions = Conditions::ERROR.with(Conditions::TIMEOUT);

/// The words of `proxy_next_upstream` and `proxy_cache_use_stale`.
const CONDITIONS: [(&str, Conditions); 12] = [
    ("error", Conditions::ERROR),
    ("timeout", Conditions::TIMEOUT),
    ("invalid_header", Conditions::INVALID),
    ("http_500", Conditions::STATUS_500),
    ("http_502", Conditions::STATUS_502),
    ("http_503", Conditions::STATUS_503),
    ("http_504", Conditions::STATUS_504),
    ("http_403", Conditions::STATUS_403),
    ("http_404", Conditions::STATUS_404),
    ("http_429", Conditions::STATUS_429),
    ("non_idempotent", Conditions::NON_IDEMPOTENT),
    ("updating", Conditions::UPDATING),
];

impl Lowering<'_, '_> {
    /// How the pass directive at `place` hands requests on; `None` for modules that are not modelled.
    pub(super) fn forwarding(&mut self, family: Family, place: Place) -> Option<ForwardingId> {
        if family == Family::Unmodelled {
            return None;
        }
        self.passes_part_of_request = self.argument(place).is_none_or(|argument| {
            // The host, or what is asked for, is composed here.
            argument.known().is_none_or(|text| text.contains('$'))
        });
        let shared = !self.sets_something(family) && !self.passes_part_of_request;
        if let Some(id) = self.remembered(family).filter(|_| shared) {
            return Some(id);
        }
        let outermost = self.outermost();
        let at = if outermost.is_empty() { self.header(place) } else { outermost };
        let forwarding = self.settings_in_force(family, at);
        self.complain_of_unknown_cache(family, &forwarding.cache);
        let next = ForwardingId(self.unit.forwardings.len() as u32);
        let id = *self.forwardings.entry(forwarding).or_insert(next);
        if id == next {
            self.unit.forwardings.push(forwarding);
        }
        if shared {
            self.remember(family, id);
        }
        Some(id)
    }

    fn settings_in_force(&self, family: Family, at: Span) -> Forwarding {
        let minute = |rule| Fact::known(Timeout::After(60_000), Origin::default(at, rule));
        let timeout = |setting| self.scalar(family, setting, minute(RuleId::NGINX_TIMEOUT), read_timeout);
        let (send, read) = self.inactivity(family, at);
        Forwarding {
            protocol: self.protocol(family),
            connect: timeout(Setting::ConnectTimeout),
            send,
            read,
            retry_on: self.retry_on(family, at),
            tries: self.scalar(family, Setting::NextUpstreamTries, default(0, at, RuleId::NGINX_TRIES), |word| {
                number(word).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
            }),
            avoids_tried: default(true, at, RuleId::NGINX_NEXT_UPSTREAM),
            repeatable: self.repeatable(at),
            per_try: default(Timeout::Never, at, RuleId::NGINX_RETRY_FOR),
            total: default(Timeout::Never, at, RuleId::NGINX_RETRY_FOR),
            retry_for: self.scalar(
                family,
                Setting::NextUpstreamTimeout,
                default(Timeout::Never, at, RuleId::NGINX_RETRY_FOR),
                |word| read_timeout(word).map(|limit| if limit == Timeout::After(0) { Timeout::Never } else { limit }),
            ),
            hash_key: default(None, at, RuleId::NGINX_POOL_SETTING),
            names_target: Fact::unknown(Why::Unsupported, Origin::default(at, RuleId::NGINX_POOL_SETTING)),
            asks_for: default(LabelsId::NONE, at, RuleId::NGINX_POOL_SETTING),
            reuse: self.reuse(family, at),
            buffers_answers: self.flag(family, Setting::Buffering, default(true, at, RuleId::NGINX_BUFFERING)),
            buffers_requests: self.flag(family, Setting::RequestBuffering, default(true, at, RuleId::NGINX_BUFFERING)),
            resolver: self.resolver(at),
            logging: self.logging(at),
            cache: self.caching(family, at),
        }
    }

    const fn protocol(&self, family: Family) -> Protocol {
        match (self.network, family) {
            (Network::Stream, _) => Protocol::Stream,
            (_, Family::Grpc) => Protocol::Grpc,
            (_, Family::Memcached) => Protocol::Memcached,
            (_, Family::Fastcgi | Family::Uwsgi | Family::Scgi) => Protocol::Gateway,
            (_, Family::Proxy | Family::Unmodelled | Family::Core) => Protocol::Http,
        }
    }

    /// Time without a byte from or to the target; in `stream` one setting for both.
    fn inactivity(&self, family: Family, at: Span) -> (Fact<Timeout>, Fact<Timeout>) {
        if self.network == Network::Stream {
            let ten_minutes = default(Timeout::After(600_000), at, RuleId::NGINX_STREAM_TIMEOUT);
            let timeout = self.scalar(family, Setting::Timeout, ten_minutes, read_timeout);
            return (timeout, timeout);
        }
        let minute = default(Timeout::After(60_000), at, RuleId::NGINX_TIMEOUT);
        let of = |setting| self.scalar(family, setting, minute, read_timeout);
        (of(Setting::SendTimeout), of(Setting::ReadTimeout))
    }

    fn retry_on(&self, family: Family, at: Span) -> Fact<Conditions> {
        let builtin = default(NEXT_UPSTREAM, at, RuleId::NGINX_NEXT_UPSTREAM);
        let Some(setting) = self.in_force(family, Setting::NextUpstream) else { return builtin };
        let origin = setting.origin(self.header(setting.place));
        let words: Vec<Argument<'_>> = self.arguments(setting.place).collect();
        if words.iter().any(|word| word.known().is_none()) {
            return Fact::unknown(Why::Template, origin);
        }
        // In `stream` it is a flag.
        let stream_on = self.network == Network::Stream && words.first().is_some_and(|word| word.is("on"));
        let conditions = if stream_on { NEXT_UPSTREAM } else { conditions(&words) };
        Fact::known(conditions, origin)
    }

    /// Before 1.29.7 HTTP connections are closed unless the version is 1.1 and the header `Connection` says nothing.
    fn reuse(&self, family: Family, at: Span) -> Fact<Reuse> {
        match family {
            Family::Proxy if self.network == Network::Http => self.http_reuse(at),
            Family::Fastcgi => {
                let off = default(false, at, RuleId::NGINX_KEEP_CONN);
                let kept = self.flag(family, Setting::KeepConnection, off);
                let value = match kept.value {
                    Value::Known(true) => Value::Known(Reuse::Possible),
                    Value::Known(false) => Value::Known(Reuse::ClosedByVersion),
                    Value::Unknown(why) => Value::Unknown(why),
                };
                Fact { value, origin: kept.origin }
            }
            Family::Grpc | Family::Memcached => default(Reuse::Possible, at, RuleId::NGINX_POOL_SETTING),
            _ => default(Reuse::ClosedByVersion, at, RuleId::NGINX_POOL_SETTING),
        }
    }

    fn http_reuse(&self, at: Span) -> Fact<Reuse> {
        let modern = self.input.version >= KEEPALIVE_BY_DEFAULT;
        let rule = if modern { RuleId::NGINX_HTTP_1_1 } else { RuleId::NGINX_HTTP_1_0 };
        let version =
            self.scalar(Family::Proxy, Setting::HttpVersion, default(modern, at, rule), |word| Some(word != "1.0"));
        match version.value {
            Value::Known(true) => self.header_allows_reuse(at, modern),
            Value::Known(false) => self.reuse_in_http_1_0(version.origin),
            Value::Unknown(why) => Fact { value: Value::Unknown(why), origin: version.origin },
        }
    }

    /// HTTP/1.0 closes, unless the header asks to keep the connection (1.22.1: 40 requests, 2 connections).
    fn reuse_in_http_1_0(&self, version: Origin) -> Fact<Reuse> {
        let headers = self.all_in_force(Family::Proxy, Setting::SetHeader);
        let value = self.connection_header(&headers).and_then(|header| self.arguments(header.place).nth(1));
        let readings = value.map_or_else(Vec::new, |value| self.readings(&value));
        let asks = |text: &str| text.eq_ignore_ascii_case("keep-alive");
        let value = match readings.iter().filter(|reading| asks(&reading.text)).count() {
            0 if readings.iter().any(|reading| reading.text.contains(UNKNOWN)) => Value::Unknown(Why::Request),
            0 => Value::Known(Reuse::ClosedByVersion),
            all if all == readings.len() => Value::Known(Reuse::Possible),
            _ => Value::Unknown(Why::Request),
        };
        Fact { value, origin: version }
    }

    /// `proxy_set_header Connection VALUE` of the nearest block that sets any header.
    fn header_allows_reuse(&self, at: Span, modern: bool) -> Fact<Reuse> {
        let rule = if modern { RuleId::NGINX_HTTP_1_1 } else { RuleId::NGINX_CONNECTION_HEADER };
        let unset = if modern { Reuse::Possible } else { Reuse::ClosedByHeader };
        let headers = self.all_in_force(Family::Proxy, Setting::SetHeader);
        if let Some(header) =
            headers.iter().find(|header| self.argument(header.place).is_some_and(|name| name.known().is_none()))
        {
            return Fact::unknown(Why::Template, header.origin(self.header(header.place)));
        }
        let Some(header) = self.connection_header(&headers) else {
            // Headers that are set here push out those of the blocks around: that is the place to look at.
            let at = headers.first().map_or(at, |header| self.header(header.place));
            return default(unset, at, rule);
        };
        let origin = header.origin(self.header(header.place));
        let Some(value) = self.arguments(header.place).nth(1) else { return Fact::unknown(Why::Malformed, origin) };
        self.connection_value(&value, origin)
    }

    /// The last of these statements that sets the header `Connection`.
    fn connection_header(&self, headers: &[InForce]) -> Option<InForce> {
        let sets_it = |header: &&InForce| {
            let name = self.argument(header.place);
            name.as_ref().and_then(Argument::known).is_some_and(|name| name.eq_ignore_ascii_case("connection"))
        };
        headers.iter().rev().find(sets_it).copied()
    }

    /// A header whose value is empty is not sent. A `map` that answers `close` for plain requests closes them.
    fn connection_value(&self, value: &Argument<'_>, origin: Origin) -> Fact<Reuse> {
        let readings = self.readings(value);
        let closes = |text: &str| text.eq_ignore_ascii_case("close");
        if readings.iter().any(|reading| closes(&reading.text)) {
            // A table of something else closes some requests, and nobody knows how many.
            let always = readings.iter().all(|reading| closes(&reading.text));
            let by_choice = !always && value.known().is_some_and(|text| self.looks_past_upgrades(text));
            return if by_choice {
                Fact::unknown(Why::Request, origin)
            } else {
                Fact::known(Reuse::ClosedByHeader, origin)
            };
        }
        let upgrade = |text: &str| text.eq_ignore_ascii_case("upgrade");
        if readings.iter().all(|reading| upgrade(&reading.text)) {
            return Fact::known(Reuse::Upgraded, origin);
        }
        let fine = |text: &str| text.is_empty() || text.eq_ignore_ascii_case("keep-alive") || upgrade(text);
        if readings.iter().all(|reading| fine(&reading.text)) {
            return Fact::known(Reuse::Possible, origin);
        }
        Fact::unknown(Why::Request, origin)
    }

    fn resolver(&self, at: Span) -> Fact<bool> {
        match self.in_force(Family::Core, Setting::Resolver) {
            Some(setting) => Fact::known(true, setting.origin(self.header(setting.place))),
            None => default(false, at, RuleId::NGINX_RESOLVER),
        }
    }

    pub(super) fn flag(&self, family: Family, setting: Setting, builtin: Fact<bool>) -> Fact<bool> {
        self.scalar(family, setting, builtin, |word| Some(word.eq_ignore_ascii_case("on")))
    }

    pub(super) fn scalar<T: Copy>(
        &self,
        family: Family,
        setting: Setting,
        builtin: Fact<T>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Fact<T> {
        let Some(setting) = self.in_force(family, setting) else { return builtin };
        let Some(word) = self.argument(setting.place) else { return builtin };
        Fact { value: word.read(read), origin: setting.origin(self.header(setting.place)) }
    }
}

pub(super) const fn default<T>(value: T, at: Span, rule: RuleId) -> Fact<T> {
    Fact { value: Value::Known(value), origin: Origin::default(at, rule) }
}

pub(super) fn read_timeout(word: &str) -> Option<Timeout> {
    time(word).map(Timeout::After)
}

/// `off` is no condition, whatever stands beside it.
pub(super) fn conditions(words: &[Argument<'_>]) -> Conditions {
    if words.iter().any(|word| word.is("off")) {
        return Conditions::NONE;
    }
    let of = |word: &str| CONDITIONS.into_iter().find(|(name, _)| *name == word).map(|(_, condition)| condition);
    let known = words.iter().filter_map(Argument::known).filter_map(of);
    known.fold(Conditions::NONE, Conditions::with)
}
