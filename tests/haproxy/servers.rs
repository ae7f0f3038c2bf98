//! Server lines: parameters, `default-server` by position, templates, conditional blocks.

use lblint::model::OriginKind::{Default, Inherited, Written};
use lblint::model::{
    Address, AdministrativeState, Completeness, Count, Port, Presence, ProbeKind, RingKey, Timeout, Value, Why,
};

use crate::model::{model, model_for};

/// `hash-key` is 3.0; a number that is written does not move with the lines.
#[test]
fn points_on_a_ring_are_made_of_numbers_or_addresses() {
    let text = "backend b\n default-server hash-key addr\n server a 10.0.0.1:80\n server b 10.0.0.2:80 id 7 hash-key id\n \
                server c 10.0.0.3:80 hash-key guid\n";
    let model = model(text);
    let key = |name: &str| *model.target_settings("b", name).ring_key.get().unwrap();
    assert_eq!([key("a"), key("b"), key("c")], [RingKey::Address, RingKey::Number, RingKey::Name]);
    let numbers = ["a", "b", "c"].map(|name| (model.target("b", name).number, model.target("b", name).numbered));
    assert_eq!(numbers, [(1, false), (7, true), (2, false)], "the next free number");
}

#[test]
fn default_server_counts_for_the_servers_below_it() {
    let model = model("backend p\n server a 10.0.0.1:80\n default-server check inter 5s\n server b 10.0.0.2:80\n");
    assert!(model.target_settings("p", "a").checked.is(&false));
    let below = model.target_settings("p", "b");
    assert!(below.checked.is(&true));
    assert_eq!(model.origin(&below.checked), (Inherited, 3));
    assert!(below.interval.is(&Timeout::After(5000)));
    assert!(below.fast_interval.is(&Timeout::After(5000)), "fastinter follows inter");
}

#[test]
fn default_server_is_inherited_and_undone() {
    let text = "defaults\n default-server check backup weight 5\nbackend p\n server a 10.0.0.1:80\n \
                server b 10.0.0.2:80 no-check no-backup weight 7\n";
    let model = model(text);
    assert!(model.target_settings("p", "a").checked.is(&true));
    assert_eq!((model.target("p", "a").tier, model.target("p", "a").weight.get()), (1, Some(&5)));
    assert_eq!(model.origin(&model.target("p", "a").weight), (Inherited, 2));
    assert!(model.target_settings("p", "b").checked.is(&false));
    assert_eq!((model.target("p", "b").tier, model.target("p", "b").weight.get()), (0, Some(&7)));
    assert_eq!(model.origin(&model.target("p", "b").weight), (Written, 5));
}

#[test]
fn equal_settings_are_stored_once() {
    let lines: Vec<String> = (1..=50).map(|n| format!(" server s{n} 10.0.0.{n}:80 check weight {n}\n")).collect();
    assert_eq!(model(&format!("backend p\n{}", lines.concat())).unit().target_settings.len(), 1);
}

#[test]
fn weights_are_read_as_the_program_reads_them() {
    let model =
        model("backend p\n server a 10.0.0.1:80 weight abc\n server b 10.0.0.2:80 weight 10x\n server c 10.0.0.3:80\n");
    assert!(model.target("p", "a").weight.is(&0));
    assert!(model.target("p", "b").weight.is(&10));
    assert_eq!(model.target("p", "c").weight.origin.kind, Default);
}

#[test]
fn states_and_addresses() {
    let text = "backend p\n server a [2001:db8::1]:80 disabled\n server b web.example:8080\n server c /run/c.sock\n \
                server d 10.0.0.4\n server e \"$HOST:80\"\n";
    let model = model(text);
    let address = |name: &str| model.target("p", name).address;
    assert_eq!(address("a"), Address::Ip("2001:db8::1".parse().unwrap(), Port::Number(80)));
    assert_eq!(model.target("p", "a").state, AdministrativeState::Down);
    let Address::Host(host, Port::Number(8080)) = address("b") else { panic!() };
    assert_eq!(model.text(host), "web.example");
    assert!(matches!(address("c"), Address::Socket(_)));
    assert_eq!(address("d"), Address::Ip("10.0.0.4".parse().unwrap(), Port::OfClient));
    assert_eq!(address("e"), Address::Unknown(Why::Variable));
}

#[test]
fn what_global_sets_is_known() {
    let model = model("global\n setenv HOST 10.0.0.9\nbackend p\n server a \"$HOST:80\" check\n");
    assert_eq!(model.target("p", "a").address, Address::Ip("10.0.0.9".parse().unwrap(), Port::Number(80)));
}

#[test]
fn a_variable_may_be_any_parameter() {
    let model = model("backend p\n server a 10.0.0.1:80 \"${OPTIONS}\"\n");
    assert_eq!(model.target_settings("p", "a").checked.value, Value::Unknown(Why::Variable));
}

#[test]
fn templates_stand_for_several_targets() {
    let model =
        model("backend p\n server-template a 3 10.0.0.1:80\nbackend q\n server-template b 5-8 _w._tcp.x resolvers r\n");
    assert_eq!(model.target("p", "a").count, Count::Copies(1, 3));
    assert!(model.pool("p").completeness.is_complete());
    assert_eq!(model.target("q", "b").count, Count::Slots(5, 8));
    assert!(matches!(model.pool("q").completeness, Completeness::Incomplete(Why::Remote, _)));
}

#[test]
fn numbers_are_written_or_the_next_free_ones() {
    let model = model("backend p\n server a 10.0.0.1:80\n server b 10.0.0.2:80 id 2\n server c 10.0.0.3:80\n");
    let number = |name: &str| model.target("p", name).number;
    assert_eq!((number("a"), number("b"), number("c")), (1, 2, 3));
}

#[test]
fn undecided_conditions_make_a_target_doubtful() {
    let text = "backend p\n.if defined(CANARY)\n server a 10.0.0.1:80\n.endif\n.if 0\n server b 10.0.0.2:80\n.endif\n \
                server c 10.0.0.3:80\n";
    let model = model(text);
    assert!(matches!(model.target("p", "a").presence, Presence::Maybe(_)));
    assert_eq!(model.target("p", "c").presence, Presence::Always);
    assert_eq!(model.unit().targets.len(), 2, "what is never read is not in the model");
}

#[test]
fn the_stated_version_decides_conditions() {
    let text = "backend p\n.if version_atleast(2.8)\n server new 10.0.0.1:80\n.else\n server old 10.0.0.2:80\n.endif\n";
    let names = |major, minor| {
        let model = model_for(text, major, minor);
        model.unit().targets.iter().map(|target| model.text(target.name).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(2, 6), ["old"]);
    assert_eq!(names(3, 0), ["new"]);
}

#[test]
fn a_scalar_in_an_undecided_branch_is_not_known() {
    let model =
        model("backend p\n balance roundrobin\n.if defined(X)\n balance source\n.endif\n server a 10.0.0.1:80\n");
    assert_eq!(model.settings("p").policy.value, Value::Unknown(Why::Condition));
}

#[test]
fn checks_are_described_by_options_and_rules() {
    let text = "backend p\n option httpchk\n http-check send meth GET uri /healthz\n server a 10.0.0.1:80 check\n\
                backend q\n option httpchk OPTIONS /primary\n server a 10.0.0.1:80 check port 8008\n\
                backend r\n option tcp-check\n tcp-check expect string role:master\n server a 10.0.0.1:80 check\n";
    let model = model(text);
    let probe = |pool: &str| *model.settings(pool).probe.get().unwrap();
    let ProbeKind::Http(Some(path)) = probe("p").kind else { panic!() };
    assert_eq!(model.text(path), "/healthz");
    assert!(!probe("p").elects);
    assert!(probe("q").elects);
    assert!(probe("r").elects);
}

#[test]
fn a_server_that_is_commented_out_is_noticed() {
    let model =
        model("backend p\n server a 10.0.0.1:80\n # server b 10.0.0.2:80 check\nbackend q\n # the server b is gone\n");
    assert_eq!(model.line(model.pool("p").commented_target.unwrap()), 3);
    assert_eq!(model.pool("q").commented_target, None);
}

#[test]
fn servers_of_a_section_that_is_commented_out_are_its_own() {
    let text = "backend p\n server a 10.0.0.1:80\n#listen mqtt\n# bind :1883\n# server m 10.0.0.2:1883\nbackend q\n server a 10.0.0.1:80\n# server b 10.0.0.2:80\n";
    let model = model(text);
    assert_eq!(model.pool("p").commented_target, None);
    assert_eq!(model.line(model.pool("q").commented_target.unwrap()), 8);
}

/// `minconn` and `maxqueue` come from a `default-server` like any other parameter.
#[test]
fn limits_of_servers_grow_and_queues_end() {
    let text = "backend p\n default-server minconn 5 maxqueue 7\n server a 10.0.0.1:80 maxconn 50\n server b 10.0.0.2:80 minconn 6\n";
    let model = model(text);
    let (a, b) = (model.target_settings("p", "a"), model.target_settings("p", "b"));
    assert!(a.connections.is(&50) && a.queueing.least.is(&5) && a.queueing.waiting.is(&7));
    assert_eq!(model.origin(&a.queueing.least), (Inherited, 2));
    assert!(b.queueing.least.is(&6) && b.queueing.waiting.is(&7) && b.connections.is(&0));
}

#[test]
fn rules_for_each_server_are_told_from_rules_for_some() {
    use lblint::model::TargetRules;
    let rules = |lines: &str| {
        let text = format!("backend p\n{lines} server a 10.0.0.1:80\n server b 10.0.0.2:80\n");
        model(&text).pool("p").target_rules
    };
    assert_eq!(rules(""), TargetRules::None);
    assert_eq!(rules(" use-server a if { path /a }\n"), TargetRules::Some);
    assert_eq!(rules(" use-server %[path] if TRUE\n"), TargetRules::Some);
    assert_eq!(rules(" use-server a if { path /a }\n use-server b if { path /b }\n"), TargetRules::ForEach);
}
