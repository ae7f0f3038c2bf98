//! What the program refuses, statement by statement, and how far versions, fragments and templates change that.

use lblint::diagnostic::Kind;
use lblint::source::{Span, Version};
use lblint::validate::Program;

use crate::program::{accepts, whole};
use crate::statements::{ACCEPTED, REFUSED};
use crate::{MEASURED, complaints, complaints_in, kind_name};

#[test]
fn statements_that_are_refused() {
    for (context, text, kind, words) in REFUSED {
        let whole = whole(text, context);
        let found = complaints(&whole, "main");
        assert_eq!(found, [((*kind).to_owned(), *words)], "{context}: {text}");
    }
}

#[test]
fn statements_that_are_accepted() {
    for (context, text) in ACCEPTED {
        assert_eq!(complaints(&whole(text, context), "main"), [], "{context}: {text}");
    }
}

#[test]
fn the_program_says_the_same() {
    for (context, text, kind, _) in REFUSED {
        let Some(verdict) = accepts(&whole(text, context)) else { return };
        assert!(verdict.is_err(), "accepted, not {kind}: {context}: {text}");
    }
    for (context, text) in ACCEPTED {
        let Some(verdict) = accepts(&whole(text, context)) else { return };
        assert_eq!(verdict, Ok(()), "{context}: {text}");
    }
}

/// research 2.2: the last of a repeated parameter counts, and the program says nothing.
#[test]
fn repeated_parameters_of_a_server_are_accepted_and_spoken_of() {
    let text = whole("server 127.0.0.1 weight=2 weight=3 weight=3 backup;  server 127.0.0.1;", "upstream");
    assert_eq!(complaints(&text, "main"), [("DuplicateSetting".to_owned(), "weight=3")]);
    assert!(accepts(&text).is_none_or(|verdict| verdict.is_ok()));
}

/// The suggestion for the only complaint of a statement.
fn suggestion(text: &str, context: &str) -> String {
    match complaints_in(text, &[context], &[], MEASURED).as_slice() {
        [(one, _)] => match &one.kind {
            Kind::UnknownKeyword { suggestion, .. } | Kind::UnknownParameter { suggestion, .. } => {
                suggestion.as_deref().unwrap_or_default().to_owned()
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn near_words_are_suggested() {
    assert_eq!(suggestion("proxy_pas http://a;", "location"), "proxy_pass");
    assert_eq!(suggestion("upsteam u { }", "http"), "upstream");
    assert_eq!(suggestion("server 127.0.0.1 fail_timout=1s;", "upstream"), "fail_timeout=");
    assert_eq!(suggestion("server 127.0.0.1; server 127.0.0.2 bakup;", "upstream"), "backup");
    assert_eq!(suggestion("nonsense;", "http"), "");
}

#[test]
fn statements_have_a_lifetime() {
    let kinds = |text: &str, context: &str, version, stated| -> Vec<Kind> {
        let found = complaints_in(text, &[context], &[], Program { version, stated });
        found.into_iter().map(|(one, _)| one.kind).collect()
    };
    let ssl = "listen 443; ssl on;";
    assert_eq!(kinds(ssl, "server", Version::release(1, 25, 0), true), []);
    let since = Version::release(1, 25, 1);
    let instead = "`ssl` behind the address of `listen` and delete this";
    assert_eq!(kinds(ssl, "server", since, true), [Kind::Removed { since, instead }]);
    assert_eq!(kinds(ssl, "server", Version::line(1, 28), false), [Kind::Removed { since, instead }]);
    let refuse = "ssl_reject_handshake on;";
    let since = Version::release(1, 19, 4);
    assert_eq!(kinds(refuse, "server", since, true), []);
    assert_eq!(kinds(refuse, "server", Version::release(1, 19, 3), true), [Kind::TooNew(since)]);
    assert_eq!(kinds(refuse, "server", Version::release(1, 19, 3), false), [], "an assumed version is no reason");
    let sticky = "sticky cookie id expires=1h; server 127.0.0.1;";
    assert_eq!(kinds(sticky, "upstream", Version::release(1, 29, 6), true), []);
    assert_eq!(kinds(sticky, "upstream", Version::line(1, 28), true), [], "nginx Plus has had it for long");
    let keepalive = "server 127.0.0.1; keepalive 0;";
    assert_eq!(kinds(keepalive, "upstream", Version::release(1, 29, 7), true), []);
    assert_eq!(kinds(keepalive, "upstream", Version::release(1, 29, 6), true).len(), 1);
}

#[test]
fn other_editions_are_known() {
    let rows = [
        ("upstream", "zone z 64k; state /var/lib/state; ntlm; queue 10 timeout=5s;"),
        ("location", "health_check interval=5s fails=2 uri=/up; api write=on;"),
        ("upstream", "server 127.0.0.1 slow_start=30s; least_time header inflight;"),
        // New in the open-source program, older in Plus and Angie.
        ("upstream", "server 127.0.0.1 resolve; sticky cookie id; zone z 64k;"),
        ("upstream", "check interval=3000 rise=2 fall=5 timeout=1000 type=http; server 127.0.0.1;"),
        ("upstream", "server 127.0.0.1; fair;"),
        ("location", "content_by_lua_block { ngx.say('{') }"),
        ("location", "more_set_headers \"Server: a\";"),
    ];
    for (context, text) in rows {
        assert_eq!(complaints(text, context), [], "{context}: {text}");
    }
}

#[test]
fn a_fragment_is_wrong_only_if_no_context_takes_it() {
    let found = |text: &str, contexts: &[&str]| -> Vec<String> {
        complaints_in(text, contexts, &[], MEASURED).iter().map(|(one, _)| kind_name(one)).collect()
    };
    let either = ["http", "stream"];
    assert_eq!(found("upstream u { server 127.0.0.1; least_conn; }", &either), [] as [&str; 0]);
    assert_eq!(found("upstream u { server 127.0.0.1; ip_hash; }", &either), [] as [&str; 0]);
    assert_eq!(found("upstream u { server 127.0.0.1; ip_hash; }", &["stream"]), ["InvalidValue", "Misplaced"]);
    assert_eq!(found("proxy_next_upstream error;", &["location", "stream_server"]), [] as [&str; 0]);
    assert_eq!(found("proxy_next_upstream error;", &["stream_server"]), ["InvalidValue"]);
    assert_eq!(found("listen 80;", &either), ["Misplaced"]);
}

#[test]
fn bindings_hold_the_contexts_that_take_a_statement() {
    use lblint::grammar::nginx::{ContextSet, Grammar};
    use lblint::source::View;
    use lblint::syntax::nginx::{StatementId, parse};
    use lblint::validate::nginx::{Input, validate};
    let grammar = Grammar::load();
    let set = |names: &[&str]| names.iter().fold(ContextSet::default(), |set, name| set.with(grammar.context(name)));
    let view = View::new("upstream u { ip_hash; wonder; } map $a $b { c d; } wonder { x; }", 0);
    let tree = parse(view, &grammar, &mut Vec::new());
    let input = Input { view, tree: &tree, grammar: &grammar, program: MEASURED };
    let bindings = validate(input, set(&["http", "stream", "server"]), &mut Vec::new());
    let of = |id| bindings.of(StatementId(id));
    assert_eq!(of(0).contexts, set(&["http", "stream"]));
    assert_eq!(of(1).contexts, set(&["upstream"]));
    assert_eq!((of(2).contexts, of(2).support), (set(&["upstream", "stream_upstream"]), None));
    assert_eq!((of(4).contexts, of(4).support.is_some()), (set(&["map", "stream_map"]), true));
    assert_eq!(of(5).support, None);
    assert!(of(6).support.is_some(), "what stands in an unknown block is not unrecognised");
}

#[test]
fn what_stands_in_an_unknown_block_is_not_judged() {
    let found = complaints("wonder { listen 80; nonsense a b; { } }", "http");
    assert_eq!(found[0], ("UnknownKeyword".to_owned(), "wonder"));
    assert!(found[1..].iter().all(|(kind, _)| kind == "UnexpectedTerminator"), "{found:?}");
}

#[test]
fn masked_words_are_not_judged() {
    let rows =
        ["server XXXX:80 weight=XXXX;", "server 127.0.0.1:XXXX;", "keepalive XXXX; server a;", "zone z XXXX; XXXX;"];
    for text in rows {
        let masks: Vec<Span> = text.match_indices("XXXX").map(|(at, _)| Span::new(at as u32, at as u32 + 4)).collect();
        assert_eq!(complaints_in(text, &["upstream"], &masks, MEASURED), [], "{text}");
    }
}

#[test]
fn all_errors_of_a_file_are_found() {
    let text = "events {}\nhttp {\n  gzip yes;\n  upstream u { server a wieght=1; }\n  server { lisen 80; location / { root a b; } }\n}\n";
    let words: Vec<&str> = complaints(text, "main").into_iter().map(|(_, words)| words).collect();
    assert_eq!(words, ["yes", "wieght=1", "lisen", "b"]);
}
