//! `pools` against a running haproxy: targets, addresses, weights, roles, checks and policies of the corpus's files.

use std::collections::BTreeMap;

use lblint::analysis::analyze;
use lblint::report::{Filter, Format, Options, Subject, render};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};
use serde_json::Value;

use crate::haproxy::Haproxy;
use crate::{corpus, haproxy, reduce};

/// What is compared of a target.
#[derive(Debug, PartialEq, Eq, Clone)]
struct Server {
    /// `None` where it is not known (an environment variable).
    address: Option<String>,
    weight: u64,
    role: String,
    probed: bool,
}

/// A pool: its policy and its targets by name.
type Pool = (String, BTreeMap<String, Server>);

#[test]
fn pools_agree_with_a_running_haproxy() {
    let Some(files) = corpus::accepted().filter(|_| haproxy::available()) else { return };
    let directory = std::env::temp_dir().join(format!("lblint-live-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let (mut agreed, mut wrong, mut refused) = (0, Vec::new(), 0);
    for (path, text) in files {
        let reduced = reduce::reduce(&text);
        if !reduced.contains("server") {
            continue;
        }
        let Some(running) = Haproxy::start(&reduced, &directory) else {
            refused += 1;
            continue;
        };
        let differences = differences(&model(&path, &text), &running);
        if differences.is_empty() {
            agreed += 1;
        } else {
            wrong.push(format!("{path}: {}", differences.join("; ")));
        }
    }
    std::fs::remove_dir_all(directory).unwrap();
    println!("{agreed} files agree, {} differ, {refused} did not start when cut down", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agreed >= 60, "only {agreed} files could be compared");
}

/// Pools as `lblint pools` lists them.
fn model(path: &str, text: &str) -> BTreeMap<String, Pool> {
    let reader = MapReader::new([(path, text)]);
    let mut settings = Settings { dialect: Some(Dialect::Haproxy), ..Settings::default() };
    settings.versions.insert(Dialect::Haproxy, haproxy::version().unwrap());
    let analysis = analyze(&reader, &[path.to_owned()], &settings);
    let report = render(&analysis, Subject::Pools(&Filter::default()), Format::Json, &Options::new(&settings));
    let json: Value = serde_json::from_str(&report).unwrap();
    let pools = json["units"].as_array().unwrap().iter().flat_map(|unit| unit["pools"].as_array().unwrap());
    pools.map(|pool| (pool["name"].as_str().unwrap().to_owned(), pool_of(pool))).collect()
}

fn pool_of(pool: &Value) -> Pool {
    let targets = pool["targets"].as_array().unwrap().iter();
    let servers = targets.map(|target| {
        let server = Server {
            address: target["address"].as_str().map(str::to_owned),
            weight: target["weight"].as_u64().unwrap_or(u64::MAX),
            role: target["role"].as_str().unwrap().to_owned(),
            probed: target["probed"].as_bool().unwrap_or(false),
        };
        (target["name"].as_str().unwrap().to_owned(), server)
    });
    (pool["policy"]["name"].as_str().unwrap_or("?").to_owned(), servers.collect())
}

/// Everything in which the running program and the model differ.
fn differences(model: &BTreeMap<String, Pool>, running: &Haproxy) -> Vec<String> {
    let state = running.ask("show servers state");
    let statistics = statistics(&running.ask("show stat"));
    let mut differences = Vec::new();
    let mut seen = 0;
    for line in state.lines().filter(|line| !line.starts_with('#') && line.len() > 1) {
        let columns: Vec<&str> = line.split(' ').collect();
        let (pool, name) = (columns[1], columns[3]);
        seen += 1;
        let Some((policy, servers)) = model.get(pool) else {
            differences.push(format!("pool {pool} is missing"));
            continue;
        };
        let Some(server) = servers.get(name) else {
            differences.push(format!("server {pool}/{name} is missing"));
            continue;
        };
        differences.extend(compare(server, &columns, &statistics));
        let algorithm =
            statistics.get(&(pool.to_owned(), "BACKEND".to_owned())).map_or("", |row| row.algorithm.as_str());
        // 2.6 has no word for `random` in its statistics.
        if algorithm != policy && (algorithm, policy.as_str()) != ("unknown", "random") {
            differences.push(format!("{pool}: policy {policy}, running {algorithm}"));
        }
    }
    let known: usize = model.values().map(|(_, servers)| servers.len()).sum();
    if known != seen {
        differences.push(format!("{known} targets in the model, {seen} running"));
    }
    differences
}

/// Columns of `show servers state`, version 1 (management guide 9.3).
fn compare(server: &Server, columns: &[&str], statistics: &BTreeMap<(String, String), Row>) -> Vec<String> {
    let (pool, name, address, port, name_to_resolve) = (columns[1], columns[3], columns[4], columns[18], columns[17]);
    let host = if name_to_resolve == "-" { address } else { name_to_resolve };
    let weight: u64 = columns[8].parse().unwrap();
    let administrative: u32 = columns[6].parse().unwrap();
    let check_state: u32 = columns[13].parse().unwrap();
    let agent_state: u32 = columns[14].parse().unwrap();
    let row = &statistics[&(pool.to_owned(), name.to_owned())];
    // 0x01 and 0x04: maintenance, forced or from the configuration; 0x02: inherited from a tracked server.
    let role = if administrative & 0x05 != 0 {
        "down"
    } else if row.backup {
        "backup"
    } else {
        "active"
    };
    // 0x02: the check is configured.
    let probed = check_state & 0x02 != 0 || agent_state & 0x02 != 0 || row.tracks;
    let mut differences = Vec::new();
    let mut compare = |what: &str, model: String, running: String| {
        if model != running {
            differences.push(format!("{pool}/{name}: {what} {model}, running {running}"));
        }
    };
    if let Some(address) = &server.address {
        compare("address", normal(address), normal(&format!("{host}:{port}")));
    }
    compare("weight", server.weight.to_string(), weight.to_string());
    compare("role", server.role.clone(), role.to_owned());
    compare("checked", server.probed.to_string(), probed.to_string());
    differences
}

/// The same spelling for what both sides write differently: brackets, `*`, the port 0 that stands for the client's,
/// and sockets, whose path the program does not tell.
fn normal(address: &str) -> String {
    if address.starts_with('/') {
        return "-".to_owned();
    }
    let address = address.replace(['[', ']'], "").replace('*', "0.0.0.0").to_ascii_lowercase();
    address.strip_suffix(":0").unwrap_or(&address).to_owned()
}

/// What `show stat` says of a server or a pool.
struct Row {
    backup: bool,
    tracks: bool,
    algorithm: String,
}

/// The rows of `show stat` by pool and server.
fn statistics(text: &str) -> BTreeMap<(String, String), Row> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().trim_start_matches("# ").split(',').collect();
    let column = |name: &str| header.iter().position(|title| *title == name).unwrap();
    let (bck, tracked, algorithm) = (column("bck"), column("tracked"), column("algo"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let row = Row {
            backup: cells[bck] == "1",
            tracks: !cells[tracked].is_empty(),
            algorithm: cells[algorithm].to_owned(),
        };
        ((cells[0].to_owned(), cells[1].to_owned()), row)
    };
    lines.filter(|line| line.contains(',')).map(row).collect()
}
