//! Targets that wait for others to fail, and that can then not be used.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{
    AdministrativeState, Conditions, Forwarding, LabelsId, Membership, Method, PoolKind, Route, SavedState, Subsets,
    Target,
};
use crate::source::Dialect;
use crate::traffic::{Asked, Certainty, Scenario, percent, predict};

/// See `docs/checks/backup-without-effect.md`.
#[derive(Debug)]
pub(in crate::checks) struct BackupWithoutEffect;

const META: Meta = Meta {
    name: "backup-without-effect",
    group: Group::Failover,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a backup, or a lower priority, that cannot take over when the servers before it fail",
    follows: &["no-eligible-target", "undetectable-failover"],
    page: include_str!("../../../docs/checks/backup-without-effect.md"),
};

const SERVERS: Wording = Wording { haproxy: "servers", nginx: "servers", envoy: "endpoints of a higher priority" };
const FAIL: Wording = Wording { haproxy: "gets a 503", nginx: "gets a 502", envoy: "gets a 503" };

const INTO_SERVICE: Wording = Wording {
    haproxy: "give the backup a weight and take `disabled` away, or remove it",
    nginx: "take `down` away from the backup, or remove it",
    envoy: "take `health_status` away from the endpoints, or remove the priority",
};

const WITH_METHOD: &str =
    "use `least_conn` or no method beside `backup`; or write the server without `backup`: a hash leads to it, too";

/// The targets of a pool by their turn.
struct Turns<'a> {
    /// Those of the first tier, with their positions.
    first: Vec<(u32, &'a Target)>,
    /// Those that wait.
    waiting: Vec<&'a Target>,
}

impl Check for BackupWithoutEffect {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let view = &pool.view;
        let certain = view.targets.iter().all(|target| target.presence.is_certain());
        let listed = !matches!(view.pool.membership, Membership::OfPools | Membership::OfRequest);
        let decided = view.settings.saved_state.is(&SavedState::No) && view.pool.completeness.is_complete();
        if !pool.is_reached() || !certain || !listed || !decided || view.elects() {
            return;
        }
        let first_tier = if view.pool.kind == PoolKind::Cluster { lowest_tier(view.targets) } else { 0 };
        let (first, waiting): (Vec<_>, Vec<_>) =
            (0_u32..).zip(view.targets).partition(|(_, target)| target.tier == first_tier);
        let turns = Turns { first, waiting: waiting.into_iter().map(|(_, target)| target).collect() };
        let found = match (turns.first.is_empty(), turns.waiting.is_empty()) {
            (_, true) => None,
            (true, false) => nobody_before(context, pool, &turns),
            (false, false) => out_of_service(context, pool, &turns)
                .or_else(|| never_left(context, pool, &turns))
                .or_else(|| of_another_subset(context, pool, &turns))
                .or_else(|| beside_method(context, pool, &turns)),
        };
        findings.extend(found);
    }
}

fn lowest_tier(targets: &[Target]) -> u8 {
    targets.iter().map(|target| target.tier).min().unwrap_or(0)
}

fn is_usable(target: &Target) -> bool {
    let serves = matches!(target.state, AdministrativeState::Up | AdministrativeState::Degraded);
    serves && !target.weight.is(&0)
}

fn names<'n>(context: &Context<'n>, targets: &[&'n Target]) -> String {
    list(targets.iter().map(|target| context.text(target.name)))
}

/// All servers wait, and there is nobody to wait for (HAProxy; nginx refuses that).
fn nobody_before(context: &Context<'_>, pool: &PoolContext<'_>, turns: &Turns<'_>) -> Option<Finding> {
    let all_backups = pool.view.settings.all_backups;
    let usable: Vec<&Target> = turns.waiting.iter().copied().filter(|target| is_usable(target)).collect();
    let (first, others) = usable.split_first()?;
    if pool.view.pool.kind == PoolKind::Upstream || context.is_open(all_backups.origin) {
        return None;
    }
    let finding = |message| Finding::new(&META, first.statement, context.subject(pool.name), message);
    if all_backups.is(&false) && !others.is_empty() {
        let message = format!(
            "all {} servers of `{}` are backups: `{}` gets 100.0 % of the requests, and {} nothing while it is up",
            usable.len(),
            pool.name,
            context.text(first.name),
            names(context, others)
        );
        let finding = finding(message).because("a backup, with no server before it");
        let finding = others.first().map_or(finding.clone(), |next| finding.related(next.statement, "gets nothing"));
        return Some(finding.help("take `backup` away from the servers that are to share the traffic"));
    }
    let message = format!("`backup` changes nothing in `{}`: there is no server that it could wait for", pool.name);
    let finding = finding(message).because("a backup of nobody").at_most(Severity::Info);
    Some(finding.only_from(Profile::Strict).help("take `backup` away, or add the server that comes first"))
}

/// All that wait are out of service: when the others fail, nobody is left.
fn out_of_service(context: &Context<'_>, pool: &PoolContext<'_>, turns: &Turns<'_>) -> Option<Finding> {
    if turns.waiting.iter().any(|target| is_usable(target)) {
        return None;
    }
    let first = turns.waiting.first()?;
    let without_weight = turns.waiting.iter().all(|target| target.weight.is(&0));
    if !turns.first.iter().any(|(_, target)| is_usable(target))
        || turns.waiting.iter().any(|target| agent(pool, target))
    {
        return None;
    }
    let message = format!(
        "when the {} of `{}` fail, {}: {} {} {}",
        SERVERS.of(context),
        pool.name,
        without_first(context, pool, turns)?,
        names(context, &turns.waiting),
        if turns.waiting.len() == 1 { "waits for that and" } else { "wait for that and" },
        match (without_weight, turns.waiting.len()) {
            (true, 1) => "has weight 0",
            (true, _) => "have weight 0",
            (false, 1) => "is out of service",
            (false, _) => "are out of service",
        }
    );
    let at = if without_weight { first.origin_span(first.weight.origin) } else { first.statement };
    let finding = Finding::new(&META, at, context.subject(pool.name), message);
    let finding = finding.about(context.target_subjects(pool.name, turns.waiting.iter().copied()));
    let finding = finding.because(if without_weight { "never picked" } else { "never used" });
    let finding = finding.help(INTO_SERVICE.of(context));
    // Out of service by the word is out of service on purpose, once.
    Some(if without_weight { finding } else { finding.at_most(Severity::Info) })
}

/// An agent on the target may set its weight.
fn agent(pool: &PoolContext<'_>, target: &Target) -> bool {
    pool.view.settings_of(target).is_none_or(|settings| !settings.agent.is(&false))
}

/// What becomes of requests when the whole first tier is down: "every request gets a 503".
fn without_first(context: &Context<'_>, pool: &PoolContext<'_>, turns: &Turns<'_>) -> Option<String> {
    let down: Vec<u32> = turns.first.iter().map(|(position, _)| *position).collect();
    let after = predict(&pool.view, Scenario::down(&down));
    if after.certainty == Certainty::Unknown {
        return None;
    }
    let dead: f64 = down.iter().filter_map(|position| after.share_of(*position)).sum();
    let lost = after.failed + dead;
    Some(if lost >= 1.0 - 1e-9 {
        format!("every request {}", FAIL.of(context))
    } else {
        format!("{} of the requests still meet a dead one", percent(lost))
    })
}

/// nginx: servers whose failures are not counted are asked for ever, and a request ends before it has asked all of them.
fn never_left(context: &Context<'_>, pool: &PoolContext<'_>, turns: &Turns<'_>) -> Option<Finding> {
    if !matches!(pool.view.pool.kind, PoolKind::Upstream) {
        return None;
    }
    let usable: Vec<_> = turns.first.iter().filter(|(_, target)| is_usable(target)).collect();
    let stays: Vec<_> = usable.into_iter().filter(|(_, target)| stays(pool, target)).collect();
    let (position, server) = *stays.first()?;
    let spare = turns.waiting.iter().find(|target| is_usable(target))?;
    let mut ends = None;
    for (_, forwarding) in context.forwardings_to(pool.view.id) {
        ends = Some(ends_within(forwarding, stays.len())?);
    }
    let ends = ends?;
    let servers: Vec<&Target> = stays.iter().map(|(_, target)| *target).collect();
    let message = format!(
        "{} of `{}` never {} any traffic: {} {} never left out (`max_fails=0`), and a request ends after {}",
        names(context, &turns.waiting),
        pool.name,
        if turns.waiting.len() == 1 { "gets" } else { "get" },
        names(context, &servers),
        if servers.len() == 1 { "is" } else { "are" },
        if ends.tries == 1 { "the first one that it meets".to_owned() } else { format!("{} of them", ends.tries) }
    );
    let finding = Finding::new(&META, spare.statement, context.subject(pool.name), message);
    let finding = finding
        .because("a backup that is never reached")
        .about(context.target_subjects(pool.name, turns.waiting.iter().copied()))
        .related(server.statement, "its failures are not counted");
    let finding = match ends.at {
        Some(at) => finding.related(at, "so few attempts"),
        None => finding,
    };
    let finding = finding.note(pool.after_death(context, *position));
    Some(finding.help(
        "write `max_fails=1` or more on the servers, or let `proxy_next_upstream` and its tries reach the backup",
    ))
}

/// Whether nothing ever makes nginx pass a server by: its failures do not count, and it takes any number of connections.
fn stays(pool: &PoolContext<'_>, target: &Target) -> bool {
    let unlimited = pool.view.settings_of(target).is_some_and(|settings| settings.connections.is(&0));
    unlimited && pool.view.is_ejected(target) == Some(false) && pool.view.is_watched(target) == Some(false)
}

/// After how many attempts a request ends, and where that is written.
#[derive(Clone, Copy)]
struct Ends {
    tries: u32,
    at: Option<crate::source::Span>,
}

/// How a request ends that has met so many dead servers at most; `None` where it may go on.
fn ends_within(forwarding: &Forwarding, servers: usize) -> Option<Ends> {
    let tries = forwarding.tries.get().copied().filter(|tries| *tries > 0 && *tries as usize <= servers);
    if let Some(tries) = tries {
        return Some(Ends { tries, at: forwarding.tries.origin.written_at() });
    }
    // Any outcome that is repeated leads on to the backup, in the end.
    let at_once = forwarding.retry_on.get().is_some_and(|on| on.is_empty() || *on == Conditions::NON_IDEMPOTENT);
    at_once.then(|| Ends { tries: 1, at: forwarding.retry_on.origin.written_at() })
}

/// nginx: methods that know no backups, written below them, where nginx does not notice.
fn beside_method(context: &Context<'_>, pool: &PoolContext<'_>, turns: &Turns<'_>) -> Option<Finding> {
    let policy = &pool.view.settings.policy;
    let knows_none = matches!(pool.view.method()?, Method::Hash(_) | Method::Random(_) | Method::RandomPair);
    let spare = turns.waiting.first().filter(|_| knows_none && pool.view.pool.kind == PoolKind::Upstream)?;
    if policy.origin.at.start < spare.statement.start {
        // nginx refuses that, and says so.
        return None;
    }
    let word = policy.get()?.word;
    let message = format!(
        "{} of `{}` {} only because nginx overlooks it: `{word}` knows no backups, and above them it keeps nginx from starting",
        names(context, &turns.waiting),
        pool.name,
        if turns.waiting.len() == 1 { "is a backup" } else { "are backups" }
    );
    let finding = Finding::new(&META, spare.statement, context.subject(pool.name), message);
    let finding = finding
        .because("a backup")
        .about(context.target_subjects(pool.name, turns.waiting.iter().copied()))
        .related(policy.origin.at, "written above it, nginx does not start");
    Some(finding.help(WITH_METHOD))
}

/// Envoy: each subset has priorities of its own, and the one that requests ask for has endpoints in the first one only.
fn of_another_subset(context: &Context<'_>, pool: &PoolContext<'_>, turns: &Turns<'_>) -> Option<Finding> {
    let spread = pool.view.spread()?;
    if matches!(spread.subsets.get(), None | Some(Subsets::Off)) {
        return None;
    }
    let selectors = context.unit.selectors(spread.selectors);
    let has = |target: &Target, asked: LabelsId| pool.view.has_labels(target, asked);
    let is_alone = |asked: LabelsId| {
        let names: Vec<_> = context.unit.labels(asked).iter().map(|label| label.name).collect();
        let served = turns.first.iter().any(|(_, target)| is_usable(target) && has(target, asked) == Some(true));
        let waits = turns.waiting.iter().all(|target| has(target, asked) == Some(false));
        !names.is_empty() && selectors.contains(&names) && served && waits
    };
    let mut asked = context.forwardings_to(pool.view.id).filter_map(|(route, forwarding)| {
        let asked = *forwarding.asks_for.get()?;
        is_alone(asked).then_some((route, asked))
    });
    let (route, labels): (&Route, LabelsId) = asked.next()?;
    let first = turns.waiting.first()?;
    let view = pool.view.asking(Asked::With(labels));
    let down: Vec<u32> = turns.first.iter().map(|(position, _)| *position).collect();
    let after = predict(&view, Scenario::down(&down));
    let dead: f64 = down.iter().filter_map(|position| after.share_of(*position)).sum();
    if after.certainty == Certainty::Unknown || after.failed + dead < 1.0 - 1e-9 {
        return None;
    }
    let pairs: Vec<String> = context
        .unit
        .labels(labels)
        .iter()
        .map(|label| format!("`{}: {}`", context.text(label.name), context.text(label.value)))
        .collect();
    let message = format!(
        "{} of `{}` {} not take over requests that ask for {}: no endpoint of a lower priority is in that subset",
        names(context, &turns.waiting),
        pool.name,
        if turns.waiting.len() == 1 { "does" } else { "do" },
        pairs.join(" and ")
    );
    let finding = Finding::new(&META, first.statement, context.subject(pool.name), message);
    let finding = finding
        .because("not in the subset")
        .about(context.target_subjects(pool.name, turns.waiting.iter().copied()))
        .related(route.at, "asks for the subset");
    Some(finding.help("give the endpoints of the lower priority the same `metadata`"))
}
