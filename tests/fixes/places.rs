//! Single fixes: what they write, and where none is offered although the finding is.

use lblint::finding::Fix;
use lblint::source::Dialect;

use crate::examples::Example;
use crate::fixed::{Files, tried};

/// The text after the only fix of a check in it; the fix must do nothing else.
fn fixed(example: &Example, check: &str) -> Option<String> {
    let all = tried(&example.files, usize::MAX, |files| example.analyze(files));
    let mut own = all.into_iter().filter(|fix| fix.check == check);
    let fix = own.next()?;
    assert!(own.next().is_none(), "{check} has several fixes");
    assert!(fix.problems.is_empty(), "{:?}", fix.problems);
    fix.files.into_iter().next().map(|(_, text)| text)
}

fn haproxy(text: &str) -> Example {
    Example::alone(Dialect::Haproxy, "haproxy.cfg", text)
}

/// What changes: the lines that are gone and those that are new.
fn changed(example: &Example, check: &str) -> Vec<String> {
    let before = &example.files[0].1;
    let Some(after) = fixed(example, check) else { return Vec::new() };
    let gone = before.lines().filter(|line| !after.lines().any(|other| other == *line)).map(|line| format!("-{line}"));
    let new = after.lines().filter(|line| !before.lines().any(|other| other == *line)).map(|line| format!("+{line}"));
    gone.chain(new).collect()
}

const HEAD: &str = "\
global
\tmaxconn 4000
defaults
\tmode http
\toption redispatch
\ttimeout connect 3s
\ttimeout client 30s
\ttimeout server 30s
frontend fe
\tbind 10.0.0.5:80
\tdefault_backend web
backend web
\tbalance roundrobin
\toption httpchk GET /health
";

const SERVERS: &str = "\tserver a 10.0.0.1:80 check\n\tserver b 10.0.0.2:80 check\n";

#[test]
fn one_of_several_names_goes_with_its_comma() {
    let servers = "\tserver a 10.0.0.1:80 check weight 20\n\tserver b 10.0.0.2:80 check weight 2\n";
    for (names, left) in [
        ("stale-dns, skewed-weights", "skewed-weights"),
        ("skewed-weights, stale-dns", "skewed-weights"),
        ("skewed-weights , stale-dns, until = 2030-01-01", "skewed-weights , until = 2030-01-01"),
    ] {
        let text = |names: &str| {
            let comment = format!("# lblint: allow({names}) so it is\nbackend web\n");
            format!("{HEAD}{servers}").replace("\nbackend web\n", &format!("\n{comment}"))
        };
        assert_eq!(fixed(&haproxy(&text(names)), "unused-suppression").unwrap(), text(left), "{names}");
    }
}

#[test]
fn a_comment_that_allows_nothing_goes_with_its_line() {
    let text = format!("{HEAD}\t# lblint: allow(stale-dns) names are stable\n{SERVERS}");
    assert_eq!(fixed(&haproxy(&text), "unused-suppression").unwrap(), format!("{HEAD}{SERVERS}"));
    let text = format!("{HEAD}{SERVERS}")
        .replace("a 10.0.0.1:80 check\n", "a 10.0.0.1:80 check  # lblint: allow(stale-dns) x\n");
    assert_eq!(fixed(&haproxy(&text), "unused-suppression").unwrap(), format!("{HEAD}{SERVERS}"));
    let text = format!("{HEAD}\t# lblint: allow(stale-dns, until = 2025-01-01) names are stable\n{SERVERS}");
    assert_eq!(fixed(&haproxy(&text), "expired-suppression").unwrap(), format!("{HEAD}{SERVERS}"));
}

#[test]
fn times_keep_what_is_read() {
    let text = format!("{HEAD}\ttimeout queue 5sec\n{SERVERS}");
    assert_eq!(changed(&haproxy(&text), "coerced-value"), ["-\ttimeout queue 5sec", "+\ttimeout queue 5s"]);
}

#[test]
fn old_names_become_new_ones_if_that_is_all() {
    let old = format!("{HEAD}{SERVERS}")
        .replace("timeout client 30s", "clitimeout 30s")
        .replace("option redispatch", "redispatch");
    assert_eq!(fixed(&haproxy(&old), "removed-api").unwrap(), format!("{HEAD}{SERVERS}"));
    let more = old.replace("\toption httpchk", "\treqdel ^X-Foo\n\toption httpchk");
    assert_eq!(fixed(&haproxy(&more), "removed-api"), None);
}

#[test]
fn what_an_engine_or_a_program_writes_is_left_alone() {
    let text = format!("{HEAD}{SERVERS}").replace("timeout client 30s", "timeout client 30");
    let lines = ["-\ttimeout client 30", "+\ttimeout client 30s"];
    assert_eq!(changed(&haproxy(&text), "unitless-timeout"), lines);
    assert!(changed(&haproxy(&format!("# Ansible managed\n{text}")), "unitless-timeout").is_empty());
    let beside = text.replace("10.0.0.1:80", "{{ address }}:80");
    assert_eq!(changed(&haproxy(&beside), "unitless-timeout"), lines);
    let touched = text.replace("timeout client 30", "timeout client 30{{ unit }}");
    assert!(changed(&haproxy(&touched), "unitless-timeout").is_empty());
}

/// The fixes of a check in an nginx configuration that is written in several ways.
fn fixes(files: Files, arguments: &[&str], check: &str) -> Vec<Fix> {
    let example = Example::of(files, arguments);
    let found = example.analyze(&example.files).findings.shown.into_iter();
    let own: Vec<_> = found.filter(|finding| finding.meta.name == check).collect();
    assert_eq!(own.len(), 1, "{check} is found");
    own.into_iter().flat_map(|finding| finding.fixes).collect()
}

const NGINX: &str = "\
events {}
http {
    upstream web {
        server 10.0.0.1:80;
        server 10.0.0.2:80;
        server 10.0.0.2:80;
    }
    server {
        listen 80;
        location / { proxy_pass http://web; }
    }
}
";

#[test]
fn dumps_and_decoded_copies_are_left_alone() {
    let file = |name: &str, text: String| vec![(name.to_owned(), text)];
    let map = |scalar: String| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: edge\ndata:\n  nginx.conf: {scalar}")
    };
    let check = "duplicate-target";
    assert_eq!(fixes(file("nginx.conf", NGINX.to_owned()), &["nginx.conf"], check).len(), 1);
    let dump = format!("# configuration file /etc/nginx/nginx.conf:\n{NGINX}\n");
    assert_eq!(fixes(file("dump.conf", dump), &["dump.conf"], check), []);
    assert_eq!(
        fixes(
            file("map.yaml", map(format!("|\n    {}\n", NGINX.trim_end().replace('\n', "\n    ")))),
            &["map.yaml"],
            check
        )
        .len(),
        1
    );
    let quoted = format!("\"{}\"\n", NGINX.replace('\n', "\\n"));
    assert_eq!(fixes(file("map.yaml", map(quoted)), &["map.yaml"], check), []);
}

#[test]
fn a_file_that_several_read_is_changed_only_for_all_of_them() {
    let files = |cache: &str| {
        let one = NGINX.replace("location / {", "include ../shared.inc;\n        location / {");
        let other = one.replace(
            "    upstream",
            &format!("    proxy_cache_path /var/cache keys_zone=c:1m;\n    {cache}\n    upstream"),
        );
        let shared = "proxy_no_cache $cookie_session;\n".to_owned();
        vec![
            ("one/nginx.conf".to_owned(), one),
            ("two/nginx.conf".to_owned(), other),
            ("shared.inc".to_owned(), shared),
        ]
    };
    let arguments = ["one/nginx.conf", "two/nginx.conf"];
    assert_eq!(fixes(files(""), &arguments, "setting-without-effect").len(), 1);
    assert_eq!(fixes(files("proxy_cache c;"), &arguments, "setting-without-effect"), []);
}

const CLUSTER: &str = "\
static_resources:
  clusters:
  - name: web
    connect_timeout: 1s
    type: STATIC
    load_assignment:
      cluster_name: web
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 10.0.1.11, port_value: 80}}}
        - endpoint: {address: {socket_address: {address: 10.0.1.12, port_value: 80}}}
";

#[test]
fn scalars_keep_their_quotes_and_get_those_of_json() {
    for (written, meant) in [("1s", "1s"), ("1", "1s"), ("'500ms'", "'0.5s'"), ("\"500ms\"", "\"0.5s\"")] {
        let cluster = |time: &str| CLUSTER.replace("timeout: 1s", &format!("timeout: {time}"));
        let expected = (written != meant).then(|| cluster(meant));
        let example = Example::alone(Dialect::Envoy, "envoy.yaml", &cluster(written));
        assert_eq!(fixed(&example, "invalid-value"), expected, "{written}");
    }
    let json = |time: &str| {
        format!("{{\"static_resources\": {{\"clusters\": [{{\"name\": \"web\", \"connect_timeout\": {time}}}]}}}}\n")
    };
    let example = Example::alone(Dialect::Envoy, "envoy.json", &json("1"));
    assert_eq!(fixed(&example, "invalid-value"), Some(json("\"1s\"")));
}
