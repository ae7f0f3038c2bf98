//! What a cache's key tells apart, and which conditions always hold: variables, followed through `set`, `map` and their kin.

use super::Lowering;
use super::argument::Argument;
use super::roles::{Family, Setting};
use super::variables::{names, next_variable};
use crate::model::{CacheScope, KeyParts, Variety, WidestPart};
use crate::source::{Span, offset_in};
use crate::syntax::nginx::{Place, Statement};

/// How deep variables are followed that are made of variables.
const DEEPEST: u8 = 8;

/// Variables that are never empty, and never `0`.
const ALWAYS_SET: [&str; 7] = ["request_method", "request_uri", "uri", "host", "scheme", "remote_addr", "server_port"];

/// Variables with many values. `$cookie_...` are the cookies that frameworks and trackers give to every visitor.
const MANY_VALUES: [(&str, Variety); 51] = [
    ("request_id", Variety::Request),
    ("msec", Variety::Request),
    ("http_x_request_id", Variety::Request),
    ("http_x_correlation_id", Variety::Request),
    ("http_x_trace_id", Variety::Request),
    ("http_traceparent", Variety::Request),
    ("http_x_b3_traceid", Variety::Request),
    ("http_x_amzn_trace_id", Variety::Request),
    ("http_cf_ray", Variety::Request),
    ("time_local", Variety::Second),
    ("time_iso8601", Variety::Second),
    ("date_gmt", Variety::Second),
    ("date_local", Variety::Second),
    ("connection", Variety::Connection),
    ("connection_time", Variety::Connection),
    ("remote_port", Variety::Connection),
    ("realip_remote_port", Variety::Connection),
    ("proxy_protocol_port", Variety::Connection),
    ("ssl_session_id", Variety::Connection),
    ("remote_addr", Variety::Client),
    ("binary_remote_addr", Variety::Client),
    ("realip_remote_addr", Variety::Client),
    ("proxy_protocol_addr", Variety::Client),
    ("proxy_add_x_forwarded_for", Variety::Client),
    ("http_x_forwarded_for", Variety::Client),
    ("http_x_real_ip", Variety::Client),
    ("http_cf_connecting_ip", Variety::Client),
    ("http_true_client_ip", Variety::Client),
    ("http_user_agent", Variety::Client),
    ("http_cookie", Variety::Client),
    ("http_referer", Variety::Client),
    ("cookie__ga", Variety::Client),
    ("cookie__gid", Variety::Client),
    ("cookie__fbp", Variety::Client),
    ("uid_got", Variety::Client),
    ("uid_set", Variety::Client),
    ("cookie_phpsessid", Variety::Session),
    ("cookie_jsessionid", Variety::Session),
    ("cookie_aspsessionid", Variety::Session),
    ("cookie_sessionid", Variety::Session),
    ("cookie_session_id", Variety::Session),
    ("cookie_session", Variety::Session),
    ("cookie__session_id", Variety::Session),
    ("cookie_sid", Variety::Session),
    ("cookie_laravel_session", Variety::Session),
    ("cookie_ci_session", Variety::Session),
    ("cookie_csrftoken", Variety::Session),
    ("cookie_csrf_token", Variety::Session),
    ("http_accept_language", Variety::Browser),
    ("http_accept", Variety::Browser),
    ("http_accept_encoding", Variety::Browser),
];

/// What a text tells apart.
type Parts = (KeyParts, Option<WidestPart>);

impl Lowering<'_, '_> {
    /// What the key in force is made of.
    pub(super) fn key_parts(&self, family: Family) -> Parts {
        let beyond = if self.passes_part_of_request { KeyParts::OTHER } else { KeyParts::NONE };
        let Some(setting) = self.in_force(family, Setting::CacheKey) else {
            // $scheme$proxy_host$request_uri; the other modules have no default, and the same key for everything.
            let all = KeyParts::PATH.with(KeyParts::ARGUMENTS).with(KeyParts::POOL);
            return (if family == Family::Proxy { all.with(beyond) } else { KeyParts::NONE }, None);
        };
        let Some(key) = self.argument(setting.place) else { return (KeyParts::OTHER, None) };
        let Some(text) = key.known().filter(|text| !self.is_path_around(setting.place, text)) else {
            return (KeyParts::OTHER, None);
        };
        let place = |name: &str| {
            let at = offset_in(text, name);
            key.place_of(at.saturating_sub(1)..at + name.len())
        };
        let (parts, widest) = self.parts_of(text, &place, 0);
        (parts.with(beyond), widest)
    }

    /// Whether a text is the path of the location that a statement stands in: as a key it says that one page is kept there.
    fn is_path_around(&self, place: Place, text: &str) -> bool {
        let block = self.statement(place).and_then(Statement::block).map(|statement| Place { statement, ..place });
        block.and_then(|block| self.arguments(block).last()).is_some_and(|path| path.is(text))
    }

    fn parts_of(&self, text: &str, place: &dyn Fn(&str) -> Span, depth: u8) -> Parts {
        let mut all: Parts = (KeyParts::NONE, None);
        for name in names(text) {
            let (parts, widest) = self.parts_of_variable(name, place(name), depth);
            all = (all.0.with(parts), wider(all.1, widest));
        }
        all
    }

    fn parts_of_variable(&self, written: &str, at: Span, depth: u8) -> Parts {
        let name = written.to_ascii_lowercase();
        if let Some((variable, variety)) = MANY_VALUES.into_iter().find(|(variable, _)| *variable == name) {
            return (KeyParts::NONE, Some(WidestPart { variety, variable, at }));
        }
        if let Some(parts) = builtin(&name) {
            return (parts, None);
        }
        let Some(values) = self.given(&name).filter(|_| depth < DEEPEST) else { return (KeyParts::OTHER, None) };
        // What a table looks up is told apart, too, as far as its values differ.
        let looked_up = if self.is_assigned(&name) { KeyParts::NONE } else { KeyParts::OTHER };
        let of_value = |value: &&Argument<'_>| {
            let span = value.span;
            value.known().map_or((KeyParts::OTHER, None), |text| self.parts_of(text, &|_| span, depth + 1))
        };
        let parts: Vec<Parts> = values.iter().map(of_value).collect();
        let union = parts.iter().fold(looked_up, |all, (parts, _)| all.with(*parts));
        // One value that many requests share is enough to make a cache useful.
        let least = parts.iter().map(|(_, widest)| *widest).min_by_key(|widest| widest.map(|part| part.variety));
        (union, least.flatten())
    }

    /// Whether a condition holds for every request: it does if its text is neither empty nor `0`.
    pub(super) fn always_holds(&self, word: &Argument<'_>) -> bool {
        word.known().is_some_and(|text| self.is_never_empty(text, 0))
    }

    fn is_never_empty(&self, text: &str, depth: u8) -> bool {
        let mut literal = String::new();
        let mut rest = text;
        while let Some((before, name, after)) = next_variable(rest) {
            literal.push_str(before);
            if self.is_always_set(&name.to_ascii_lowercase(), depth) {
                return true;
            }
            rest = after;
        }
        literal.push_str(rest);
        !literal.is_empty() && literal != "0"
    }

    fn is_always_set(&self, name: &str, depth: u8) -> bool {
        if ALWAYS_SET.contains(&name) {
            return true;
        }
        let Some(values) = self.given(name).filter(|_| depth < DEEPEST) else { return false };
        values.iter().all(|value| value.known().is_some_and(|text| self.is_never_empty(text, depth + 1)))
    }

    /// Which requests the open blocks are for.
    pub(super) fn cache_scope(&self) -> CacheScope {
        let of_blocks = |wanted: CacheScope| self.scopes.iter().any(|scope| scope.requests == wanted);
        let innermost = [CacheScope::Internal, CacheScope::OnePath, CacheScope::Files];
        innermost.into_iter().find(|scope| of_blocks(*scope)).unwrap_or_default()
    }
}

/// Which requests a location takes, by the words of its header: `= /path`, `~* \.(css|js)$`, `/static/`.
pub(super) fn requests(words: &[Argument<'_>]) -> CacheScope {
    const ENDINGS: [&str; 12] =
        ["css", "js", "png", "jpg", "jpe?g", "jpeg", "gif", "svg", "ico", "woff", "mp4", "webp"];
    const FOLDERS: [&str; 14] = [
        "image", "imgs", "thumbs", "uploads", "public", "static", "assets", "media", "images", "img", "css", "js",
        "fonts", "dist",
    ];
    let Some(path) = words.last().and_then(Argument::known) else { return CacheScope::Pages };
    let modifier = words.first().filter(|_| words.len() > 1).and_then(Argument::known).unwrap_or_default();
    let is_file = match modifier {
        "=" => return CacheScope::OnePath,
        "~" | "~*" => {
            let endings = path.strip_suffix('$').and_then(|path| path.rsplit_once("\\.")).map_or("", |(_, last)| last);
            endings.split(['(', ')', '|', '?', ':']).any(|ending| ENDINGS.contains(&ending))
        }
        _ => path.split('/').any(|folder| FOLDERS.contains(&folder)),
    };
    if is_file { CacheScope::Files } else { CacheScope::Pages }
}

/// What the program's own variables tell apart; `None` for those that are made or not known.
fn builtin(name: &str) -> Option<KeyParts> {
    Some(match name {
        "request_uri" => KeyParts::PATH.with(KeyParts::ARGUMENTS),
        "request" => KeyParts::PATH.with(KeyParts::ARGUMENTS).with(KeyParts::METHOD),
        "uri" | "document_uri" | "request_filename" | "fastcgi_script_name" => KeyParts::PATH,
        "args" | "query_string" => KeyParts::ARGUMENTS,
        "host" | "http_host" | "server_name" | "http_x_forwarded_host" | "ssl_server_name" => KeyParts::HOST,
        "request_method" => KeyParts::METHOD,
        "request_body" => KeyParts::BODY,
        "slice_range" | "http_range" => KeyParts::RANGE,
        "proxy_host" | "upstream_name" => KeyParts::POOL,
        "scheme" | "https" | "is_args" | "proxy_port" | "server_port" | "server_addr" | "hostname"
        | "server_protocol" | "remote_user" => KeyParts::NONE,
        _ if name.starts_with("arg_") => KeyParts::ARGUMENTS,
        "http_x_original_uri" | "http_x_original_url" => KeyParts::PATH.with(KeyParts::ARGUMENTS),
        _ if name.starts_with("http_x_") => KeyParts::OTHER,
        _ if name.starts_with("cookie_") || name.starts_with("http_") => KeyParts::NONE,
        _ => return None,
    })
}

fn wider(one: Option<WidestPart>, other: Option<WidestPart>) -> Option<WidestPart> {
    // The first of equal ones.
    other.filter(|other| one.is_none_or(|one| other.variety > one.variety)).or(one)
}
