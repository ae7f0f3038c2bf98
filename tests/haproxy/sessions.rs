//! What ties clients to servers: cookie values and the statement that carries them, tables, peers.

use lblint::model::{CarrierKind, Timeout, Value};

use crate::model::{Model, model};

/// Names of servers with their cookie values.
fn values(model: &Model) -> Vec<(&str, Option<&str>)> {
    let unit = model.unit();
    let value = |value: Value<_>| match value {
        Value::Known(text) => Some(model.text(text)),
        Value::Unknown(_) => None,
    };
    let values = unit.sessions.values.iter();
    values.map(|one| (model.text(unit.targets[one.target as usize].name), value(one.value))).collect()
}

#[test]
fn values_come_from_the_line_or_from_default_server() {
    let text = "backend p\n server a 10.0.0.1:80\n default-server cookie z\n server b 10.0.0.2:80\n \
                server c 10.0.0.3:80 cookie \"c c\"\n server d 10.0.0.4:80 cookie \"$D\"\nbackend q\n server e 10.0.0.5:80\n";
    assert_eq!(values(&model(text)), [("b", Some("z")), ("c", Some("c c")), ("d", None)]);
}

/// Measured with 2.6.12: `dynamic` without a key makes no cookie.
#[test]
fn a_cookie_carries_written_values_or_makes_them_with_a_key() {
    let text = "defaults\n cookie S insert\nbackend a\n server s 10.0.0.1:80\nbackend b\n cookie S insert dynamic\n \
                dynamic-cookie-key k\nbackend c\n cookie S insert dynamic\nfrontend f\n bind :80\n";
    let model = model(text);
    let kinds: Vec<_> = model.unit().sessions.carriers.iter().map(|one| (model.line(one.at), one.kind)).collect();
    let known = Value::Known;
    let expected = [(2, known(CarrierKind::Written)), (6, known(CarrierKind::Made)), (9, known(CarrierKind::NotMade))];
    assert_eq!(kinds, expected);
}

#[test]
fn tables_are_those_that_rules_use() {
    let text = "peers lbs\n peer a 10.0.0.1:1024\n peer b 10.0.0.2:1024\n table t type ip size 2k expire 5m\n\
                backend rates\n stick-table type ip size 1m expire 1m store http_req_rate(10s)\n\
                backend p\n stick-table type ip size 20k nopurge peers lbs\n stick on src\n\
                backend q\n stick on src table lbs/t\nbackend r\n stick on dst table p2\n\
                backend p2\n stick-table type ip size 1\n";
    let model = model(text);
    let sessions = &model.unit().sessions;
    let shown: Vec<_> = sessions
        .tables
        .iter()
        .map(|table| {
            let peers = table.peers.map(|name| model.text(name));
            (
                model.line(table.at),
                table.size.get().copied(),
                table.expire.get().copied(),
                table.keeps_old,
                peers,
                table.many_keys,
            )
        })
        .collect();
    let minutes = Timeout::After(300_000);
    let expected = [
        (8, Some(20_480), Some(Timeout::Never), true, Some("lbs"), true),
        (4, Some(2048), Some(minutes), false, Some("lbs"), true),
        (15, Some(1), Some(Timeout::Never), false, None, false),
    ];
    assert_eq!(shown, expected);
    let peers: Vec<_> = sessions.peers.iter().map(|peers| (model.text(peers.name), peers.count)).collect();
    assert_eq!(peers, [("lbs", 2)]);
}
