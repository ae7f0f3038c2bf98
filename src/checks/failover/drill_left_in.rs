//! What a rehearsal or a maintenance left behind: requests that fail on purpose, servers that are still out of service.

use crate::checks::PoolContext;
use crate::checks::phrases::{list, seconds};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{
    Address, AdministrativeState, Count, Drill, DrillKind, DrillOf, ListenerId, Membership, Method, Mode, SavedState,
    Target,
};
use crate::source::Dialect;
use crate::traffic::{Reached, percent};

/// See `docs/checks/drill-left-in.md`.
#[derive(Debug)]
pub(in crate::checks) struct DrillLeftIn;

const META: Meta = Meta {
    name: "drill-left-in",
    group: Group::Failover,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "requests fail or wait on purpose, or servers are still drained or out of service",
    follows: &["no-eligible-target", "one-target-takes-all", "backup-without-effect"],
    page: include_str!("../../../docs/checks/drill-left-in.md"),
};

const BACK: Wording = Wording {
    haproxy: "take `disabled` away or give it a weight, or remove the server if it is gone for good",
    nginx: "take `down` or `drain` away, or remove the server if it is gone for good",
    envoy: "take `health_status` away, or remove the endpoint if it is gone for good",
};

impl Check for DrillLeftIn {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        findings.extend(dropped(context, pool));
        findings.extend(disabled(context, pool).or_else(|| out_of_service(context, pool)));
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        findings.extend(context.unit.drills.iter().filter_map(|drill| injected(context, drill)));
    }
}

/// Envoy: `drop_overloads` of the endpoints.
fn dropped(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let dropped = pool.view.spread()?.dropped;
    let part = dropped.get().copied().filter(|part| *part > 0 && dropped.origin.is_explicit())?;
    // What a control plane writes for a running proxy is how it sheds load.
    if context.is_read_at_run_time(dropped.origin.at) {
        return None;
    }
    let message = format!(
        "{} of the requests to `{}` get a 503 before an endpoint is picked, whatever the load",
        percent(f64::from(part) / 10_000.0),
        pool.name
    );
    let finding = Finding::new(&META, dropped.origin.at, context.subject(pool.name).told_by("dropped"), message)
        .because("dropped on purpose");
    Some(
        finding
            .note(pool.reached_from(context))
            .help("remove `drop_overloads`; `circuit_breakers` limit what the load asks for"),
    )
}

/// HAProxy: a rule leads to a section that is `disabled`.
fn disabled(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let routed = matches!(pool.reached, Reached::Yes | Reached::AsFallback) && pool.view.pool.presence.is_certain();
    if !pool.view.pool.disabled || !routed {
        return None;
    }
    let what = if pool.view.settings.mode.is(&Mode::Tcp) {
        format!("every connection to `{}` is closed at once", pool.name)
    } else {
        format!("every request to `{}` gets a 503", pool.name)
    };
    let message = format!("{what}: the section is `disabled`");
    let finding = Finding::new(&META, pool.view.pool.header, context.subject(pool.name).told_by("disabled"), message);
    let routes = context.routes_to(pool.view.id).take(2);
    let finding = finding.because("out of service");
    let finding = routes.fold(finding, |finding, route| finding.related(route.at, "traffic comes from here"));
    Some(finding.help("take `disabled` away, or lead the rule elsewhere"))
}

/// Servers that are out of service, among others that carry their part.
fn out_of_service(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let view = &pool.view;
    let decided = view.pool.completeness.is_complete() && view.settings.saved_state.is(&SavedState::No);
    if !decided || view.elects() || !matches!(view.pool.membership, Membership::Listed | Membership::Resolved) {
        return None;
    }
    let first_tier = || view.targets.iter().filter(|target| target.tier == 0);
    let out: Vec<&Target> = first_tier().filter(|target| is_out(context, pool, target)).collect();
    let first = *out.first()?;
    let number = |targets: &mut dyn Iterator<Item = &Target>| -> u32 {
        targets.map(|target| target.count.exactly().unwrap_or(1)).sum()
    };
    let left = number(&mut first_tier().filter(|target| target.is_usable()));
    if left == 0 || first_tier().any(|target| !target.presence.is_certain()) {
        return None;
    }
    let all = number(&mut out.iter().copied()) + left;
    let drained = out.iter().filter(|target| target.state == AdministrativeState::Drain).count();
    let message = format!(
        "{} of `{}` {} {}: {} {:.1} x what it would with {all}",
        list(out.iter().map(|target| context.text(target.name))),
        pool.name,
        if out.len() == 1 { "is" } else { "are" },
        if drained == out.len() { "drained" } else { "out of service" },
        if left == 1 { "the one that is left carries".to_owned() } else { format!("each of the other {left} carries") },
        f64::from(all) / f64::from(left)
    );
    let at = if first.weight.is(&0) { first.origin_span(first.weight.origin) } else { first.statement };
    let finding = Finding::new(&META, at, context.subject(pool.name), message);
    let finding = finding.because(if drained > 0 { "drained" } else { "gets no new clients" });
    let finding = finding.about(context.target_subjects(pool.name, out.iter().copied()));
    let others = out.iter().skip(1).take(3);
    let finding = others.fold(finding, |finding, target| finding.related(target.statement, "and this one"));
    let finding = finding.help(BACK.of(context));
    // A drain is a step on the way to something; out of service is a state that people leave servers in.
    let finding = finding.at_most(if drained > 0 { Severity::Warning } else { Severity::Info });
    // Where clients are hashed, a server that is out keeps its place, so that the others keep their clients.
    let keeps_its_place = matches!(view.method(), Some(Method::Hash(_))) && drained == 0;
    Some(if keeps_its_place { finding.only_from(Profile::Strict) } else { finding })
}

/// Whether a target is written, and out of service: not one that only fills a place, as the slots of a `server-template` do
/// until somebody enables them over the socket.
fn is_out(context: &Context<'_>, pool: &PoolContext<'_>, target: &Target) -> bool {
    let filler = target.address.is_local() || matches!(target.address, Address::Any(_) | Address::Unknown(_));
    let filler = filler || matches!(target.address, Address::Ip(ip, _) if ip.is_unspecified());
    let filler = filler || matches!(target.count, Count::Copies(..) | Count::Slots(..));
    let by_agent = pool.view.settings_of(target).is_none_or(|settings| !settings.agent.is(&false));
    match target.state {
        _ if filler || context.is_read_at_run_time(target.statement) => false,
        AdministrativeState::Down | AdministrativeState::Drain => true,
        AdministrativeState::Up => target.weight.is(&0) && !by_agent,
        AdministrativeState::Degraded => false,
    }
}

/// The name of a listener that takes requests.
fn name_of<'a>(context: &Context<'a>, id: ListenerId) -> Option<&'a str> {
    let listener = context.unit.listener(id).filter(|listener| !listener.disabled)?;
    Some(context.text(listener.name))
}

/// A fault that is injected, or a rule that refuses by chance.
fn injected(context: &Context<'_>, drill: &Drill) -> Option<Finding> {
    if context.is_read_at_run_time(drill.at) {
        return None;
    }
    let (name, whose) = match drill.of {
        DrillOf::Listener(id) => (name_of(context, id)?, "of"),
        DrillOf::Routes(id) => (name_of(context, id)?, "of some routes of"),
        DrillOf::Pool(id) => {
            let reached = context.reach.of(id) != Reached::No;
            (context.name_of(context.unit.pool(id).filter(|_| reached)?), "to")
        }
    };
    let (kind, of) = match (drill.kind, drill.of) {
        (DrillKind::Answer(_) | DrillKind::Close, DrillOf::Pool(_)) => ("answered", "pool"),
        (DrillKind::Answer(_) | DrillKind::Close, _) => ("answered", "listener"),
        (DrillKind::Delay(_), DrillOf::Pool(_)) => ("delayed", "pool"),
        (DrillKind::Delay(_), _) => ("delayed", "listener"),
    };
    let what = match drill.kind {
        DrillKind::Answer(0) => "are answered with an error".to_owned(),
        DrillKind::Answer(status) => format!("are answered with {status}"),
        DrillKind::Close => "are cut off".to_owned(),
        DrillKind::Delay(time) => format!("wait {}", seconds(time)),
    };
    let message = format!(
        "{} of the requests {whose} `{name}` {what} on purpose, whatever they ask for",
        percent(f64::from(drill.part) / 10_000.0)
    );
    let mut finding = Finding::new(&META, drill.at, context.subject(name).told_by(&format!("{kind} {of}")), message)
        .because("left in from a drill?");
    finding.confidence = Confidence::Medium;
    Some(finding.at_most(Severity::Warning).help("remove it when the drill is over"))
}
