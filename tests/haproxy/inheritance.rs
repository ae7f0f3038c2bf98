//! `defaults`, `from`, and where a fact's decisive text stands.

use lblint::model::OriginKind::{Default, Inherited, Written};
use lblint::model::{Limit, Method, Mode, Redispatch, SavedState, Timeout};

use crate::model::{model, model_for};

const TWO: &str = "\
defaults a
    mode http
    retries 5
    timeout connect 3s
defaults b
    timeout connect 7s
backend near
    balance leastconn
backend named from a
    no option redispatch
";

#[test]
fn a_section_inherits_from_the_nearest_defaults_above_named_or_not() {
    let model = model(TWO);
    let settings = model.settings("near");
    assert_eq!(model.origin(&settings.timeouts.connect), (Inherited, 6));
    assert!(settings.timeouts.connect.is(&Timeout::After(7000)));
    assert!(settings.retries.is(&3), "each defaults section starts from what is built in");
    assert_eq!(model.origin(&settings.policy), (Written, 8));
}

#[test]
fn a_section_inherits_from_the_defaults_that_it_names() {
    let model = model(TWO);
    let settings = model.settings("named");
    assert!(settings.mode.is(&Mode::Http));
    assert_eq!(model.origin(&settings.retries), (Inherited, 3));
    assert!(settings.timeouts.connect.is(&Timeout::After(3000)));
    assert_eq!(model.origin(&settings.redispatch), (Written, 10));
}

#[test]
fn defaults_inherit_from_the_defaults_that_they_name() {
    let model = model("defaults a\n mode http\n retries 5\ndefaults b from a\n retries 1\nbackend p from b\n");
    let settings = model.settings("p");
    assert!(settings.mode.is(&Mode::Http));
    assert_eq!(model.origin(&settings.mode), (Inherited, 2));
    assert!(settings.retries.is(&1));
}

#[test]
fn a_default_points_at_the_outermost_place_where_one_line_would_set_it() {
    let with_defaults = model("global\n daemon\ndefaults\n mode http\nbackend p\n server a 10.0.0.1:80\n");
    assert_eq!(with_defaults.origin(&with_defaults.settings("p").redispatch), (Default, 3));
    let alone = model("backend p\n server a 10.0.0.1:80\n");
    assert_eq!(alone.origin(&alone.settings("p").redispatch), (Default, 1));
}

#[test]
fn what_is_built_in() {
    let model = model("backend p\n server a 10.0.0.1:80\n");
    let settings = model.settings("p");
    assert!(settings.mode.is(&Mode::Tcp));
    assert!(settings.retries.is(&3));
    assert!(settings.redispatch.is(&Redispatch::Never));
    assert!(settings.all_backups.is(&false));
    assert!(settings.saved_state.is(&SavedState::No));
    assert!(settings.timeouts.server.is(&Timeout::Never));
    assert!(settings.full_load.is(&Limit::Unlimited));
    let target = model.target_settings("p", "a");
    assert!(target.checked.is(&false));
    assert!(target.interval.is(&Timeout::After(2000)));
    assert_eq!((target.fall.get(), target.rise.get()), (Some(&3), Some(&2)));
    assert!(model.target("p", "a").weight.is(&1));
}

#[test]
fn the_default_policy_depends_on_the_version() {
    let method = |major, minor| {
        let model = model_for("backend p\n server a 10.0.0.1:80\n", major, minor);
        model.settings("p").policy.get().unwrap().method
    };
    assert_eq!(method(3, 2), Method::RoundRobin { fixed: false });
    assert_eq!(method(3, 3), Method::Random(2));
    let bare = model_for("backend p\n balance\n server a 10.0.0.1:80\n", 3, 3);
    assert_eq!(bare.settings("p").policy.get().unwrap().method, Method::Random(2), "bare `balance` is no other path");
}

#[test]
fn default_backend_is_inherited() {
    let model = model("defaults\n default_backend p\nfrontend f\n bind :80\nbackend p\n server a 10.0.0.1:80\n");
    assert_eq!(model.unit().routes.len(), 1);
    assert_eq!(model.line(model.unit().routes[0].at), 2);
}

#[test]
fn a_later_line_replaces_an_earlier_one_and_the_story_tells() {
    let model = model("backend p\n balance source\n balance roundrobin\n server a 10.0.0.1:80\n");
    let policy = &model.settings("p").policy;
    assert_eq!(policy.get().unwrap().word, "roundrobin");
    let lblint::model::Step::Replaces(earlier) = model.unit().stories.of(policy.origin)[0] else { panic!() };
    assert_eq!(model.written(earlier), "source");
}

#[test]
fn an_algorithm_that_needs_http_falls_back_in_tcp() {
    let model = model("defaults\n mode tcp\nbackend p\n balance uri\n server a 10.0.0.1:80\n");
    let policy = &model.settings("p").policy;
    assert_eq!(policy.get().unwrap().word, "roundrobin");
    assert_eq!(model.written(policy.origin.at), "uri");
}

/// `retry-on` of `defaults` is replaced by a section's own, which is no duplicate.
#[test]
fn what_is_repeated_and_what_is_excepted() {
    let text = "defaults\n mode http\n retry-on 500\nbackend a\n retry-on conn-failure\nbackend b\n \
                http-request disable-l7-retry if METH_POST\nbackend c\n hash-preserve-affinity maxconn\n";
    let model = model_for(text, 3, 2);
    assert_eq!(model.origin(&model.settings("b").retry_on), (Inherited, 3));
    assert_eq!(model.origin(&model.settings("a").retry_on), (Written, 5));
    let duplicates = model.0.findings.shown.iter().filter(|finding| finding.meta.name == "duplicate-setting");
    assert_eq!(duplicates.count(), 0);
    let excepted = ["a", "b", "c"].map(|pool| model.settings(pool).retry_exceptions.is(&true));
    assert_eq!(excepted, [false, true, false]);
    assert!(model.settings("c").hash_spills.is(&true) && model.settings("a").hash_spills.is(&false));
}

/// 0 leaves it to the system, as does no line at all.
#[test]
fn the_limit_of_the_process() {
    let limit = |text: &str| model(&format!("global\n{text}\n")).unit().capacity.connections.get().copied();
    assert_eq!(limit(" maxconn 4000"), Some(Limit::AtMost(4000)));
    assert_eq!([limit(" maxconn 0"), limit(" daemon")], [None, None]);
}

/// The names that these timeouts had until 2.0, which reads them as the new ones.
#[test]
fn timeouts_by_their_old_names() {
    let model = model("listen p\n contimeout 5000\n clitimeout 50s\n srvtimeout 1m\n server a 10.0.0.1:80\n");
    let timeouts = &model.settings("p").timeouts;
    assert!(timeouts.connect.is(&Timeout::After(5000)));
    assert!(timeouts.client.is(&Timeout::After(50_000)));
    assert!(timeouts.server.is(&Timeout::After(60_000)));
}
