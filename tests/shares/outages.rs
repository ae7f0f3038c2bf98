//! `--down`: targets by name, by address, by network, by locality; all that are given together.

use serde_json::{Value, json};

use crate::{lost, pool, run, shares};

const TWO: &str = "defaults\n timeout connect 1s\n option redispatch\nbackend web\n server a 10.0.0.1:80 check\n \
                   server b 10.0.0.2:80 check\n server c 10.0.1.1:80 check\nbackend api\n server a 10.0.0.1:81 check\n \
                   server b 10.0.1.1:81 check\n";

fn down(arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = arguments.iter().flat_map(|argument| ["--down", argument]).collect();
    shares("haproxy", TWO, &arguments)
}

/// Pool, what is down, how, what fails for good.
fn failures(document: &Value) -> Vec<(String, Value, String, i64)> {
    let pools = document["units"].as_array().unwrap().iter().flat_map(|unit| unit["pools"].as_array().unwrap());
    let mut all = Vec::new();
    for pool in pools {
        for failure in pool["failures"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            all.push((text(&pool["name"]), failure["down"].clone(), text(&failure["mode"]), lost(failure).0));
        }
    }
    all
}

fn failure(pool: &str, down: &[&str], mode: &str, failed: i64) -> (String, Value, String, i64) {
    (pool.to_owned(), json!(down), mode.to_owned(), failed)
}

#[test]
fn a_target_by_its_name() {
    assert_eq!(failures(&down(&["web/a@drop"])), [failure("web", &["a"], "drop", 0)]);
    assert_eq!(failures(&down(&["web/a", "web/c"])), [failure("web", &["a", "c"], "refused", 0)]);
}

#[test]
fn targets_by_address_and_network() {
    assert_eq!(
        failures(&down(&["10.0.0.1"])),
        [failure("web", &["a"], "refused", 0), failure("api", &["a"], "refused", 0)]
    );
    assert_eq!(failures(&down(&["10.0.0.1:81"])), [failure("api", &["a"], "refused", 0)]);
    let network = down(&["10.0.0.0/24", "10.0.1.1@refused"]);
    let all = [failure("web", &["a", "b", "c"], "refused", 1000), failure("api", &["a", "b"], "refused", 1000)];
    assert_eq!(failures(&network), all);
}

#[test]
fn what_is_not_there_is_said() {
    let (output, errors, status) = run("haproxy", TWO, &["--down", "web/x"]);
    assert_eq!((output.as_str(), status), ("", Some(2)));
    assert!(errors.contains("no target is meant by `web/x`"), "{errors}");
    let (_, errors, status) = run("haproxy", TWO, &["--down", "web/a@drop", "--down", "web/b@hang"]);
    assert_eq!(status, Some(2));
    assert!(errors.contains("different ways"), "{errors}");
    let (_, errors, status) = run("haproxy", TWO, &["--down", "web/a@gone"]);
    assert_eq!(status, Some(2));
    assert!(errors.contains("refused, drop, hang, http500"), "{errors}");
}

/// Hosts with several targets, and localities, fail as one if that is asked.
#[test]
fn hosts_and_localities() {
    let text = "backend web\n server a 10.0.0.1:80 check\n server b 10.0.0.1:81 check\n server c 10.0.0.2:80 check\n";
    let document = shares("haproxy", text, &["--each-failure=hosts"]);
    let downs: Vec<&Value> =
        pool(&document, "web")["failures"].as_array().unwrap().iter().map(|one| &one["down"]).collect();
    assert_eq!(downs, [&json!(["a"]), &json!(["b"]), &json!(["c"]), &json!(["a", "b"])]);
    let zone = |name: &str, host: &str| {
        format!(
            "{{locality: {{zone: {name}}}, lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: {host}.1, port_value: 80}}}}}}}}, \
                 {{endpoint: {{address: {{socket_address: {{address: {host}.2, port_value: 80}}}}}}}}]}}"
        )
    };
    let text = format!(
        "static_resources:\n  clusters:\n  - {{name: web, load_assignment: {{cluster_name: web, endpoints: [{}, {}]}}}}\n",
        zone("a", "10.0.0"),
        zone("b", "10.0.1")
    );
    let document = shares("envoy", &text, &["--each-failure=localities"]);
    assert_eq!(pool(&document, "web")["failures"].as_array().unwrap().len(), 4 + 2);
    let document = shares("envoy", &text, &["--down", "zone=a"]);
    assert_eq!(pool(&document, "web")["failures"][0]["down"], json!(["10.0.0.1:80", "10.0.0.2:80"]));
}

#[test]
fn pools_whose_names_hold_slashes() {
    let text = "events {}\nhttp { upstream default/web/80 { server 10.0.0.1:80; server unix:/run/a.sock; } }\n";
    let document = shares("nginx", text, &["--down", "default/web/80/unix:/run/a.sock"]);
    assert_eq!(pool(&document, "default/web/80")["failures"][0]["down"], json!(["unix:/run/a.sock"]));
}

/// Load decides how much dead targets are handed beside living ones; where all are dead they are handed everything.
#[test]
fn all_targets_of_a_policy_that_follows_load() {
    for balance in ["leastconn", "random"] {
        let text = format!("backend web\n balance {balance}\n server a 10.0.0.1:80\n server b 10.0.0.2:80 weight 9\n");
        let document = shares("haproxy", &text, &["--down", "0.0.0.0/0"]);
        assert_eq!(lost(&pool(&document, "web")["failures"][0]), (1000, 1000, 1000), "{balance}");
    }
}
