//! Rules that make requests fail by chance, and rules that keep clients on a server.

use lblint::model::{DrillKind, DrillOf};

use crate::model::{Model, model};

/// A frontend with these lines, and a backend.
fn frontend(lines: &[&str]) -> Model {
    model(&format!(
        "frontend f\n bind :80\n {}\n default_backend b\nbackend b\n server s 10.0.0.1:80\n",
        lines.join("\n ")
    ))
}

#[test]
fn chance_is_read_in_units_of_a_hundredth_of_a_percent() {
    let part = |line: &str| {
        let model = frontend(&[line]);
        let drills = &model.unit().drills;
        assert!(drills.iter().all(|drill| matches!(drill.of, DrillOf::Listener(_))), "{line}");
        drills.first().map(|drill| (drill.kind, drill.part))
    };
    let denied = |part| Some((DrillKind::Answer(503), part));
    assert_eq!(part("http-request deny deny_status 503 if { rand(100) lt 10 }"), denied(1000));
    assert_eq!(part("http-request return status 503 if { rand(1000) -m int le 4 }"), denied(50));
    assert_eq!(part("http-request deny if { rand(10) ge 7 }"), Some((DrillKind::Answer(403), 3000)));
    assert_eq!(part("http-request tarpit if { rand(3) gt 1 }"), Some((DrillKind::Answer(500), 3333)));
    assert_eq!(part("http-request silent-drop if { rand(2) 0 }"), Some((DrillKind::Close, 5000)));
    assert_eq!(part("tcp-request content reject if { rand(4) lt 9 }"), Some((DrillKind::Close, 10_000)));
    for other in [
        "http-request deny if { rand(100) lt 0 }",
        "http-request deny if { rand(100) lt 10 } { path /x }",
        "http-request deny unless { rand(100) lt 10 }",
        "http-request deny if { rand lt 10 }",
        "http-request set-header x y if { rand(100) lt 10 }",
        "http-request deny if { src 10.0.0.0/8 }",
    ] {
        assert_eq!(part(other), None, "{other}");
    }
}

#[test]
fn a_condition_by_chance_may_have_a_name() {
    let model = frontend(&["acl drill rand(100) lt 25", "http-request deny if drill", "http-request deny if other"]);
    let parts: Vec<(&str, u32)> =
        model.unit().drills.iter().map(|drill| (model.written(drill.at), drill.part)).collect();
    assert_eq!(parts, [("http-request deny if drill", 2500)]);
}

#[test]
fn clients_stay_where_a_table_notes_them() {
    let pins = |lines: &str| {
        let model = model(&format!("backend b\n {lines}\n server s 10.0.0.1:80\n"));
        model.pool("b").pins.map(|at| model.written(at).to_owned())
    };
    let table = "stick-table type ip size 1k expire 1h";
    assert_eq!(pins(&format!("{table}\n stick on src")).as_deref(), Some("stick on src"));
    assert_eq!(
        pins(&format!("{table}\n stick store-request src if TRUE")).as_deref(),
        Some("stick store-request src if TRUE")
    );
    assert_eq!(pins(&format!("{table}\n stick match src")), None, "stores nothing");
    assert_eq!(pins(&format!("{table}\n stick on dst")), None, "one key for all");
    assert_eq!(pins("stick-table type ip size 1\n stick on src"), None, "room for one");
}

#[test]
fn a_server_may_be_left_out_of_tables() {
    let text = "backend b\n default-server non-stick\n server a 10.0.0.1:80\n server c 10.0.0.2:80 stick\n\
                backend d\n server e 10.0.0.3:80\n";
    let model = model(text);
    let noted = |pool: &str, name: &str| *model.target_settings(pool, name).noted.get().unwrap();
    assert_eq!([noted("b", "a"), noted("b", "c"), noted("d", "e")], [false, true, true]);
}
