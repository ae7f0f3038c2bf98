//! What the real Helm makes of the chart of the example repository, piped to lblint.

use std::process::{Command, Stdio};

use super::{told, tool};

const CHART: &str = "fixtures/repos/kubernetes/charts/gateway";

#[test]
fn what_helm_prints_is_read_as_what_it_will_be() {
    let Some(helm) = tool("helm") else { return };
    let rendered = Command::new(helm).args(["template", "shops", CHART]).output().unwrap();
    assert!(rendered.status.success(), "{}", told(&rendered).1);
    let mut lblint = Command::new(env!("CARGO_BIN_EXE_lblint"))
        .args(["check", "--isolated", "--quiet", "--format", "concise", "--stdin-filename", "rendered.yaml", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut lblint.stdin.take().unwrap(), &rendered.stdout).unwrap();
    let (status, said) = told(&lblint.wait_with_output().unwrap());
    let checks: Vec<&str> = said.lines().filter_map(|line| line.split(['[', ']']).nth(1)).collect();
    // The weights of the values make the first one; the chart alone does not say it.
    assert_eq!((status, checks.first()), (Some(1), Some(&"one-target-takes-all")), "{said}");
    assert!(said.contains("`10.50.1.11:8080` gets 98.0 % of `pricing`"), "{said}");
    assert!(!checks.iter().any(|check| check.starts_with("placeholder") || check.contains("syntax")), "{said}");
}
