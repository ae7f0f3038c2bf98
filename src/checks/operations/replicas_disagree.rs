//! Copies of one proxy deal out the traffic of a pool differently.

mod declared;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::checks::phrases::list;
use crate::checks::{Check, OneUnit, Units};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, AdministrativeState, Policy, Pool, PoolId, PoolKind, Port, Target};
use crate::source::{Dialect, Sources, Span};
use crate::traffic::{PoolView, Scenario, Share, percent, predict};

use declared::Terms;

/// See `docs/checks/replicas-disagree.md`.
#[derive(Debug)]
pub(in crate::checks) struct ReplicasDisagree;

const META: Meta = Meta {
    name: "replicas-disagree",
    group: Group::Operations,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "copies of one proxy define the same pool with other targets, weights or another policy",
    follows: &[],
    page: include_str!("../../../docs/checks/replicas-disagree.md"),
};

impl Check for ReplicasDisagree {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn units(&self, units: &Units<'_>, findings: &mut Vec<Finding>) {
        let declared = &units.expectations.replicas;
        for replicas in declared {
            declared::compare_declared(units, replicas, findings);
        }
        let mut families: BTreeMap<(Dialect, Family<'_>), Vec<&OneUnit<'_>>> = BTreeMap::new();
        for one in &units.all {
            let is_declared = declared.iter().any(|replicas| replicas.roots.iter().any(|root| root == one.root));
            if let Some(family) = family(one.root).filter(|_| !is_declared) {
                families.entry((one.unit.dialect, family)).or_default().push(one);
            }
        }
        for replicas in families.into_values().filter(|replicas| replicas.len() > 1) {
            compare(&replicas, units.sources, Terms::GUESSED, findings);
        }
    }
}

/// What is the same in the paths of replicas: the directory, the name up to its number, and what follows that.
type Family<'a> = (&'a str, &'a str, &'a str);

/// Words before a number that count variants rather than machines.
const VARIANTS: [&str; 16] = [
    "test", "tests", "example", "sample", "case", "step", "lab", "demo", "ex", "v", "ver", "version", "part", "phase",
    "variant", "option",
];

/// `lb/edge-01.cfg` is of the family `lb`, `edge-`, `.cfg`; a version (`nginx-1.18.conf`) makes none.
fn family(path: &str) -> Option<Family<'_>> {
    let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, extension) =
        file.split_once('.').map_or((file, ""), |(stem, _)| (stem, file.get(stem.len()..).unwrap_or_default()));
    let name = stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if name.len() == stem.len() || name.is_empty() || extension.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let last = name.trim_end_matches(['-', '_']).rsplit(['-', '_']).next().unwrap_or_default();
    let is_variant = VARIANTS.contains(&last.to_ascii_lowercase().as_str());
    (!is_variant).then_some((directory, name, extension))
}

/// A pool as it is compared.
struct Copy<'a> {
    one: &'a OneUnit<'a>,
    id: PoolId,
    pool: &'a Pool,
    policy: Option<Policy>,
    policy_at: Span,
    /// Its targets by their addresses.
    targets: BTreeMap<Place, &'a Target>,
}

/// Where a target is, comparable over units: host, or path, and port.
type Place = (String, u16);

/// How a target takes part, as far as it is known: tier, whether it is in service, weight.
type Part = (u8, bool, Option<u32>);

/// What is compared of all pools of a unit.
type Pools<'a> = BTreeMap<&'a str, Copy<'a>>;

/// Reports each replica that differs from most, once, with all pools that differ.
fn compare(replicas: &[&OneUnit<'_>], sources: &Sources, terms: Terms<'_>, findings: &mut Vec<Finding>) {
    let all: Vec<Pools<'_>> = replicas.iter().map(|one| pools(one, sources)).collect();
    let Some(reference) = most_common(&all) else { return };
    for other in &all {
        let common = other.keys().filter(|name| reference.contains_key(*name)).count();
        // Proxies of different services have some names in common; copies have nearly all.
        if common == 0 || (!terms.are_declared() && common * 4 < 3 * other.len().max(reference.len())) {
            continue;
        }
        let differences =
            other.iter().filter_map(|(name, copy)| difference(name, reference.get(name)?, copy, sources, terms));
        let found = report(&differences.collect::<Vec<_>>(), sources);
        findings.extend(found.map(|finding| terms.tell(finding)));
    }
}

/// The pools of the replica that most others agree with; of several the first.
fn most_common<'p, 'a>(all: &'p [Pools<'a>]) -> Option<&'p Pools<'a>> {
    let digests: Vec<Digest<'_>> = all.iter().map(digest).collect();
    let mut counts: FxHashMap<&Digest<'_>, usize> = FxHashMap::default();
    for digest in &digests {
        *counts.entry(digest).or_default() += 1;
    }
    let count = |position: &usize| digests.get(*position).and_then(|digest| counts.get(digest)).copied();
    let best = (0..all.len()).rev().max_by_key(count)?;
    all.get(best)
}

/// What replicas must have in common to agree: of each pool its name, its policy, and how its targets take part.
type Digest<'p> = Vec<(&'p str, Option<&'static str>, Vec<(&'p Place, Part)>)>;

fn digest<'p>(pools: &'p Pools<'_>) -> Digest<'p> {
    let targets = |copy: &'p Copy<'_>| copy.targets.iter().map(|(place, target)| (place, part(target))).collect();
    pools.iter().map(|(name, copy)| (*name, copy.policy.map(|policy| policy.word), targets(copy))).collect()
}

fn part(target: &Target) -> Part {
    (target.tier, target.state == AdministrativeState::Up, target.weight.get().copied())
}

/// The pools of a unit of which all targets are known.
fn pools<'a>(one: &'a OneUnit<'a>, sources: &'a Sources) -> Pools<'a> {
    let settings = |pool: &Pool| one.unit.settings(pool.settings).map(|settings| settings.policy);
    let copy = |(id, pool): (PoolId, &'a Pool)| {
        let policy = settings(pool)?;
        let targets = one.unit.targets_of(pool);
        let is_known = pool.completeness.is_complete()
            && pool.presence.is_certain()
            && pool.kind != PoolKind::Implicit
            && targets.iter().all(|target| target.presence.is_certain());
        let places: Option<BTreeMap<Place, &Target>> =
            targets.iter().map(|target| Some((place(one, sources, target.address)?, target))).collect();
        let targets = places.filter(|_| is_known)?;
        let (policy, policy_at) = (policy.get().copied(), policy.origin.at);
        Some((one.text(pool.name, sources), Copy { one, id, pool, policy, policy_at, targets }))
    };
    one.unit.pools().filter_map(copy).collect()
}

fn place(one: &OneUnit<'_>, sources: &Sources, address: Address) -> Option<Place> {
    let port = match address.port() {
        Some(Port::Number(port)) => port,
        Some(Port::Unknown(_)) => return None,
        _ => 0,
    };
    let host = match address {
        Address::Ip(ip, _) => ip.to_string(),
        Address::Host(name, _) | Address::Socket(name) | Address::Special(name) => {
            one.unit.texts.get(name, sources).to_ascii_lowercase()
        }
        Address::Any(_) | Address::Unknown(_) => return None,
    };
    Some((host, port))
}

/// What is different about a pool.
struct Difference<'a> {
    name: &'a str,
    reference: &'a Copy<'a>,
    copy: &'a Copy<'a>,
    /// In words, from the view of the replica that differs.
    words: String,
    /// The decisive text there, and what it has to do with it.
    at: Span,
    because: &'static str,
    /// The same in the reference.
    there: Span,
}

fn difference<'a>(
    name: &'a str,
    reference: &'a Copy<'a>,
    copy: &'a Copy<'a>,
    sources: &'a Sources,
    terms: Terms<'_>,
) -> Option<Difference<'a>> {
    let mut missing = absent(&reference.targets, &copy.targets);
    let mut extra = absent(&copy.targets, &reference.targets);
    let common = copy.targets.len() - extra.len();
    missing.retain(|target| !terms.allow(name, reference.one.text(target.name, sources)));
    extra.retain(|target| !terms.allow(name, copy.one.text(target.name, sources)));
    let comparable = terms.are_declared() || overlap(reference, copy, common);
    let (words, at, because, there) = if let Some(first) = missing.first().filter(|_| comparable) {
        let names = list(missing.iter().map(|target| reference.one.text(target.name, sources)));
        (format!("{names} {} missing", is(missing.len())), copy.pool.header, "without it", first.statement)
    } else if let Some(first) = extra.first().filter(|_| comparable) {
        let names = list(extra.iter().map(|target| copy.one.text(target.name, sources)));
        (format!("{names} {} added", is(extra.len())), first.statement, "only here", reference.pool.header)
    } else if missing.is_empty() && extra.is_empty() {
        let (words, at, there) = other_role(name, reference, copy, sources, terms)
            .or_else(|| other_policy(reference, copy).filter(|_| !terms.allow(name, "policy")))?;
        (words, at, "other than there", there)
    } else {
        return None;
    };
    Some(Difference { name, reference, copy, words, at, because, there })
}

/// A target that takes part in another way: in words, and where it stands here and there.
fn other_role(
    name: &str,
    reference: &Copy<'_>,
    copy: &Copy<'_>,
    sources: &Sources,
    terms: Terms<'_>,
) -> Option<(String, Span, Span)> {
    let mut pairs = copy.targets.iter().filter_map(|(place, target)| Some((*reference.targets.get(place)?, *target)));
    let is_meant = |target: &Target| terms.allow(name, copy.one.text(target.name, sources));
    let (there, here) = pairs.find(|(there, here)| is_other(part(there), part(here)) && !is_meant(here))?;
    // Each prefers its own side on purpose, if it is the same with the sides changed.
    if !terms.are_declared() && parts(reference) == parts(copy) {
        return None;
    }
    let words = format!("`{}` {}", copy.one.unit.texts.get(here.name, sources), role(part(here), part(there)));
    Some((words, here.statement, there.statement))
}

fn parts(copy: &Copy<'_>) -> Vec<Part> {
    let mut parts: Vec<Part> = copy.targets.values().map(|target| part(target)).collect();
    parts.sort_unstable();
    parts
}

fn other_policy(reference: &Copy<'_>, copy: &Copy<'_>) -> Option<(String, Span, Span)> {
    let (here, there) = (copy.policy?, reference.policy?);
    let words = format!("the policy is {}, not {}", here.word, there.word);
    (here != there).then_some((words, copy.policy_at, reference.policy_at))
}

const fn is(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// Copies have most targets in common; proxies of different places have none.
fn overlap(reference: &Copy<'_>, copy: &Copy<'_>, common: usize) -> bool {
    common > 0 && common * 2 >= reference.targets.len().min(copy.targets.len())
}

fn absent<'a>(from: &BTreeMap<Place, &'a Target>, other: &BTreeMap<Place, &Target>) -> Vec<&'a Target> {
    let absent = from.iter().filter(|(place, _)| !other.contains_key(*place));
    absent.map(|(_, target)| *target).collect()
}

/// Whether two parts differ in what is known of both.
fn is_other(one: Part, other: Part) -> bool {
    let weights = matches!((one.2, other.2), (Some(one), Some(other)) if one != other);
    (one.0, one.1) != (other.0, other.1) || weights
}

fn role(here: Part, there: Part) -> String {
    let tier = |tier: u8| if tier == 0 { "in use".to_owned() } else { format!("a backup (priority {tier})") };
    match (here, there) {
        ((.., false, _), (.., true, _)) => "is out of service".to_owned(),
        ((.., true, _), (.., false, _)) => "is in service".to_owned(),
        ((here, ..), (there, ..)) if here != there => format!("is {}, not {}", tier(here), tier(there)),
        ((.., Some(here)), (.., Some(there))) => format!("has weight {here}, not {there}"),
        _ => "takes part in another way".to_owned(),
    }
}

/// One finding for a replica: the first pool that differs, the others by name.
fn report(differences: &[Difference<'_>], sources: &Sources) -> Option<Finding> {
    let (first, others) = differences.split_first()?;
    let (here, there) = (first.copy.one, first.reference.one);
    let file = |one: &OneUnit<'_>| one.root.rsplit('/').next().unwrap_or(one.root).to_owned();
    let message = format!(
        "`{}` of {} differs from {}: {}{}",
        first.name,
        file(here),
        file(there),
        first.words,
        shares(first, sources)
    );
    let mut finding = Finding::new(&META, first.at, here.subject(first.name), message).because(first.because);
    finding = finding.related(first.there, format!("in {}", file(there)));
    finding.subjects.extend(others.iter().map(|other| here.subject(other.name)));
    if !others.is_empty() {
        finding = finding.note(format!("also different: {}", list(others.iter().map(|other| other.name))));
    }
    Some(finding.help("make them the same; where they are meant to differ, give their pools other names"))
}

/// How a target that both have fares: ": `web1` gets 50.0 % here, 33.3 % there".
fn shares(difference: &Difference<'_>, sources: &Sources) -> String {
    let of = |copy: &Copy<'_>| {
        let view = PoolView::new(copy.one.unit, sources, copy.id)?;
        let prediction = predict(&view, Scenario::default());
        let share_of = |share: &Share| Some((view.targets.get(share.target as usize)?.statement, share.share));
        let shares: FxHashMap<Span, f64> = prediction.shares.iter().filter_map(share_of).collect();
        let of_place = |(place, target): (&Place, &&Target)| Some((place.clone(), *shares.get(&target.statement)?));
        Some(copy.targets.iter().filter_map(of_place).collect::<BTreeMap<_, _>>())
    };
    let (Some(here), Some(there)) = (of(difference.copy), of(difference.reference)) else { return String::new() };
    let other = here.iter().find_map(|(place, here)| {
        let there = there.get(place)?;
        ((here - there).abs() > 0.001).then_some((place, *here, *there))
    });
    let Some((place, here, there)) = other else { return String::new() };
    let target = difference.copy.targets.get(place);
    let name = target.map_or("", |target| difference.copy.one.unit.texts.get(target.name, sources));
    format!("; `{name}` gets {} here, {} there", percent(here), percent(there))
}
