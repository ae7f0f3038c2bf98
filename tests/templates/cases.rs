//! Numbers of pools whose targets stand in arms of conditions: what is said is true of every rendered file.

use lblint::analysis::Analysis;
use lblint::source::Dialect;
use lblint::traffic::{PoolView, Prediction, Scenario, predict};

use super::read;

fn web(servers: &str) -> Analysis {
    let text =
        format!("frontend fe\n  mode http\n  bind :80\n  default_backend web\nbackend web\n  mode http\n{servers}");
    read("haproxy.cfg.j2", &text, Some(Dialect::Haproxy))
}

fn prediction(analysis: &Analysis) -> Prediction {
    let unit = &analysis.units[0].unit;
    let (id, _) = unit.pools().next().unwrap();
    predict(&PoolView::new(unit, &analysis.sources, id).unwrap(), Scenario::default())
}

fn says(analysis: &Analysis, check: &str) -> bool {
    analysis.findings.shown.iter().any(|finding| finding.meta.name == check)
}

const OTHERS: &str = "  server b 10.0.0.2:80 check weight 1\n  server c 10.0.0.3:80 check weight 1\n";

/// `a` with one weight or the other, beside two with weight 1.
fn either(one: u32, other: u32) -> Analysis {
    web(&format!(
        "{{% if canary %}}\n  server a 10.0.0.1:80 check weight {one}\n{{% else %}}\n  server a 10.0.0.9:80 check weight {other}\n{{% endif %}}\n{OTHERS}"
    ))
}

#[test]
fn arms_of_one_condition_are_not_added_up() {
    let all = prediction(&either(2, 1));
    let bounds: Vec<(u32, f64, f64)> = all.shares.iter().map(|share| (share.target, share.low, share.high)).collect();
    // With 2 of 4, or with 1 of 3; the second `a` has nothing in the first case.
    assert_eq!(bounds, [(0, 0.0, 0.5), (2, 0.25, 1.0 / 3.0), (3, 0.25, 1.0 / 3.0)]);
    let elsewhere: Vec<(u32, f64)> = all.elsewhere.iter().map(|share| (share.target, share.high)).collect();
    assert_eq!(elsewhere, [(1, 1.0 / 3.0)]);
}

#[test]
fn without_else_neither_arm_may_be_there() {
    let text = "{% if a %}\n  server a 10.0.0.1:80 weight 2\n{% elif b %}\n  server b 10.0.0.2:80\n{% endif %}\n";
    let all = prediction(&web(&format!("{text}{OTHERS}")));
    assert!((all.shares[1].high - 0.5).abs() < 1e-9, "{:?}", all.shares);
}

#[test]
fn what_holds_in_one_arm_only_is_not_said() {
    for check in ["no-failover-headroom", "skewed-weights", "one-target-takes-all"] {
        assert!(!says(&either(100, 1), check), "{check}");
        assert!(!says(&either(250, 1), check), "{check}");
    }
    let canary = "  server a 10.0.0.1:80 check weight 50\n  server b 10.0.0.2:80 check weight 50\n";
    let guarded = format!("{canary}{{% if canary %}}\n  server c 10.0.0.3:80 check weight 1\n{{% endif %}}\n");
    assert!(!says(&web(&guarded), "skewed-weights"));
}

#[test]
fn what_holds_in_every_arm_is_said() {
    assert!(says(&either(30, 40), "skewed-weights"));
    assert!(says(&either(200, 250), "one-target-takes-all"));
    assert!(!says(&either(200, 250), "duplicate-target"));
}

#[test]
fn a_share_that_is_not_known_is_not_printed() {
    let nginx = |servers: &str| {
        let text = format!(
            "events {{ }}\nhttp {{\n  upstream web {{\n{servers}  }}\n  server {{\n    listen 80;\n    location / {{ proxy_pass http://web; }}\n  }}\n}}\n"
        );
        read("nginx.conf.j2", &text, Some(Dialect::Nginx))
    };
    let name = nginx("    server a.example.com:80 weight={{ w }};\n    server 10.0.0.1:80;\n");
    let said = name.findings.shown.iter().find(|finding| finding.meta.name == "dns-multiplies-share").unwrap();
    assert!(!said.message.contains('%') && !said.message.contains("inf"), "{}", said.message);
    // What is filled in may be a name as well.
    let open = nginx("    server {{ a }}:80;\n    server b.example.com:80;\n");
    assert!(!says(&open, "dns-multiplies-share"));
}

#[test]
fn a_policy_that_may_be_filled_in_is_not_missed() {
    let text = "global\n  daemon\ndefaults\n  mode http\n  {{ extra }}\nlisten web\n  bind :80\n  server a 10.0.0.1:80\n  server b 10.0.0.2:80\n";
    let said = |text: &str| says(&read("haproxy.cfg.j2", text, Some(Dialect::Haproxy)), "implicit-policy");
    assert!(!said(text));
    assert!(said(&text.replace("  {{ extra }}\n", "")));
}
