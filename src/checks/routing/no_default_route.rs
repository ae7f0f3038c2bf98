//! Some requests match no rule, and fail.

use rustc_hash::{FxHashMap, FxHashSet};

use super::places::{Named, Places, named_listeners};
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{
    Destination, Effect, Guard, Listener, ListenerId, Mode, Reads, Route, RouteKind, RouteSource, Stage, StagedRule,
};
use crate::source::{Dialect, Span};

/// See `docs/checks/no-default-route.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoDefaultRoute;

const META: Meta = Meta {
    name: "no-default-route",
    group: Group::Routing,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "requests that no rule takes have nowhere to go: they are answered with an error",
    follows: &[],
    page: include_str!("../../../docs/checks/no-default-route.md"),
};

impl Check for NoDefaultRoute {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        match context.unit.dialect {
            Dialect::Haproxy => frontends(context, findings),
            Dialect::Nginx | Dialect::Envoy => tables(context, findings),
        }
    }
}

// --- HAProxy ---

fn frontends(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let unit = context.unit;
    // A default may stand in a file that is not known.
    if unit.headless || unit.fragment {
        return;
    }
    let mut routes: FxHashMap<ListenerId, Vec<&Route>> = FxHashMap::default();
    for route in &unit.routes {
        if let RouteSource::Listener(id) = route.from {
            routes.entry(id).or_default().push(route);
        }
    }
    let mut rules: FxHashMap<Span, &[StagedRule]> = FxHashMap::default();
    rules.extend(unit.rule_sections.iter().map(|section| (section.header, unit.rules_of(section))));
    for (id, listener) in (0..).map(ListenerId).zip(&unit.listeners) {
        let routes = routes.get(&id).map_or(&[][..], Vec::as_slice);
        let rules = rules.get(&listener.header).copied().unwrap_or_default();
        if listener.presence.is_certain() && !listener.disabled && !listener.binds.is_empty() {
            findings.extend(of_listener(context, listener, routes, rules));
        }
    }
}

fn of_listener(context: &Context<'_>, listener: &Listener, routes: &[&Route], rules: &[StagedRule]) -> Option<Finding> {
    let takes_all =
        |route: &&&Route| route.kind != RouteKind::Rule || (route.guard == Guard::Always && !is_computed(route));
    let open = routes.iter().any(|route| !route.presence.is_certain());
    if open || routes.iter().any(|route| takes_all(&route)) || ends(listener, rules) || covers_all(context, routes) {
        return None;
    }
    let name = context.text(listener.name);
    let is_http = context.unit.settings(listener.settings)?.mode.is(&Mode::Http);
    let fails = if is_http { "answered with 503" } else { "closed" };
    let what = if is_http { "requests" } else { "connections" };
    let message = match routes {
        // It only answers, by rules of other kinds.
        [] if listener.answers_itself || !rules.is_empty() => return None,
        [] => format!("`{name}` leads to no pool: all {what} are {fails}"),
        [route] if is_computed(route) => {
            format!(
                "`{name}` computes the name of the pool and has no default: {what} for which there is none are {fails}"
            )
        }
        routes => {
            let count = if routes.len() == 1 { "its rule".to_owned() } else { format!("its {} rules", routes.len()) };
            format!("`{name}` has no default: {what} that {count} do not take are {fails}")
        }
    };
    let message = if routes.len() == 1 { message.replace("its rule do not", "its rule does not") } else { message };
    let finding = Finding::new(&META, listener.header, context.subject(name).told_by("listener"), message)
        .because("no `default_backend`");
    let finding = routes.last().map_or(finding.clone(), |route| finding.related(route.at, "the last rule"));
    Some(finding.help(
        "write `default_backend NAME`, or say what is meant: `http-request deny deny_status 404` with a condition",
    ))
}

const fn is_computed(route: &Route) -> bool {
    matches!(route.to, Destination::Computed(..))
}

/// A rule that answers or refuses what is left. Where no address has TLS, `redirect scheme https if !{ ssl_fc }` takes all.
fn ends(listener: &Listener, rules: &[StagedRule]) -> bool {
    let is_plain = !listener.binds.iter().any(|bind| bind.wrapped);
    let is_end =
        |rule: &StagedRule| matches!(rule.effect, Effect::Answers | Effect::Refuses) && rule.stage < Stage::Route;
    let takes_all = |rule: &StagedRule| !rule.conditional || (is_plain && rule.reads == Reads::TLS);
    rules.iter().any(|rule| is_end(rule) && takes_all(rule))
}

/// One rule takes what another one does not: `if a` and `unless a`, `if a` and `if !a`.
fn covers_all(context: &Context<'_>, routes: &[&Route]) -> bool {
    let mut seen: FxHashSet<(String, bool)> = FxHashSet::default();
    for route in routes {
        let Guard::When { at, .. } = route.guard else { continue };
        let mut words = context.written(at).split_whitespace();
        let positive = words.next() != Some("unless");
        let condition = words.collect::<Vec<_>>().join(" ");
        let (condition, positive) = match condition.strip_prefix('!') {
            Some(rest) => (rest.trim_start().to_owned(), !positive),
            None => (condition, positive),
        };
        let is_simple = !condition.contains(' ') || (condition.starts_with('{') && condition.matches('}').count() == 1);
        if is_simple && seen.contains(&(condition.clone(), !positive)) {
            return true;
        }
        seen.insert((condition, positive));
    }
    false
}

// --- nginx ---

/// Tables that choose a pool and say nothing of what is not in them.
fn tables(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut names = None;
    for choice in &context.unit.partial_choices {
        if let Some(listener) = choice.knows_all_of
            && names.get_or_insert_with(|| NamedPlaces::new(context)).gets_only_own(context, listener)
        {
            continue;
        }
        let (variable, owner) = (context.text(choice.variable), context.written(choice.at));
        let fail = if choice.closes {
            "connections that are not in the table are closed"
        } else {
            "requests that are not in the table are answered with 500"
        };
        let message = format!("`{variable}` has no default and chooses the pool: {fail}");
        let subject = crate::finding::Subject { discriminator: owner.to_owned(), ..context.subject(variable) };
        let finding = Finding::new(&META, choice.variable.0, subject, message).because("no `default`");
        let finding = finding.related(choice.at, "an empty name of a host here");
        findings.push(finding.help("write `default POOL;` into the table"));
    }
}

/// Which names come in where.
struct NamedPlaces<'a> {
    listeners: Vec<Named<'a>>,
    places: Places,
}

impl<'a> NamedPlaces<'a> {
    fn new(context: &Context<'a>) -> Self {
        let listeners = named_listeners(context);
        let places = Places::new(context, &listeners);
        Self { listeners, places }
    }

    /// Whether a listener gets no request for a name that is not its own: others take the rest on all its addresses.
    fn gets_only_own(&mut self, context: &Context<'_>, id: ListenerId) -> bool {
        let own = self.listeners.iter().find(|(_, hosts)| hosts.first().is_some_and(|host| host.listener == id));
        let Some((listener, _)) = own else { return false };
        let places = self.places.of(context, listener);
        let is_known = places.len() >= listener.binds.len().max(1);
        is_known && !places.iter().any(|(place, _)| self.places.takes_the_rest(*place, id))
    }
}
