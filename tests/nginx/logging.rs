//! What the log in force says of requests that a location hands on.

use lblint::model::{Fact, Logging};

use crate::model::{http, model};

/// What is logged of a location, with these statements in `http`, in `server` and in it.
fn logged(http_block: &str, server: &str, location: &str) -> Fact<Logging> {
    let text = format!("{http_block}\nserver {{ {server} location / {{ {location} proxy_pass http://10.0.0.1; }} }}");
    http(&text).forwarding("/").logging
}

fn known(http_block: &str, server: &str, location: &str) -> Option<Logging> {
    logged(http_block, server, location).get().copied()
}

const FORMATS: &str = "log_format up '$remote_addr ' '$upstream_addr'; log_format down '$status $upstream_status';";

#[test]
fn the_nearest_block_with_a_log_decides() {
    let (with, without) = (Some(Logging::WithTarget), Some(Logging::WithoutTarget));
    assert_eq!(known("", "", ""), without, "combined");
    assert_eq!(known("", "access_log /dev/null;", ""), Some(Logging::Nothing));
    assert_eq!(known(&format!("{FORMATS} access_log a up;"), "", ""), with);
    assert_eq!(known(&format!("{FORMATS} access_log a up;"), "access_log b;", ""), without);
    assert_eq!(known(&format!("{FORMATS} access_log a;"), "access_log b down;", "access_log c up;"), with);
    assert_eq!(known(FORMATS, "", "access_log a up; access_log b combined;"), with, "all of them write");
    // Measured with 1.22.1: the other file stays empty.
    assert_eq!(known(FORMATS, "", "access_log a up; access_log off;"), Some(Logging::Nothing));
}

#[test]
fn what_cannot_be_told_is_unknown() {
    assert_eq!(known("", "", "access_log a elsewhere;"), None);
    let made = "map $upstream_addr $short { default 1; } log_format f '$short';";
    assert_eq!(known(made, "access_log a f;", ""), None);
    assert_eq!(
        known("log_format f '$uri $upstream_http_x_served_by';", "access_log a f;", ""),
        Some(Logging::WithTarget)
    );
    assert_eq!(known("", "log_by_lua_block { ngx.log(1) }", ""), None);
}

#[test]
fn the_origin_is_the_statement_that_decides() {
    let text = "events {}\nhttp {\naccess_log a;\nserver { location / { proxy_pass http://10.0.0.1; } }\n}\n";
    let read = model(text);
    let (_, written) = read.origin(&read.forwarding("/").logging);
    assert_eq!(written.trim_end_matches(';'), "access_log a");
}

#[test]
fn connections_are_not_logged_by_themselves() {
    let read = |log: &str| {
        let text = format!(
            "events {{}}\nstream {{\nlog_format up '$upstream_addr';\nupstream db {{ server 10.0.0.1:1; server 10.0.0.2:1; }}\n\
             server {{ listen 1; {log} proxy_pass db; }}\n}}\n"
        );
        let read = model(&text);
        let route = &read.unit().routes[0];
        read.unit().logging(route).unwrap().get().copied()
    };
    assert_eq!(read(""), Some(Logging::Nothing));
    assert_eq!(read("access_log a up;"), Some(Logging::WithTarget));
}
