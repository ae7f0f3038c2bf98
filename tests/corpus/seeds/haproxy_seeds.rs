//! Defects for HAProxy, written from the catalogue.

use super::Seed;
use super::haproxy::{pool, section, words};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn seeds() -> Vec<Seed> {
    vec![
        pool(
            &["skewed-weights", "one-target-takes-all"],
            "weight 100 for the second server",
            |p| p.rotated(2),
            |d, p| {
                d.add(p.servers[1], "weight 100");
                d.mark_all(&p.servers);
            },
        ),
        pool(
            &["one-target-takes-all"],
            "all servers but the first disabled",
            |p| p.rotated(2),
            |d, p| {
                p.servers[1..].iter().for_each(|at| d.add(*at, "disabled"));
                d.mark_all(&p.servers);
            },
        ),
        pool(
            &["one-target-takes-all"],
            "balance first without maxconn",
            |p| p.rotated(2) && p.line("balance").is_some(),
            |d, p| {
                d.set(p.line("balance").unwrap(), "    balance first");
            },
        ),
        pool(
            &["no-eligible-target"],
            "every server disabled",
            |p| p.rotated(2),
            |d, p| {
                p.servers.iter().for_each(|at| d.add(*at, "disabled"));
            },
        ),
        pool(
            &["duplicate-target"],
            "the address of the first server again",
            |p| p.rotated(2),
            |d, p| {
                let again = format!("    server extra {} check", p.address(0));
                d.insert(*p.servers.last().unwrap(), &again);
            },
        ),
        pool(
            &["round-robin-disabled"],
            "balance source for balance roundrobin",
            |p| p.rotated(2) && p.line("balance roundrobin").is_some(),
            |d, p| {
                d.set(p.line("balance roundrobin").unwrap(), "    balance source");
            },
        ),
        pool(
            &["overridden-policy", "duplicate-setting"],
            "a second balance",
            |p| p.rotated(2) && p.line("balance roundrobin").is_some(),
            |d, p| {
                d.insert(p.line("balance roundrobin").unwrap(), "    balance leastconn");
            },
        ),
        pool(
            &["modulo-hash", "round-robin-disabled"],
            "a hash of a session parameter, without a ring",
            |p| p.rotated(3) && p.is_http() && p.line("balance").is_some(),
            |d, p| {
                d.set(p.line("balance").unwrap(), "    balance url_param session_id");
            },
        ),
        pool(
            &["positional-hash-ids"],
            "a ring that numbers its servers",
            |p| p.rotated(3) && p.is_http() && p.line("balance").is_some(),
            |d, p| {
                d.set(p.line("balance").unwrap(), "    balance uri");
                d.insert(p.line("balance").unwrap(), "    hash-type consistent");
            },
        ),
        section(
            &["shared-bind-address"],
            "another frontend on the same address",
            "frontend",
            |f, s| f.line(s, "bind").is_some() && f.line(s, "default_backend").is_some(),
            |d, f, s| {
                let bind = f.line(s, "bind").unwrap();
                d.mark(bind);
                let default = f.lines[f.line(s, "default_backend").unwrap()].trim();
                let again = format!("frontend another_entrance\n    {}\n    {default}", f.lines[bind].trim());
                d.append(&again);
            },
        ),
        pool(
            &["no-health-check"],
            "no server is checked any more",
            |p| p.is_whole() && p.rotated(2) && !p.has("option httpchk") && !p.has("default-server"),
            |d, p| {
                p.servers.iter().for_each(|at| d.take_out(*at, "check", 0));
                // Where one line would check all pools.
                p.file.defaults(p.section).into_iter().for_each(|defaults| d.mark(defaults.header));
            },
        ),
        pool(
            &["health-check-not-enabled"],
            "httpchk stays, check goes",
            |p| p.rotated(2) && p.line("option httpchk").is_some() && !p.has("default-server"),
            |d, p| {
                p.servers.iter().for_each(|at| d.take_out(*at, "check", 0));
                d.mark(p.line("option httpchk").unwrap());
            },
        ),
        pool(
            &["partial-health-check"],
            "the second server is not checked any more",
            |p| p.rotated(3) && !p.has("default-server"),
            |d, p| {
                d.take_out(p.servers[1], "check", 0);
            },
        ),
        pool(
            &["broken-health-check"],
            "HTTP/1.1 without a host",
            |p| p.rotated(2) && p.is_http() && p.line("option httpchk").is_some() && p.line("http-check").is_none(),
            |d, p| {
                d.set(p.line("option httpchk").unwrap(), "    option httpchk GET / HTTP/1.1");
            },
        ),
        pool(
            &["slow-failure-detection"],
            "inter 60s",
            |p| p.rotated(2),
            |d, p| {
                p.servers.iter().for_each(|at| d.add(*at, "inter 60s"));
            },
        ),
        pool(
            &["flapping-health-check"],
            "fall 1",
            |p| p.servers.len() < 4 && p.rotated(2) && p.with("fall") == 0 && !p.has("default-server"),
            |d, p| {
                p.servers.iter().for_each(|at| d.add(*at, "fall 1"));
            },
        ),
        pool(
            &["unchecked-backup", "partial-health-check"],
            "a backup that nobody checks",
            |p| p.rotated(2) && !p.has("default-server"),
            |d, p| {
                d.insert(*p.servers.last().unwrap(), "    server reserve 192.0.2.77:8080 backup");
            },
        ),
        pool(
            &["undetectable-failover"],
            "a backup, and no check",
            |p| p.is_whole() && p.rotated(2) && !p.has("default-server"),
            |d, p| {
                p.servers.iter().for_each(|at| d.take_out(*at, "check", 0));
                d.add(*p.servers.last().unwrap(), "backup");
            },
        ),
        pool(
            &["single-backup-takes-all"],
            "two backups without allbackups",
            |p| p.is_whole() && p.rotated(3) && !p.has("option allbackups"),
            |d, p| {
                let port = p.address(0).rsplit_once(':').map_or("80", |(_, port)| port);
                let backup = |number| format!("    server reserve{number} 192.0.2.{number}:{port} check backup\n");
                d.insert(*p.servers.last().unwrap(), &(backup(1) + &backup(2)));
            },
        ),
        pool(
            &["setting-without-effect"],
            "allbackups without backups",
            |p| p.rotated(2),
            |d, p| {
                d.insert(p.section.header, "    option allbackups");
            },
        ),
        pool(
            &["stuck-on-backup"],
            "clients stick to the backup",
            |p| p.rotated(2) && p.line("stick-table").is_none(),
            |d, p| {
                d.insert(p.section.header, "    stick-table type ip size 200k expire 30m\n    stick on src");
                d.insert(*p.servers.last().unwrap(), "    server reserve 192.0.2.77:8080 check backup");
            },
        ),
        pool(
            &["stale-dns"],
            "a name without resolvers",
            |p| p.rotated(2),
            |d, p| {
                d.replace(p.servers[0], p.address(0), "app1.prod.example.com:8080");
                d.add(p.servers[0], "init-addr libc,none");
            },
        ),
        pool(
            &["no-redispatch"],
            "no redispatch",
            |p| p.rotated(2) && p.has("option redispatch") && p.line("retries").is_none(),
            |d, p| {
                d.insert(p.section.header, "    no option redispatch\n    retries 3");
            },
        ),
        pool(
            &["unsafe-retry"],
            "every failure is retried",
            |p| p.rotated(2) && p.is_http(),
            |d, p| {
                d.insert(p.section.header, "    retry-on all-retryable-errors\n    option redispatch 1");
            },
        ),
        section(
            &["slow-connect-timeout"],
            "timeout connect 60s",
            "defaults",
            |f, s| f.line(s, "timeout connect").is_some() && f.inherits("timeout connect"),
            |d, f, s| {
                d.set(f.line(s, "timeout connect").unwrap(), "    timeout connect 60s");
            },
        ),
        section(
            &["unitless-timeout"],
            "seconds without a unit",
            "defaults",
            |f, s| f.line(s, "timeout server").is_some() && f.inherits("timeout server"),
            |d, f, s| {
                d.set(f.line(s, "timeout server").unwrap(), "    timeout server 30");
            },
        ),
        section(
            &["missing-timeout"],
            "no timeout server",
            "defaults",
            |f, s| f.line(s, "timeout server").is_some() && f.inherits("timeout server"),
            |d, f, s| {
                d.remove(f.line(s, "timeout server").unwrap());
            },
        ),
        pool(
            &["contradictory-limits"],
            "minconn above maxconn",
            |p| p.rotated(2),
            |d, p| {
                p.servers.iter().for_each(|at| d.add(*at, "minconn 200 maxconn 100"));
            },
        ),
        pool(
            &["duplicate-cookie-value"],
            "two servers with one cookie",
            |p| p.rotated(2) && p.is_http() && !p.has("cookie"),
            |d, p| {
                d.insert(p.section.header, "    cookie SRVID insert indirect nocache");
                for (number, at) in p.servers.iter().enumerate() {
                    d.add(*at, if number < 2 { "cookie app" } else { "cookie other" });
                }
            },
        ),
        pool(
            &["incomplete-affinity"],
            "a cookie on one server only",
            |p| p.rotated(3) && p.is_http() && !p.has("cookie"),
            |d, p| {
                d.insert(p.section.header, "    cookie SRVID insert indirect nocache");
                d.add(p.servers[0], "cookie app1");
                d.mark_all(&p.servers);
            },
        ),
        pool(
            &["affinity-table-limits"],
            "a small table without expiry",
            |p| p.rotated(2) && p.line("stick-table").is_none(),
            |d, p| {
                d.insert(p.section.header, "    stick-table type ip size 100\n    stick on src");
            },
        ),
        section(
            &["unreachable-route"],
            "a rule without condition before the others",
            "frontend",
            |f, s| f.line(s, "use_backend").is_some() && f.line(s, "default_backend").is_some(),
            |d, f, s| {
                let name = words(f.lines[f.line(s, "default_backend").unwrap()])[1];
                let first = f.line(s, "use_backend").unwrap();
                d.mark(first);
                d.insert(first - 1, &format!("    use_backend {name}"));
            },
        ),
        section(
            &["no-default-route"],
            "no default_backend",
            "frontend",
            |f, s| {
                let rules = f.line(s, "use_backend").is_some_and(|at| words(f.lines[at]).contains(&"if"));
                rules && f.line(s, "default_backend").is_some()
            },
            |d, f, s| {
                d.remove(f.line(s, "default_backend").unwrap());
                d.mark_all(
                    &s.body
                        .clone()
                        .filter(|at| words(f.lines[*at]).first() == Some(&"use_backend"))
                        .collect::<Vec<_>>(),
                );
            },
        ),
        section(
            &["misordered-rules"],
            "a rule for requests behind use_backend",
            "frontend",
            |f, s| f.line(s, "use_backend").is_some() && f.effective(s, "mode http").is_some(),
            |d, f, s| {
                d.insert(f.line(s, "use_backend").unwrap(), "    http-request deny if { path_beg /internal }");
            },
        ),
        pool(
            &["targets-never-used"],
            "a default_backend beside servers",
            |p| {
                p.section.kind == "listen"
                    && !p.servers.is_empty()
                    && p.file.sections.iter().any(|one| one.kind == "backend")
            },
            |d, p| {
                let other = p.file.sections.iter().find(|one| one.kind == "backend").unwrap();
                d.insert(p.section.header, &format!("    default_backend {}", other.name));
                d.mark_all(&p.servers);
            },
        ),
        pool(
            &["coerced-value"],
            "a weight that is no number",
            |p| p.rotated(2),
            |d, p| d.add(p.servers[0], "weight high"),
        ),
        pool(
            &["empty-argument"],
            "an empty word before check",
            |p| p.rotated(2) && p.with("check") == p.servers.len(),
            |d, p| {
                d.replace(p.servers[0], " check", " \"\" check");
            },
        ),
        pool(
            &["setting-without-effect"],
            "hash-type where nothing is hashed",
            |p| p.rotated(2) && p.line("balance roundrobin").is_some(),
            |d, p| {
                d.insert(p.section.header, "    hash-type consistent");
            },
        ),
        pool(
            &["order-dependent-setting"],
            "default-server behind the servers",
            |p| p.rotated(2) && p.line("default-server").is_none(),
            |d, p| {
                d.insert(*p.servers.last().unwrap(), "    default-server inter 1s fall 2 maxconn 100");
            },
        ),
        section(
            &["exposed-admin"],
            "the admin socket on every address",
            "global",
            |f, s| f.line(s, "stats socket").is_none(),
            |d, _, s| {
                d.insert(s.header, "    stats socket ipv4@*:9999 level admin");
            },
        ),
    ]
}
