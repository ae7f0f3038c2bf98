//! Names that listeners take requests for.

use lblint::model::HostKind::{Exact, Pattern, Unknown, Unwritten, Wildcard};
use lblint::model::{HostKind, Why};

use crate::model::http;

/// The names of all servers with what they match.
fn names(text: &str) -> Vec<(u32, String, HostKind)> {
    let model = http(text);
    let hosts = model.unit().host_names.iter();
    hosts.map(|host| (host.listener.0, model.text(host.name).to_owned(), host.kind)).collect()
}

#[test]
fn names_are_told_apart_by_what_they_match() {
    let found =
        names(r"server { server_name a.example 'B.example' *.c d.* .e ~^f\d $hostname ''; } server { listen 81; }");
    let kinds = [Exact, Exact, Wildcard, Wildcard, Wildcard, Pattern, Unknown(Why::Variable), Unwritten];
    let words = ["a.example", "B.example", "*.c", "d.*", ".e", r"~^f\d", "$hostname", ""];
    let first: Vec<_> = words.iter().zip(kinds).map(|(word, kind)| (0, (*word).to_owned(), kind)).collect();
    assert_eq!(found[..8], first);
    assert_eq!(found[8..], [(1, "server".to_owned(), Unwritten)]);
}

#[test]
fn one_listener_of_an_address_takes_the_rest() {
    let model = http("server { listen 80; listen 81 default_server; }");
    let takes: Vec<bool> = model.unit().listeners[0].binds.iter().map(|bind| bind.takes_the_rest).collect();
    assert_eq!(takes, [false, true]);
}
