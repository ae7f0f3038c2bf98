//! Large configurations and long names: they are answered, in a time that grows with them.

use crate::run;

#[test]
fn ten_thousand_targets_that_fail_together_fit_a_line() {
    let target = |port: u32| format!(" server s{port} 10.0.0.1:{port} check\n");
    let targets: String = (1..10_001).map(target).collect();
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

/// Each listener with its own pool, and each pool with its own failures: nothing is looked for from the start each time.
#[test]
fn twenty_thousand_listeners() {
    let section =
        |n: u32| format!("listen l{n}\n bind 10.1.{}.{}:80\n server a 10.0.0.1:{n} check\n", n / 250, n % 250);
    let text: String = (1..20_001).map(section).collect();
    let begin = std::time::Instant::now();
    let (output, errors, status) = run("haproxy", &text, &["--each-failure", "--top", "10000"]);
    assert_eq!(status, Some(0), "{errors}");
    assert!(output.contains("10,000 pools"), "{}", output.len());
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}
