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
/// Where what is in flight does not matter.
const KEYS: Traffic = MANY.in_flight(2);
const BUSY: Traffic = Traffic::of(3200).in_flight(16);

#[test]
fn shares_are_as_predicted() {
    network::own("shares::haproxy::shares_are_as_predicted", |folder| {
        is_as_predicted(Program::Haproxy, &cases(), write, folder);
    });
}

/// A `listen` for each case.
pub(crate) fn write(cases: &[Placed<'_>], folder: &Path) -> String {
    let mut text = format!("global\n stats socket {}/admin.sock level admin\n maxconn 8000\n", folder.display());
    text.push_str("defaults\n mode http\n timeout client 30s\n timeout server 30s\n timeout connect 5s\n");
    for placed in cases {
        let case = placed.case;
        writeln!(text, "listen {}\n bind {}", placed.pool(), placed.listener()).unwrap();
        let body = placed.filled(&format!("{}\n{}\n", case.front, case.pool)).replace('\n', "\n ");
        writeln!(text, " {}\n{}", body.trim_end(), placed.filled(case.around)).unwrap();
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
        cycles("no policy written", "server s1 @1\nserver s2 @2\nserver s3 @3"),
        cycles(
            "round robin, weights",
            "balance roundrobin\nserver s1 @1 weight 3\nserver s2 @2 weight 2\nserver s3 @3",
        ),
        cycles(
            "weights with a common factor",
            "balance roundrobin\nserver s1 @1 weight 20\nserver s2 @2 weight 40\nserver s3 @3 weight 60",
        ),
        Case::new("the largest weight", "balance roundrobin\nserver s1 @1 weight 256\nserver s2 @2", Traffic::of(514)),
        cycles("weight 0", "balance roundrobin\nserver s1 @1\nserver s2 @2\nserver s3 @3 weight 0"),
        cycles(
            "weights that are no numbers",
            "balance roundrobin\nserver s1 @1 weight 2x\nserver s2 @2\nserver s3 @3 weight x",
        ),
        cycles("disabled", "balance roundrobin\nserver s1 @1\nserver s2 @2 disabled\nserver s3 @3 weight 2"),
        cycles("a backup that waits", "balance roundrobin\nserver s1 @1\nserver s2 @2\nserver s3 @3 backup"),
        cycles("backups alone: the first", "balance roundrobin\nserver s1 @1 backup\nserver s2 @2 backup"),
        cycles(
            "the first backup that has a weight",
            "balance roundrobin\nserver s1 @1 weight 0\nserver s2 @2 backup weight 0\nserver s3 @3 backup",
        ),
        cycles(
            "all backups",
            "balance roundrobin\noption allbackups\nserver s1 @1 backup weight 2\nserver s2 @2 backup\nserver s3 @3 disabled",
        ),
        cycles("nobody", "balance roundrobin\nserver s1 @1 weight 0\nserver s2 @2 disabled"),
        cycles("an address twice", "balance roundrobin\nserver s1 @1\nserver s1b @1\nserver s2 @2"),
        cycles(
            "a default for those below it",
            "balance roundrobin\nserver s1 @1\ndefault-server weight 5\nserver s2 @2\nserver s3 @3 weight 4",
        ),
        cycles("the last policy counts", "balance source\nbalance roundrobin\nserver s1 @1 weight 2\nserver s2 @2"),
        cycles("static, weights", "balance static-rr\nserver s1 @1 weight 3\nserver s2 @2 weight 2\nserver s3 @3"),
        cycles(
            "static, a backup's weight takes part in the divisor",
            "balance static-rr\nserver s1 @1 weight 4\nserver s2 @2 weight 2\nserver s3 @3 weight 1 backup",
        ),
        cycles("room for few", "balance roundrobin\nserver s1 @1 maxconn 1\nserver s2 @2 maxconn 1 weight 2"),
        cycles("one", "server s1 @1 weight 7"),
        cycles(
            "a template",
            "balance roundrobin\nhttp-response set-header x-target %s\nserver-template s 3 @1 weight 2\nserver s4 @2",
        ),
    ]
}

fn by_load() -> Vec<Case> {
    vec![
        Case::new("least connections, idle", "balance leastconn\nserver s1 @1\nserver s2 @2\nserver s3 @3", CYCLES)
            .probable(),
        Case::new(
            "least connections, idle, weights",
            "balance leastconn\nserver s1 @1 weight 10\nserver s2 @2",
            CYCLES,
        )
        .probable(),
        Case::new("least connections, busy", "balance leastconn\nserver s1 @1\nserver s2 @2\nserver s3 @3", BUSY)
            .slow(3)
            .probable(),
        Case::new("least connections, busy, weights", "balance leastconn\nserver s1 @1 weight 3\nserver s2 @2", BUSY)
            .slow(3)
            .probable(),
        Case::new("the first", "balance first\nserver s1 @1\nserver s2 @2\nserver s3 @3", CYCLES),
        Case::new(
            "the lowest number",
            "balance first\nserver s1 @1 id 30\nserver s2 @2 id 20\nserver s3 @3 id 10",
            CYCLES,
        ),
        Case::new("the first that has room", "balance first\nserver s1 @1 maxconn 4\nserver s2 @2", BUSY)
            .slow(3)
            .test(Test::Unknown),
    ]
}

fn by_map() -> Vec<Case> {
    let keys = |name: &str, pool| Case::new(name, pool, KEYS).probable();
    vec![
        Case::new(
            "addresses",
            "balance source\nserver s1 @1 weight 1\nserver s2 @2 weight 2\nserver s3 @3 weight 1",
            CLIENTS,
        )
        .probable(),
        Case::new(
            "addresses, one apart",
            "balance source\nserver s1 @1 weight 98\nserver s2 @2\nserver s3 @3",
            CLIENTS,
        )
        .probable(),
        keys("paths", "balance uri\nserver s1 @1\nserver s2 @2\nserver s3 @3 weight 2"),
        keys("parts of paths", "balance uri depth 1 len 9\nserver s1 @1\nserver s2 @2\nserver s3 @3"),
        keys(
            "paths and queries",
            "balance uri whole\nhash-type map-based djb2 avalanche\nserver s1 @1 weight 3\nserver s2 @2",
        ),
        keys(
            "a parameter",
            "balance url_param k\nhash-type map-based wt6\nserver s1 @1\nserver s2 @2 disabled\nserver s3 @3",
        ),
        keys(
            "a header",
            "balance hdr(x-key)\nhash-type map-based crc32\nserver s1 @1 weight 10\nserver s2 @2 weight 20",
        ),
        keys("an expression", "balance hash req.hdr(x-key)\nserver s1 @1\nserver s2 @2\nserver s3 @3 backup"),
        Case::new(
            "a header that nobody sends: in turn",
            "balance hdr(x-none)\nserver s1 @1 weight 2\nserver s2 @2",
            CYCLES,
        ),
        keys("no weights", "balance uri\nserver s1 @1 weight 0\nserver s2 @2 weight 0"),
    ]
}

fn by_ring() -> Vec<Case> {
    let keys = |name: &str, pool| Case::new(name, pool, KEYS).probable();
    vec![
        Case::new(
            "ring of addresses",
            "balance source\nhash-type consistent\nserver s1 @1\nserver s2 @2\nserver s3 @3",
            CLIENTS,
        )
        .probable(),
        keys(
            "ring of paths, few points",
            "balance uri\nhash-type consistent\nserver s1 @1\nserver s2 @2\nserver s3 @3\nserver s4 @4\nserver s5 @5",
        ),
        keys(
            "ring with weights",
            "balance uri\nhash-type consistent\nserver s1 @1 weight 1\nserver s2 @2 weight 2\nserver s3 @3 weight 3",
        ),
        keys(
            "ring with many points",
            "balance hdr(x-key)\nhash-type consistent\nserver s1 @1 weight 100\nserver s2 @2 weight 200\nserver s3 @3 weight 100",
        ),
        keys(
            "ring with numbers",
            "balance url_param k\nhash-type consistent\nserver s1 @1 id 30\nserver s2 @2 id 7 weight 2\nserver s3 @3 id 4000",
        ),
        keys(
            "ring with other functions",
            "balance uri\nhash-type consistent djb2 avalanche\nserver s1 @1 weight 4\nserver s2 @2 weight 4",
        ),
        keys(
            "ring without one",
            "balance uri\nhash-type consistent wt6 avalanche\nserver s1 @1\nserver s2 @2 disabled\nserver s3 @3",
        ),
        keys(
            "ring with a limit that is not reached",
            "balance uri\nhash-type consistent\nhash-balance-factor 500\nserver s1 @1\nserver s2 @2\nserver s3 @3",
        ),
    ]
}

fn random() -> Vec<Case> {
    let many = |name: &str, pool| Case::new(name, pool, MANY).probable();
    vec![
        many(
            "one draw, weights",
            "balance random(1)\nserver s1 @1 weight 1\nserver s2 @2 weight 2\nserver s3 @3 weight 3",
        ),
        many(
            "one draw, large weights",
            "balance random(1)\nserver s1 @1 weight 100\nserver s2 @2 weight 200\nserver s3 @3 weight 100",
        ),
        many("two draws", "balance random\nserver s1 @1\nserver s2 @2\nserver s3 @3"),
        many(
            "two draws, weights",
            "balance random(2)\nserver s1 @1 weight 10\nserver s2 @2 weight 20\nserver s3 @3 weight 30",
        ),
        Case::new("two draws, busy", "balance random\nserver s1 @1 weight 10\nserver s2 @2 weight 30", BUSY)
            .slow(3)
            .probable(),
        many(
            "three draws",
            "balance random(3)\nserver s1 @1 weight 10\nserver s2 @2 weight 10\nserver s3 @3 weight 20",
        ),
    ]
}

fn overridden() -> Vec<Case> {
    let cycles = |name: &str, pool| Case::new(name, pool, CYCLES);
    vec![
        cycles(
            "a server for all",
            "balance roundrobin\nuse-server s2 if TRUE\nserver s1 @1\nserver s2 @2\nserver s3 @3",
        ),
        cycles(
            "new clients of cookies",
            "balance roundrobin\ncookie S insert\nserver s1 @1 cookie a\nserver s2 @2 cookie b\nserver s3 @3 weight 0 cookie c",
        ),
        Case::new(
            "clients with cookies",
            "balance roundrobin\ncookie S insert\nserver s1 @1 cookie a\nserver s2 @2 cookie b\nserver s3 @3 cookie c",
            KEYS.with("cookie: S={a|b|c}"),
        )
        .probable(),
        Case::new(
            "clients that stick",
            "balance roundrobin\nstick-table type ip size 100k\nstick on src\nserver s1 @1 weight 2\nserver s2 @2",
            Traffic::of(3000).from(Client::NewAddresses),
        )
        .probable(),
    ]
}

fn over_pools() -> Vec<Case> {
    vec![
        Case::new("a page that says sorry, unused", "", CYCLES)
            .front("use_backend NAME-sorry if { nbsrv(NAME-web) lt 1 }\ndefault_backend NAME-web")
            .around("backend NAME-web\n balance roundrobin\n server s1 @1\n server s2 @2\nbackend NAME-sorry\n server s3 @3")
            .of_listener(),
        Case::new("a page that says sorry, in use", "", CYCLES)
            .front("use_backend NAME-sorry if { nbsrv(NAME-web) lt 1 }\ndefault_backend NAME-web")
            .around("backend NAME-web\n balance roundrobin\n server s1 @1 disabled\n server s2 @2 disabled\nbackend NAME-sorry\n server s3 @3")
            .of_listener(),
        Case::new("all to one pool", "", CYCLES)
            .front("use_backend NAME-a if TRUE\ndefault_backend NAME-b")
            .around("backend NAME-a\n server s1 @1\nbackend NAME-b\n server s2 @2")
            .of_listener(),
        Case::new("no pool for anybody", "", CYCLES)
            .front("use_backend NAME-a if FALSE")
            .around("backend NAME-a\n server s1 @1")
            .of_listener(),
    ]
}

fn other_modes() -> Vec<Case> {
    let connections = |name: &str, pool| Case::new(name, pool, CYCLES.from(Client::NewConnections));
    vec![
        connections(
            "connections in turn",
            "mode tcp\nbalance roundrobin\nserver s1 @1 weight 2\nserver s2 @2\nserver s3 @3 backup",
        ),
        Case::new("connections by address", "mode tcp\nbalance source\nserver s1 @1\nserver s2 @2 weight 3", CLIENTS)
            .probable(),
        connections("connections have no paths: in turn", "mode tcp\nbalance uri\nserver s1 @1\nserver s2 @2 weight 2"),
        connections(
            "connections without the cookie: in turn",
            "mode tcp\nbalance rdp-cookie\nserver s1 @1\nserver s2 @2",
        ),
    ]
}
