//! Interfaces that take servers out of service.

use lblint::model::{Address, Door, Grant, InterfaceKind, ListenerId, PoolId, Port};

use crate::model::model;

#[test]
fn sockets_have_a_level_and_an_address() {
    let text = "global\n stats socket /run/a.sock mode 660 level admin\n stats socket /run/b.sock mode 666 level admin\n \
                stats socket *:9999 level admin\n stats socket *:9998\n stats socket *:9997 level \"$LEVEL\"\n \
                stats socket *:9996 ssl crt a.pem ca-file b.pem verify required level admin\n";
    let model = model(text);
    let shown: Vec<_> =
        model.unit().operations.interfaces.iter().map(|one| (one.grants.get().copied(), one.asks)).collect();
    let (admin, operator) = (Some(Grant::Administrate), Some(Grant::Operate));
    assert_eq!(shown, [(admin, true), (admin, false), (admin, false), (operator, false), (None, false), (admin, true)]);
    let door = model.unit().operations.interfaces[2].door;
    assert_eq!(door, Door::Address(Address::Any(Port::Number(9999))));
}

#[test]
fn a_page_asks_by_password_by_rule_or_by_condition() {
    let page = |lines: &str| format!("listen s\n mode http\n bind :80\n{lines} stats admin if TRUE\n");
    let asks = |text: &str| model(text).unit().operations.interfaces[0].asks;
    assert!(!asks(&page("")));
    assert!(asks(&page(" stats auth a:b\n")));
    assert!(asks(&page(" http-request deny unless { src 10.0.0.0/8 }\n")));
    assert!(asks(&page(" tcp-request connection reject if { src 10.0.0.0/8 }\n")));
    assert!(asks("listen s\n stats admin if LOCALHOST\n"));
    // Measured with 2.6.12: a section with a `stats` line of its own inherits none, and its page asks for nothing.
    assert!(!asks("defaults\n stats auth a:b\nlisten s\n stats admin if TRUE\n"), "detached");
    assert!(
        asks("defaults d\n http-request deny unless { src 10.0.0.0/8 }\nlisten s from d\n stats admin if TRUE\n"),
        "inherited"
    );
}

#[test]
fn a_page_is_at_a_listener_or_behind_the_routes_to_a_pool() {
    let text = "frontend f\n bind :80\nlisten s\n stats admin if TRUE\nbackend b\n stats admin if TRUE\n";
    let model = model(text);
    let interfaces = &model.unit().operations.interfaces;
    assert_eq!([interfaces[0].door, interfaces[1].door], [Door::Listener(ListenerId(1)), Door::Pool(PoolId(1))]);
    assert!(interfaces.iter().all(|one| one.kind == InterfaceKind::Page));
}
