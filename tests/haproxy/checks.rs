//! Health checks: what is asked, which answers are good, and how a check connects.

use lblint::model::{HostHeader, OnFailures, ProbeKind, Statuses, Value, Verb};

use crate::model::{Model, model};

fn path(model: &Model, pool: &str) -> Option<String> {
    let path = model.settings(pool).http_check.path.get().copied().flatten();
    path.map(|path| model.text(path).to_owned())
}

/// One argument is the path, and what nothing says is `OPTIONS / HTTP/1.0` (2.6.12, measured).
#[test]
fn what_option_httpchk_asks() {
    let text = "backend bare\n option httpchk\nbackend one\n option httpchk GET\nbackend all\n \
                option httpchk HEAD /x HTTP/1.1\nbackend smuggled\n option httpchk GET /x HTTP/1.1\\r\\nHost:\\ www\n";
    let model = model(text);
    let check = |pool: &str| model.settings(pool).http_check;
    assert!(check("bare").method.is(&Verb::Options));
    assert_eq!((path(&model, "bare"), path(&model, "one")), (None, Some("GET".to_owned())));
    assert!(check("all").method.is(&Verb::Head) && check("all").names_host.is(&true));
    assert!(check("all").host.is(&HostHeader::Missing));
    assert!(check("smuggled").host.is(&HostHeader::Written));
}

/// `http-check send` counts, before `option httpchk` as behind it (2.6.12, measured).
#[test]
fn rules_of_any_order_make_the_request() {
    let text = "backend a\n http-check send meth GET uri /sent hdr Host www\n option httpchk HEAD /x\nbackend b\n \
                option httpchk HEAD /x\n http-check send uri /sent\n";
    let model = model(text);
    for pool in ["a", "b"] {
        assert_eq!(path(&model, pool).as_deref(), Some("/sent"));
        assert!(matches!(model.settings(pool).probe.get().unwrap().kind, ProbeKind::Http(Some(_))));
    }
    assert!(model.settings("a").http_check.method.is(&Verb::Get));
    assert!(model.settings("a").http_check.host.is(&HostHeader::Written));
    assert!(model.settings("b").http_check.method.is(&Verb::Head));
}

/// A section inherits all rules, or, with one of its own, none of them (2.6.12, measured).
#[test]
fn a_rule_of_its_own_throws_the_inherited_ones_away() {
    let text = "defaults\n option httpchk GET /def\n http-check expect status 404\nbackend heir\n server s 10.0.0.1:80\n\
                backend own\n http-check send hdr Host www\nbackend other\n option httpchk GET /own\nbackend quiet\n \
                http-check disable-on-404\n";
    let model = model(text);
    let check = |pool: &str| model.settings(pool).http_check;
    assert_eq!((path(&model, "heir").as_deref(), path(&model, "own")), (Some("/def"), None));
    assert!(check("heir").good.is(&Statuses::range(404, 404)) && check("heir").forgotten.is_none());
    assert!(check("own").method.is(&Verb::Options) && check("own").good.is(&Statuses::range(200, 399)));
    assert_eq!(check("own").forgotten.map(|at| model.line(at)), Some(2));
    assert!(check("other").forgotten.is_none() && check("other").good.is(&Statuses::range(200, 399)));
    assert_eq!(path(&model, "quiet").as_deref(), Some("/def"), "an option, no rule");
}

#[test]
fn rules_of_another_method_are_not_read() {
    let text = "backend a\n http-check expect status 200\nbackend b\n option httpchk\n tcp-check expect string x\n\
                backend c\n option tcp-check\n tcp-check expect string x\nbackend d\n tcp-check expect string x\n\
                backend e\n tcp-check expect string x\n option tcp-check\n";
    let model = model(text);
    let unread = |pool: &str| model.settings(pool).http_check.unread.map(|at| model.line(at));
    assert_eq!([unread("a"), unread("b"), unread("c"), unread("d")], [Some(2), Some(5), None, Some(10)]);
    assert_eq!(model.settings("c").probe.get().unwrap().kind, ProbeKind::Other("tcp-check"));
    assert_eq!(model.settings("e").probe.get().unwrap().kind, ProbeKind::Other("tcp-check"), "rules first");
    assert_eq!(model.settings("d").probe.get().unwrap().kind, ProbeKind::Connect, "measured: L4OK");
}

/// All `http-check expect` rules hold for one answer.
#[test]
fn good_answers() {
    let text = "backend list\n option httpchk\n http-check expect status 200,300-302\nbackend none\n option httpchk\n \
                http-check expect status 200\n http-check expect status 302\nbackend not\n option httpchk\n \
                http-check expect ! status 404\nbackend text\n option httpchk\n http-check expect string OK\n\
                backend regex\n option httpchk\n http-check expect rstatus ^2\n";
    let model = model(text);
    let good = |pool: &str| model.settings(pool).http_check.good.value;
    assert_eq!(good("list"), Value::Known(Statuses::range(200, 200).or(Statuses::range(300, 302))));
    assert_eq!(good("none"), Value::Known(Statuses::NONE));
    assert_eq!(good("not"), Value::Known(Statuses::range(404, 404).complement()));
    assert!(model.settings("text").http_check.reads_body.is(&true));
    assert!(matches!(good("regex"), Value::Unknown(_)));
}

/// `ssl` and `send-proxy` hold for checks, unless these go to a port or an address of their own (2.6.12, measured).
#[test]
fn checks_connect_as_traffic_does() {
    let text = "backend p\n server a 10.0.0.1:443 ssl send-proxy check\n server b 10.0.0.1:443 ssl send-proxy check port 443\n \
                server c 10.0.0.1:443 ssl check port 443 check-ssl\n server d 10.0.0.1:443 ssl check no-check-ssl\n \
                server e 10.0.0.1:443 check check-send-proxy addr 10.0.0.9\n";
    let model = model(text);
    let check = |name: &str| model.target_settings("p", name).transport.check;
    let wrapped = |name: &str| (check(name).tls.get().copied(), check(name).proxy_header.get().copied());
    assert_eq!(wrapped("a"), (Some(true), Some(true)));
    assert_eq!(wrapped("b"), (Some(false), Some(false)));
    assert_eq!(wrapped("c"), (Some(true), Some(false)));
    assert_eq!(wrapped("d"), (Some(false), Some(false)));
    assert_eq!(wrapped("e"), (Some(false), Some(true)));
    assert!(model.target_settings("p", "b").transport.check_port.is(&Some(443)));
}

/// `on-error` without `observe` does nothing; its default is one failed check.
#[test]
fn what_failures_of_traffic_do() {
    let text = "backend p\n server a 10.0.0.1:80 check observe layer7 on-error mark-down error-limit 3\n \
                server b 10.0.0.2:80 check observe layer7\n server c 10.0.0.3:80 check on-error mark-down\n \
                server d 10.0.0.4:80 check observe layer7 on-error mark-down\n";
    let model = model(text);
    let does = |name: &str| *model.target_settings("p", name).on_failures.get().unwrap();
    let all = ["a", "b", "c", "d"].map(does);
    let wanted = [OnFailures::TakesOut(3), OnFailures::Hastens, OnFailures::Nothing, OnFailures::TakesOut(10)];
    assert_eq!(all, wanted);
}

/// Connections get no 503, and what a request should have been is told by what is written.
#[test]
fn what_is_said_of_a_request_that_is_none() {
    let said = |mode: &str, asks: &str| {
        let text = format!(
            "defaults\n mode {mode}\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten p\n bind :80\n \
             option httpchk {asks}\n server a 10.0.0.1:8080 check\n server b 10.0.0.2:8080 check\n"
        );
        let model = model(&text);
        let mut shown = model.0.findings.shown.iter();
        let finding = shown.find(|finding| finding.meta.name == "broken-health-check").unwrap();
        format!("{} {}", finding.message, finding.help.join(" "))
    };
    assert!(
        said("http", "GET")
            .contains("Many servers answer 400 to that: all 2 servers count as down, and requests get a 503")
    );
    assert!(said("tcp", "GET").contains("all 2 servers count as down, and connections are closed"));
    for (asks, meant) in [("OPTIONS/master", "`OPTIONS /master`"), ("GET health", "`/health`"), ("a/b", "`/a/b`")] {
        let said = said("tcp", asks);
        assert!(said.ends_with(&format!("write {meant}")), "{said}");
    }
}
