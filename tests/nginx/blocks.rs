//! What is wrong with blocks as a whole: repeated directives, names taken twice, blocks that lack something.

use crate::complaints;
use crate::program::accepts;

/// Refused: whole configuration, kind and words of the only complaint.
const REFUSED: &[(&str, &str, &str)] = &[
    ("events {} events {}", "Repeated", "events"),
    ("events {} http { } http { }", "Repeated", "http"),
    ("http { }", "Incomplete", "http"),
    ("events {} worker_processes 1; worker_processes 2;", "Repeated", "worker_processes"),
    ("events {} http { gzip on; gzip off; }", "Repeated", "gzip"),
    ("events {} http { server { root /a; root /b; } }", "Repeated", "root"),
    (
        "events {} http { server { location / { proxy_pass http://127.0.0.1; proxy_pass http://127.0.0.2; } } }",
        "Repeated",
        "proxy_pass",
    ),
    ("events {} http { upstream u { server 127.0.0.1; keepalive 1; keepalive 2; } }", "Repeated", "keepalive"),
    ("events {} http { upstream u { server 127.0.0.1; } upstream U { server 127.0.0.1; } }", "DuplicateName", "U"),
    ("events {} http { upstream u { } }", "Incomplete", "upstream u"),
    ("events {} http { upstream u { zone z 64k; } }", "Incomplete", "upstream u"),
    ("events {} http { upstream u { server 127.0.0.1 backup; } }", "Incomplete", "upstream u"),
    ("events {} http { upstream u { ip_hash; server 127.0.0.1; server 127.0.0.2 backup; } }", "Conflict", "backup"),
    (
        "events {} http { upstream u { hash $uri; server 127.0.0.1; server 127.0.0.2 weight=2 backup; } }",
        "Conflict",
        "backup",
    ),
    ("events {} http { upstream u { random; server 127.0.0.1; server 127.0.0.2 backup; } }", "Conflict", "backup"),
    (
        "events {} http { upstream u { least_conn; ip_hash; server 127.0.0.1; server 127.0.0.2 backup; } }",
        "Conflict",
        "backup",
    ),
    ("events {} http { server { location / { } location / { } } }", "Repeated", "/"),
    ("events {} http { server { location /a { } location ^~ /a { } } }", "Repeated", "/a"),
    ("events {} http { server { location = /a { } location =/a { } } }", "Repeated", "=/a"),
    ("events {} http { server { listen 8080; listen *:8080; } }", "Repeated", "*:8080"),
    ("events {} http { server { listen [::]:8080; listen [::0]:8080; } }", "Repeated", "[::0]:8080"),
    ("events {} stream { server { listen 127.0.0.1:8080; } }", "Incomplete", "server"),
    ("events {} stream { server { proxy_pass 127.0.0.1:1; } }", "Incomplete", "server"),
];

/// Accepted.
const ACCEPTED: &[&str] = &[
    "events {}",
    "events {} http { gzip on; server { gzip off; } server { gzip off; } }",
    "events {} http { server { location /a { root /a; } location /b { root /b; } } }",
    "events {} http { server { add_header a b; add_header a b; allow all; allow all; } }",
    "events {} http { upstream u { server 127.0.0.1; } } stream { upstream u { server 127.0.0.1:1; } }",
    "events {} http { upstream u { server 127.0.0.1 down; } }",
    "events {} http { upstream u { server 127.0.0.1; server 127.0.0.1; } }",
    "events {} http { server { listen 8080; listen [::]:8080; listen 127.0.0.1:8080; } server { listen 8080; } }",
    "events {} http { upstream u { server 127.0.0.1; server 127.0.0.2 backup; hash $uri; } }",
    "events {} http { server { location / { if ($host) { root /a; } if ($host) { root /b; } root /c; } } }",
    "events {} stream { server { listen 127.0.0.1:8080; listen 127.0.0.1:8080 udp; return a; } }",
];

#[test]
fn wholes_that_are_refused() {
    for (text, kind, words) in REFUSED {
        assert_eq!(complaints(text, "main"), [((*kind).to_owned(), *words)], "{text}");
    }
}

#[test]
fn wholes_that_are_accepted() {
    for text in ACCEPTED {
        assert_eq!(complaints(text, "main"), [], "{text}");
    }
}

#[test]
fn the_program_says_the_same_of_wholes() {
    for (text, ..) in REFUSED {
        let Some(verdict) = accepts(text) else { return };
        assert!(verdict.is_err(), "{text}");
    }
    for text in ACCEPTED {
        let Some(verdict) = accepts(text) else { return };
        assert_eq!(verdict, Ok(()), "{text}");
    }
}

#[test]
fn what_may_come_from_elsewhere_is_not_missed() {
    for text in [
        "upstream u { include servers.conf; }",
        "upstream u { zone z 64k; state /var/lib/nginx/u.state; }",
        "upstream u { zone z 64k; } server { location / { health_check; } }",
        "upstream u { jdomain example.com; }",
    ] {
        assert_eq!(complaints(text, "http"), [], "{text}");
    }
    assert_eq!(complaints("server { listen 1; include proxy.conf; }", "stream"), []);
    assert_eq!(complaints("http { } include events.conf;", "main"), []);
    assert_eq!(complaints("server { listen 80; }", "http"), [], "a fragment needs no events");
}

#[test]
fn the_first_of_two_is_named() {
    use lblint::diagnostic::Kind;
    use lblint::source::Span;
    let text = "gzip on; sendfile on; gzip off;";
    let found = crate::complaints_in(text, &["http"], &[], crate::MEASURED);
    let kinds: Vec<_> = found.into_iter().map(|(one, _)| (one.span, one.kind)).collect();
    assert_eq!(kinds, [(Span::new(22, 26), Kind::Repeated(Span::new(0, 4)))]);
}

/// What is said of files, each after the first with the statement of an earlier one that includes it.
fn said_of(files: &[(&str, Option<(u32, u32)>)], context: &str) -> Vec<(u32, u32)> {
    use lblint::grammar::nginx::{ContextSet, Grammar};
    use lblint::source::{SourceId, View};
    use lblint::syntax::nginx::{Mount, MountId, Mounts, Place, StatementId, parse};
    let grammar = Grammar::load();
    let mut mounts = Mounts::default();
    let mut base = 0;
    for (index, (text, parent)) in files.iter().enumerate() {
        let view = View::new(text, base);
        base += text.len() as u32;
        mounts.add(Mount {
            source: SourceId(index as u32),
            view,
            tree: std::sync::Arc::new(parse(view, &grammar, &mut Vec::new())),
            contexts: ContextSet::default().with(grammar.context(context)),
            parent: parent.map(|(mount, statement)| Place { mount: MountId(mount), statement: StatementId(statement) }),
        });
    }
    let mut found = Vec::new();
    lblint::validate::nginx::repeated(&mounts, &grammar, &mut found);
    found.iter().map(|one| (one.span.start, one.span.end)).collect()
}

#[test]
fn includes_bring_the_second_one() {
    let including = "gzip on; include x;";
    assert_eq!(said_of(&[(including, None), ("gzip on;", Some((0, 1)))], "http"), [(19, 23)]);
    assert_eq!(said_of(&[("upstream u { include x; }", None), ("server a;", Some((0, 1)))], "http"), []);
    assert_eq!(said_of(&[("upstream u { include x; }", None), ("server a backup;", Some((0, 1)))], "http"), [(0, 10)]);
    assert_eq!(said_of(&[("gzip on;", None), ("gzip on;", None)], "http"), [], "two roots are not one file");
    assert_eq!(said_of(&[("http { }", None), ("http { }", None), ("events { }", None)], "main"), [(0, 4), (8, 12)]);
}
