//! Declared intent: each kind of expectation with a pool that meets it and one that does not, numbers worked out by hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

mod kinds;
mod members;
mod places;
mod replicas;

use lblint::analysis::{Analysis, analyze};
use lblint::checks::intent::State;
use lblint::settings::{Settings, SettingsFile};
use lblint::source::{Dialect, MapReader};

/// A backend that a frontend leads to; `pool` begins with the line of the backend.
fn haproxy(pool: &str) -> String {
    format!(
        "global\n    maxconn 4000\ndefaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n    \
         timeout server 30s\nresolvers dns\n    nameserver ns 10.0.0.2:53\nfrontend fe\n    bind :80\n    default_backend shop\n{pool}\n"
    )
}

/// An upstream that a location leads to.
fn nginx(upstreams: &str, pass: &str) -> String {
    format!(
        "events {{}}\nhttp {{\n{upstreams}\nserver {{ listen 80; location / {{ proxy_pass http://{pass}; }} }}\n}}\n"
    )
}

fn settings(text: &str) -> Settings {
    let settings = SettingsFile::parse("lblint.toml", text).unwrap().settings();
    Settings {
        texts: vec![("lblint.toml".to_owned(), text.to_owned())],
        today: Some("2026-11-21".parse().unwrap()),
        ..settings
    }
}

fn analysis(file: &str, text: &str, settings: &Settings) -> Analysis {
    analyze(&MapReader::new([(file, text)]), &[file.to_owned()], settings)
}

/// What is said of the expectations of a configuration: `held: ...`, `unmet: ...`, `open: ...`.
fn said_under(dialect: Dialect, text: &str, settings: &str) -> Vec<String> {
    let file = match dialect {
        Dialect::Haproxy => "haproxy.cfg",
        Dialect::Nginx => "nginx.conf",
        Dialect::Envoy => "envoy.yaml",
    };
    let settings = Settings { dialect: Some(dialect), ..self::settings(settings) };
    let analysis = analysis(file, text, &settings);
    let all = analysis.units.iter().flat_map(|unit| &unit.verdict.expectations);
    let said = all.map(|verified| match &verified.outcome.state {
        State::Held(text) => format!("held: {text}"),
        State::Unmet(unmet) => format!("unmet {}: {}", unmet.severity, unmet.message),
        State::Open(text) => format!("open: {text}"),
    });
    said.collect()
}

/// What is said of the only expectation in a comment of a configuration of HAProxy.
fn said(pool: &str) -> String {
    only(said_under(Dialect::Haproxy, &haproxy(pool), ""))
}

fn only(said: Vec<String>) -> String {
    assert_eq!(said.len(), 1, "{said:?}");
    said.into_iter().next().unwrap()
}

/// The checks that found something.
fn fired(file: &str, text: &str, settings: &Settings) -> Vec<&'static str> {
    analysis(file, text, settings).findings.shown.iter().map(|finding| finding.meta.name).collect()
}
