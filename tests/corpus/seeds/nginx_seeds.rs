//! Defects for nginx, written from the catalogue.

use super::Seed;
use super::nginx::pool;

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn seeds() -> Vec<Seed> {
    vec![
        pool(
            &["single-target"],
            "all servers but the first commented out",
            |p| p.plain(2) && p.has_addresses(),
            |d, p| {
                p.servers[1..].iter().for_each(|at| d.comment_out(*at));
                d.mark(p.servers[0]);
            },
        ),
        pool(
            &["one-target-takes-all"],
            "all servers but the first down",
            |p| p.plain(2),
            |d, p| {
                p.servers[1..].iter().for_each(|at| d.add(*at, "down"));
                d.mark(p.servers[0]);
            },
        ),
        pool(
            &["no-eligible-target"],
            "every server down",
            |p| p.plain(2),
            |d, p| {
                p.servers.iter().for_each(|at| d.add(*at, "down"));
            },
        ),
        pool(
            &["skewed-weights", "one-target-takes-all"],
            "weight=100 for the second server",
            |p| p.plain(2),
            |d, p| {
                d.add(p.servers[1], "weight=100");
                d.mark_all(&p.servers);
            },
        ),
        pool(
            &["inverted-weights"],
            "weights under random two",
            |p| p.plain(2),
            |d, p| {
                d.insert(p.header, "        random two;");
                d.add(p.servers[0], "weight=3");
            },
        ),
        pool(
            &["starved-target", "one-target-takes-all"],
            "weights beyond the modulus of ip_hash",
            |p| p.plain(2) && p.is_proxied(),
            |d, p| {
                d.insert(p.header, "        ip_hash;");
                p.servers.iter().for_each(|at| d.add(*at, "weight=7000"));
            },
        ),
        pool(
            &["huge-weights"],
            "a ring of millions of points",
            |p| p.plain(2),
            |d, p| {
                d.insert(p.header, "        hash $request_uri consistent;");
                p.servers.iter().for_each(|at| d.add(*at, "weight=1000000"));
            },
        ),
        pool(
            &["duplicate-target"],
            "the first server again",
            |p| p.plain(2),
            |d, p| {
                d.insert(*p.servers.last().unwrap(), &format!("        server {};", p.address(0)));
            },
        ),
        pool(
            &["same-host-targets"],
            "all servers on one host",
            |p| p.plain(2),
            |d, p| {
                for (number, at) in p.servers.iter().enumerate() {
                    d.set(*at, &format!("        server 192.0.2.7:{};", 8081 + number));
                }
            },
        ),
        pool(
            &["round-robin-disabled"],
            "ip_hash",
            |p| p.plain(2) && p.is_proxied(),
            |d, p| d.insert(p.header, "        ip_hash;"),
        ),
        pool(
            &["overridden-policy"],
            "two methods",
            |p| p.plain(2) && p.is_proxied(),
            |d, p| {
                d.insert(p.header, "        ip_hash;\n        least_conn;");
            },
        ),
        pool(
            &["low-entropy-hash-key"],
            "a hash of the name of the server",
            |p| p.plain(2),
            |d, p| {
                d.insert(p.header, "        hash $server_name;");
            },
        ),
        pool(
            &["missing-hash-key"],
            "a hash of a cookie that not everybody sends",
            |p| p.plain(2) && p.is_proxied(),
            |d, p| {
                d.insert(p.header, "        hash $cookie_sid consistent;");
            },
        ),
        pool(
            &["per-worker-state"],
            "least_conn without a zone, one process a core",
            |p| p.plain(2) && p.anywhere("worker_processes").is_some(),
            |d, p| {
                d.set(p.anywhere("worker_processes").unwrap(), "worker_processes auto;");
                d.insert(p.header, "        least_conn;");
                p.servers.iter().for_each(|at| d.add(*at, "max_conns=50"));
            },
        ),
        pool(
            &["dns-multiplies-share"],
            "localhost beside addresses",
            |p| p.plain(2) && p.has_addresses(),
            |d, p| {
                d.insert(*p.servers.last().unwrap(), "        server localhost:8099;");
            },
        ),
        pool(
            &["no-health-check"],
            "max_fails=0 everywhere",
            |p| p.plain(2),
            |d, p| {
                p.servers.iter().for_each(|at| d.add(*at, "max_fails=0"));
            },
        ),
        pool(
            &["slow-failure-detection"],
            "fail_timeout=1h",
            |p| p.plain(2),
            |d, p| {
                p.servers.iter().for_each(|at| d.add(*at, "fail_timeout=1h"));
            },
        ),
        pool(
            &["flapping-health-check", "ejection-can-empty-pool"],
            "one bad answer takes a server out",
            |p| p.plain(2) && p.servers.len() < 4 && p.is_proxied() && p.nowhere("proxy_next_upstream"),
            |d, p| {
                d.insert(p.pass, "            proxy_next_upstream error timeout http_500 http_502;");
                d.mark_all(&p.servers);
            },
        ),
        pool(
            &["failover-to-itself"],
            "the backup is the same host",
            |p| p.plain(1) && p.servers.len() == 1,
            |d, p| {
                d.insert(p.servers[0], &format!("        server {} backup;", p.address(0)));
            },
        ),
        pool(
            &["backup-without-effect", "order-dependent-setting"],
            "a hash behind a backup",
            |p| p.plain(2) && p.is_proxied(),
            |d, p| {
                d.insert(
                    *p.servers.last().unwrap(),
                    "        server 192.0.2.77:8080 backup;\n        hash $request_uri consistent;",
                );
            },
        ),
        pool(
            &["all-traffic-to-backup-on-one-error"],
            "one server and its backup",
            |p| p.plain(1) && p.servers.len() == 1,
            |d, p| {
                d.mark(p.servers[0]);
                d.insert(p.servers[0], "        server 192.0.2.77:8080 backup;");
            },
        ),
        pool(
            &["retry-amplification"],
            "errors of the application are retried everywhere",
            |p| {
                p.anywhere("http").is_some()
                    && p.nowhere("include")
                    && p.plain(4)
                    && p.is_proxied()
                    && p.nowhere("proxy_next_upstream")
            },
            |d, p| {
                d.insert(p.pass, "            proxy_next_upstream error timeout http_500 http_502 http_503 http_504;");
            },
        ),
        pool(
            &["unsafe-retry"],
            "requests that write are repeated",
            |p| p.plain(2) && p.is_proxied() && p.nowhere("proxy_next_upstream"),
            |d, p| {
                d.insert(p.pass, "            proxy_next_upstream error timeout non_idempotent;");
            },
        ),
        pool(
            &["retries-disabled"],
            "no other server is tried",
            |p| p.plain(2) && p.is_proxied() && p.nowhere("proxy_next_upstream"),
            |d, p| {
                d.insert(p.pass, "            proxy_next_upstream off;");
            },
        ),
        pool(
            &["retry-never-happens"],
            "no time is left for a second try",
            |p| {
                p.plain(2)
                    && p.is_proxied()
                    && p.nowhere("proxy_connect_timeout")
                    && p.nowhere("proxy_next_upstream_timeout")
            },
            |d, p| {
                d.insert(p.pass, "            proxy_connect_timeout 8s;\n            proxy_next_upstream_timeout 5s;");
            },
        ),
        pool(
            &["slow-connect-timeout"],
            "proxy_connect_timeout 75s",
            |p| p.plain(2) && !p.is_local() && p.is_proxied() && p.nowhere("proxy_connect_timeout"),
            |d, p| {
                d.insert(p.pass, "            proxy_connect_timeout 75s;");
            },
        ),
        pool(
            &["limit-without-queue"],
            "max_conns and nowhere to wait",
            |p| p.plain(2) && p.is_proxied(),
            |d, p| {
                p.servers.iter().for_each(|at| d.add(*at, "max_conns=20"));
            },
        ),
        pool(
            &["keepalive-defeated"],
            "keepalive over HTTP/1.0",
            |p| p.plain(2) && p.is_proxied() && p.nowhere("proxy_http_version"),
            |d, p| {
                d.insert(*p.servers.last().unwrap(), "        keepalive 16;");
            },
        ),
        pool(
            &["bypassed-pool"],
            "another location goes to a member",
            |p| p.plain(2) && p.is_proxied() && p.lines[p.pass + 1].trim() == "}",
            |d, p| {
                d.insert(
                    p.pass + 1,
                    &format!(
                        "        location /lblint-direct/ {{\n            proxy_pass http://{};\n        }}",
                        p.address(0)
                    ),
                );
            },
        ),
        pool(
            &["unresolvable-route"],
            "a host in a variable, and no resolver",
            |p| p.plain(1) && p.is_proxied() && p.nowhere("resolver") && p.lines[p.pass + 1].trim() == "}",
            |d, p| {
                d.insert(p.pass + 1, "        location /lblint-away/ {\n            set $away app.example.com;\n            proxy_pass http://$away:8080;\n        }");
            },
        ),
        pool(
            &["no-default-route", "incomplete-split"],
            "a split that leaves some out",
            |p| p.plain(2) && p.is_proxied(),
            |d, p| {
                let split = format!(
                    "    split_clients $request_id $part {{\n        20% {0};\n        30% {0};\n    }}",
                    p.name
                );
                d.insert(p.end, &split);
                d.set(p.pass, "            proxy_pass http://$part;");
            },
        ),
        pool(
            &["cache-disabled"],
            "a cache without buffering",
            |p| p.plain(1) && p.is_proxied() && p.nowhere("proxy_buffering") && p.nowhere("proxy_cache"),
            |d, p| {
                d.insert(p.end, "    proxy_cache_path /tmp/lblint-cache keys_zone=pages:1m;");
                d.insert(p.pass, "            proxy_cache pages;\n            proxy_cache_valid 200 10m;\n            proxy_buffering off;");
            },
        ),
        pool(
            &["cache-stampede"],
            "a cache without lock",
            |p| p.plain(1) && p.is_proxied() && p.nowhere("proxy_cache"),
            |d, p| {
                d.insert(p.end, "    proxy_cache_path /tmp/lblint-cache keys_zone=pages:1m;");
                // Where one line would do for all locations.
                p.anywhere("http").into_iter().for_each(|http| d.mark(http));
                d.insert(p.pass, "            proxy_cache pages;\n            proxy_cache_valid 200 10m;");
            },
        ),
        pool(
            &["fragmented-cache-key"],
            "a key that is new for each request",
            |p| p.plain(1) && p.is_proxied() && p.nowhere("proxy_cache"),
            |d, p| {
                d.insert(p.end, "    proxy_cache_path /tmp/lblint-cache keys_zone=pages:1m;");
                d.insert(p.pass, "            proxy_cache pages;\n            proxy_cache_valid 200 10m;\n            proxy_cache_lock on;\n            proxy_cache_key $request_uri$request_id;");
            },
        ),
        pool(
            &["cache-keeps-errors"],
            "errors are stored for an hour",
            |p| p.plain(1) && p.is_proxied() && p.nowhere("proxy_cache"),
            |d, p| {
                d.insert(p.end, "    proxy_cache_path /tmp/lblint-cache keys_zone=pages:1m;");
                d.insert(p.pass, "            proxy_cache pages;\n            proxy_cache_lock on;\n            proxy_cache_valid any 1h;");
            },
        ),
        pool(
            &["placeholder-left-in"],
            "an escaped variable",
            |p| p.plain(1) && p.is_proxied(),
            |d, p| {
                d.insert(p.pass, "            proxy_set_header X-Request-Host \\$host;");
            },
        ),
        pool(
            &["duplicate-setting"],
            "a parameter twice",
            |p| p.plain(2),
            |d, p| {
                d.add(p.servers[0], "max_fails=3 max_fails=5");
            },
        ),
    ]
}
