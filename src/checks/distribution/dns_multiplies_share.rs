//! A name with several addresses takes several shares.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, AdministrativeState, Count, Membership, Target};
use crate::source::Dialect;
use crate::traffic::percent;

/// See `docs/checks/dns-multiplies-share.md`.
#[derive(Debug)]
pub(in crate::checks) struct DnsMultipliesShare;

const META: Meta = Meta {
    name: "dns-multiplies-share",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a name stands beside literal addresses: each of its addresses takes a share of its own",
    follows: &[],
    page: include_str!("../../../docs/checks/dns-multiplies-share.md"),
};

impl Check for DnsMultipliesShare {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        let (mut names, literal): (Vec<&Target>, Vec<&Target>) =
            usable(pool).partition(|target| target.count == Count::AtLeastOne);
        findings
            .extend(local(context, pool).and_then(|local| local.harm).map(|harm| localhost(context, &[pool], harm)));
        names.retain(|target| !is_localhost(context, target));
        // What is filled in may be a name, too; and nothing is multiplied where it is not known what picks.
        let may_be_a_name = |target: &Target| matches!(target.address, Address::Unknown(_));
        if pool.view.method().is_none()
            || usable(pool).any(|target| may_be_a_name(target) || !target.presence.is_certain())
        {
            return;
        }
        if let (Some(name), Some(address)) = (names.first(), literal.first()) {
            let finding = mixed(context, pool, name, address, names.len() + literal.len());
            findings.push(finding.about(context.target_subjects(pool.name, names.iter().copied())));
        }
    }

    /// On its own `localhost` costs little, and half of the world writes it: one quiet finding.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let quiet = |pool: &&PoolContext<'_>| local(context, pool).is_some_and(|local| local.harm.is_none());
        let quiet: Vec<&PoolContext<'_>> = pools.iter().filter(|pool| pool.is_reached()).filter(quiet).collect();
        if !quiet.is_empty() {
            let harm = "if a program listens on one of them, connections to the other are refused, and the requests tried again";
            findings.push(localhost(context, &quiet, harm).at_most(Severity::Info).only_from(Profile::Strict));
        }
    }
}

/// The targets that take part from the start.
fn usable<'a>(pool: &PoolContext<'a>) -> impl Iterator<Item = &'a Target> {
    let targets = pool.view.targets.iter();
    targets.filter(|target| target.state == AdministrativeState::Up && target.tier == 0)
}

fn is_localhost(context: &Context<'_>, target: &Target) -> bool {
    matches!(target.address, Address::Host(name, _) if context.is_localhost(name))
}

/// A name beside addresses. What the name would get with two addresses is said as an example.
fn mixed(context: &Context<'_>, pool: &PoolContext<'_>, name: &Target, address: &Target, count: usize) -> Finding {
    let host = context.text(name.name);
    let numbers = numbers(pool, name).map_or(String::new(), |(one, two)| format!(": {one} with one, {two} with two"));
    let message = format!("`{host}` gets a share of `{}` for each address that its name has{numbers}", pool.name);
    let finding = Finding::new(&META, name.address_at, context.target_subject(pool.name, name), message);
    let finding = finding.because("as many servers as the name has addresses");
    let finding = finding.related(address.address_at, format!("one of {count} lines, and always one server"));
    finding.help("write the addresses of all servers, or names for all of them")
}

/// What a name gets with one address, and with two, where all weights are known.
fn numbers(pool: &PoolContext<'_>, name: &Target) -> Option<(String, String)> {
    if pool.prediction.is_unknown() {
        return None;
    }
    let weight = |target: &Target| target.weight.get().copied().map(f64::from);
    let targets = pool.prediction.shares.iter().filter_map(|share| pool.target(share.target));
    let (own, total) = (weight(name)?, targets.map(weight).sum::<Option<f64>>()?);
    (own > 0.0 && total > 0.0).then(|| (percent(own / total), percent(2.0 * own / (total + own))))
}

/// A pool in which `localhost` stands.
struct Local {
    /// What it does, where that is more than a connection attempt in vain.
    harm: Option<&'static str>,
}

fn local(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Local> {
    // Looked up while running, it is one of them in Envoy, which takes the addresses of one family; in nginx it is what the
    // name server answers.
    let looked_up =
        |target| pool.view.settings_of(target).is_some_and(|settings| !settings.resolved_at_run_time.is(&false));
    if pool.view.pool.membership != Membership::Listed || pool.view.targets.iter().any(looked_up) {
        return None;
    }
    let local = usable(pool).filter(|target| is_localhost(context, target)).count();
    // What is filled in may be the same.
    let is_other = |target: &Target| !is_localhost(context, target) && !matches!(target.address, Address::Unknown(_));
    let others = usable(pool).any(is_other);
    let counted = usable(pool).all(|target| pool.view.is_ejected(target) == Some(true));
    let harm = match pool.tries_elsewhere(context) {
        Some(false) if counted => Some(
            "if the program listens on one of them, a request fails whenever the other is tried again, in each worker",
        ),
        Some(false) => Some("if the program listens on one of them, half of its requests fail"),
        _ if others => Some("if the program listens on both, it gets two shares"),
        _ => None,
    };
    (local > 0).then_some(Local { harm })
}

/// `localhost` is `127.0.0.1` and `::1` on most machines; most programs listen on one of them.
fn localhost(context: &Context<'_>, pools: &[&PoolContext<'_>], harm: &str) -> Finding {
    let all = || pools.iter().flat_map(|pool| usable(pool)).filter(|target| is_localhost(context, target));
    let names = list(all().map(|target| context.text(target.name)));
    let counts = if all().count() == 1 { "counts as two servers" } else { "count as two servers each" };
    let message = format!("{names} {counts} where `localhost` means 127.0.0.1 and ::1: {harm}");
    let at = all().next().map(|target| target.address_at).unwrap_or_default();
    let subject = pools.first().map_or_else(|| context.unit_subject(), |pool| context.subject(pool.name));
    let mut finding = Finding::new(&META, at, subject, message).because("looked up when nginx starts");
    let local = |pool: &&&PoolContext<'_>| {
        let targets = usable(pool).filter(|target| is_localhost(context, target));
        context.target_subjects(pool.name, targets)
    };
    finding = finding.about(pools.iter().flat_map(|pool| local(&pool)));
    for target in all().skip(1).take(3) {
        finding = finding.related(target.address_at, "and this one");
    }
    finding.help("write 127.0.0.1 or [::1]")
}
