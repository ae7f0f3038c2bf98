//! Rules of sections: when they are asked, what they do, what their conditions read.

use lblint::model::{Effect, Reads, Stage};

use crate::model::model;

#[test]
fn rules_know_their_stage_and_what_they_read() {
    let model = model(
        "defaults\n mode http\nfrontend fe\n bind :80\n acl api path_beg /api\n acl both path /a\n acl both hdr(host) b\n\
         use_backend web if api\n http-request deny if { src 10.0.0.1 } both\n redirect scheme https unless { ssl_fc }\n\
         http-request set-header Host x\nbackend web\n server a 10.0.0.1:80\n",
    );
    let unit = model.unit();
    let [section] = unit.rule_sections.as_slice() else { panic!("one section has rules") };
    assert_eq!((model.text(section.name), section.pool), ("fe", None));
    let rules: Vec<_> =
        unit.rules_of(section).iter().map(|rule| (rule.stage, rule.effect, rule.reads, rule.conditional)).collect();
    let both = Reads::PATH.with(Reads::HOST);
    assert_eq!(
        rules,
        [
            (Stage::Route, Effect::Chooses, Reads::PATH, true),
            (Stage::Request, Effect::Refuses, both, true),
            (Stage::Redirect, Effect::Answers, Reads::TLS, true),
            (Stage::Request, Effect::Rewrites(Reads::HOST), Reads::NOTHING, false),
        ]
    );
}

#[test]
fn servers_say_whether_tls_is_spoken_and_where_they_are_asked() {
    let model = model(
        "defaults\n mode tcp\nbackend db\n option httpchk\n default-server ssl verify none\n server a 10.0.0.1:1 check\n\
         server b 10.0.0.2:1 no-ssl check port 9200\n",
    );
    let settings = |pool: &str| -> Vec<(bool, bool)> {
        let pool = model.unit().pools.iter().find(|known| model.text(known.name) == pool).unwrap();
        let targets =
            model.unit().targets_of(pool).iter().map(|target| model.unit().target_settings(target.settings).unwrap());
        targets.map(|one| (one.transport.traffic.tls.is(&true), !one.transport.checks_its_own_place())).collect()
    };
    assert_eq!(settings("db"), [(true, false), (false, true)]);
}
