//! An aggregate cluster whose members are missing, or in an order in which the later ones get nothing.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{
    AdministrativeState, Destination, Membership, PoolId, Route, RouteSource, Target, Text, Whereabouts,
};
use crate::source::Dialect;

/// See `docs/checks/broken-aggregate.md`.
#[derive(Debug)]
pub(in crate::checks) struct BrokenAggregate;

const META: Meta = Meta {
    name: "broken-aggregate",
    group: Group::Failover,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "members of an aggregate cluster are missing, or never fail over to the next",
    follows: &["inert-outlier-detection"],
    page: include_str!("../../../docs/checks/broken-aggregate.md"),
};

/// Words in the names of clusters that are to wait.
const WAITS: [&str; 6] = ["backup", "fallback", "failover", "secondary", "standby", "spare"];

/// Words in the names of clusters that are to be first.
const LEADS: [&str; 5] = ["primary", "main", "active", "preferred", "first"];

impl Check for BrokenAggregate {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut members: FxHashMap<PoolId, Vec<Member<'_>>> = FxHashMap::default();
        let is_aggregate =
            |id: PoolId| context.unit.pool(id).is_some_and(|pool| pool.membership == Membership::OfPools);
        for route in &context.unit.routes {
            if let (RouteSource::Pool(id), Destination::Pool(name, pool)) = (route.from, &route.to)
                && is_aggregate(id)
            {
                members.entry(id).or_default().push(Member { route, name: *name, pool: *pool });
            }
        }
        if members.is_empty() {
            return;
        }
        let undefined = undefined(context);
        for pool in pools.iter().filter(|pool| pool.is_reached()) {
            let Some(members) = members.get(&pool.view.id) else { continue };
            let aggregate = Aggregate { context, pool, pools, members, undefined: &undefined };
            findings.extend(aggregate.judge());
        }
    }
}

/// The places of names that are surely defined nowhere.
fn undefined(context: &Context<'_>) -> FxHashSet<Text> {
    let references = context.unit.names.references.iter();
    let nowhere = references.filter(|reference| reference.whereabouts == Whereabouts::Nowhere);
    nowhere.map(|reference| reference.name).collect()
}

/// A member of an aggregate.
struct Member<'a> {
    route: &'a Route,
    name: Text,
    pool: Option<PoolId>,
}

/// An aggregate with its members.
struct Aggregate<'s, 'a> {
    context: &'s Context<'a>,
    pool: &'s PoolContext<'a>,
    pools: &'s [PoolContext<'a>],
    members: &'s [Member<'s>],
    undefined: &'s FxHashSet<Text>,
}

impl<'s> Aggregate<'s, '_> {
    fn judge(&self) -> Option<Finding> {
        self.incomplete()
            .or_else(|| self.never_fails_over())
            .or_else(|| self.out_of_order())
            .or_else(|| self.repeated())
    }

    fn name(&self, member: &Member<'_>) -> &'s str {
        self.context.text(member.name)
    }

    fn finding(&self, member: &Member<'_>, message: String) -> Finding {
        Finding::new(&META, member.route.at, self.context.subject(self.pool.name).told_by(self.name(member)), message)
    }

    /// Whether Envoy leaves a member out: it is defined nowhere, or it is the aggregate itself.
    fn is_left_out(&self, member: &Member<'_>) -> bool {
        self.undefined.contains(&member.name) || member.pool == Some(self.pool.view.id)
    }

    /// Members that Envoy leaves out without a word.
    fn incomplete(&self) -> Option<Finding> {
        let lost: Vec<&Member<'_>> = self.members.iter().filter(|member| self.is_left_out(member)).collect();
        let first = *lost.first()?;
        let names = list(lost.iter().map(|member| self.name(member)));
        let what = match (first.pool, lost.len()) {
            (Some(_), 1) => format!("{names} is the aggregate itself"),
            (_, 1) => format!("{names} is not defined"),
            _ => format!("{names} are not defined"),
        };
        let left = self.members.len() - lost.len();
        let consequence = match left {
            0 => "every request gets a 503".to_owned(),
            1 => "one member of it is left, and nothing takes over when that one fails".to_owned(),
            _ => format!("{left} of its {} members are left", self.members.len()),
        };
        let message = format!("{what}, and Envoy leaves it out of `{}` without a word: {consequence}", self.pool.name);
        let message = if lost.len() == 1 { message } else { message.replace("leaves it out", "leaves them out") };
        let mut finding = self.finding(first, message).because("left out");
        finding.subjects.extend(lost.iter().map(|member| self.context.subject(self.name(member))));
        let finding = finding.note(self.pool.reached_from(self.context));
        let finding = finding.help("define the cluster, or take its name out of `clusters`");
        Some(if left == 0 { finding } else { finding.at_most(Severity::Warning) })
    }

    fn pool_of(&self, member: &Member<'_>) -> Option<&'s PoolContext<'s>> {
        let id = member.pool?;
        self.pools.get(id.0 as usize).filter(|pool| pool.view.id == id)
    }

    /// The first member is healthy whatever happens to it, so that the next one gets nothing.
    fn never_fails_over(&self) -> Option<Finding> {
        let position = self.members.iter().position(|member| self.pool_of(member).is_some_and(is_always_healthy))?;
        let (member, next) = (self.members.get(position)?, self.members.get(position + 1)?);
        let pool = self.pool_of(member)?;
        let waiting: Vec<&str> = self.members.iter().skip(position + 1).map(|member| self.name(member)).collect();
        let written = pool.view.targets.iter().any(|target| counts_failures(pool, target));
        let message = format!(
            "{} of `{}` never {} any traffic: {} when all endpoints of `{}` fail, and every request then gets an error",
            list(waiting.iter().copied()),
            self.pool.name,
            if waiting.len() == 1 { "gets" } else { "get" },
            if written { "its `outlier_detection` ejects nobody" } else { "nothing notices" },
            self.name(member)
        );
        let mut finding = self.finding(next, message).because("waits for ever");
        if written {
            // What ejects nobody has its own finding.
            finding.subjects = vec![self.context.subject(pool.name)];
        }
        if pool.view.pool.membership != Membership::Listed {
            // A name that has no address leaves it empty.
            finding = finding.at_most(Severity::Warning);
        }
        let finding = finding.related(pool.view.pool.header, "always counts as healthy");
        let finding = finding.note(self.pool.reached_from(self.context));
        Some(
            finding
                .help(format!("write `health_checks` in `{}`: those of the aggregate are not read", self.name(member))),
        )
    }

    /// The names say that another member was to come first.
    fn out_of_order(&self) -> Option<Finding> {
        let (first, others) = self.members.split_first()?;
        let is = |member: &Member<'_>, words: &[&str]| {
            let name = self.name(member).to_ascii_lowercase();
            let mut parts = name.split(|character: char| !character.is_ascii_alphanumeric());
            parts.any(|part| words.contains(&part.trim_end_matches(|character: char| character.is_ascii_digit())))
        };
        let leader = others.iter().find(|member| is(member, &LEADS) && !is(member, &WAITS))?;
        if !is(first, &WAITS) || is(first, &LEADS) {
            return None;
        }
        let (first_name, leader_name) = (self.name(first), self.name(leader));
        let message = format!(
            "`{}` sends 100.0 % of its requests to `{first_name}` while that is healthy: `{leader_name}` waits behind it",
            self.pool.name
        );
        let mut finding = self.finding(first, message).because("gets everything").at_most(Severity::Warning);
        finding.confidence = Confidence::Medium;
        let finding = finding.related(leader.route.at, "used when the one before it fails");
        Some(finding.help(format!("write `{leader_name}` before `{first_name}`: the order is that of use")))
    }

    /// A cluster that waits for itself.
    fn repeated(&self) -> Option<Finding> {
        let mut seen: FxHashMap<PoolId, &Member<'_>> = FxHashMap::default();
        let (again, first) = self.members.iter().find_map(|member| {
            let earlier = seen.insert(member.pool?, member);
            earlier.map(|first| (member, first))
        })?;
        let name = self.name(again);
        let message = format!(
            "`{name}` stands twice in `{}`: when it fails, requests go on to `{name}`, which is the same cluster",
            self.pool.name
        );
        let finding = self.finding(again, message).because("the same again").at_most(Severity::Warning);
        Some(finding.related(first.route.at, "as here").help("name another cluster, or remove it"))
    }
}

/// Nothing takes any of its targets out: no check, no failures of real traffic, no control plane.
fn is_always_healthy(pool: &PoolContext<'_>) -> bool {
    let listed =
        matches!(pool.view.pool.membership, Membership::Listed | Membership::Resolved | Membership::FirstAddress);
    let targets = pool.view.targets;
    let up = targets.iter().all(|target| target.state == AdministrativeState::Up && target.presence.is_certain());
    let unwatched =
        |target: &Target| pool.view.is_watched(target) == Some(false) && pool.view.is_ejected(target) == Some(false);
    listed && pool.view.pool.completeness.is_complete() && up && !targets.is_empty() && targets.iter().all(unwatched)
}

/// `outlier_detection` is written for it.
fn counts_failures(pool: &PoolContext<'_>, target: &Target) -> bool {
    pool.view.settings_of(target).is_some_and(|settings| settings.observed.is(&true))
}
