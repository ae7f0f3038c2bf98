//! What keeps a health check from telling a target that works from one that does not.

use super::{PoolView, ports};
use crate::model::{
    Address, Forwarding, HostHeader, HttpCheck, Mode, Port, ProbeKind, Protocol, Statuses, Target, Transport, Verb,
};
use crate::source::Span;

/// What keeps a health check from telling a target that works from one that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeFlaw {
    /// Rules say what to ask, and this check reads none.
    UnreadRules,
    /// The inherited request is not sent, because there are rules of its own.
    ForgottenRequest,
    /// The path is a method's name.
    MethodAsPath,
    /// The path does not begin with `/`.
    NotAPath,
    /// A request of HTTP/1.1 names no host.
    NoHost,
    /// The request does not end: the target waits for the rest of it.
    Unfinished,
    /// A text is looked for in the answer to `HEAD`, which has none.
    NoBody,
    /// No status is good.
    NothingIsGood,
    /// An error is good, and success is not.
    Inverted,
    /// Errors are good as well.
    ErrorsAreGood,
    /// The targets answer for the host that is written for them, and the check names the pool.
    PoolNameAsHost,
    /// The same where only TLS names the host (`sni`): the targets may answer for any.
    PoolNameBesideSni,
    /// It asks in HTTP/1 what only speaks HTTP/2.
    OtherVersion,
    /// Plain text to a port that expects TLS.
    PlainToTls,
    /// TLS to a port that expects plain text.
    TlsToPlain,
    /// No PROXY header to a port that expects one.
    NoProxyHeader,
    /// A PROXY header to a port that expects none.
    ProxyHeaderOnly,
    /// It asks another protocol than this one, which the port is known for.
    OtherProtocol(&'static str),
    /// One address is asked for several targets.
    OneAddressForAll,
    /// It asks for no name in TLS where the traffic does.
    NoServerName,
    /// `OPTIONS /`, because nothing else is written.
    DefaultRequest,
}

/// A flaw, where it is written, and the targets that it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flawed {
    /// The flaw.
    pub flaw: ProbeFlaw,
    /// The decisive text.
    pub at: Span,
    /// The positions of the targets.
    pub targets: Vec<u32>,
}

/// The worst flaw of a pool's health check; none if it is in order, not used, or not known.
pub fn probe_flaw(view: &PoolView<'_>, forwardings: &[&Forwarding]) -> Option<Flawed> {
    let checked = |target: &&Target| view.settings_of(target).is_some_and(|settings| settings.checked.is(&true));
    view.targets.iter().find(checked)?;
    let kind = view.settings.probe.get()?.kind;
    let check = &view.settings.http_check;
    let of_rules = match (check.unread, check.forgotten) {
        (Some(at), _) => Some((ProbeFlaw::UnreadRules, at)),
        (None, Some(_)) => Some((ProbeFlaw::ForgottenRequest, check.path.origin.at)),
        (None, None) => None,
    };
    let by_http = matches!(kind, ProbeKind::Http(_));
    let found = of_rules.or_else(|| by_http.then(|| of_request(view, check))?);
    found
        .map(|(flaw, at)| all_checked(view, flaw, at))
        .or_else(|| of_connections(view, kind, forwardings))
        .or_else(|| by_http.then(|| of_habits(view, check, forwardings))?)
}

fn all_checked(view: &PoolView<'_>, flaw: ProbeFlaw, at: Span) -> Flawed {
    let checked = |target: &Target| view.settings_of(target).is_some_and(|settings| settings.checked.is(&true));
    let targets = (0_u32..).zip(view.targets).filter(|(_, target)| checked(target)).map(|(position, _)| position);
    Flawed { flaw, at, targets: targets.collect() }
}

/// A request that no target answers well, or an answer that every target gives.
fn of_request(view: &PoolView<'_>, check: &HttpCheck) -> Option<(ProbeFlaw, Span)> {
    let path = check.path.get().copied().flatten().map(|path| view.unit.texts.get(path, view.sources));
    let refused = check.good.get().is_none_or(|good| !good.has(400));
    if let Some(path) = path.filter(|_| refused) {
        if Verb::is_name(path) {
            return Some((ProbeFlaw::MethodAsPath, check.path.origin.at));
        }
        // `*` is for `OPTIONS`; a whole URL is what a proxy is asked; expressions and variables are anything.
        let odd = !path.starts_with(['/', '*', '%', '$', '"', '\'']) && !path.contains("://");
        if odd && !path.is_empty() {
            return Some((ProbeFlaw::NotAPath, check.path.origin.at));
        }
    }
    if refused && check.names_host.is(&true) && check.host.is(&HostHeader::Missing) {
        return Some((ProbeFlaw::NoHost, check.names_host.origin.at));
    }
    if check.ends.is(&false) {
        return Some((ProbeFlaw::Unfinished, check.ends.origin.at));
    }
    if check.method.is(&Verb::Head) && check.reads_body.is(&true) {
        return Some((ProbeFlaw::NoBody, check.reads_body.origin.at));
    }
    of_statuses(check).map(|flaw| (flaw, check.good.origin.at))
}

fn of_statuses(check: &HttpCheck) -> Option<ProbeFlaw> {
    let good = check.good.get().filter(|_| check.good.origin.is_explicit())?;
    let only_status = check.reads_body.is(&false) && check.reads_header.is(&false);
    match (good.has(200), good.has(500) && good.has(503)) {
        _ if *good == Statuses::NONE => Some(ProbeFlaw::NothingIsGood),
        (false, true) => Some(ProbeFlaw::Inverted),
        (true, true) if only_status => Some(ProbeFlaw::ErrorsAreGood),
        _ => None,
    }
}

/// Connections that no target of the pool understands.
fn of_connections(view: &PoolView<'_>, kind: ProbeKind, forwardings: &[&Forwarding]) -> Option<Flawed> {
    if kind == ProbeKind::Connect || view.settings.http_check.connects_by_itself {
        return None;
    }
    let mut found: Option<Flawed> = None;
    for (position, target) in (0_u32..).zip(view.targets) {
        let Some((flaw, at)) = of_target(view, target, kind, forwardings) else { continue };
        match &mut found {
            None => found = Some(Flawed { flaw, at, targets: vec![position] }),
            Some(first) if first.flaw == flaw => first.targets.push(position),
            Some(_) => {}
        }
    }
    found.or_else(|| one_address(view))
}

fn of_target(
    view: &PoolView<'_>,
    target: &Target,
    kind: ProbeKind,
    forwardings: &[&Forwarding],
) -> Option<(ProbeFlaw, Span)> {
    let settings = view.settings_of(target).filter(|settings| settings.checked.is(&true))?;
    let transport = &settings.transport;
    let port = checked_port(target, transport)?;
    let own_port = target.address.port() == Some(Port::Number(port));
    let flaw = own_port.then(|| of_wrapping(view, transport, kind)).flatten();
    let flaw = flaw.or_else(|| expects_tls(view, transport, port, kind, forwardings));
    let flaw = flaw.or_else(|| other_protocol(kind, port, transport));
    flaw.map(|flaw| (flaw, target.address_at))
}

/// The port that is asked, if the check goes to the target's own address.
fn checked_port(target: &Target, transport: &Transport) -> Option<u16> {
    if !transport.check_address.is(&None) {
        return None;
    }
    match (*transport.check_port.get()?, target.address.port()?) {
        (Some(port), _) | (None, Port::Number(port)) => Some(port).filter(|port| *port > 0),
        _ => None,
    }
}

/// The check connects to the port of the traffic in another way than the traffic does.
fn of_wrapping(view: &PoolView<'_>, transport: &Transport, kind: ProbeKind) -> Option<ProbeFlaw> {
    let (traffic, check) = (&transport.traffic, &transport.check);
    let http = matches!(kind, ProbeKind::Http(_));
    let refused = view.settings.http_check.good.get().is_none_or(|good| !http || !good.has(400));
    match (traffic.tls.get(), check.tls.get()) {
        (Some(true), Some(false)) if refused => return Some(ProbeFlaw::PlainToTls),
        // Connections that are passed on may carry TLS.
        (Some(false), Some(true)) if view.settings.mode.is(&Mode::Http) => {
            return Some(ProbeFlaw::TlsToPlain);
        }
        _ => {}
    }
    match (traffic.proxy_header.get(), check.proxy_header.get()) {
        (Some(true), Some(false)) if refused => Some(ProbeFlaw::NoProxyHeader),
        (Some(false), Some(true)) => Some(ProbeFlaw::ProxyHeaderOnly),
        _ => None,
    }
}

/// Connections are passed on as they come, and the port is one where TLS is spoken.
fn expects_tls(
    view: &PoolView<'_>,
    transport: &Transport,
    port: u16,
    kind: ProbeKind,
    forwardings: &[&Forwarding],
) -> Option<ProbeFlaw> {
    let streams = !forwardings.is_empty() && forwardings.iter().all(|one| one.protocol == Protocol::Stream);
    let passes_on = view.settings.mode.is(&Mode::Tcp) || streams;
    let plain = transport.check.tls.is(&false) && transport.traffic.tls.is(&false);
    let refused = view.settings.http_check.good.get().is_some_and(|good| !good.has(400));
    let asks = matches!(kind, ProbeKind::Http(_)) && refused;
    (asks && passes_on && plain && ports::is_often_tls(port)).then_some(ProbeFlaw::PlainToTls)
}

/// The port is known for another protocol than the check speaks.
fn other_protocol(kind: ProbeKind, port: u16, transport: &Transport) -> Option<ProbeFlaw> {
    let asked = match kind {
        ProbeKind::Http(_) => "HTTP",
        ProbeKind::Other("mysql-check") => "MySQL",
        ProbeKind::Other("pgsql-check") => "PostgreSQL",
        ProbeKind::Other("redis-check") => "Redis",
        ProbeKind::Other("ldap-check") => "LDAP",
        ProbeKind::Other("smtpchk") => "SMTP",
        _ => return None,
    };
    // HTTP that is asked at the traffic's own port is a matter of the whole pool (`mode-mismatch`).
    let known_for = ports::known_for(port).filter(|_| asked != "HTTP" || !transport.check_port.is(&None))?;
    (known_for != asked && transport.check.tls.is(&false)).then_some(ProbeFlaw::OtherProtocol(known_for))
}

/// One address, with one port, is asked for targets that stand in different places.
fn one_address(view: &PoolView<'_>) -> Option<Flawed> {
    let asked = |target: &Target| {
        let settings = view.settings_of(target).filter(|settings| settings.checked.is(&true))?;
        let address = (*settings.transport.check_address.get()?)?;
        let own = match target.address.port() {
            Some(Port::Number(port)) => Some(port),
            _ => None,
        };
        let port = (*settings.transport.check_port.get()?).or(own)?;
        Some((view.unit.texts.get(address, view.sources), port, settings.transport.check_address.origin))
    };
    let first = view.targets.first()?;
    let (address, port, origin) = asked(first)?;
    let same = |target: &Target| asked(target).is_some_and(|(other, at, _)| other == address && at == port);
    let place = |target: &Target| match target.address {
        Address::Ip(ip, _) => Some(ip),
        _ => None,
    };
    let apart = view.targets.iter().any(|target| place(target).is_some() && place(target) != place(first));
    (view.targets.len() > 1 && apart && view.targets.iter().all(same))
        .then(|| all_checked(view, ProbeFlaw::OneAddressForAll, first.origin_span(origin)))
}

/// What often goes wrong, and need not.
fn of_habits(view: &PoolView<'_>, check: &HttpCheck, forwardings: &[&Forwarding]) -> Option<Flawed> {
    if check.other_version.is(&true) {
        return Some(all_checked(view, ProbeFlaw::OtherVersion, view.settings.probe.origin.at));
    }
    let transports = || view.targets.iter().filter_map(|target| Some(view.settings_of(target)?.transport));
    let named = transports().any(|transport| transport.traffic.server_name.is(&true));
    let rewritten = forwardings.iter().any(|forwarding| forwarding.names_target.is(&true));
    if check.host.is(&HostHeader::PoolName) && (named || rewritten) {
        let flaw = if rewritten { ProbeFlaw::PoolNameAsHost } else { ProbeFlaw::PoolNameBesideSni };
        return Some(all_checked(view, flaw, view.settings.probe.origin.at));
    }
    let unnamed = |transport: Transport| {
        let (traffic, asked) = (transport.traffic, transport.check);
        traffic.server_name.is(&true) && asked.tls.is(&true) && asked.server_name.is(&false)
    };
    if let Some(target) = view.targets.iter().find(|one| view.settings_of(one).is_some_and(|s| unnamed(s.transport))) {
        return Some(all_checked(view, ProbeFlaw::NoServerName, target.address_at));
    }
    let bare =
        !view.elects() && check.method.is(&Verb::Options) && check.path.is(&None) && check.path.origin.is_explicit();
    bare.then(|| all_checked(view, ProbeFlaw::DefaultRequest, check.path.origin.at))
}
