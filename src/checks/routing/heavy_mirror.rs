//! Copies of requests that load a pool more than the requests themselves.

use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, AdministrativeState, Count, Destination, Pool, PoolId, Route, RouteKind, Target};
use crate::source::{Dialect, Span};
use crate::traffic::percent;

/// See `docs/checks/heavy-mirror.md`.
#[derive(Debug)]
pub(in crate::checks) struct HeavyMirror;

const META: Meta = Meta {
    name: "heavy-mirror",
    group: Group::Routing,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "mirrored requests go to the same pool again, or to a smaller one that gets more for each target",
    follows: &[],
    page: include_str!("../../../docs/checks/heavy-mirror.md"),
};

/// The whole of the traffic, in the units of [`crate::model::Branch::weight`].
const ALL: f64 = 10_000.0;

impl Check for HeavyMirror {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        // Copies stand right behind the route whose requests they repeat.
        let mut served: Option<&Route> = None;
        let mut told: Option<Span> = None;
        for route in &context.unit.routes {
            if route.kind != RouteKind::Mirror {
                served = Some(route);
                continue;
            }
            let Some(original) = served.filter(|original| original.scope == route.scope) else { continue };
            if let Some(finding) = heavy(context, original, route).filter(|_| told != Some(route.at)) {
                told = Some(route.at);
                findings.push(finding);
            }
        }
    }
}

fn heavy(context: &Context<'_>, original: &Route, mirror: &Route) -> Option<Finding> {
    let (copies, fraction) = destination(mirror)?;
    let part = percent(fraction);
    let (name, of) = (name(context, copies), |id: PoolId| name(context, id));
    let message = if original.to.pools().any(|(_, pool)| pool == Some(copies)) {
        format!("{part} of the requests to `{name}` are sent to `{name}` once more: its load grows by {part}")
    } else {
        let (served, _) = destination(original)?;
        let (few, many) = (count(context, copies)?, count(context, served)?);
        let ratio = fraction * many as f64 / few as f64;
        if few >= many || ratio <= context.options.mirror_growth {
            return None;
        }
        let share = f64::from(u32::try_from(few).ok()?);
        format!(
            "{part} of the requests to the {many} endpoints of `{}` are copied to the {few} of `{name}`: each of them \
             gets {} of the traffic, {ratio:.1} times as much as one that serves it",
            of(served),
            percent(fraction / share),
        )
    };
    let finding = Finding::new(&META, mirror.at, context.subject(name), message);
    Some(
        finding
            .because("gets the copies")
            .related(original.at, "the requests that are copied")
            .help("a cluster of its own with as many endpoints, or fewer copies: `runtime_fraction`"),
    )
}

/// The pool, and which part of the requests it gets; nothing where there are several.
fn destination(route: &Route) -> Option<(PoolId, f64)> {
    match &route.to {
        Destination::Pool(_, pool) => Some(((*pool)?, 1.0)),
        Destination::Split(branches) => match branches.as_slice() {
            [only] => Some((only.pool?, f64::from(only.weight?) / ALL)),
            _ => None,
        },
        Destination::Computed(..) => None,
    }
    .filter(|(_, fraction)| *fraction > 0.0)
}

fn name<'a>(context: &Context<'a>, id: PoolId) -> &'a str {
    context.unit.pool(id).map_or("", |pool| context.name_of(pool))
}

/// How many endpoints a pool has that get traffic; `None` where that is found at run time.
fn count(context: &Context<'_>, id: PoolId) -> Option<usize> {
    let pool: &Pool = context.unit.pool(id).filter(|pool| pool.completeness.is_complete())?;
    let targets = context.unit.targets_of(pool);
    let known = |target: &Target| {
        target.count == Count::One && target.presence.is_certain() && !matches!(target.address, Address::Host(..))
    };
    let serves = |target: &&Target| target.state == AdministrativeState::Up && target.tier == 0;
    targets.iter().all(known).then(|| targets.iter().filter(serves).count()).filter(|count| *count > 0)
}
