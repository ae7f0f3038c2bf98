//! HTTP is spoken to what is not HTTP, or HTTP is asked for where connections pass unread.

use rustc_hash::FxHashMap;

use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity, Subject};
use crate::model::{
    Destination, Effect, Mode, OriginKind, Port, ProbeKind, Protocol, Reads, Route, RouteKind, RuleSection, Stage,
    StagedRule, Target,
};
use crate::source::{Dialect, Span};
use crate::traffic::ports;

/// See `docs/checks/mode-mismatch.md`.
#[derive(Debug)]
pub(in crate::checks) struct ModeMismatch;

const META: Meta = Meta {
    name: "mode-mismatch",
    group: Group::Routing,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Envoy],
    since: "0.1.0",
    summary: "HTTP is spoken to what is not HTTP, or rules for HTTP stand where connections pass unread",
    follows: &[],
    page: include_str!("../../../docs/checks/mode-mismatch.md"),
};

/// Checks that speak another protocol to the server, and which.
const PROBES: [(&str, &str); 5] = [
    ("mysql-check", "MySQL"),
    ("pgsql-check", "PostgreSQL"),
    ("redis-check", "Redis"),
    ("ldap-check", "LDAP"),
    ("smtpchk", "SMTP"),
];

impl Check for ModeMismatch {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() || pool.view.targets.is_empty() || pool.view.pool.disabled {
            return;
        }
        let speaks_http = speaks_http(context, pool);
        let found = if speaks_http {
            to_another_protocol(context, pool)
                .or_else(|| without_tls(context, pool))
                .or_else(|| probed_otherwise(context, pool))
        } else {
            probed_with_http(context, pool)
        };
        findings.extend(found);
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut routes: Option<FxHashMap<Span, &Route>> = None;
        for section in &context.unit.rule_sections {
            if !passes_connections(context, section) {
                continue;
            }
            let rules = context.unit.rules_of(section);
            // From there on rules for requests count (manual 4.2 `tcp-request content`, `switch-mode`).
            if rules.iter().any(|rule| rule.effect == Effect::Upgrades) {
                continue;
            }
            findings.extend(unread_requests(context, section, rules));
            for rule in rules.iter().filter(|rule| rule.reads.has(Reads::HELLO) && rule.stage == Stage::Route) {
                let routes =
                    routes.get_or_insert_with(|| context.unit.routes.iter().map(|route| (route.at, route)).collect());
                findings.extend(routes.get(&rule.at).and_then(|route| tls_into_http(context, section, rule, route)));
            }
        }
    }
}

// --- pools ---

/// Whether what reaches the pool's targets are HTTP requests.
fn speaks_http(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    match context.unit.dialect {
        // A cluster takes what its routes bring.
        Dialect::Envoy => {
            let mut routes = context.forwardings_to(pool.view.id).filter(|(route, _)| route.kind != RouteKind::Mirror);
            let mut some = false;
            routes.all(|(_, forwarding)| {
                some = true;
                forwarding.protocol == Protocol::Http
            }) && some
        }
        Dialect::Haproxy | Dialect::Nginx => pool.view.settings.mode.is(&Mode::Http),
    }
}

/// The port of all targets, if each has a fixed one that `of` knows, and what `of` says of the first.
fn all_ports<T>(pool: &PoolContext<'_>, of: impl Fn(u16) -> Option<T>) -> Option<(u16, T)> {
    let mut first = None;
    for target in pool.view.targets {
        let Some(Port::Number(port)) = target.address.port() else { return None };
        let known = of(port)?;
        first.get_or_insert((port, known));
    }
    first
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, at: Span, message: String) -> Finding {
    Finding::new(&META, at, context.subject(pool.name), message)
}

const SPEAK_TCP: Wording = Wording {
    haproxy: "write `mode tcp` in this section and in the frontend that leads here",
    nginx: "",
    envoy: "hand the connections on with `envoy.filters.network.tcp_proxy`, in a listener of their own",
};

fn to_another_protocol(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let (port, protocol) = all_ports(pool, ports::other_than_http)?;
    let at = pool.view.targets.first()?.address_at;
    let message = format!(
        "`{}` speaks HTTP, and port {port} is that of {protocol}: no client of {protocol} gets through",
        pool.name
    );
    let finding = finding(context, pool, at, message).because(protocol);
    Some(with_mode(finding, context, pool).help(SPEAK_TCP.of(context)))
}

const SPEAK_TLS: Wording = Wording {
    haproxy: "write `ssl verify required ca-file FILE` on the server lines, or `mode tcp` here and in the frontend to pass TLS on",
    nginx: "",
    envoy: "give the cluster a `transport_socket` with an `UpstreamTlsContext`",
};

fn without_tls(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let (port, ()) = all_ports(pool, |port| ports::is_https(port).then_some(()))?;
    if !pool.view.targets.iter().all(|target| is_plain(pool, target)) {
        return None;
    }
    let at = pool.view.targets.first()?.address_at;
    let message = format!(
        "`{}` speaks HTTP without TLS to port {port}: a server that expects TLS there answers every request with an error",
        pool.name
    );
    let finding = finding(context, pool, at, message).because("TLS is expected here");
    Some(with_mode(finding, context, pool).help(SPEAK_TLS.of(context)))
}

fn is_plain(pool: &PoolContext<'_>, target: &Target) -> bool {
    pool.view.settings_of(target).is_some_and(|settings| settings.transport.traffic.tls.is(&false))
}

/// Where the mode is written, if it is (HAProxy).
fn with_mode(finding: Finding, context: &Context<'_>, pool: &PoolContext<'_>) -> Finding {
    let origin = pool.view.settings.mode.origin;
    let is_written = context.unit.dialect == Dialect::Haproxy && origin.is_explicit();
    if is_written { finding.related(origin.at, "HTTP is spoken because of this") } else { finding }
}

/// The check says that the servers speak something else.
fn probed_otherwise(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let probe = pool.view.settings.probe;
    let ProbeKind::Other(kind) = probe.get()?.kind else { return None };
    let is_checked = |target: &Target| pool.view.settings_of(target).is_some_and(|settings| settings.checked.is(&true));
    if !pool.view.targets.iter().any(is_checked) {
        return None;
    }
    let (spoken, end) = match PROBES.iter().find(|(name, _)| *name == kind) {
        Some((_, protocol)) => (*protocol, format!("no client of {protocol} gets through")),
        None if kind == "ssl-hello-chk" && pool.view.targets.iter().all(|target| is_plain(pool, target)) => {
            ("TLS", "the requests arrive without TLS and are answered with an error".to_owned())
        }
        None => return None,
    };
    let message = format!("the check of `{}` speaks {spoken} to servers that get HTTP: {end}", pool.name);
    let finding = finding(context, pool, probe.origin.at, message).because(format!("the servers speak {spoken}"));
    Some(with_mode(finding, context, pool).help(SPEAK_TCP.of(context)))
}

const OTHER_PROBE: Wording = Wording {
    haproxy: "check the port with `tcp-check` or the check of the protocol, or name the port that answers HTTP: `check port PORT`",
    nginx: "",
    envoy: "write `tcp_health_check: {}`, or name the port that answers HTTP: `health_check_config: { port_value: PORT }`",
};

/// HTTP is asked of a port that does not speak it.
fn probed_with_http(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let probe = pool.view.settings.probe;
    // What rules of a check say of connections and ports is not modelled.
    let is_told = pool.view.settings.http_check.path.get().is_some();
    if !matches!(probe.get()?.kind, ProbeKind::Http(_)) || !is_told {
        return None;
    }
    let (port, protocol) = all_ports(pool, ports::fails_http_checks)?;
    let asks_here = |target: &Target| {
        let settings = pool.view.settings_of(target);
        settings.is_some_and(|settings| settings.checked.is(&true) && settings.transport.checks_its_own_place())
    };
    let count = pool.view.targets.len();
    if !pool.view.targets.iter().all(asks_here) {
        return None;
    }
    let all = if count == 1 { "its only target".to_owned() } else { format!("all {count} targets") };
    let message = format!(
        "the check of `{}` asks port {port} for HTTP, and that is {protocol}: {all} counts as down, 100 % of the connections fail",
        pool.name
    );
    let message = if count > 1 { message.replacen("counts as", "count as", 1) } else { message };
    let at = pool.view.targets.first()?.address_at;
    let finding = finding(context, pool, probe.origin.at, message).because("asks for HTTP");
    Some(finding.related(at, protocol).help(OTHER_PROBE.of(context)))
}

// --- sections ---

/// Whether a section hands on connections; a mode that a file not known may set is left alone.
fn passes_connections(context: &Context<'_>, section: &RuleSection) -> bool {
    let settings = context.unit.settings(section.settings);
    settings.is_some_and(|settings| settings.mode.is(&Mode::Tcp) && !context.is_open(settings.mode.origin))
}

/// Rules for requests in a section that reads none: those that choose a pool act at random, the others never.
fn unread_requests(context: &Context<'_>, section: &RuleSection, rules: &[StagedRule]) -> Option<Finding> {
    let chooses = |rule: &&StagedRule| rule.effect == Effect::Chooses && rule.reads.has(Reads::REQUEST);
    // Where content is looked at, the program waits for it.
    let waits = rules.iter().any(|rule| rule.stage == Stage::Content);
    let choosing: Vec<&StagedRule> = rules.iter().filter(chooses).filter(|_| !waits).collect();
    let is_dead = |rule: &&StagedRule| matches!(rule.stage, Stage::Request | Stage::Redirect | Stage::Response);
    let dead: Vec<&StagedRule> = rules.iter().filter(is_dead).collect();
    let name = context.text(section.name);
    let of = |count: usize, what: &str| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
    let (rule, message, severity) = match (choosing.first(), dead.first()) {
        (Some(rule), _) => {
            let count = of(choosing.len(), "rule");
            let (asks, acts) = if choosing.len() == 1 { ("asks", "acts") } else { ("ask", "act") };
            let message = format!(
                "`{name}` passes connections on unread: {count} that {asks} for HTTP {acts} at random, when the request has arrived by chance"
            );
            (*rule, message, Severity::Error)
        }
        (None, Some(rule)) => {
            let count = of(dead.len(), "rule");
            let message =
                format!("`{name}` passes connections on unread: HAProxy ignores its {count} for HTTP and only warns");
            (*rule, message, Severity::Warning)
        }
        (None, None) => return None,
    };
    let mode = context.unit.settings(section.settings)?.mode.origin;
    // What a section inherits is another section's choice; what is written nowhere was forgotten.
    let (at, because) = match mode.kind {
        OriginKind::Written => (mode.at, "no request is read"),
        OriginKind::Default => (mode.at, "without `mode http` no request is read"),
        OriginKind::Inherited => (rule.at, "no request is read here"),
    };
    let subject = Subject { discriminator: "requests".to_owned(), ..context.subject(name) };
    let mut finding = Finding::new(&META, at, subject, message).because(because).at_most(severity);
    if at == rule.at {
        finding = finding.related(mode.at, "because of this");
    } else {
        finding = finding.related(rule.at, "needs a request");
    }
    Some(finding.help("write `mode http` in this section and in the pools that it leads to, or remove the rules"))
}

/// The first message of TLS decides, and the pool that it leads to expects a request.
fn tls_into_http(context: &Context<'_>, section: &RuleSection, rule: &StagedRule, route: &Route) -> Option<Finding> {
    let Destination::Pool(_, Some(pool)) = route.to else { return None };
    let pool = context.unit.pool(pool)?;
    let mode = context.unit.settings(pool.settings)?.mode;
    if !mode.is(&Mode::Http) {
        return None;
    }
    let (name, to) = (context.text(section.name), context.name_of(pool));
    let message =
        format!("`{name}` passes TLS on as it arrives, and `{to}` expects HTTP: every connection ends with an error");
    let subject = Subject { discriminator: name.to_owned(), ..context.subject(to) };
    let finding = Finding::new(&META, rule.at, subject, message).because("TLS, not decrypted");
    let finding = finding.related(mode.origin.at, "expects HTTP");
    Some(
        finding
            .help("write `mode tcp` in the pool, or decrypt in the frontend: `bind ... ssl crt FILE` and `mode http`"),
    )
}
