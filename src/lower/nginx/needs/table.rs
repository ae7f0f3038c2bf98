//! The table "directive needs X": which directives are read only beside another one, and what to say where that is missing.

use crate::lower::table::look_up;
use crate::model::{Harm, Need};

/// What a directive needs so that something reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A pass directive of its protocol.
    Pass,
    /// A pass directive with TLS.
    Tls,
    /// A cache of its protocol.
    Cache,
    /// A cache that there is something to be kept out of.
    CacheAnyway,
    /// Expired answers are served while they are renewed.
    Updating,
    /// One request for all that miss the same answer.
    Lock,
    /// A further attempt.
    Attempts,
    /// Addresses that are trusted to tell the client's.
    TrustedProxies,
    /// Names that are looked up while running.
    Lookups,
}

/// What follows the prefix of a protocol (`proxy_`, `fastcgi_`, ...), sorted. Manual: the modules of that name.
const OF_PROTOCOL: &[(&str, &[Want])] = &[
    ("buffering", &[Want::Pass]),
    ("cache", &[Want::Pass]),
    ("cache_background_update", &[Want::Pass, Want::Cache, Want::Updating]),
    ("cache_bypass", &[Want::CacheAnyway]),
    ("cache_key", &[Want::Pass, Want::Cache]),
    ("cache_lock", &[Want::Pass, Want::Cache]),
    ("cache_lock_age", &[Want::Pass, Want::Cache, Want::Lock]),
    ("cache_lock_timeout", &[Want::Pass, Want::Cache, Want::Lock]),
    ("cache_max_range_offset", &[Want::Pass, Want::Cache]),
    ("cache_methods", &[Want::Pass, Want::Cache]),
    ("cache_min_uses", &[Want::Pass, Want::Cache]),
    ("cache_revalidate", &[Want::Pass, Want::Cache]),
    ("cache_use_stale", &[Want::Pass, Want::Cache]),
    ("cache_valid", &[Want::Pass, Want::Cache]),
    ("connect_timeout", &[Want::Pass]),
    ("keep_conn", &[Want::Pass]),
    ("next_upstream", &[Want::Pass]),
    ("next_upstream_timeout", &[Want::Pass, Want::Attempts]),
    ("next_upstream_tries", &[Want::Pass, Want::Attempts]),
    ("no_cache", &[Want::CacheAnyway]),
    ("read_timeout", &[Want::Pass]),
    ("request_buffering", &[Want::Pass]),
    ("send_timeout", &[Want::Pass]),
    ("ssl_certificate", &[Want::Tls]),
    ("ssl_name", &[Want::Tls]),
    ("ssl_server_name", &[Want::Tls]),
    ("ssl_trusted_certificate", &[Want::Tls]),
    ("ssl_verify", &[Want::Tls]),
];

/// Directives of no protocol, sorted.
const OTHERS: &[(&str, &[Want])] = &[
    ("real_ip_header", &[Want::TrustedProxies]),
    ("real_ip_recursive", &[Want::TrustedProxies]),
    ("resolver", &[Want::Lookups]),
];

/// The protocols with the first letters of their directives, in the order of their numbers.
pub(super) const PROTOCOLS: [&str; 6] = ["proxy_", "fastcgi_", "uwsgi_", "scgi_", "grpc_", "memcached_"];

/// The protocol of a directive, by number, and what follows its prefix.
pub(super) fn protocol(name: &str) -> Option<(usize, &str)> {
    PROTOCOLS.iter().enumerate().find_map(|(number, prefix)| Some((number, name.strip_prefix(prefix)?)))
}

/// What a directive needs, by what follows its protocol's prefix.
pub(super) fn of_protocol(suffix: &str) -> &'static [Want] {
    look_up(OF_PROTOCOL, suffix)
}

/// What a directive of no protocol needs.
pub(super) fn of_others(name: &str) -> &'static [Want] {
    look_up(OTHERS, name)
}

const fn of_another_protocol(lacks: &'static str) -> Need {
    Need::new(
        lacks,
        "another protocol is spoken here",
        "write the directive of the protocol that is spoken (`fastcgi_read_timeout` beside `fastcgi_pass`), or remove it",
        Harm::Misleads,
    )
}

static PASS: [Need; 6] = [
    of_another_protocol("nothing here is handed on by `proxy_pass`"),
    of_another_protocol("nothing here is handed on by `fastcgi_pass`"),
    of_another_protocol("nothing here is handed on by `uwsgi_pass`"),
    of_another_protocol("nothing here is handed on by `scgi_pass`"),
    of_another_protocol("nothing here is handed on by `grpc_pass`"),
    of_another_protocol("nothing here is handed on by `memcached_pass`"),
];
const TLS: Need = Need::new(
    "requests are handed on without TLS",
    "no TLS",
    "write `https://` in the pass directive (`proxy_ssl on;` in `stream`), or remove it",
    Harm::Misleads,
);
static CACHE: [Need; 6] = [
    no_cache("no `proxy_cache` is in force, so every request goes to the servers"),
    no_cache("no `fastcgi_cache` is in force, so every request goes to the servers"),
    no_cache("no `uwsgi_cache` is in force, so every request goes to the servers"),
    no_cache("no `scgi_cache` is in force, so every request goes to the servers"),
    no_cache("no cache is in force, so every request goes to the servers"),
    no_cache("no cache is in force, so every request goes to the servers"),
];
const UPDATING: Need = Need::new(
    "requests that find an expired answer wait for a new one, unless the answer itself says `stale-while-revalidate`",
    "`updating` is missing",
    "add `updating` to `proxy_cache_use_stale` (or that of the protocol)",
    Harm::Misleads,
);
const CACHE_ANYWAY: Need = Need::new(
    "nothing is cached anyway",
    "",
    "remove it, or write `proxy_cache NAME;` (or that of the protocol)",
    Harm::Leftover,
);
const LOCK: Need = Need::new(
    "no request waits for another one, as the lock is off",
    "the lock is off",
    "write `proxy_cache_lock on;` (or that of the protocol)",
    Harm::Misleads,
);
const ATTEMPTS: Need = Need::new(
    "no second server is ever tried",
    "switches further attempts off",
    "list what another server is tried for: `proxy_next_upstream error timeout;`, or remove it",
    Harm::Misleads,
);
const TRUSTED_PROXIES: Need = Need::new(
    "no address is trusted to tell the client's, so that of the proxy in front stays (for logs, limits and `ip_hash`)",
    "",
    "write `set_real_ip_from` with the addresses of the proxies in front",
    Harm::Misleads,
);
const LOOKUPS: Need = Need::new(
    "nothing asks it: names in `server` and in pass directives without a variable are looked up once, at start",
    "",
    "write `resolve` on the servers (1.27.3, beside `zone`), or a variable in the pass directive; or remove it",
    Harm::Misleads,
);
const fn no_cache(lacks: &'static str) -> Need {
    Need::new(lacks, "", "write `proxy_cache NAME;` (or that of the protocol), or remove it", Harm::Misleads)
}

/// `keepalive_timeout` and its kin in an upstream without idle connections.
pub(super) const KEEPALIVE: Need = Need::new(
    "no idle connection is kept (`keepalive` is missing)",
    "",
    "write `keepalive 32;` above it",
    Harm::Misleads,
);
/// `max_fails` and its kin of a server that is alone.
pub(super) const SEVERAL: Need = Need::new(
    "the only server of an upstream is never left out, whatever it answers",
    "",
    "add a second `server`, or remove it",
    Harm::Leftover,
);
/// `slow_start` under a method that ignores it.
pub(super) const SLOW_START: Need = Need::new(
    "this method gives a server that comes back its full share at once",
    "ignores it",
    "use `least_conn` or no method, or remove it",
    Harm::Misleads,
);
/// `limit_req_zone` without a `limit_req`.
pub(super) const REQUEST_LIMIT: Need = Need::new(
    "nothing is limited by it",
    "",
    "write `limit_req zone=NAME;` where requests are to be limited",
    Harm::Misleads,
);
/// `limit_conn_zone` without a `limit_conn`.
pub(super) const CONNECTION_LIMIT: Need = Need::new(
    "nothing is limited by it",
    "",
    "write `limit_conn NAME N;` where connections are to be limited",
    Harm::Misleads,
);
/// `proxy_cache_path` of a zone that no `proxy_cache` names.
pub(super) const CACHE_USER: Need =
    Need::new("nothing is stored in it", "", "write `proxy_cache NAME;` where answers are to be kept", Harm::Misleads);

/// What to say where a want is not met.
pub(super) fn need_of(want: Want, protocol: usize) -> &'static Need {
    let of = |needs: &'static [Need; 6]| needs.get(protocol).unwrap_or(&needs[0]);
    match want {
        Want::Pass => of(&PASS),
        Want::Tls => &TLS,
        Want::Cache => of(&CACHE),
        Want::CacheAnyway => &CACHE_ANYWAY,
        Want::Updating => &UPDATING,
        Want::Lock => &LOCK,
        Want::Attempts => &ATTEMPTS,
        Want::TrustedProxies => &TRUSTED_PROXIES,
        Want::Lookups => &LOOKUPS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [OF_PROTOCOL, OTHERS] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
        }
    }

    #[test]
    fn directives_are_found() {
        assert_eq!(protocol("fastcgi_cache_valid"), Some((1, "cache_valid")));
        assert_eq!(of_protocol("cache_valid"), [Want::Pass, Want::Cache]);
        assert_eq!(of_others("resolver"), [Want::Lookups]);
    }
}
