//! What a running HAProxy deals out, against predicted shares.

use std::fmt::Write as _;
use std::path::Path;

use super::case::{Case, Placed, Test};
use super::network;
use super::peace::is_as_predicted;
use super::program::Program;
use super::traffic::{Client, Traffic};

/// Enough for any weights of these cases to come round some times.
const CYCLES: Traffic = Traffic::of(600);
/// Enough for half a point.
const MANY: Traffic = Traffic::of(20_000);
/// From many addresses, each over a connection of its own, which takes longer.
const CLIENTS: Traffic = Traffic::of(8000).in_flight(4).from(Client::NewAddresses);
/// Keys are the same in each run, and what is in flight does not matter to them.
const KEYS: Traffic = Traffic::of(10_000).in_flight(2);
const BUSY: Traffic = Traffic::of(3200).in_flight(16);

#[test]
fn shares_are_as_predicted() {
    network::own("shares::haproxy::shares_are_as_predicted", |folder| {
        is_as_predicted(Program::Haproxy, &cases(), write, folder);
    });
}

/// A `listen` for each case; in the texts `; ` ends a line.
pub(crate) fn write(cases: &[Placed<'_>], folder: &Path) -> String {
    let mut text = format!("global\n stats socket {}/admin.sock level admin\n maxconn 8000\n", folder.display());
    text.push_str("defaults\n mode http\n timeout client 30s\n timeout server 30s\n timeout connect 5s\n");
    for placed in cases {
        let Case { front, pool, around, .. } = placed.case;
        let lines = placed.filled(&format!("{front}; {pool}; {around}")).replace("; ", "\n ");
        write!(text, "listen {}\n bind {}\n {lines}\n", placed.pool(), placed.listener()).unwrap();
    }
    text
}

fn cases() -> Vec<Case> {
    let groups = [rotating(), by_load(), by_map(), by_ring(), random(), overridden(), over_pools(), other_modes()];
    groups.into_iter().flatten().collect()
}

fn rotating() -> Vec<Case> {
    let cycles = |name: &str, pool| Case::new(name, pool, CYCLES);
    vec![
        cycles("no policy written", "server s1 @1; server s2 @2; server s3 @3"),
        cycles(
            "round robin, weights",
            "balance roundrobin; server s1 @1 weight 3; server s2 @2 weight 2; server s3 @3",
        ),
        cycles(
            "weights with a common factor",
            "balance roundrobin; server s1 @1 weight 20; server s2 @2 weight 40; server s3 @3 weight 60",
        ),
        Case::new("the largest weight", "balance roundrobin; server s1 @1 weight 256; server s2 @2", Traffic::of(514)),
        cycles("weight 0", "balance roundrobin; server s1 @1; server s2 @2; server s3 @3 weight 0"),
        cycles(
            "weights that are no numbers",
            "balance roundrobin; server s1 @1 weight 2x; server s2 @2; server s3 @3 weight x",
        ),
        cycles("disabled", "balance roundrobin; server s1 @1; server s2 @2 disabled; server s3 @3 weight 2"),
        cycles("a backup that waits", "balance roundrobin; server s1 @1; server s2 @2; server s3 @3 backup"),
        cycles("backups alone: the first", "balance roundrobin; server s1 @1 backup; server s2 @2 backup"),
        cycles(
            "the first backup that has a weight",
            "balance roundrobin; server s1 @1 weight 0; server s2 @2 backup weight 0; server s3 @3 backup",
        ),
        cycles(
            "all backups",
            "balance roundrobin; option allbackups; server s1 @1 backup weight 2; server s2 @2 backup; server s3 @3 disabled",
        ),
        cycles("nobody", "balance roundrobin; server s1 @1 weight 0; server s2 @2 disabled"),
        cycles("an address twice", "balance roundrobin; server s1 @1; server s1b @1; server s2 @2"),
        cycles(
            "a default for those below it",
            "balance roundrobin; server s1 @1; default-server weight 5; server s2 @2; server s3 @3 weight 4",
        ),
        cycles("the last policy counts", "balance source; balance roundrobin; server s1 @1 weight 2; server s2 @2"),
        cycles("static, weights", "balance static-rr; server s1 @1 weight 3; server s2 @2 weight 2; server s3 @3"),
        cycles(
            "static, a backup's weight takes part in the divisor",
            "balance static-rr; server s1 @1 weight 4; server s2 @2 weight 2; server s3 @3 weight 1 backup",
        ),
        cycles("room for few", "balance roundrobin; server s1 @1 maxconn 1; server s2 @2 maxconn 1 weight 2"),
        cycles("one", "server s1 @1 weight 7"),
        Case::new(
            "a template",
            "balance roundrobin; http-response set-header x-target %s; server-template s 3 @1 weight 2; server s4 @2",
            Traffic::of(700),
        ),
    ]
}

fn by_load() -> Vec<Case> {
    vec![
        Case::new("least connections, idle", "balance leastconn; server s1 @1; server s2 @2; server s3 @3", CYCLES)
            .probable(),
        Case::new(
            "least connections, idle, weights",
            "balance leastconn; server s1 @1 weight 10; server s2 @2",
            CYCLES,
        )
        .probable(),
        Case::new("least connections, busy", "balance leastconn; server s1 @1; server s2 @2; server s3 @3", BUSY)
            .slow(3)
            .probable(),
        Case::new("least connections, busy, weights", "balance leastconn; server s1 @1 weight 3; server s2 @2", BUSY)
            .slow(3)
            .probable(),
        Case::new("the first", "balance first; server s1 @1; server s2 @2; server s3 @3", CYCLES),
        Case::new(
            "the lowest number",
            "balance first; server s1 @1 id 30; server s2 @2 id 20; server s3 @3 id 10",
            CYCLES,
        ),
        Case::new("the first that has room", "balance first; server s1 @1 maxconn 4; server s2 @2", BUSY)
            .slow(3)
            .test(Test::Unknown),
    ]
}

fn by_map() -> Vec<Case> {
    let keys = |name: &str, pool| Case::new(name, pool, KEYS).probable();
    vec![
        Case::new(
            "addresses",
            "balance source; server s1 @1 weight 1; server s2 @2 weight 2; server s3 @3 weight 1",
            CLIENTS,
        )
        .probable(),
        Case::new(
            "addresses, one apart",
            "balance source; server s1 @1 weight 98; server s2 @2; server s3 @3",
            CLIENTS,
        )
        .probable(),
        keys("paths", "balance uri; server s1 @1; server s2 @2; server s3 @3 weight 2"),
        keys("parts of paths", "balance uri depth 1 len 9; server s1 @1; server s2 @2; server s3 @3"),
        keys(
            "paths and queries",
            "balance uri whole; hash-type map-based djb2 avalanche; server s1 @1 weight 3; server s2 @2",
        ),
        keys(
            "a parameter",
            "balance url_param k; hash-type map-based wt6; server s1 @1; server s2 @2 disabled; server s3 @3",
        ),
        keys(
            "a header",
            "balance hdr(x-key); hash-type map-based crc32; server s1 @1 weight 10; server s2 @2 weight 20",
        ),
        keys("an expression", "balance hash req.hdr(x-key); server s1 @1; server s2 @2; server s3 @3 backup"),
        Case::new(
            "a header that nobody sends: in turn",
            "balance hdr(x-none); server s1 @1 weight 2; server s2 @2",
            CYCLES,
        ),
        keys("no weights", "balance uri; server s1 @1 weight 0; server s2 @2 weight 0"),
    ]
}

fn by_ring() -> Vec<Case> {
    let keys = |name: &str, pool| Case::new(name, pool, KEYS).probable();
    vec![
        Case::new(
            "ring of addresses",
            "balance source; hash-type consistent; server s1 @1; server s2 @2; server s3 @3",
            CLIENTS,
        )
        .probable(),
        keys(
            "ring of paths, few points",
            "balance uri; hash-type consistent; server s1 @1; server s2 @2; server s3 @3; server s4 @4; server s5 @5",
        ),
        keys(
            "ring with weights",
            "balance uri; hash-type consistent; server s1 @1 weight 1; server s2 @2 weight 2; server s3 @3 weight 3",
        ),
        keys(
            "ring with many points",
            "balance hdr(x-key); hash-type consistent; server s1 @1 weight 100; server s2 @2 weight 200; server s3 @3 weight 100",
        ),
        keys(
            "ring with numbers",
            "balance url_param k; hash-type consistent; server s1 @1 id 30; server s2 @2 id 7 weight 2; server s3 @3 id 4000",
        ),
        keys(
            "ring with other functions",
            "balance uri; hash-type consistent djb2 avalanche; server s1 @1 weight 4; server s2 @2 weight 4",
        ),
        keys(
            "ring without one",
            "balance uri; hash-type consistent wt6 avalanche; server s1 @1; server s2 @2 disabled; server s3 @3",
        ),
        keys(
            "ring with a limit that is not reached",
            "balance uri; hash-type consistent; hash-balance-factor 500; server s1 @1; server s2 @2; server s3 @3",
        ),
    ]
}

fn random() -> Vec<Case> {
    let many = |name: &str, pool| Case::new(name, pool, MANY).probable();
    vec![
        many(
            "one draw, weights",
            "balance random(1); server s1 @1 weight 1; server s2 @2 weight 2; server s3 @3 weight 3",
        ),
        many(
            "one draw, large weights",
            "balance random(1); server s1 @1 weight 100; server s2 @2 weight 200; server s3 @3 weight 100",
        ),
        many("two draws", "balance random; server s1 @1; server s2 @2; server s3 @3"),
        many(
            "two draws, weights",
            "balance random(2); server s1 @1 weight 10; server s2 @2 weight 20; server s3 @3 weight 30",
        ),
        Case::new("two draws, busy", "balance random; server s1 @1 weight 10; server s2 @2 weight 30", BUSY)
            .slow(3)
            .probable(),
        many(
            "three draws",
            "balance random(3); server s1 @1 weight 10; server s2 @2 weight 10; server s3 @3 weight 20",
        ),
    ]
}

fn overridden() -> Vec<Case> {
    let cycles = |name: &str, pool| Case::new(name, pool, CYCLES);
    vec![
        cycles(
            "a server for some",
            "balance roundrobin; use-server s2 if { req.hdr(x-none) -m found }; server s1 @1; server s2 @2; server s3 @3",
        ),
        cycles(
            "new clients of cookies",
            "balance roundrobin; cookie S insert; server s1 @1 cookie a; server s2 @2 cookie b; server s3 @3 weight 0 cookie c",
        ),
        Case::new(
            "clients with cookies",
            "balance roundrobin; cookie S insert; server s1 @1 cookie a; server s2 @2 cookie b; server s3 @3 cookie c",
            KEYS.with("cookie: S={a|b|c}"),
        )
        .probable(),
        Case::new(
            "clients that stick",
            "balance roundrobin; stick-table type ip size 100k; stick on src; server s1 @1 weight 2; server s2 @2",
            Traffic::of(3000).from(Client::NewAddresses),
        )
        .probable(),
    ]
}

fn over_pools() -> Vec<Case> {
    vec![
        Case::new("a page that says sorry, unused", "", CYCLES)
            .front("use_backend NAME-sorry if { nbsrv(NAME-web) lt 1 }; default_backend NAME-web")
            .around("backend NAME-web; balance roundrobin; server s1 @1; server s2 @2; backend NAME-sorry; server s3 @3")
            .of_listener(),
        Case::new("a page that says sorry, in use", "", CYCLES)
            .front("use_backend NAME-sorry if { nbsrv(NAME-web) lt 1 }; default_backend NAME-web")
            .around("backend NAME-web; balance roundrobin; server s1 @1 disabled; server s2 @2 disabled; backend NAME-sorry; server s3 @3")
            .of_listener(),
        Case::new("all to one pool", "", CYCLES)
            .front("use_backend NAME-a if TRUE; default_backend NAME-b")
            .around("backend NAME-a; server s1 @1; backend NAME-b; server s2 @2")
            .of_listener(),
        Case::new("no pool for anybody", "", CYCLES)
            .front("use_backend NAME-a if FALSE")
            .around("backend NAME-a; server s1 @1")
            .of_listener(),
    ]
}

fn other_modes() -> Vec<Case> {
    let connections = |name: &str, pool| Case::new(name, pool, CYCLES.from(Client::NewConnections));
    vec![
        connections(
            "connections in turn",
            "mode tcp; balance roundrobin; server s1 @1 weight 2; server s2 @2; server s3 @3 backup",
        ),
        Case::new("connections by address", "mode tcp; balance source; server s1 @1; server s2 @2 weight 3", CLIENTS)
            .probable(),
        connections("connections have no paths: in turn", "mode tcp; balance uri; server s1 @1; server s2 @2 weight 2"),
        connections(
            "connections without the cookie: in turn",
            "mode tcp; balance rdp-cookie; server s1 @1; server s2 @2",
        ),
    ]
}
