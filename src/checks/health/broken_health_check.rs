//! A health check that cannot succeed, cannot fail, or asks the wrong thing.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Mode, Text, Verb};
use crate::source::Dialect;
use crate::traffic::{Flawed, ProbeFlaw, one_in, percent};

/// See `docs/checks/broken-health-check.md`.
#[derive(Debug)]
pub(in crate::checks) struct BrokenHealthCheck;

const META: Meta = Meta {
    name: "broken-health-check",
    group: Group::Health,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a health check that cannot succeed, cannot fail, or asks the wrong thing",
    follows: &["no-health-check", "health-check-not-enabled", "mode-mismatch"],
    page: include_str!("../../../docs/checks/broken-health-check.md"),
};

const ALL_DOWN: Wording = Wording {
    haproxy: "and requests get a 503",
    nginx: "and requests get a 502",
    envoy: "and below the panic threshold traffic goes to all of them, dead or alive",
};

const HOST: Wording = Wording {
    haproxy: "write `http-check send meth GET uri /health ver HTTP/1.1 hdr Host NAME`",
    nginx: "write `\"GET /health HTTP/1.1\\r\\nHost: NAME\\r\\nConnection: close\\r\\n\\r\\n\"`, or `HTTP/1.0`",
    envoy: "write `host: NAME` in the `http_health_check`",
};

const GOOD: Wording = Wording {
    haproxy: "write `http-check expect status 200-399`, which is also what holds without it",
    nginx: "write `check_http_expect_alive http_2xx http_3xx`, which is also what holds without it",
    envoy: "write `expected_statuses: [{start: 200, end: 400}]`; without it only 200 is good",
};

const CONNECTION: Wording = Wording {
    haproxy: "a check with a `port` or `addr` of its own takes over neither `ssl` nor `send-proxy`: write `check-ssl` or \
              `check-send-proxy` with it",
    nginx: "",
    envoy: "",
};

const OTHER_PROTOCOL: Wording = Wording {
    haproxy: "write `option tcp-check`, or the check of that protocol, in this section; or `port` with the port that \
              answers what is asked",
    nginx: "write `type=tcp`, or `port=` with the port that answers what is asked",
    envoy: "write `tcp_health_check: {}`, or `health_check_config: {port_value: PORT}` in the endpoints",
};

const PLAIN: Wording = Wording {
    haproxy: "write `check-ssl verify none` on the servers: the check then speaks TLS, the traffic stays as it is",
    nginx: "write `type=ssl_hello`",
    envoy: "write `tcp_health_check: {}`, or check a port that speaks plain text",
};

impl Check for BrokenHealthCheck {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        let Some(flawed) = pool.probe_flaw() else { return };
        // `option httpchk` may stand in the `defaults` of another file.
        if flawed.flaw == ProbeFlaw::UnreadRules && context.is_open(pool.view.settings.probe.origin) {
            return;
        }
        let told = tell(context, pool, &flawed);
        let message = format!("{} `{}` {}", told.whose, pool.name, told.message);
        let mut finding = Finding::new(&META, flawed.at, context.subject(pool.name), message).because(told.because);
        if flawed.targets.len() < pool.view.targets.len() {
            let targets = flawed.targets.iter().filter_map(|position| pool.target(*position));
            finding = finding.about(context.target_subjects(pool.name, targets));
        }
        let probe = pool.view.settings.probe.origin;
        if probe.is_explicit() && probe.at != flawed.at && !probe.at.encloses(flawed.at) {
            finding = finding.related(probe.at, "what is asked");
        }
        let habit = [ProbeFlaw::DefaultRequest, ProbeFlaw::NoServerName, ProbeFlaw::PoolNameBesideSni];
        if habit.contains(&flawed.flaw) {
            finding = finding.at_most(Severity::Info).only_from(Profile::Strict);
        }
        findings.push(finding.help(told.help));
    }
}

/// What a finding says.
struct Told {
    whose: &'static str,
    message: String,
    because: String,
    help: String,
}

impl Told {
    fn of_check(message: impl Into<String>, because: impl Into<String>, help: impl Into<String>) -> Self {
        Self { whose: "the health check of", message: message.into(), because: because.into(), help: help.into() }
    }
}

fn tell(context: &Context<'_>, pool: &PoolContext<'_>, flawed: &Flawed) -> Told {
    use ProbeFlaw as F;
    match flawed.flaw {
        F::UnreadRules | F::ForgottenRequest | F::OneAddressForAll => of_rules(context, pool, flawed),
        F::MethodAsPath | F::NotAPath | F::NoHost | F::Unfinished | F::DefaultRequest => {
            of_request(context, pool, flawed)
        }
        F::NoBody | F::NothingIsGood | F::Inverted | F::ErrorsAreGood => of_answer(context, pool, flawed),
        F::PoolNameAsHost | F::PoolNameBesideSni | F::OtherVersion | F::NoServerName => of_habit(context, pool, flawed),
        F::PlainToTls | F::TlsToPlain | F::NoProxyHeader | F::ProxyHeaderOnly => of_connection(context, pool, flawed),
        F::OtherProtocol(known_for) => Told::of_check(
            format!(
                "asks a port of {known_for} what {known_for} does not answer, so {}",
                count_as_down(context, pool, flawed)
            ),
            format!("a port of {known_for}"),
            OTHER_PROTOCOL.of(context),
        ),
    }
}

/// "all 3 servers count as down, and requests get a 503", or which of them do and what share they have.
fn count_as_down(context: &Context<'_>, pool: &PoolContext<'_>, flawed: &Flawed) -> String {
    let (failing, all) = (flawed.targets.len(), pool.view.targets.len());
    if failing == all {
        let is_all = pool.view.pool.completeness.is_complete();
        let who = match pool.view.declared().filter(|_| is_all) {
            Some(1) => "its only server counts".to_owned(),
            Some(number) => format!("all {number} servers count"),
            None => "all servers count".to_owned(),
        };
        let is_tcp = context.unit.dialect != Dialect::Envoy && pool.view.settings.mode.is(&Mode::Tcp);
        let end = if is_tcp { "and connections are closed" } else { ALL_DOWN.of(context) };
        return format!("{who} as down, {end}");
    }
    let names = flawed.targets.iter().filter_map(|position| pool.target(*position));
    let names = list(names.map(|target| context.text(target.name)));
    let counts = if failing == 1 { "counts" } else { "count" };
    match pool.prediction.share_of_all(&flawed.targets) {
        Some(share) => format!("{names} {counts} as down, and the others take over {} of the traffic", percent(share)),
        None => format!("{names} {counts} as down"),
    }
}

fn of_rules(context: &Context<'_>, pool: &PoolContext<'_>, flawed: &Flawed) -> Told {
    let probe = &pool.view.settings.probe;
    match flawed.flaw {
        ProbeFlaw::UnreadRules => {
            let rule = context.written(flawed.at).split_whitespace().next().unwrap_or_default();
            let (needs, help) = match rule {
                "http-check" => {
                    ("`option httpchk`", "write `option httpchk` in this section, and no other check behind it")
                }
                "tcp-check" => {
                    ("`option tcp-check`", "write `option tcp-check` in this section, and no other check behind it")
                }
                _ => ("`type=http`", "write `type=http` in `check`"),
            };
            let instead = if probe.origin.is_explicit() {
                format!("the check is `{}`", context.written(probe.origin.at))
            } else {
                "it only tries whether a connection is accepted".to_owned()
            };
            let message = format!("does not read `{rule}`, which needs {needs}: {instead}");
            Told::of_check(message, "not read", help)
        }
        ProbeFlaw::OneAddressForAll => Told::of_check(
            format!(
                "asks one address for all {} servers: they are up and down together, whichever of them fails",
                pool.view.targets.len()
            ),
            "this address is asked for every server",
            "write `addr` on the servers one by one, or leave it out: each server is asked at its own address",
        ),
        _ => {
            let asked = pool.view.settings.http_check.forgotten.map_or("", |at| context.written(at));
            let message = format!(
                "asks `OPTIONS /`, not what the inherited `{asked}` says: a section with `http-check` rules of its own \
                 inherits nothing of the check"
            );
            Told::of_check(message, "throws the inherited request away", format!("write `{asked}` here as well"))
        }
    }
}

fn path<'c>(context: &Context<'c>, pool: &PoolContext<'_>) -> &'c str {
    let path: Option<Text> = pool.view.settings.http_check.path.get().copied().flatten();
    path.map_or("/", |path| context.text(path))
}

/// The path that is meant: with a slash, or with a blank behind the method.
fn mended(path: &str) -> String {
    match path.split_once('/') {
        Some((method, rest)) if Verb::is_name(method) => format!("{method} /{rest}"),
        _ => format!("/{path}"),
    }
}

fn of_request(context: &Context<'_>, pool: &PoolContext<'_>, flawed: &Flawed) -> Told {
    let (path, down) = (path(context, pool), count_as_down(context, pool, flawed));
    match flawed.flaw {
        ProbeFlaw::MethodAsPath => Told::of_check(
            format!(
                "asks for `OPTIONS {path}`: a method alone is read as the path. Many servers answer 400 to that: {down}"
            ),
            format!("`{path}` is the path here"),
            format!("write `option httpchk {path} /health`"),
        ),
        ProbeFlaw::NotAPath => Told::of_check(
            format!(
                "asks for `{path}`, which is no path: it does not begin with `/`. Many servers answer 400 to that: {down}"
            ),
            "no path",
            format!("write `{}`", mended(path)),
        ),
        ProbeFlaw::NoHost => Told::of_check(
            format!("is a request of HTTP/1.1 without a host, which a server has to answer with 400, so {down}"),
            "no `Host`",
            HOST.of(context),
        ),
        ProbeFlaw::Unfinished => Told::of_check(
            format!("never ends its request: the server waits for an empty line until the check times out, so {down}"),
            "no empty line at the end",
            "write `\\r\\n\\r\\n` at the end",
        ),
        _ => Told::of_check(
            format!("asks `OPTIONS /`: where the answer is 404, 405 or 501, {down}"),
            "`OPTIONS /`, as nothing else is written",
            "write `option httpchk GET /health`, with a page that tells whether the server works",
        ),
    }
}

fn of_answer(context: &Context<'_>, pool: &PoolContext<'_>, flawed: &Flawed) -> Told {
    let down = count_as_down(context, pool, flawed);
    let part = pool.prediction.largest().map_or("its share of the requests".to_owned(), |top| one_in(top.share));
    match flawed.flaw {
        ProbeFlaw::NoBody => Told::of_check(
            format!("looks for a text in the answer to `HEAD`, which never has one, so {down}"),
            "no answer to `HEAD` has a body",
            "ask with `GET`",
        ),
        ProbeFlaw::NothingIsGood => Told::of_check(
            format!("takes no status for good: all its rules must hold for one answer, so {down}"),
            "and the rules before it: no status is all of them",
            GOOD.of(context),
        ),
        ProbeFlaw::Inverted => Told::of_check(
            format!("takes status 500 for a good answer and 200 for a bad one, so while they work {down}"),
            "the other way round",
            GOOD.of(context),
        ),
        _ => Told::of_check(
            format!("takes status 500 for a good answer: a server that answers nothing else stays, and {part} fails"),
            "errors are good, too",
            GOOD.of(context),
        ),
    }
}

fn of_habit(context: &Context<'_>, pool: &PoolContext<'_>, flawed: &Flawed) -> Told {
    match flawed.flaw {
        ProbeFlaw::PoolNameAsHost => Told::of_check(
            format!(
                "asks for the host `{}`, the name of the cluster, while traffic names the host that the servers answer \
                 for: it asks another site, or gets an error",
                pool.name
            ),
            "no `host`",
            HOST.of(context),
        ),
        ProbeFlaw::PoolNameBesideSni => Told::of_check(
            format!(
                "asks for the host `{}`, the name of the cluster, while TLS names another one (`sni`): a server with \
                 several sites may answer for another one, or with an error",
                pool.name
            ),
            "no `host`",
            HOST.of(context),
        ),
        ProbeFlaw::OtherVersion => Told::of_check(
            format!(
                "speaks HTTP/1.1 while traffic is HTTP/2: for servers that speak nothing else {}",
                count_as_down(context, pool, flawed)
            ),
            "HTTP/1.1",
            "write `codec_client_type: HTTP2` in the `http_health_check`",
        ),
        _ => Told::of_check(
            "asks for no name in TLS while traffic does (`sni`): it sees the certificate, or the site, of another name",
            "`sni` without `check-sni`",
            "write `check-sni NAME` on the servers",
        ),
    }
}

fn of_connection(context: &Context<'_>, pool: &PoolContext<'_>, flawed: &Flawed) -> Told {
    let down = count_as_down(context, pool, flawed);
    let own = pool.target(flawed.targets.first().copied().unwrap_or(0));
    let own = own.and_then(|target| pool.view.settings_of(target));
    let takes_nothing = own.is_some_and(|settings| settings.transport.traffic.tls.is(&true));
    match flawed.flaw {
        ProbeFlaw::PlainToTls if takes_nothing => Told::of_check(
            format!("sends plain text to the port where traffic speaks TLS, so {down}"),
            "the traffic's port, without its TLS",
            CONNECTION.of(context),
        ),
        ProbeFlaw::PlainToTls => Told::of_check(
            format!("sends plain HTTP to a port of TLS, where the answer is 400 or none, so {down}"),
            "a port of TLS",
            PLAIN.of(context),
        ),
        ProbeFlaw::TlsToPlain => Told::of_check(
            format!("speaks TLS to the port where traffic is plain text, so {down}"),
            "`check-ssl` without `ssl`",
            "take `check-ssl` away, or write `ssl` as well",
        ),
        ProbeFlaw::NoProxyHeader => Told::of_check(
            format!("sends no PROXY header to the port where traffic begins with one, so {down}"),
            "the traffic's port, without its PROXY header",
            CONNECTION.of(context),
        ),
        _ => Told::of_check(
            format!("sends a PROXY header to the port where traffic begins without one, so {down}"),
            "`check-send-proxy` without `send-proxy`",
            "take `check-send-proxy` away, or write `send-proxy` as well",
        ),
    }
}
