//! The document: its fields, filters, and what people see.

use serde_json::Value;

use crate::{pool, run, shares, thousandths};

const TWO: &str = "defaults\n timeout connect 1s\nfrontend fe\n bind :80\n default_backend even\nfrontend other\n bind :81\n \
                   default_backend skewed\nbackend even\n server a 10.0.0.1:80 check\n server b 10.0.0.2:80 check\n \
                   option redispatch\nbackend skewed\n server a 10.0.0.1:81 weight 98\n server b 10.0.0.2:81 weight 1\n \
                   server c 10.0.0.3:81 weight 1\n";

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The fields of DESIGN 7 are there, whatever else is.
#[test]
fn the_contract_holds() {
    let document = shares("haproxy", TWO, &["--each-failure"]);
    let has = |value: &Value, wanted: &[&str]| {
        let keys = keys(value);
        assert!(wanted.iter().all(|key| keys.contains(key)), "{wanted:?} in {keys:?}");
    };
    let unit = &document["units"][0];
    has(unit, &["root", "dialect", "pools", "listeners"]);
    let even = pool(&document, "even");
    has(even, &["name", "certainty", "assumptions", "because", "shares", "failed", "failures"]);
    has(&even["shares"][0], &["target", "share", "low", "high"]);
    let failure = &even["failures"][0];
    let fields =
        ["down", "mode", "certainty", "noticed", "noticed_after_min_s", "noticed_after_s", "until_noticed", "shares"];
    has(failure, &[&fields[..], &["failed", "low", "high"]].concat());
    has(&failure["until_noticed"], &["failed", "delay_s"]);
    has(&unit["listeners"][0], &["name", "address", "pools", "failed"]);
    assert_eq!(even["failures"].as_array().unwrap().len(), 2, "each target, refused");
    assert!(shares("haproxy", TWO, &[])["units"][0]["pools"][0].get("failures").is_none());
}

/// Shares and what fails add up to everything, before and after.
#[test]
fn shares_add_up() {
    let document = shares("haproxy", TWO, &["--each-failure", "--modes", "refused,drop,hang,http500"]);
    for name in ["even", "skewed"] {
        let pool = pool(&document, name);
        let sum = |shares: &Value, failed: &Value| {
            let shares = shares.as_array().unwrap().iter().map(|share| share["share"].as_f64().unwrap());
            ((shares.sum::<f64>() + failed.as_f64().unwrap()) * 1e6).round() as i64
        };
        assert_eq!(sum(&pool["shares"], &pool["failed"]), 1_000_000);
        for failure in pool["failures"].as_array().unwrap() {
            assert_eq!(sum(&failure["shares"], &failure["failed"]), 1_000_000, "{failure}");
        }
    }
}

fn names(document: &Value) -> Vec<&str> {
    let pools = document["units"].as_array().unwrap().iter().flat_map(|unit| unit["pools"].as_array().unwrap());
    pools.map(|pool| pool["name"].as_str().unwrap()).collect()
}

#[test]
fn filters_let_pools_through() {
    assert_eq!(names(&shares("haproxy", TWO, &["--pool", "ev*"])), ["even"]);
    assert_eq!(names(&shares("haproxy", TWO, &["--only", "unnoticed"])), ["skewed"]);
    assert_eq!(names(&shares("haproxy", TWO, &["--only", "uneven"])), ["skewed"]);
    assert_eq!(names(&shares("haproxy", TWO, &["--only", "unknown"])), [""; 0]);
    assert_eq!(names(&shares("haproxy", TWO, &["--each-failure", "--top", "1"])), ["skewed"]);
    assert_eq!(names(&shares("haproxy", TWO, &["--unit", "nothing"])), [""; 0]);
    let (_, errors, status) = run("haproxy", TWO, &["--pool", "nothing"]);
    assert!(status == Some(0) && errors.contains("no pool has a name"), "{errors}");
}

/// People see bars where something is uneven, and one row where all fail alike.
#[test]
fn people_see_what_matters() {
    let (output, _, status) = run("haproxy", TWO, &["--each-failure", "--modes", "refused"]);
    assert_eq!(status, Some(0));
    let line = |start: &str| {
        output.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{output}"))
    };
    assert!(line("even ").contains("roundrobin, 2 targets, even  exact"), "{output}");
    assert!(line("any one").contains("4-6 s") && line("any one").contains("the other, 50 -> 100 %"), "{output}");
    assert!(line("a  weight 98").contains("98.0 %") && line("a  weight 98").contains("2.94 x fair"), "{output}");
    assert!(line("survive").ends_with("even") && line("lose requests").ends_with("skewed"), "{output}");
}

/// `-v` says how a number comes about, so that it can be recomputed by hand.
#[test]
fn the_arithmetic_is_shown() {
    let (output, ..) = run("haproxy", TWO, &["--each-failure", "--modes", "refused", "-v"]);
    for line in [
        "= weights of the 3 eligible: 98 + 1 + 1 = 100",
        "= share = weight / sum of weights",
        "noticed: 3 failed checks, 2 s apart once one has failed, the first up to 2 s late: 4 to 6 s",
        "= a refused: a request that meets it takes 3 s: an attempt fails at once, retries 3",
    ] {
        assert!(output.contains(line), "{line}: {output}");
    }
}

/// A ring of 8 million points, and the failures of its hosts (an optimised build needs less than a second for the ring).
#[test]
fn a_ring_of_eight_million_points() {
    let endpoint = |host: u32| {
        format!(
            "{{endpoint: {{address: {{socket_address: {{address: 10.0.{}.{}, port_value: 80}}}}}}}}",
            host / 250,
            host % 250
        )
    };
    let endpoints: Vec<String> = (0..200).map(endpoint).collect();
    let text = format!(
        "static_resources:\n  clusters:\n  - {{name: web, lb_policy: RING_HASH, ring_hash_lb_config: {{minimum_ring_size: 8388608}}, \
         load_assignment: {{cluster_name: web, endpoints: [{{lb_endpoints: [{}]}}]}}}}\n",
        endpoints.join(", ")
    );
    let start = std::time::Instant::now();
    let document = shares("envoy", &text, &[]);
    let elapsed = start.elapsed();
    let dealt: Vec<i64> = crate::dealt(pool(&document, "web"));
    assert!(dealt.iter().all(|share| *share == 5), "0.5 % each: {dealt:?}");
    let limit = if cfg!(debug_assertions) { 60.0 } else { 1.5 };
    assert!(elapsed.as_secs_f64() < limit, "{elapsed:?}");
    assert_eq!(thousandths(&pool(&document, "web")["failed"]), 0);
}

/// Thousands of rules of a listener, and names of any length, still make a table.
#[test]
fn tables_have_bounds() {
    let rules = |number: u32| format!(" use_backend p{number} if {{ path_beg /{number} }}\n");
    let pools = |number: u32| {
        format!("backend p{number}\n server {} 10.0.0.1:80\n server b 10.0.0.2:80 weight 7\n", "n".repeat(70_000))
    };
    let rules: Vec<String> = (0..3000).map(rules).collect();
    let text = format!("frontend fe\n mode http\n bind :80\n{}{}", rules.concat(), pools(0));
    let (output, errors, status) = run("haproxy", &text, &[]);
    assert_eq!(status, Some(0), "{errors}");
    assert!(output.lines().all(|line| line.chars().count() < 71_000));
}
