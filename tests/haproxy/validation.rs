//! What the program refuses or misreads, line by line; each verdict was measured on 2.6.12 with `haproxy -c`.

use lblint::diagnostic::Kind;
use lblint::source::Version;

use crate::model::{model, model_for};

/// A sound configuration with one more line in its backend.
fn configuration(line: &str) -> String {
    format!("frontend f\n bind 127.0.0.1:80\n default_backend b\nbackend b\n {line}\n")
}

/// The kinds of diagnostics of one line in a backend that is otherwise sound.
fn kinds(line: &str) -> Vec<Kind> {
    model_for(&configuration(line), 2, 6).0.units[0]
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.kind.clone())
        .collect()
}

fn is_refused(line: &str) -> bool {
    kinds(line).iter().any(|kind| {
        matches!(
            kind,
            Kind::InvalidValue(_)
                | Kind::MissingArgument(_)
                | Kind::ExtraArgument(_)
                | Kind::UnknownKeyword { .. }
                | Kind::Conflict(_)
        )
    })
}

const REFUSED: [&str; 35] = [
    "server s1",
    "server s1 1.1.1.1:http",
    "server s1 1.1.1.1:80-90",
    "server s1 1.1.1.1:80 inter abc",
    "server s1 1.1.1.1:80 rise abc",
    "server s1 1.1.1.1:80 fall 0",
    "server s1 1.1.1.1:80 weight 300",
    "server s1 1.1.1.1:80 id 0",
    "server s1 1.1.1.1:80 check 5s",
    "server s1 1.1.1.1:80 inter",
    "server s1 127.0..1:80",
    "stick on src",
    "http-check expect strng ok",
    "tcp-check connect nonsense",
    "cookie SRV insert nonsense",
    "log 127.0.0.1:514",
    "log 127.0.0.1:514 local9",
    "acl a src 10.0.0.0/33",
    "option forwardfor 127.0.0.1",
    "http-request deny if { src 127..1 }",
    "server s/1 1.1.1.1:80",
    "default-server inter 1s foo",
    "balance foo",
    "balance hdr(x",
    "balance url_param",
    "hash-type foo",
    "timeout server 5x",
    "timeout server",
    "timeout srever 5s",
    "cookie",
    "option nonsense",
    "http-request deny all",
    "http-request set-header X-A %[nonsense]",
    "http-request set-header X-A %[src",
    "nonsense",
];

const ACCEPTED: [&str; 20] = [
    "server s1 1.1.1.1:80 check port 8080 inter 2s fall 3 rise 2 weight 256",
    "server s1 :80",
    "server s1 1.1.1.1:80 source 0.0.0.0 usesrc clientip check",
    "server s1 1.1.1.1:80 backup backup",
    "balance roundrobin trailing",
    "balance hdr(x-user) use_domain_only",
    "hash-type consistent sdbm avalanche",
    "option redispatch 1",
    "http-request deny deny_status 429 if { src 10.0.0.0/8 }",
    "http-request set-header X-A %[src,lower]",
    "http-request set-var(txn.a) path,lower",
    "no option httpclose",
    "timeout queue 500ms",
    "http-check expect ! rstatus 5..",
    "http-check expect comment up status 200-399",
    "tcp-check connect port 80 send-proxy",
    "cookie SRV insert indirect nocache maxidle 30m",
    "log 127.0.0.1:514 len 4096 format rfc5424 local0 notice err",
    "acl a src 10.1 192.168.0.0/16",
    "option forwardfor except 127.0.0.0/8 header X-Real",
];

#[test]
fn lines_that_are_refused() {
    for line in REFUSED {
        assert!(is_refused(line), "{line}: {:?}", kinds(line));
    }
}

#[test]
fn lines_that_are_accepted() {
    for line in ACCEPTED {
        assert_eq!(kinds(line), [], "{line}");
    }
}

/// Whether the installed haproxy accepts a configuration; `None` if there is none.
fn haproxy_accepts(text: &str) -> Option<bool> {
    let file = std::env::temp_dir().join(format!("lblint-line-{}.cfg", std::process::id()));
    std::fs::write(&file, text).unwrap();
    let output = std::process::Command::new("haproxy").args(["-c", "-q", "-f"]).arg(&file).output().ok()?;
    std::fs::remove_file(file).unwrap();
    Some(output.status.success())
}

#[test]
fn the_program_says_the_same() {
    for (lines, accepted) in [(&REFUSED[..], false), (&ACCEPTED[..], true)] {
        for line in lines {
            let text = format!("defaults\n mode http\n{}", configuration(line));
            let Some(verdict) = haproxy_accepts(&text) else {
                return eprintln!("skipped: haproxy is not installed");
            };
            assert_eq!(verdict, accepted, "{line}");
        }
    }
}

#[test]
fn values_that_are_read_as_something_else() {
    assert_eq!(kinds("server s1 1.1.1.1:80 weight abc"), [Kind::Coerced("0".into())]);
    assert_eq!(kinds("server s1 1.1.1.1:80 maxconn 1k"), [Kind::Coerced("1".into())]);
    assert_eq!(kinds("timeout server 5sec"), [Kind::Coerced("5000 ms".into())]);
    assert_eq!(kinds("http-request deny if"), [Kind::Coerced("a condition that never holds".into())]);
    assert_eq!(kinds("server s1 1.1.1.1:80 check weight"), [Kind::Coerced("0".into())]);
    assert_eq!(kinds("server s1 1.1.1.1:80x"), [Kind::Coerced("port 80".into())]);
    assert_eq!(kinds("retries abc"), [Kind::Coerced("0".into())]);
}

#[test]
fn near_words_are_suggested() {
    let suggestion = |line: &str| match kinds(line).as_slice() {
        [Kind::UnknownKeyword { suggestion, .. }] => suggestion.as_deref().unwrap_or_default().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(suggestion("balnace roundrobin"), "balance");
    assert_eq!(suggestion("option redispach"), "redispatch");
    assert_eq!(suggestion("server s1 1.1.1.1:80 chekc"), "check");
}

#[test]
fn statements_have_a_lifetime() {
    let kinds = |text: &str, major, minor| -> Vec<Kind> {
        let model = model_for(text, major, minor);
        model.0.units[0].diagnostics.iter().map(|diagnostic| diagnostic.kind.clone()).collect()
    };
    let nbproc = "global\n nbproc 2\n";
    assert!(kinds(nbproc, 2, 4).is_empty());
    assert!(matches!(kinds(nbproc, 2, 6)[..], [Kind::Removed { since, .. }] if since == Version::new(2, 5)));
    let listen = "listen a 10.0.0.5:80\n mode http\n";
    assert!(kinds(listen, 1, 8).is_empty(), "1.8 takes the address of a header");
    assert!(matches!(kinds(listen, 2, 0)[..], [Kind::Removed { since, .. }] if since == Version::new(2, 0)));
    let sticky = "backend b\n balance sticky\n";
    assert_eq!(kinds(sticky, 2, 6), [Kind::TooNew(Version::new(3, 0))]);
    assert!(kinds(sticky, 3, 0).is_empty());
    let unstated = model(sticky);
    assert!(unstated.0.units[0].diagnostics.is_empty(), "an assumed version is no reason to call something too new");
}

#[test]
fn statements_belong_to_sections() {
    let misplaced = |text: &str| {
        let model = model_for(text, 2, 6);
        let kinds = model.0.units[0].diagnostics.iter().map(|diagnostic| &diagnostic.kind);
        kinds.filter(|kind| matches!(kind, Kind::Misplaced { .. })).count()
    };
    assert_eq!(misplaced("global\n balance roundrobin\n"), 1);
    assert_eq!(misplaced("frontend f\n server a 10.0.0.1:80\n"), 1);
    assert_eq!(misplaced("defaults\n acl a path /\n"), 1);
    assert_eq!(misplaced("defaults named\n acl a path /\n"), 0);
}

/// Manual 3.7; 2.6.12 accepts both with `-W -c`.
#[test]
fn a_program_may_stay_when_the_proxy_is_reloaded() {
    for line in ["option start-on-reload", "no option start-on-reload"] {
        let text = format!("program api\n command /bin/api\n {line}\n");
        let diagnostics = &model_for(&text, 2, 6).0.units[0].diagnostics;
        assert!(diagnostics.is_empty(), "{line}: {diagnostics:?}");
    }
}
