//! What the log says of the traffic of a section: who gets it, and in which format.

use lblint::model::{Fact, Logging};

use crate::model::{Model, model};

/// What is logged of a frontend with these lines, below a `global` and a `defaults` with those.
fn logged(global: &str, defaults: &str, frontend: &str) -> Option<Logging> {
    fact(&read(global, defaults, frontend)).get().copied()
}

fn read(global: &str, defaults: &str, frontend: &str) -> Model {
    model(&format!("global\n{global}\ndefaults\n mode http\n{defaults}\nfrontend f\n bind :80\n{frontend}\n"))
}

fn fact(model: &Model) -> Fact<Logging> {
    model.unit().listeners[0].logging
}

const TO: &str = " log 10.0.0.9 local0";

#[test]
fn the_last_format_counts() {
    // The lines that 2.6.12 wrote for each are on the page of `invisible-distribution`.
    let (with, without) = (Some(Logging::WithTarget), Some(Logging::WithoutTarget));
    let format = |frontend: &str| logged(TO, " log global", frontend);
    assert_eq!(format(""), without);
    for option in [" option httplog", " option httplog clf", " option tcplog", " option httpslog"] {
        assert_eq!(format(option), with, "{option}");
    }
    assert_eq!(format(" log-format \"%ci %b\"\n option httplog"), with);
    assert_eq!(format(" option httplog\n log-format \"%ci %b\""), without);
    assert_eq!(format(" log-format \"%ci %b/%s\""), with);
    assert_eq!(logged(TO, " log global\n option httplog", " log-format %b"), without);
    assert_eq!(format(" log-format \"${FORMAT}\""), None);
    assert_eq!(format(" option httplog\n option dontlog-normal"), None, "some requests are chosen");
}

#[test]
fn somebody_must_get_it() {
    let nothing = Some(Logging::Nothing);
    assert_eq!(logged(TO, " option httplog", ""), nothing);
    assert_eq!(logged("", " log global\n option httplog", ""), nothing);
    assert_eq!(logged(TO, " log global\n option httplog", " no log"), nothing);
    let again = " no log\n log 10.0.0.9 local1";
    assert_eq!(logged(TO, " log global\n option httplog", again), Some(Logging::WithTarget));
    // Measured with 2.6.12: traffic is logged with `info`.
    let deaf = " log 10.0.0.9 len 2048 local0 notice";
    assert_eq!(logged(deaf, " log global\n option httplog", ""), nothing);
    assert_eq!(logged(&format!("{deaf}\n{TO} info"), " log global\n option httplog", ""), Some(Logging::WithTarget));
    assert_eq!(logged(" log 10.0.0.9 local0 \"$LEVEL\"", " log global\n option httplog", ""), None);
    assert_eq!(logged(" log \"$HOST\" local0", " log global\n option httplog", ""), Some(Logging::WithTarget));
    assert_eq!(model("frontend f\n log global\n").unit().listeners[0].logging.get(), None, "another file has it");
}

#[test]
fn the_origin_is_the_line_that_decides() {
    let line = |model: &Model| model.line(fact(model).origin.at);
    assert_eq!(line(&read(" log 10.0.0.9 local0 err", " log global", "")), 2);
    assert_eq!(line(&read(TO, "", "")), 3, "one line in `defaults` would do");
    assert_eq!(line(&read(TO, " log global\n log-format %b", "")), 6);
}
