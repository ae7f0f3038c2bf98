//! The tables of Envoy's hashing policies against the running program: which host each of some hundred keys goes to.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use lblint::traffic::hash::envoy::{
    DEFAULT_TABLE_SIZE, LARGEST_RING, Maglev, PointHash, Ring, RingSize, normalized, request_hash,
};

use crate::envoy::{Envoy, available};

/// How many keys each table is asked for.
const KEYS: usize = 400;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The weights of the hosts 127.0.0.1, 127.0.0.2, ... of every cluster.
const WEIGHTS: [u32; 8] = [1, 2, 3, 5, 8, 13, 1, 7];
/// The weights of its two localities, of five and three hosts.
const LOCALITIES: [(u32, &[u32]); 2] = [(1, &[1, 2, 3, 5, 8]), (3, &[13, 1, 7])];

const WHOLE: &str = r#"
static_resources:
  listeners:
  - name: front
    address: {pipe: {path: {front}}}
    filter_chains: [{filters: [{name: http, typed_config: {{manager}, stat_prefix: front, {router}, route_config: {
      virtual_hosts: [{name: all, domains: ["*"], routes: [
{routes}      ]}]}}}]}]
  - name: hosts
    address: {socket_address: {address: 0.0.0.0, port_value: 9001}}
    filter_chains: [{filters: [{name: http, typed_config: {{manager}, stat_prefix: hosts, {router}, route_config: {
      response_headers_to_add: [{header: {key: x-host, value: "%DOWNSTREAM_LOCAL_ADDRESS%"}}],
      virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200}}]}]}}}]}]
  clusters:
{clusters}"#;
const MANAGER: &str =
    r#""@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"#;
const ROUTER: &str = r#"http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]"#;

/// The position of the host for a request's hash.
type Table = Box<dyn Fn(u64) -> Option<u32>>;

/// What a cluster says besides its endpoints, and the table that we build for it.
struct Case {
    name: &'static str,
    settings: &'static str,
    table: fn() -> Table,
}

const CASES: [Case; 8] = [
    Case {
        name: "ring",
        settings: "lb_policy: RING_HASH",
        table: || ring(&addresses(), &flat(), RingSize::default(), PointHash::XxHash),
    },
    Case {
        name: "murmur",
        settings: "lb_policy: RING_HASH, ring_hash_lb_config: {hash_function: MURMUR_HASH_2, minimum_ring_size: 64}",
        table: || ring(&addresses(), &flat(), RingSize { minimum: 64, maximum: LARGEST_RING }, PointHash::Murmur2),
    },
    Case {
        name: "capped",
        settings: "lb_policy: RING_HASH, ring_hash_lb_config: {minimum_ring_size: 5, maximum_ring_size: 5}",
        table: || ring(&addresses(), &flat(), RingSize { minimum: 5, maximum: 5 }, PointHash::XxHash),
    },
    Case { name: "maglev", settings: "lb_policy: MAGLEV", table: || maglev(&addresses(), &flat(), DEFAULT_TABLE_SIZE) },
    Case {
        name: "small",
        settings: "lb_policy: MAGLEV, maglev_lb_config: {table_size: 11}",
        table: || maglev(&addresses(), &flat(), 11),
    },
    Case {
        name: "names",
        // Envoy refuses names of STATIC clusters here.
        settings: "type: STRICT_DNS, lb_policy: MAGLEV, common_lb_config: {consistent_hashing_lb_config: {use_hostname_for_hashing: true}}",
        table: || {
            maglev(&["h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8"].map(str::to_owned), &flat(), DEFAULT_TABLE_SIZE)
        },
    },
    Case {
        name: "ring-of-localities",
        settings: "lb_policy: RING_HASH, common_lb_config: {locality_weighted_lb_config: {}}",
        table: || ring(&addresses(), &by_locality(), RingSize::default(), PointHash::XxHash),
    },
    Case {
        name: "table-of-localities",
        settings: "lb_policy: MAGLEV, common_lb_config: {locality_weighted_lb_config: {}}",
        table: || maglev(&addresses(), &by_locality(), DEFAULT_TABLE_SIZE),
    },
];

fn ring(keys: &[String], weights: &[f64], size: RingSize, hash: PointHash) -> Table {
    let ring = Ring::new(keys, weights, size, hash).unwrap();
    Box::new(move |hash| ring.host(hash))
}

fn maglev(keys: &[String], weights: &[f64], size: u32) -> Table {
    let table = Maglev::new(keys, weights, size).unwrap();
    Box::new(move |hash| table.host(hash))
}

fn addresses() -> Vec<String> {
    (1..=WEIGHTS.len()).map(|host| format!("127.0.0.{host}:9001")).collect()
}

fn flat() -> Vec<f64> {
    normalized(&WEIGHTS, 1.0)
}

fn by_locality() -> Vec<f64> {
    let sum: u32 = LOCALITIES.iter().map(|(weight, _)| weight).sum();
    let localities = LOCALITIES.iter();
    localities.flat_map(|(weight, hosts)| normalized(hosts, f64::from(*weight) / f64::from(sum))).collect()
}

/// The configuration: what listens at port 9001 answers with the address that it was reached at.
fn configuration(front: &Path) -> String {
    let (mut routes, mut clusters) = (String::new(), String::new());
    for Case { name, settings, .. } in &CASES {
        let policy = "hash_policy: [{header: {header_name: x-key}}]";
        writeln!(routes, "        {{match: {{path: /{name}}}, route: {{cluster: {name}, {policy}}}}},").unwrap();
        let endpoints = endpoints().join(", ");
        let assignment = format!("load_assignment: {{cluster_name: {name}, endpoints: [{endpoints}]}}");
        writeln!(clusters, "  - {{name: {name}, {settings}, {assignment}}}").unwrap();
    }
    let parts = [("{manager}", MANAGER), ("{router}", ROUTER), ("{routes}", &routes), ("{clusters}", &clusters)];
    let whole = parts.iter().fold(WHOLE.to_owned(), |whole, (place, part)| whole.replace(place, part));
    whole.replace("{front}", &front.display().to_string())
}

/// Both localities with their hosts.
fn endpoints() -> Vec<String> {
    let mut host = 0;
    let mut endpoint = |weight: &u32| {
        host += 1;
        let address = format!("address: {{socket_address: {{address: 127.0.0.{host}, port_value: 9001}}}}");
        format!("{{endpoint: {{hostname: h{host}, {address}}}, load_balancing_weight: {weight}}}")
    };
    let mut locality = |(number, (weight, hosts)): (usize, &(u32, &[u32]))| {
        let hosts: Vec<String> = hosts.iter().map(&mut endpoint).collect();
        let hosts = hosts.join(", ");
        format!("{{locality: {{zone: z{number}}}, load_balancing_weight: {weight}, lb_endpoints: [{hosts}]}}")
    };
    LOCALITIES.iter().enumerate().map(&mut locality).collect()
}

/// The host that a request with this key reaches.
fn reached(front: &mut UnixStream, path: &str, key: &str) -> Option<String> {
    write!(front, "GET /{path} HTTP/1.1\r\nhost: a\r\nx-key: {key}\r\n\r\n").ok()?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        front.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    assert!(head.contains("content-length: 0"), "{head}");
    head.lines().find_map(|line| line.strip_prefix("x-host: ")).map(str::to_owned)
}

#[test]
fn envoy_and_we_find_the_same_host_for_every_key() {
    if !available() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("lblint-envoy-rings-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (file, front) = (folder.join("envoy.yaml"), folder.join("front.sock"));
    std::fs::write(&file, configuration(&front)).unwrap();
    let running = Envoy::start(&file).unwrap_or_else(|why| panic!("{why}"));
    let mut front = UnixStream::connect(&front).unwrap();
    front.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut wrong = Vec::new();
    for case in &CASES {
        let (table, addresses) = ((case.table)(), addresses());
        let mut hosts = std::collections::BTreeSet::new();
        for key in (0..KEYS).map(|key| format!("user-{key}")) {
            let theirs = reached(&mut front, case.name, &key).unwrap();
            let ours = &addresses[table(request_hash(key.as_bytes())).unwrap() as usize];
            hosts.insert(theirs.clone());
            (theirs != *ours).then(|| wrong.push(format!("{} {key}: {theirs}, not {ours}", case.name)));
        }
        println!("{}: {KEYS} keys, {} of {} hosts", case.name, hosts.len(), addresses.len());
    }
    drop(running);
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(wrong.is_empty(), "{} keys go elsewhere:\n{}", wrong.len(), wrong.join("\n"));
}
