//! Pass directives to routes: a pool's name, a host, or what variables make of it.

use super::address::name;
use super::argument::Argument;
use super::implicit::Host;
use super::roles::Family;
use super::variables::{ALL, UNKNOWN};
use super::walk::Context;
use super::{Lowering, Network};
use crate::diagnostic::{Diagnostic, Kind};
use crate::model::{
    Branch, Destination, Guard, HostKind, HostName, ListenerId, Namespace, PartialChoice, PoolId, Reference, Route,
    RouteKind, RouteSource, Text, Unresolved, Whereabouts, Why,
};
use crate::source::{Span, offset_in};
use crate::syntax::nginx::Place;
use crate::syntax::nginx::values::strip_prefix_ignoring_case;

/// Where a pass directive leads, in one of its readings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'t> {
    /// Host and port as written.
    pub(super) host: &'t str,
    /// The port that counts where none is written.
    pub(super) default_port: Option<u16>,
}

/// A pass directive.
#[derive(Clone, Copy)]
pub(super) struct Pass<'p> {
    pub(super) place: Place,
    pub(super) family: Family,
    /// Where it leads, as written.
    pub(super) argument: &'p Argument<'p>,
    /// A variable is part of the word, so the host is looked up for each request.
    pub(super) at_run_time: bool,
}

impl Lowering<'_, '_> {
    /// One pass directive.
    pub(super) fn pass(&mut self, place: Place, family: Family, context: &Context) {
        let Some(argument) = self.argument(place) else { return };
        let to = self.destination(place, family, &argument);
        let forwarding = self.forwarding(family, place);
        let guard = match context {
            Context::Outside => Guard::Always,
            Context::Location { guard, .. } => guard.clone(),
        };
        let rest = matches!(context, Context::Location { rest: true, .. });
        let passes_all = guard == Guard::Always || (rest && self.passes_on_unchanged(&argument, family));
        let from = RouteSource::Listener(self.listener_here(place));
        let kind = if passes_all { RouteKind::Default } else { RouteKind::Rule };
        let at = self.header(place);
        self.check_targets_of(&to);
        self.note_partial_choices(&argument, family, &guard, at);
        let hosts = self.hosts;
        let presence = self.presence(place, None);
        let route = Route { from, kind, at, scope: 0, to, guard, hosts, total: None, presence, forwarding };
        self.unit.routes.push(route);
    }

    /// Tables that make the host, and know none for some requests. Inside an `if` somebody has asked first.
    fn note_partial_choices(&mut self, argument: &Argument<'_>, family: Family, guard: &Guard, at: Span) {
        let asked = matches!(guard, Guard::When { at, .. } if self.input.sources.slice(*at).starts_with('('));
        let Some(text) = argument.known().filter(|text| text.contains('$') && !asked) else { return };
        let rest = without_scheme(text, family).map_or(text, |(rest, _)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        for partial in self.partial_variables(authority) {
            let knows_all_of = self.listener.filter(|listener| self.knows_all_names(&partial.hosts, *listener));
            let variable = self.text(&partial.variable);
            let closes = self.network == Network::Stream;
            self.unit.partial_choices.push(PartialChoice { at, variable, knows_all_of, closes });
        }
    }

    /// Whether a listener has names, all of which are among these.
    fn knows_all_names(&self, names: &[String], listener: ListenerId) -> bool {
        let mut own = self.unit.host_names.iter().rev().take_while(|host| host.listener == listener).peekable();
        let is_known = |host: &HostName| {
            let name = self.unit.texts.get(host.name, self.input.sources);
            host.kind == HostKind::Exact && names.iter().any(|known| known.eq_ignore_ascii_case(name))
        };
        own.peek().is_some() && own.all(is_known)
    }

    /// Whether a request arrives there as it came: then the same rule takes it again if it comes back.
    fn passes_on_unchanged(&self, argument: &Argument<'_>, family: Family) -> bool {
        let Some(text) = argument.known() else { return false };
        // What stands behind the host replaces the path.
        let authority = without_scheme(text, family).map_or(text, |(rest, _)| rest);
        let replaced = authority.contains(['/', '$']);
        let tls = strip_prefix_ignoring_case(text, "https://").is_some();
        family == Family::Proxy && !replaced && !tls && !self.scopes.iter().any(|scope| scope.rewrites)
    }

    fn destination(&mut self, place: Place, family: Family, argument: &Argument<'_>) -> Destination {
        let Some(text) = argument.known() else {
            return self.filled_in(Pass { place, family, argument, at_run_time: false });
        };
        self.complain_of_unknown_variables(text, argument);
        let pass = Pass { place, family, argument, at_run_time: text.contains('$') };
        let readings = self.readings(argument);
        let is_url = family == Family::Proxy && self.network == Network::Http && pass.at_run_time;
        if is_url && readings.iter().all(|reading| lacks_scheme(&reading.text)) {
            return self.computed(Why::Malformed, argument);
        }
        let targets: Option<Vec<Target<'_>>> = readings
            .iter()
            .map(|reading| target(&reading.text, family).filter(|to| !to.host.contains(UNKNOWN)))
            .collect();
        let Some(targets) = targets else { return self.computed(Why::Request, argument) };
        let mut branches: Vec<Branch> = Vec::new();
        for (reading, to) in readings.iter().zip(targets).filter(|(_, to)| !to.host.is_empty()) {
            let (name, pool) = self.pool_of(pass, to);
            add(&mut branches, Branch { name, pool, weight: reading.weight, at: reading.at });
        }
        match branches.as_slice() {
            [] => self.computed(Why::Request, argument),
            // The rest goes nowhere.
            [only] if only.weight.is_some_and(|weight| weight < ALL) => Destination::Split(branches),
            [only] => Destination::Pool(only.name, only.pool),
            _ => Destination::Split(branches),
        }
    }

    pub(super) fn computed(&mut self, why: Why, argument: &Argument<'_>) -> Destination {
        self.unit.computed_routes = true;
        Destination::Computed(why, argument.span)
    }

    /// The pool that a host means: a declared one of this name, else one that the directive makes.
    pub(super) fn pool_of(&mut self, pass: Pass<'_>, to: Target<'_>) -> (Text, Option<PoolId>) {
        let Pass { place, family, argument, at_run_time } = pass;
        let named = name(to.host);
        let declared = named.and_then(|(host, _)| self.declared_pool(host));
        match (declared, named) {
            (Some((name, id)), Some((_, false))) => return (name, Some(id)),
            // At run time a name with a port is another host; when it is read, the program refuses it (research 2.3).
            (Some((name, id)), Some((host, true))) if !at_run_time && family != Family::Unmodelled => {
                self.complain_of_port(argument, to.host, host);
                return (name, Some(id));
            }
            _ => {}
        }
        let bare_name = named.is_some_and(|(_, has_port)| !has_port);
        if bare_name && !at_run_time {
            self.complain_of_missing_port(argument, family, to.host);
        }
        if bare_name && self.unit.fragment && !to.host.contains('.') && to.host != "localhost" {
            let name = self.part_text(argument, to.host);
            self.refer_to_pool(name, place);
            return (name, None);
        }
        let host = Host { text: to.host, default_port: to.default_port, at_run_time, may_be_declared: false };
        let id = self.implicit_pool(place, argument, host);
        let name = self.unit.pool(id).map_or(Text(argument.span), |pool| pool.name);
        (name, Some(id))
    }

    /// The declared pool of this name, whatever its case.
    pub(super) fn declared_pool(&mut self, host: &str) -> Option<(Text, PoolId)> {
        let value = host.to_ascii_lowercase();
        let (names, texts, sources) = (&self.unit.names, &self.unit.texts, self.input.sources);
        let same = |text| texts.get(text, sources).eq_ignore_ascii_case(&value);
        let position = names.find(Namespace::Pool, self.network.scope(), &value, same)?;
        let definition = self.unit.names.definitions.get_mut(position as usize)?;
        definition.references += 1;
        Some((definition.name, PoolId(definition.item)))
    }

    /// A name that the rest of a fragment's configuration may define.
    fn refer_to_pool(&mut self, name: Text, place: Place) {
        let (scope, at) = (self.network.scope(), self.header(place));
        let (whereabouts, unresolved) = (Whereabouts::OtherFile, Unresolved::RequestsFail);
        let namespace = Namespace::Pool;
        self.unit.names.references.push(Reference { namespace, scope, name, at, whereabouts, unresolved });
    }

    /// `upstream web {}` and `proxy_pass http://web:8080`: "upstream "web" may not have port" (1.22.1).
    fn complain_of_port(&mut self, argument: &Argument<'_>, host: &str, name: &str) {
        let why = format!("`{name}` is an upstream, whose servers have ports of their own: nginx refuses a port here");
        let span = self.part_text(argument, host).0;
        let span = if span.is_empty() { argument.span } else { span };
        self.diagnostics.push(Diagnostic::new(span, Kind::Conflict(why.into())));
    }

    /// Names behind these directives are pools, or need a port: "no port in upstream" (1.22.1).
    fn complain_of_missing_port(&mut self, argument: &Argument<'_>, family: Family, host: &str) {
        let needs = match (self.network, family) {
            (Network::Stream, _)
            | (_, Family::Grpc | Family::Fastcgi | Family::Uwsgi | Family::Scgi | Family::Memcached) => true,
            (Network::Http, Family::Proxy | Family::Unmodelled | Family::Core) => false,
        };
        if needs && !self.unit.fragment {
            let why = format!("no upstream is called `{host}`, and a host needs a port here: nginx refuses it");
            self.diagnostics.push(Diagnostic::new(argument.span, Kind::Conflict(why.into())));
        }
    }

    /// A variable that nothing makes: `unknown "x" variable` (1.22.1).
    fn complain_of_unknown_variables(&mut self, text: &str, argument: &Argument<'_>) {
        if self.unit.fragment {
            return;
        }
        for name in super::variables::names(text) {
            if self.is_variable(name) {
                continue;
            }
            let suggestion = self.suggestion(name);
            let at = offset_in(text, name);
            let start = text.get(..at).and_then(|before| before.rfind('$')).unwrap_or(at);
            let brace = usize::from(at > start + 1);
            let span = argument.place_of(start..at + name.len() + brace);
            self.diagnostics.push(Diagnostic::new(span, Kind::UndefinedName { what: "variable", suggestion }));
        }
    }
}

/// Adds a branch; branches to one pool are one.
fn add(branches: &mut Vec<Branch>, branch: Branch) {
    let same = branches.iter_mut().find(|other| match (other.pool, branch.pool) {
        (None, None) => other.name == branch.name,
        (a, b) => a == b,
    });
    match same {
        Some(other) => other.weight = other.weight.zip(branch.weight).map(|(a, b)| a + b),
        None => branches.push(branch),
    }
}

/// Host and default port of a pass directive's text; `None` if its scheme is not there or not known.
pub(super) fn target(text: &str, family: Family) -> Option<Target<'_>> {
    let (rest, default_port) = without_scheme(text, family)?;
    if let Some(path) = strip_prefix_ignoring_case(rest, "unix:") {
        // In a URL a colon ends the path; what follows is the URI.
        let is_url = family == Family::Proxy;
        let end = path.find(':').filter(|_| is_url).unwrap_or(path.len());
        return Some(Target { host: rest.get(.."unix:".len() + end)?, default_port: None });
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some(Target { host: rest.get(..end)?, default_port })
}

/// Whether a URL has surely no scheme: "invalid URL prefix", every request gets 500 (1.22.1).
fn lacks_scheme(text: &str) -> bool {
    let known = text.split(UNKNOWN).next().unwrap_or_default().to_ascii_lowercase();
    let goes_on = known.len() < text.len();
    let possible = |scheme: &&str| known.starts_with(*scheme) || (goes_on && scheme.starts_with(&known));
    !known.is_empty() && !["http://", "https://"].iter().any(possible)
}

/// The text behind the scheme, and the scheme's port.
fn without_scheme(text: &str, family: Family) -> Option<(&str, Option<u16>)> {
    let schemes: &[(&str, Option<u16>)] = match family {
        Family::Proxy => &[("http://", Some(80)), ("https://", Some(443))],
        // These bring no port of their own (measured, 1.22.1).
        Family::Grpc => &[("grpc://", None), ("grpcs://", None)],
        Family::Uwsgi => &[("uwsgi://", None), ("suwsgi://", None)],
        _ => &[],
    };
    let found = schemes.iter().find_map(|(scheme, port)| Some((strip_prefix_ignoring_case(text, scheme)?, *port)));
    match family {
        // In `stream` the word is an address without a scheme.
        Family::Proxy => found.or_else(|| (!text.contains("://")).then_some((text, None))),
        _ => found.or(Some((text, None))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_falls_into_its_parts() {
        let host = |text, family| target(text, family).map(|to| (to.host.to_owned(), to.default_port));
        assert_eq!(host("http://web/api", Family::Proxy), Some(("web".into(), Some(80))));
        assert_eq!(host("HTTPS://10.0.0.1:8443?x", Family::Proxy), Some(("10.0.0.1:8443".into(), Some(443))));
        assert_eq!(host("http://unix:/run/a.sock:/api", Family::Proxy), Some(("unix:/run/a.sock".into(), None)));
        assert_eq!(host("ftp://x", Family::Proxy), None);
        assert_eq!(host("db:5432", Family::Proxy), Some(("db:5432".into(), None)));
        assert_eq!(host("grpcs://api", Family::Grpc), Some(("api".into(), None)));
        assert_eq!(host("unix:/run/php.sock", Family::Fastcgi), Some(("unix:/run/php.sock".into(), None)));
        assert_eq!(host("[::1]:9000", Family::Fastcgi), Some(("[::1]:9000".into(), None)));
    }

    #[test]
    fn a_scheme_is_missed_where_it_is_surely_not_there() {
        let unknown = |before: &str| format!("{before}{UNKNOWN}");
        assert!(lacks_scheme("shop") && lacks_scheme(&unknown("shop/")));
        assert!(!lacks_scheme("HTTP://shop") && !lacks_scheme(&unknown("https://")));
        assert!(!lacks_scheme(&unknown("")) && !lacks_scheme(&unknown("http")) && !lacks_scheme(""));
    }
}
