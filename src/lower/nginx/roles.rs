//! What lowering does with each directive, looked up once by its number.

use super::needs;
use crate::grammar::Support;
use crate::grammar::nginx::{DirectiveId, Grammar};
use crate::syntax::nginx::KeywordId;

/// What lowering does with a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    Other,
    /// `load_module`.
    Module,
    /// `worker_processes`.
    Workers,
    /// `events`.
    Events,
    /// `worker_connections`.
    WorkerConnections,
    /// `worker_rlimit_nofile`.
    OpenFiles,
    /// `http`.
    Http,
    /// `stream`.
    Stream,
    /// `upstream NAME {}`.
    Upstream,
    /// `server {}`, or a target of a pool.
    Server,
    /// `location`.
    Location,
    /// `if`, `limit_except`: a location without a name.
    Inner,
    /// Hands requests to a pool.
    Pass(Family),
    /// Changes how they are handed.
    Setting(Family, Setting),
    /// `set`.
    Set,
    /// `map`.
    Map,
    /// `split_clients`.
    Split,
    /// `geo`.
    Geo,
    /// `error_page`.
    ErrorPage,
    /// Active health checks of the pool that a location or a server leads to.
    HealthCheck,
    /// `set_real_ip_from`: the address of a connection is replaced by the one that a proxy in front tells.
    RealAddress,
    /// `proxy_bind` and its like: from which address connections to servers come.
    SourceAddress,
    /// `limit_req_zone` and `limit_conn_zone`: what is counted.
    Zone,
    /// `rewrite` and its kin: the request goes on as another one, or is answered here.
    Rewrite,
    /// Code that can change variables and answer by itself.
    Script,
    /// Makes a cache.
    CachePath(Family),
    /// `log_format`.
    LogFormat,
    /// `internal`: only the proxy itself asks.
    Internal,
}

/// Whose directives they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    /// `proxy_*` in http.
    Proxy,
    /// `fastcgi_*`.
    Fastcgi,
    /// `uwsgi_*`.
    Uwsgi,
    /// `scgi_*`.
    Scgi,
    /// `grpc_*`.
    Grpc,
    /// `memcached_*`.
    Memcached,
    /// A module that lblint does not model.
    Unmodelled,
    /// Settings of the core that all families read.
    Core,
}

/// A setting of a family; a suffix of the directive's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Setting {
    ConnectTimeout,
    SendTimeout,
    ReadTimeout,
    /// Stream: `proxy_timeout`.
    Timeout,
    NextUpstream,
    NextUpstreamTries,
    NextUpstreamTimeout,
    Buffering,
    RequestBuffering,
    HttpVersion,
    SetHeader,
    KeepConnection,
    Cache,
    CacheLock,
    CacheUseStale,
    CacheBackgroundUpdate,
    CacheValid,
    CacheKey,
    CacheBypass,
    CacheConvertHead,
    Method,
    CacheLockTimeout,
    CacheMethods,
    CacheMinUses,
    IgnoreHeaders,
    NoCache,
    Slice,
    Resolver,
    AccessLog,
    /// Code that writes a log of its own.
    LogScript,
}

/// The families with their prefixes.
const FAMILIES: [(&str, Family); 6] = [
    ("proxy_", Family::Proxy),
    ("fastcgi_", Family::Fastcgi),
    ("uwsgi_", Family::Uwsgi),
    ("scgi_", Family::Scgi),
    ("grpc_", Family::Grpc),
    ("memcached_", Family::Memcached),
];

/// The settings with their suffixes.
const SETTINGS: [(&str, Setting); 26] = [
    ("connect_timeout", Setting::ConnectTimeout),
    ("send_timeout", Setting::SendTimeout),
    ("read_timeout", Setting::ReadTimeout),
    ("timeout", Setting::Timeout),
    ("next_upstream", Setting::NextUpstream),
    ("next_upstream_tries", Setting::NextUpstreamTries),
    ("next_upstream_timeout", Setting::NextUpstreamTimeout),
    ("buffering", Setting::Buffering),
    ("request_buffering", Setting::RequestBuffering),
    ("http_version", Setting::HttpVersion),
    ("set_header", Setting::SetHeader),
    ("keep_conn", Setting::KeepConnection),
    ("cache", Setting::Cache),
    ("cache_lock", Setting::CacheLock),
    ("cache_use_stale", Setting::CacheUseStale),
    ("cache_background_update", Setting::CacheBackgroundUpdate),
    ("cache_valid", Setting::CacheValid),
    ("cache_key", Setting::CacheKey),
    ("cache_bypass", Setting::CacheBypass),
    ("cache_convert_head", Setting::CacheConvertHead),
    ("method", Setting::Method),
    ("cache_lock_timeout", Setting::CacheLockTimeout),
    ("cache_methods", Setting::CacheMethods),
    ("cache_min_uses", Setting::CacheMinUses),
    ("ignore_headers", Setting::IgnoreHeaders),
    ("no_cache", Setting::NoCache),
];

/// Nginx Plus and the forks, which have more than the tables hold of them.
const EDITIONS: [&str; 3] = ["plus", "angie", "tengine"];

/// What lowering does with each directive, by number: worked out once for all units.
#[derive(Debug)]
pub struct Roles {
    of_keywords: Vec<Role>,
    /// Whether they make variables.
    variables: Vec<bool>,
    /// Whether settings that need something are, or depend on, such directives.
    noted: Vec<bool>,
    /// Whether only other editions than the open source one have them.
    foreign: Vec<bool>,
}

impl Roles {
    /// Goes through all directives of the tables.
    pub fn new(grammar: &Grammar) -> Self {
        let ids = || (0..).map(DirectiveId).take_while(|id| !grammar.rows(*id).is_empty());
        Self {
            of_keywords: ids().map(|id| role(grammar.name(id), grammar, id)).collect(),
            variables: ids().map(|id| grammar.may_make_variables(grammar.name(id))).collect(),
            noted: ids().map(|id| needs::is_noted(grammar.name(id))).collect(),
            foreign: ids().map(|id| grammar.rows(id).iter().all(|row| EDITIONS.contains(&row.edition))).collect(),
        }
    }

    /// Whether settings that need something are, or depend on, such directives; a name that is not known may be anything.
    #[inline]
    pub(super) fn is_noted(&self, keyword: KeywordId) -> bool {
        self.noted.get(usize::from(keyword.0)).copied().unwrap_or(true)
    }

    /// Whether a directive makes variables in any context.
    #[inline]
    pub(super) fn makes_variables(&self, keyword: KeywordId) -> bool {
        self.variables.get(usize::from(keyword.0)).copied().unwrap_or(false)
    }

    /// Whether a directive tells that another edition than the open source one reads the text.
    #[inline]
    pub(super) fn is_foreign(&self, keyword: KeywordId) -> bool {
        self.foreign.get(usize::from(keyword.0)).copied().unwrap_or(false)
    }

    /// What lowering does with a directive.
    #[inline]
    pub(super) fn of(&self, keyword: KeywordId) -> Role {
        self.of_keywords.get(usize::from(keyword.0)).copied().unwrap_or(Role::Other)
    }
}

fn role(name: &str, grammar: &Grammar, id: DirectiveId) -> Role {
    match name {
        "load_module" => Role::Module,
        "worker_processes" => Role::Workers,
        "events" => Role::Events,
        "worker_connections" => Role::WorkerConnections,
        "worker_rlimit_nofile" => Role::OpenFiles,
        "http" => Role::Http,
        "stream" => Role::Stream,
        "upstream" => Role::Upstream,
        "server" | "client" => Role::Server,
        "location" => Role::Location,
        "if" | "limit_except" | "eval" => Role::Inner,
        "set" => Role::Set,
        "map" => Role::Map,
        "split_clients" => Role::Split,
        "geo" => Role::Geo,
        "error_page" => Role::ErrorPage,
        "set_real_ip_from" => Role::RealAddress,
        "limit_req_zone" | "limit_conn_zone" => Role::Zone,
        "rewrite" | "return" | "try_files" => Role::Rewrite,
        "health_check" | "upstream_probe" => Role::HealthCheck,
        "internal" => Role::Internal,
        "slice" => Role::Setting(Family::Core, Setting::Slice),
        "resolver" => Role::Setting(Family::Core, Setting::Resolver),
        "log_format" => Role::LogFormat,
        "access_log" => Role::Setting(Family::Core, Setting::AccessLog),
        _ if name.starts_with("log_by_lua") => Role::Setting(Family::Core, Setting::LogScript),
        _ if is_script(name) => Role::Script,
        _ => of_family(name).unwrap_or_else(|| other_pass(name, grammar, id)),
    }
}

fn of_family(name: &str) -> Option<Role> {
    let (prefix, family) = FAMILIES.into_iter().find(|(prefix, _)| name.starts_with(prefix))?;
    let suffix = name.get(prefix.len()..)?;
    if suffix == "pass" {
        return Some(Role::Pass(family));
    }
    if suffix == "bind" {
        return Some(Role::SourceAddress);
    }
    if suffix == "cache_path" {
        return Some(Role::CachePath(family));
    }
    let (_, setting) = SETTINGS.into_iter().find(|(known, _)| *known == suffix)?;
    Some(Role::Setting(family, setting))
}

/// Modules that pass requests on and are not modelled: what they name is used all the same.
fn other_pass(name: &str, grammar: &Grammar, id: DirectiveId) -> Role {
    let passes = name.ends_with("_pass") && grammar.rows(id).iter().any(|row| row.support == Support::Unsupported);
    if passes { Role::Pass(Family::Unmodelled) } else { Role::Other }
}

/// Lua, njs and Perl: they can set any variable and choose any pool.
fn is_script(name: &str) -> bool {
    let phases = ["set_by_lua", "rewrite_by_lua", "access_by_lua", "server_rewrite_by_lua", "content_by_lua"];
    let stream = ["preread_by_lua", "js_content", "js_access", "js_preread", "js_set", "js_var", "perl_set", "perl"];
    phases.iter().any(|phase| name.starts_with(phase)) || stream.iter().any(|script| name.starts_with(script))
}
