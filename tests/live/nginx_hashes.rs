//! Keys and addresses through the hash tables of a running nginx, one by one against the computed tables (research 3.5 to 3.7).

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use lblint::traffic::hash::nginx::{hash_target, ip_hash_target};
use lblint::traffic::hash::nginx_ring::Ring;

use crate::nginx_running::{Nginx, TEMPORARY};

/// How many keys or addresses each pool is asked for.
const CLIENTS: u32 = 300;

/// A server: as it is written, the address that nginx tells, its weight. Nobody listens there, so nginx answers at once.
type Server = (&'static str, &'static str, u32);

const SERVERS: [Server; 8] = [
    ("127.0.0.77:2", "127.0.0.77:2", 5),
    ("127.0.0.77:3", "127.0.0.77:3", 1),
    ("unix:/nowhere/a.sock", "unix:/nowhere/a.sock", 3),
    ("127.0.0.78", "127.0.0.78:80", 2),
    ("[::1]:4", "[::1]:4", 7),
    ("unix:/nowhere/5:6", "unix:/nowhere/5:6", 1),
    ("127.0.0.79:007", "127.0.0.79:7", 2),
    ("127.0.0.77:3", "127.0.0.77:3", 4),
];

/// Those that are down in the pools with servers that are down: so many that nginx gives up for some clients.
const DOWN: [u32; 5] = [0, 2, 4, 6, 3];

#[test]
fn keys_and_addresses_go_where_the_tables_say() {
    let Some(nginx) = Nginx::start("hashes", configuration) else { return };
    let (names, weights) = names_and_weights();
    let ring = Ring::new(&names, &weights).unwrap();
    let mut outcomes = Vec::new();
    for (place, down) in [("up", &[][..]), ("down", &DOWN)] {
        for key in keys() {
            let path = |method: &str| format!("/{method}_{place}?k={key}");
            outcomes.push(compare(&nginx, &path("hash"), hash_target(&weights, down, key.as_bytes())));
            outcomes.push(compare(&nginx, &path("ring"), ring.target(down, key.as_bytes())));
        }
        for client in addresses() {
            let path = format!("/ip_{place}?client={client}");
            outcomes.push(compare(&nginx, &path, ip_hash_target(&weights, down, client)));
        }
    }
    let wrong: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).cloned().collect();
    let by_table = outcomes.iter().filter(|outcome| **outcome == Ok(true)).count();
    println!("{by_table} of {} clients by the tables, {} differ", outcomes.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!((outcomes.len() * 97 / 100..outcomes.len()).contains(&by_table), "round robin is rare, but not left out");
}

/// Whether a table chose the server and not round robin, or what differs.
fn compare(nginx: &Nginx, path: &str, predicted: Option<usize>) -> Result<bool, String> {
    let client = path.split_once("client=").map_or("", |(_, client)| client);
    let tried = nginx.ask("GET", path, &format!("X-Real-IP: {client}\r\n")).tried;
    let predicted = predicted.map(|server| SERVERS[server].1);
    if predicted.is_some_and(|predicted| tried != predicted) || tried.is_empty() {
        return Err(format!("{path}: predicted {predicted:?}, counted {tried}"));
    }
    Ok(predicted.is_some())
}

fn names_and_weights() -> (Vec<&'static str>, Vec<u32>) {
    SERVERS.iter().map(|(written, _, weight)| (*written, *weight)).unzip()
}

/// Keys of several lengths.
fn keys() -> impl Iterator<Item = String> {
    (0..CLIENTS).map(|number| format!("{}{}", "session-".repeat(number as usize % 4), number * number))
}

/// Addresses of both families, spread over all networks.
fn addresses() -> impl Iterator<Item = IpAddr> {
    let spread = |number: u32| number.wrapping_mul(2_654_435_761);
    (0..CLIENTS).map(move |number| match number % 3 {
        0 => Ipv6Addr::from(u128::from(spread(number)) << 80 | u128::from(number)).into(),
        _ => Ipv4Addr::from(spread(number)).into(),
    })
}

fn configuration(folder: &Path) -> String {
    let methods = [("hash", "hash $arg_k"), ("ring", "hash $arg_k consistent"), ("ip", "ip_hash")];
    let (mut pools, mut locations) = (String::new(), String::new());
    for (place, down) in [("up", &[][..]), ("down", &DOWN)] {
        for (name, method) in methods {
            writeln!(pools, "upstream {name}_{place} {{ {method};\n{} }}", servers(down)).unwrap();
            writeln!(locations, "location /{name}_{place} {{ proxy_pass http://{name}_{place}; }}").unwrap();
        }
    }
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{TEMPORARY}{pools}\
         proxy_next_upstream off;\nset_real_ip_from unix:;\nreal_ip_header X-Real-IP;\n\
         server {{ listen unix:{}/front.sock;\nadd_header X-Tried $upstream_addr always;\n{locations} }}\n}}\n",
        folder.display()
    )
}

fn servers(down: &[u32]) -> String {
    let statement = |(position, (written, _, weight)): (u32, &Server)| {
        let down = if down.contains(&position) { " down" } else { "" };
        format!("server {written} weight={weight} max_fails=0{down};\n")
    };
    (0..).zip(&SERVERS).map(statement).collect()
}
