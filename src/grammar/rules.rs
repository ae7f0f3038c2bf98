//! The programs' defaults by name: what applies when nothing is written, in which versions, and where the manual says so.

/// Names a default of a program; look it up with [`rule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuleId(u16);

/// A default of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Short name, unique.
    pub name: &'static str,
    /// What applies, and in which versions.
    pub says: &'static str,
    /// Manual section or source file.
    pub source: &'static str,
}

impl RuleId {
    /// No rule: the value was written.
    pub const NONE: Self = Self(0);
    /// HAProxy `mode`.
    pub const HAPROXY_MODE: Self = Self(1);
    /// HAProxy without `balance`, up to 3.2.
    pub const HAPROXY_BALANCE_ROUNDROBIN: Self = Self(2);
    /// HAProxy without `balance`, from 3.3.
    pub const HAPROXY_BALANCE_RANDOM: Self = Self(3);
    /// HAProxy `hash-type`.
    pub const HAPROXY_HASH_TYPE: Self = Self(4);
    /// HAProxy `hash-balance-factor`.
    pub const HAPROXY_HASH_BALANCE: Self = Self(5);
    /// HAProxy health check without a check method.
    pub const HAPROXY_PROBE: Self = Self(6);
    /// HAProxy `retries`.
    pub const HAPROXY_RETRIES: Self = Self(7);
    /// HAProxy without `option redispatch`.
    pub const HAPROXY_REDISPATCH: Self = Self(8);
    /// HAProxy timeouts that are not set.
    pub const HAPROXY_TIMEOUT: Self = Self(9);
    /// HAProxy without `option allbackups`.
    pub const HAPROXY_ALLBACKUPS: Self = Self(10);
    /// HAProxy without `cookie`.
    pub const HAPROXY_COOKIE: Self = Self(11);
    /// HAProxy without `load-server-state-from-file`.
    pub const HAPROXY_SAVED_STATE: Self = Self(12);
    /// HAProxy limits that are not set.
    pub const HAPROXY_LIMIT: Self = Self(13);
    /// HAProxy `weight`.
    pub const HAPROXY_WEIGHT: Self = Self(14);
    /// HAProxy servers without `check`.
    pub const HAPROXY_CHECK: Self = Self(15);
    /// HAProxy `inter`.
    pub const HAPROXY_INTER: Self = Self(16);
    /// HAProxy `fall`.
    pub const HAPROXY_FALL: Self = Self(17);
    /// HAProxy `rise`.
    pub const HAPROXY_RISE: Self = Self(18);
    /// HAProxy server names without `resolvers`.
    pub const HAPROXY_RESOLVERS: Self = Self(19);
    /// HAProxy servers without further parameters.
    pub const HAPROXY_SERVER_PARAMETER: Self = Self(20);
    /// HAProxy threads.
    pub const HAPROXY_THREADS: Self = Self(21);
    /// nginx without a balancing method.
    pub const NGINX_POLICY: Self = Self(22);
    /// nginx `weight`.
    pub const NGINX_WEIGHT: Self = Self(23);
    /// nginx `max_fails`.
    pub const NGINX_MAX_FAILS: Self = Self(24);
    /// nginx `fail_timeout`.
    pub const NGINX_FAIL_TIMEOUT: Self = Self(25);
    /// nginx servers without further parameters.
    pub const NGINX_SERVER_PARAMETER: Self = Self(26);
    /// nginx without an active health check.
    pub const NGINX_CHECK: Self = Self(27);
    /// nginx names without `resolve`.
    pub const NGINX_RESOLVE: Self = Self(28);
    /// nginx `keepalive`, up to 1.29.6.
    pub const NGINX_KEEPALIVE_OFF: Self = Self(29);
    /// nginx `keepalive`, from 1.29.7.
    pub const NGINX_KEEPALIVE_32: Self = Self(30);
    /// nginx pools without `zone`.
    pub const NGINX_ZONE: Self = Self(31);
    /// nginx pool settings that are off.
    pub const NGINX_POOL_SETTING: Self = Self(32);
    /// nginx backups.
    pub const NGINX_BACKUPS: Self = Self(33);
    /// nginx timeouts towards targets.
    pub const NGINX_TIMEOUT: Self = Self(34);
    /// nginx stream `proxy_timeout`.
    pub const NGINX_STREAM_TIMEOUT: Self = Self(35);
    /// nginx `proxy_next_upstream`.
    pub const NGINX_NEXT_UPSTREAM: Self = Self(36);
    /// nginx `proxy_next_upstream_tries`.
    pub const NGINX_TRIES: Self = Self(37);
    /// nginx `proxy_next_upstream_timeout`.
    pub const NGINX_RETRY_FOR: Self = Self(38);
    /// nginx `proxy_http_version`, up to 1.29.6.
    pub const NGINX_HTTP_1_0: Self = Self(39);
    /// nginx `proxy_http_version`, from 1.29.7.
    pub const NGINX_HTTP_1_1: Self = Self(40);
    /// nginx header `Connection`.
    pub const NGINX_CONNECTION_HEADER: Self = Self(41);
    /// nginx `fastcgi_keep_conn`.
    pub const NGINX_KEEP_CONN: Self = Self(42);
    /// nginx buffering.
    pub const NGINX_BUFFERING: Self = Self(43);
    /// nginx caching.
    pub const NGINX_CACHE: Self = Self(44);
    /// nginx `resolver`.
    pub const NGINX_RESOLVER: Self = Self(45);
    /// Envoy `lb_policy`.
    pub const ENVOY_POLICY: Self = Self(46);
    /// Envoy `load_balancing_weight` of an endpoint.
    pub const ENVOY_WEIGHT: Self = Self(47);
    /// Envoy `load_balancing_weight` of a locality.
    pub const ENVOY_LOCALITY_WEIGHT: Self = Self(48);
    /// Envoy clusters without `health_checks`.
    pub const ENVOY_CHECK: Self = Self(49);
    /// Envoy clusters without `outlier_detection`.
    pub const ENVOY_OUTLIER_DETECTION: Self = Self(50);
    /// Envoy `consecutive_5xx`.
    pub const ENVOY_CONSECUTIVE_5XX: Self = Self(51);
    /// Envoy `base_ejection_time`.
    pub const ENVOY_EJECTION_TIME: Self = Self(52);
    /// Envoy `max_ejection_percent`.
    pub const ENVOY_EJECTION_LIMIT: Self = Self(53);
    /// Envoy `always_eject_one_host`.
    pub const ENVOY_EJECTS_ONE: Self = Self(54);
    /// Envoy `overprovisioning_factor`.
    pub const ENVOY_OVERPROVISIONING: Self = Self(55);
    /// Envoy `healthy_panic_threshold`.
    pub const ENVOY_PANIC: Self = Self(56);
    /// Envoy without `locality_weighted_lb_config`.
    pub const ENVOY_LOCALITY_BALANCING: Self = Self(57);
    /// Envoy `connect_timeout`.
    pub const ENVOY_CONNECT_TIMEOUT: Self = Self(58);
    /// Envoy `timeout` of a route.
    pub const ENVOY_ROUTE_TIMEOUT: Self = Self(59);
    /// Envoy routes without `retry_policy`.
    pub const ENVOY_RETRY_POLICY: Self = Self(60);
    /// Envoy `num_retries`.
    pub const ENVOY_NUM_RETRIES: Self = Self(61);
    /// Envoy `retry_host_predicate`.
    pub const ENVOY_RETRY_HOST: Self = Self(62);
    /// Envoy `circuit_breakers`.
    pub const ENVOY_CIRCUIT_BREAKERS: Self = Self(63);
    /// Envoy idle timeouts.
    pub const ENVOY_IDLE_TIMEOUT: Self = Self(64);
    /// Envoy `stream_idle_timeout`.
    pub const ENVOY_STREAM_IDLE_TIMEOUT: Self = Self(66);
    /// HAProxy without `retry-on`.
    pub const HAPROXY_RETRY_ON: Self = Self(67);
    /// nginx `worker_connections`.
    pub const NGINX_WORKER_CONNECTIONS: Self = Self(68);
    /// HAProxy without `log`.
    pub const HAPROXY_LOG: Self = Self(69);
    /// HAProxy with `log`, and without a format for it.
    pub const HAPROXY_LOG_FORMAT: Self = Self(70);
    /// nginx without `access_log`.
    pub const NGINX_ACCESS_LOG: Self = Self(71);
    /// Envoy settings that are off.
    pub const ENVOY_SETTING: Self = Self(65);
}

const fn entry(name: &'static str, says: &'static str, source: &'static str) -> Rule {
    Rule { name, says, source }
}

/// Every rule, at the position that is its id.
const RULES: &[Rule] = &[
    entry("written", "written in the configuration", ""),
    entry("haproxy-mode", "without `mode` a section speaks TCP", "configuration manual, mode"),
    entry("haproxy-balance-roundrobin", "without `balance` HAProxy up to 3.2 uses roundrobin", "src/proxy.c, 3.2"),
    entry("haproxy-balance-random", "without `balance` HAProxy 3.3 and later uses random(2)", "commit 93cc18ac4, 3.3"),
    entry("haproxy-hash-type", "map-based, sdbm, no avalanche", "configuration manual, hash-type"),
    entry("haproxy-hash-balance-factor", "0: off", "configuration manual, hash-balance-factor"),
    entry("haproxy-check-method", "a check without a method tries a TCP connection", "configuration manual, check"),
    entry("haproxy-retries", "3 retries", "configuration manual, retries"),
    entry("haproxy-redispatch", "off: every retry goes to the same server", "configuration manual, option redispatch"),
    entry("haproxy-timeout", "a timeout that is not set never ends", "configuration manual, timeout"),
    entry("haproxy-allbackups", "off: only the first usable backup is used", "configuration manual, option allbackups"),
    entry("haproxy-cookie", "no cookie", "configuration manual, cookie"),
    entry("haproxy-saved-state", "no state is loaded", "configuration manual, load-server-state-from-file"),
    entry("haproxy-limit", "no limit of its own", "configuration manual, maxconn and fullconn"),
    entry("haproxy-weight", "weight 1", "configuration manual 5.2, weight"),
    entry("haproxy-check", "without `check` a server always counts as up", "configuration manual 5.2, check"),
    entry("haproxy-inter", "2 s between checks", "configuration manual 5.2, inter"),
    entry("haproxy-fall", "down after 3 failed checks", "configuration manual 5.2, fall"),
    entry("haproxy-rise", "up after 2 good checks", "configuration manual 5.2, rise"),
    entry("haproxy-resolvers", "without `resolvers` a name is resolved once, at start", "configuration manual 5.3"),
    entry("haproxy-server-parameter", "off", "configuration manual 5.2"),
    entry(
        "haproxy-threads",
        "one process: threads share what they know of the servers",
        "configuration manual, nbthread",
    ),
    entry(
        "nginx-round-robin",
        "without a method nginx uses weighted round robin",
        "ngx_http_upstream_module, upstream",
    ),
    entry("nginx-weight", "weight 1", "ngx_http_upstream_module, server"),
    entry("nginx-max-fails", "left out after 1 failure", "ngx_http_upstream_module, max_fails"),
    entry("nginx-fail-timeout", "left out for 10 s", "ngx_http_upstream_module, fail_timeout"),
    entry("nginx-server-parameter", "off", "ngx_http_upstream_module, server"),
    entry("nginx-check", "open source nginx has no active health check", "ngx_http_upstream_hc_module (Plus)"),
    entry(
        "nginx-resolve",
        "without `resolve` a name is resolved once, at start",
        "ngx_http_upstream_module, resolve (1.27.3)",
    ),
    entry(
        "nginx-keepalive-off",
        "without `keepalive` nginx up to 1.29.6 opens a connection for each request",
        "ngx_http_upstream_module, keepalive",
    ),
    entry(
        "nginx-keepalive-32",
        "32 idle connections are kept from 1.29.7 on",
        "ngx_http_upstream_module, keepalive (1.29.7)",
    ),
    entry("nginx-zone", "without `zone` each worker process counts for itself", "ngx_http_upstream_module, zone"),
    entry("nginx-pool-setting", "off", "ngx_http_upstream_module"),
    entry("nginx-backups", "all backups are used together", "ngx_http_upstream_round_robin.c"),
    entry("nginx-timeout", "60 s", "ngx_http_proxy_module, proxy_connect_timeout"),
    entry("nginx-stream-timeout", "10 minutes", "ngx_stream_proxy_module, proxy_timeout"),
    entry(
        "nginx-next-upstream",
        "another server is tried on error and timeout",
        "ngx_http_proxy_module, proxy_next_upstream",
    ),
    entry(
        "nginx-next-upstream-tries",
        "0: as many as there are servers",
        "ngx_http_proxy_module, proxy_next_upstream_tries",
    ),
    entry("nginx-next-upstream-timeout", "0: no limit", "ngx_http_proxy_module, proxy_next_upstream_timeout"),
    entry(
        "nginx-http-version-1.0",
        "HTTP/1.0 towards the servers up to 1.29.6",
        "ngx_http_proxy_module, proxy_http_version",
    ),
    entry(
        "nginx-http-version-1.1",
        "HTTP/1.1 and kept connections from 1.29.7 on",
        "ngx_http_proxy_module, proxy_http_version (1.29.7)",
    ),
    entry(
        "nginx-connection-header",
        "`Connection: close` is sent unless proxy_set_header says otherwise, up to 1.29.6",
        "ngx_http_proxy_module, proxy_set_header",
    ),
    entry(
        "nginx-fastcgi-keep-conn",
        "off: the application closes the connection",
        "ngx_http_fastcgi_module, fastcgi_keep_conn",
    ),
    entry("nginx-buffering", "on", "ngx_http_proxy_module, proxy_buffering"),
    entry("nginx-cache", "off", "ngx_http_proxy_module, proxy_cache"),
    entry("nginx-resolver", "no name server to ask while running", "ngx_http_core_module, resolver"),
    entry("envoy-lb-policy", "without `lb_policy` Envoy uses ROUND_ROBIN", "config.cluster.v3.Cluster.lb_policy"),
    entry("envoy-endpoint-weight", "weight 1", "config.endpoint.v3.LbEndpoint.load_balancing_weight"),
    entry(
        "envoy-locality-weight",
        "a locality without a weight gets nothing beside one that has one",
        "config.endpoint.v3.LocalityLbEndpoints",
    ),
    entry(
        "envoy-health-checks",
        "without `health_checks` a host always counts as up",
        "config.cluster.v3.Cluster.health_checks",
    ),
    entry(
        "envoy-outlier-detection",
        "without `outlier_detection` failures are not counted",
        "config.cluster.v3.Cluster.outlier_detection",
    ),
    entry(
        "envoy-consecutive-5xx",
        "ejected after 5 errors in a row",
        "config.cluster.v3.OutlierDetection.consecutive_5xx",
    ),
    entry(
        "envoy-base-ejection-time",
        "ejected for 30 s, longer each time",
        "config.cluster.v3.OutlierDetection.base_ejection_time",
    ),
    entry(
        "envoy-max-ejection-percent",
        "at most 10 % of the hosts are ejected",
        "config.cluster.v3.OutlierDetection.max_ejection_percent",
    ),
    entry(
        "envoy-always-eject-one-host",
        "off: the limit also holds for the first host",
        "config.cluster.v3.OutlierDetection.always_eject_one_host",
    ),
    entry(
        "envoy-overprovisioning-factor",
        "140: a priority keeps its traffic while 71.4 % of it is alive",
        "config.endpoint.v3.ClusterLoadAssignment.Policy",
    ),
    entry(
        "envoy-healthy-panic-threshold",
        "below 50 % alive hosts all of them are used",
        "config.cluster.v3.Cluster.CommonLbConfig.healthy_panic_threshold",
    ),
    entry(
        "envoy-locality-weighted",
        "off: weights of localities are not read",
        "config.cluster.v3.Cluster.CommonLbConfig",
    ),
    entry("envoy-connect-timeout", "5 s", "config.cluster.v3.Cluster.connect_timeout"),
    entry("envoy-route-timeout", "15 s for the whole request", "config.route.v3.RouteAction.timeout"),
    entry("envoy-retry-policy", "without `retry_policy` nothing is retried", "config.route.v3.RetryPolicy"),
    entry("envoy-num-retries", "1 retry", "config.route.v3.RetryPolicy.num_retries"),
    entry(
        "envoy-retry-host-predicate",
        "a retry may go to the host that failed",
        "config.route.v3.RetryPolicy.retry_host_predicate",
    ),
    entry(
        "envoy-circuit-breakers",
        "1024 connections, 1024 waiting and 1024 active requests, 3 retries at once",
        "config.cluster.v3.CircuitBreakers.Thresholds",
    ),
    entry("envoy-idle-timeout", "1 hour", "config.core.v3.HttpProtocolOptions.idle_timeout"),
    entry("envoy-setting", "off", "config.cluster.v3.Cluster"),
    entry(
        "envoy-stream-idle-timeout",
        "5 minutes without a byte",
        "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    ),
    entry("haproxy-retry-on", "only failed connections are retried", "configuration manual, retry-on"),
    entry("nginx-worker-connections", "512 for each worker process", "ngx_core_module, worker_connections"),
    entry("haproxy-log", "without `log` nothing is logged", "configuration manual, 8.1"),
    entry(
        "haproxy-log-format",
        "only where a connection came from and where it came in",
        "configuration manual, 8.2.1",
    ),
    entry(
        "nginx-access-log",
        "requests in the format `combined`, without the server; nothing in `stream`",
        "ngx_http_log_module, ngx_stream_log_module",
    ),
];

/// The rule with this id.
pub fn rule(id: RuleId) -> Option<&'static Rule> {
    RULES.get(usize::from(id.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_positions_agree() {
        assert_eq!(rule(RuleId::NONE).unwrap().name, "written");
        assert_eq!(rule(RuleId::HAPROXY_WEIGHT).unwrap().name, "haproxy-weight");
        assert_eq!(rule(RuleId::HAPROXY_SERVER_PARAMETER).unwrap().name, "haproxy-server-parameter");
        assert_eq!(rule(RuleId::NGINX_RESOLVER).unwrap().name, "nginx-resolver");
        assert_eq!(rule(RuleId::ENVOY_SETTING).unwrap().name, "envoy-setting");
        assert_eq!(rule(RuleId::ENVOY_STREAM_IDLE_TIMEOUT).unwrap().name, "envoy-stream-idle-timeout");
        assert_eq!(rule(RuleId::HAPROXY_RETRY_ON).unwrap().name, "haproxy-retry-on");
        assert_eq!(rule(RuleId::NGINX_WORKER_CONNECTIONS).unwrap().name, "nginx-worker-connections");
        assert_eq!(rule(RuleId::NGINX_ACCESS_LOG).unwrap().name, "nginx-access-log");
        assert_eq!(RULES.len(), 72);
    }
}
