//! Large configurations and long names: they are answered, in a time that grows with them.

use crate::run;

#[test]
fn ten_thousand_targets_that_fail_together_fit_a_line() {
    let targets: String = (1..10_001).map(|port| format!(" server s{port} 10.0.0.1:{port} check\n")).collect();
    let text = format!("listen web\n bind :80\n{targets}");
    let (output, errors, status) = run("haproxy", &text, &["--down", "10.0.0.1"]);
    assert_eq!(status, Some(0), "{errors}");
    assert!(output.contains("    s1 + s2 + s3 + 9,997 more  refused"), "{output}");
}

#[test]
fn a_name_of_a_hundred_thousand_letters() {
    let text =
        format!("listen web\n bind :80\n server {} 10.0.0.1:80\n server b 10.0.0.2:80 weight 2\n", "x".repeat(100_000));
    let (_, errors, status) = run("haproxy", &text, &["--each-failure"]);
    assert_eq!(status, Some(0), "{errors}");
}
