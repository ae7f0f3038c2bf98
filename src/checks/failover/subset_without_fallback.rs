//! Requests ask for no subset, or for one that no endpoint is in, and no fallback serves them.

use crate::checks::PoolContext;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Label, LabelsId, Protocol, Route, RouteKind, Subsets, Text};
use crate::source::Dialect;

/// See `docs/checks/subset-without-fallback.md`.
#[derive(Debug)]
pub(in crate::checks) struct SubsetWithoutFallback;

const META: Meta = Meta {
    name: "subset-without-fallback",
    group: Group::Failover,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "requests ask for no subset, or for one that no endpoint is in, and get a 503",
    follows: &[],
    page: include_str!("../../../docs/checks/subset-without-fallback.md"),
};

impl Check for SubsetWithoutFallback {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(spread) = pool.view.spread() else { return };
        let selectors = context.unit.selectors(spread.selectors);
        if !spread.subsets.is(&Subsets::Refuse) || selectors.is_empty() || !pool.is_reached() {
            return;
        }
        let lost = context.forwardings_to(pool.view.id).filter_map(|(route, forwarding)| {
            let asked = *forwarding.asks_for.get().filter(|_| route.kind != RouteKind::Mirror)?;
            let miss = miss(context, pool, selectors, asked)?;
            Some(Lost { route, miss, of_connections: forwarding.protocol == Protocol::Stream })
        });
        let lost: Vec<Lost<'_>> = lost.collect();
        if let Some(first) = lost.first() {
            let finding = finding(context, pool, first, lost.len());
            let asked = lost.iter().map(|lost| match lost.miss {
                Miss::AsksForNone => String::new(),
                Miss::NoSelector(asked) => names(context, asked),
                Miss::NoEndpoint(asked) => values(context, asked),
            });
            findings.push(finding.about(asked.map(|asked| context.subject(pool.name).told_by(&asked))));
        }
    }
}

/// A route whose requests no subset serves.
struct Lost<'r> {
    route: &'r Route,
    miss: Miss,
    /// It hands on connections, to which nobody can answer 503.
    of_connections: bool,
}

/// Why no subset serves the requests of a route.
#[derive(Clone, Copy)]
enum Miss {
    /// They ask for none.
    AsksForNone,
    /// No selector has exactly the names that they ask for.
    NoSelector(LabelsId),
    /// No endpoint has the values.
    NoEndpoint(LabelsId),
}

/// Envoy (research 3.6): the names that are asked for must be those of a selector, and some endpoint must have the values.
fn miss(context: &Context<'_>, pool: &PoolContext<'_>, selectors: &[Vec<Text>], asked: LabelsId) -> Option<Miss> {
    let labels = context.unit.labels(asked);
    if labels.is_empty() {
        return Some(Miss::AsksForNone);
    }
    let names: Vec<Text> = labels.iter().map(|label| label.name).collect();
    if !selectors.contains(&names) {
        return Some(Miss::NoSelector(asked));
    }
    let complete = pool.view.pool.completeness.is_complete();
    let mut endpoints = pool.view.targets.iter();
    let without = endpoints.all(|target| {
        let own = pool.view.settings_of(target).and_then(|settings| settings.labels.get());
        let lacks = own.is_some_and(|own| !has_all(context.unit.labels(*own), labels));
        lacks || target.state == AdministrativeState::Down
    });
    (complete && without).then_some(Miss::NoEndpoint(asked))
}

fn has_all(own: &[Label], asked: &[Label]) -> bool {
    asked.iter().all(|label| own.contains(label))
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, lost: &Lost<'_>, routes: usize) -> Finding {
    let (what, end) = if lost.of_connections { ("connections", "are closed") } else { ("requests", "get a 503") };
    let whose = match routes {
        1 => format!("the {what} of a route"),
        _ => format!("the {what} of {routes} routes"),
    };
    let (why, label) = match lost.miss {
        Miss::AsksForNone => ("they ask for no subset".to_owned(), "no `metadata_match` here"),
        Miss::NoSelector(asked) => {
            (format!("no selector has the names {}", names(context, asked)), "asks for what no selector makes")
        }
        Miss::NoEndpoint(asked) => {
            (format!("no endpoint has {}", values(context, asked)), "asks for what no endpoint has")
        }
    };
    let message = format!("{whose} to `{}` {end}: {why}, and there is no fallback", pool.name);
    let at = pool.view.spread().map_or(pool.view.pool.header, |spread| spread.subsets.origin.at);
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("`NO_FALLBACK`, the default");
    let finding = finding.related(lost.route.at, label);
    finding.help("write `fallback_policy: ANY_ENDPOINT` in `lb_subset_config`, or `metadata_match` in the route")
}

fn names(context: &Context<'_>, asked: LabelsId) -> String {
    let names: Vec<String> =
        context.unit.labels(asked).iter().map(|label| format!("`{}`", context.text(label.name))).collect();
    names.join(" and ")
}

fn values(context: &Context<'_>, asked: LabelsId) -> String {
    let pair = |label: &Label| format!("`{}: {}`", context.text(label.name), context.text(label.value));
    context.unit.labels(asked).iter().map(pair).collect::<Vec<_>>().join(" and ")
}
