//! What the HTTP health check of a cluster sends and takes for a good answer, and what its connections are wrapped in.

use super::Lowering;
use super::cluster::Draft;
use super::facts::Facts;
use crate::model::{Fact, HostHeader, HttpCheck, Origin, Statuses, Transport, Value, Verb, Why, Wrapping};
use crate::source::Span;
use crate::syntax::envoy::Message;

impl<'a> Lowering<'a, '_> {
    /// `http_health_check`. Without `method` it is a `GET`, without `host` it names the cluster, and without
    /// `expected_statuses` only 200 is good (config.core.v3.HealthCheck.HttpHealthCheck; 1.40, measured).
    pub(super) fn http_check(&mut self, cluster: &Message<'a>, http: &Message<'a>, at: Span, draft: &mut Draft) {
        let default = Origin::default(at, crate::grammar::rules::RuleId::ENVOY_CHECK);
        let written = |name: &str| Origin::written(http.place(name));
        let mut check = HttpCheck::request(Verb::Get, default);
        check.names_host = Fact::known(true, default);
        check.host = host(cluster, http, default);
        check.good = Fact::known(Statuses::range(200, 200), default);
        if let Some(path) = http.field("path") {
            let text = self.text(&path);
            let value = if path.is_masked() { Value::Unknown(Why::Template) } else { Value::Known(Some(text)) };
            check.path = Fact { value, origin: written("path") };
        }
        if let Some(method) = http.word("method") {
            check.method = Fact::known(verb(&method), written("method"));
        }
        if http.field("expected_statuses").is_some() {
            check.good = Fact { value: statuses(http), origin: written("expected_statuses") };
        }
        if http.field("receive").is_some() {
            check.reads_body = Fact::known(true, written("receive"));
        }
        check.other_version = other_version(cluster, http, default);
        draft.settings.http_check = check;
    }
}

/// The host that the request names; endpoints may have one of their own.
fn host(cluster: &Message<'_>, http: &Message<'_>, default: Origin) -> Fact<HostHeader> {
    if http.field("host").is_some() {
        return Fact::known(HostHeader::Written, Origin::written(http.place("host")));
    }
    let localities = cluster.field("load_assignment").into_iter().flat_map(|assignment| assignment.list("endpoints"));
    let mut endpoints = localities.flat_map(|locality| locality.list("lb_endpoints"));
    if endpoints.any(|endpoint| endpoint.path(&["endpoint", "health_check_config", "hostname"]).is_some()) {
        return Fact::unknown(Why::Unsupported, default);
    }
    Fact::known(HostHeader::PoolName, default)
}

/// The word of the enumeration `RequestMethod`, or its number.
fn verb(word: &str) -> Verb {
    match word {
        "1" => Verb::Get,
        "2" => Verb::Head,
        "6" => Verb::Options,
        word => Verb::of(word),
    }
}

/// Ranges that do not hold their ends.
fn statuses(http: &Message<'_>) -> Value<Statuses> {
    let bound = |range: &Message<'_>, name| u16::try_from(range.field(name)?.integer()?).ok();
    let all = http.list("expected_statuses").try_fold(Statuses::NONE, |all, range| {
        let (start, end) = (bound(&range, "start")?, bound(&range, "end")?);
        Some(all.or(Statuses::range(start, end.checked_sub(1)?)))
    });
    all.map_or(Value::Unknown(Why::Template), Value::Known)
}

/// Whether traffic speaks HTTP/2 only and the check HTTP/1, which is what it speaks unless `codec_client_type` says
/// otherwise (1.40, measured).
fn other_version(cluster: &Message<'_>, http: &Message<'_>, default: Origin) -> Fact<bool> {
    let options = cluster.field("typed_extension_protocol_options");
    let explicit = options
        .into_iter()
        .flat_map(|options| options.fields())
        .find_map(|(_, options)| options.path(&["explicit_http_config", "http2_protocol_options"]));
    let newer = explicit.or_else(|| cluster.field("http2_protocol_options")).is_some();
    let written = http.word("codec_client_type").is_some() || http.has("use_http2");
    // The first clients decide: HTTP/1.1 may be among them.
    let written = written || cluster.field("protocol_selection").is_some();
    Fact::known(newer && !written, default)
}

/// TLS of a cluster, which health checks use as well (config.core.v3.HealthCheck; `transport_socket_match_criteria` may
/// choose another one).
pub(super) fn transport(cluster: &Message<'_>, draft: &mut Draft) {
    for by_label in ["transport_socket_matches", "transport_socket_matcher"] {
        if cluster.field(by_label).is_some() {
            let origin = Origin::written(cluster.place(by_label));
            draft.target.transport = Transport::unknown(Fact::unknown(Why::Unsupported, origin));
            return;
        }
    }
    // The last two are those of earlier versions of the interface.
    let mut sockets = ["transport_socket", "tls_context", "ssl_context"].into_iter();
    let Some((at, _)) = sockets.find_map(|name| cluster.entry(name)) else { return };
    let origin = Origin::written(at);
    let context = match cluster.field("transport_socket").map(|socket| socket.extension()) {
        Some(Some((name, context))) if name == "UpstreamTlsContext" => Some(context),
        Some(_) => None,
        None => cluster.field("tls_context").or_else(|| cluster.field("ssl_context")),
    };
    let Some(context) = context else {
        draft.target.transport = Transport::unknown(Fact::unknown(Why::Unsupported, origin));
        return;
    };
    let wrapping = Wrapping {
        tls: Fact::known(true, origin),
        proxy_header: Fact::known(false, origin),
        server_name: Fact::known(context.field("sni").is_some(), origin),
    };
    draft.target.transport.traffic = wrapping;
    draft.target.transport.check = wrapping;
    let criteria = cluster.list("health_checks").any(|check| check.field("transport_socket_match_criteria").is_some());
    if criteria {
        draft.target.transport = Transport::unknown(Fact::unknown(Why::Unsupported, origin));
    }
}
