//! A name with several addresses takes several shares.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, AdministrativeState, Count, Target};
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
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a name stands beside literal addresses: each of its addresses takes a share of its own",
    follows: &[],
    page: include_str!("../../../docs/checks/dns-multiplies-share.md"),
};

impl Check for DnsMultipliesShare {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let usable = |target: &&Target| target.state == AdministrativeState::Up && target.tier == 0;
        let targets: Vec<&Target> = pool.view.targets.iter().filter(usable).collect();
        let (names, literal): (Vec<&Target>, Vec<&Target>) =
            targets.iter().partition(|target| target.count == Count::AtLeastOne);
        if !pool.is_reached() {
            return;
        }
        findings.extend(localhost(context, pool, &targets));
        let names: Vec<&Target> = names.into_iter().filter(|target| !is_localhost(context, target)).collect();
        if let (Some(name), Some(address)) = (names.first(), literal.first()) {
            findings.push(mixed(context, pool, name, address, targets.len()));
        }
    }
}

fn is_localhost(context: &Context<'_>, target: &Target) -> bool {
    matches!(target.address, Address::Host(name, _) if context.text(name).eq_ignore_ascii_case("localhost"))
}

/// A name beside addresses. What the name would get with two addresses is said as an example.
fn mixed(context: &Context<'_>, pool: &PoolContext<'_>, name: &Target, address: &Target, count: usize) -> Finding {
    let host = context.text(name.name);
    let weight = |target: &Target| f64::from(target.weight.get().copied().unwrap_or(1));
    let total: f64 = pool.prediction.shares.iter().filter_map(|share| pool.target(share.target)).map(weight).sum();
    let own = weight(name);
    let doubled = percent(2.0 * own / (total + own));
    let alone = percent(own / total);
    let message = format!(
        "`{host}` gets a share of `{}` for each address that its name has: {alone} with one, {doubled} with two",
        pool.name
    );
    let finding = Finding::new(&META, name.address_at, context.subject(pool.name), message);
    let finding = finding.because("as many servers as the name has addresses");
    let finding = finding.related(address.address_at, format!("one of {count} lines, and always one server"));
    finding.help("write the addresses of all servers, or names for all of them")
}

/// `localhost` is `127.0.0.1` and `::1` on most machines; most programs listen on one of them.
fn localhost(context: &Context<'_>, pool: &PoolContext<'_>, targets: &[&Target]) -> Option<Finding> {
    let local: Vec<&Target> = targets.iter().copied().filter(|target| is_localhost(context, target)).collect();
    let first = local.first()?;
    let others = targets.len() > local.len();
    let gives_up = pool.tries_elsewhere(context) == Some(false);
    let names = list(local.iter().map(|target| context.text(target.name)));
    let harm = match (gives_up, others) {
        (true, _) => {
            "half of its requests fail if the program listens on one of them, because no other server is tried"
        }
        (false, true) => "it takes two shares, and if the program listens on one address, half of them only cost time",
        (false, false) => "if the program listens on one of them, half of the connections are refused and tried again",
    };
    let message = format!("{names} of `{}` is two servers where the name means 127.0.0.1 and ::1: {harm}", pool.name);
    let finding = Finding::new(&META, first.address_at, context.subject(pool.name), message);
    let finding = finding.because("looked up when nginx starts").help("write 127.0.0.1 or [::1]");
    // On its own it costs little, and half of the world writes it.
    Some(if gives_up || others { finding } else { finding.at_most(Severity::Info).only_from(Profile::Strict) })
}
