//! Definitions and references of one unit, and what becomes of them.

use super::Lowering;
use super::line::Line;
use crate::diagnostic::{Diagnostic, Kind};
use crate::model::{
    Definition, Destination, ListenerId, Mode, Names, Namespace, PoolId, Reference, Route, RouteKind, RouteSource,
    Text, Texts, Unit, Unresolved, Whereabouts,
};
use crate::source::{Sources, Span};
use crate::validate::haproxy::{Argument, nearest};

/// For how many names the nearest known one is looked up: each look-up compares with all definitions.
const SUGGESTIONS: usize = 20;

impl Lowering<'_, '_> {
    /// Adds a definition; answers with an earlier one of the same name.
    pub(super) fn define(&mut self, definition: Definition, value: &str) -> Option<Definition> {
        let (texts, sources) = (&self.unit.texts, self.sources);
        self.unit.names.define(definition, value, |text| texts.get(text, sources) == value)
    }

    /// Defines a name that stands for nothing else in the model.
    pub(super) fn define_simple(&mut self, namespace: Namespace, scope: u32, name: &Argument<'_>) {
        let text = self.text(name);
        if let Some(value) = name.known() {
            self.define(Definition { namespace, scope, name: text, references: 0, item: 0 }, value);
        }
    }

    /// Notes that a statement names something.
    pub(super) fn reference(&mut self, namespace: Namespace, scope: u32, name: &Argument<'_>, at: Span) {
        if self.certain {
            self.reference_if_there(namespace, scope, name, at);
        }
    }

    /// The same, whether the statement is surely there or not.
    pub(super) fn reference_if_there(&mut self, namespace: Namespace, scope: u32, name: &Argument<'_>, at: Span) {
        let text = self.text(name);
        let Some(value) = name.known() else { return };
        // Conditions must be defined above: the program looks for them when it reads the rule.
        let defined = namespace == Namespace::Condition && self.is_defined(namespace, scope, value);
        let whereabouts = if defined { Whereabouts::Defined } else { Whereabouts::Nowhere };
        let unresolved = Unresolved::Refused;
        self.unit.names.references.push(Reference { namespace, scope, name: text, at, whereabouts, unresolved });
    }

    /// Sections that a statement names: caches, error pages, mail servers, peers.
    pub(super) fn refer_to_sections(&mut self, line: &Line<'_>) {
        let (namespace, position) = match line.phrase {
            "http-request cache-use" | "http-response cache-store" => (Namespace::Cache, Some(0)),
            "errorfiles" => (Namespace::ErrorPages, Some(0)),
            "email-alert mailers" => (Namespace::Mailers, Some(0)),
            "stick-table" => {
                (Namespace::Peers, line.arguments.iter().position(|word| word.is("peers")).map(|at| at + 1))
            }
            _ => return,
        };
        if let Some(name) = position.and_then(|position| line.argument(position)).cloned() {
            self.reference(namespace, 0, &name, line.span);
        }
    }

    fn is_defined(&self, namespace: Namespace, scope: u32, value: &str) -> bool {
        let (texts, sources) = (&self.unit.texts, self.sources);
        self.unit.names.find(namespace, scope, value, |text| texts.get(text, sources) == value).is_some()
    }

    /// `track [POOL/]SERVER`: without a pool the server is one of the same section.
    pub(super) fn track_reference(&mut self, argument: &Argument<'_>, statement: Span) {
        let Some(text) = argument.known() else { return };
        match text.split_once('/') {
            None => self.reference(Namespace::Target, self.scope, argument, statement),
            Some((pool, _)) => {
                let span = Span::new(argument.span.start, argument.span.start + pool.len() as u32);
                let pool = Argument { span, value: Ok(pool.to_owned().into()) };
                self.reference(Namespace::Pool, 0, &pool, statement);
            }
        }
    }

    /// Ties references to definitions and routes to pools; what is found nowhere becomes a diagnostic.
    pub(super) fn resolve_names(&mut self) {
        self.resolve_references();
        self.resolve_routes();
        self.complain_of_routes();
    }

    /// Routes that the program refuses although the pool exists (2.6.12): HTTP into a pool that speaks TCP, and a
    /// `listen` section that names itself as its default.
    fn complain_of_routes(&mut self) {
        let unit = &self.unit;
        let complaints = unit.routes.iter().filter_map(|route| Some(Diagnostic::new(route.at, conflict(unit, route)?)));
        self.diagnostics.extend(complaints);
    }

    fn resolve_references(&mut self) {
        let elsewhere = if self.unit.fragment { Whereabouts::OtherFile } else { Whereabouts::Nowhere };
        let mut references = std::mem::take(&mut self.unit.names.references);
        for reference in &mut references {
            let found = find(&self.unit.names, &self.unit.texts, self.sources, reference);
            if found.is_none() && self.may_be_there(reference) {
                reference.whereabouts = Whereabouts::OtherFile;
                continue;
            }
            match found.and_then(|position| self.unit.names.definitions.get_mut(position as usize)) {
                Some(definition) => {
                    definition.references += 1;
                    if reference.namespace != Namespace::Condition {
                        reference.whereabouts = Whereabouts::Defined;
                    }
                }
                None => reference.whereabouts = elsewhere,
            }
        }
        let mut suggestions = SUGGESTIONS;
        for reference in &references {
            // Pools are spoken of by a check of their own, which reads the references.
            if reference.whereabouts == Whereabouts::Nowhere && reference.namespace != Namespace::Pool {
                self.complain(reference, suggestions > 0);
                suggestions = suggestions.saturating_sub(1);
            }
        }
        self.unit.names.references = references;
    }

    /// Whether a server that a template fills in, or that a condition guards, may be the one that is named.
    fn may_be_there(&self, reference: &Reference) -> bool {
        let value = self.read(reference.name);
        let mut open = self.open_targets.iter().filter(|open| open.scope == reference.scope);
        reference.namespace == Namespace::Target && open.any(|open| open.may_be(value, &self.unit.texts, self.sources))
    }

    fn complain(&mut self, reference: &Reference, suggest: bool) {
        let names =
            self.unit.names.definitions.iter().filter(|definition| {
                definition.namespace == reference.namespace && definition.scope == reference.scope
            });
        let names = names.map(|definition| self.read(definition.name));
        let suggestion = if suggest { nearest(self.read(reference.name), names).map(Into::into) } else { None };
        let kind = Kind::UndefinedName { what: reference.namespace.phrase(), suggestion };
        self.diagnostics.push(Diagnostic::new(reference.name.0, kind));
    }

    fn resolve_routes(&mut self) {
        let unit = &mut self.unit;
        for route in &mut unit.routes {
            if let Destination::Pool(name, pool) = &mut route.to {
                *pool = pool_named(&unit.names, &unit.texts, self.sources, *name);
            }
        }
    }

    /// Listener ids count up in the order of the text.
    pub(super) fn next_listener(&self) -> ListenerId {
        ListenerId(self.unit.listeners.len() as u32)
    }
}

/// Why a route is refused, if it is.
fn conflict(unit: &Unit, route: &Route) -> Option<Kind> {
    let (RouteSource::Listener(from), Destination::Pool(_, Some(to))) = (route.from, &route.to) else { return None };
    let (listener, pool) = (unit.listener(from)?, unit.pool(*to)?);
    if !route.presence.is_certain() || route.kind == RouteKind::Own {
        return None;
    }
    if pool.header == listener.header && route.kind == RouteKind::Default {
        return Some(Kind::Conflict("this section names itself as its default: HAProxy refuses the loop".into()));
    }
    let speaks = |settings, mode| unit.settings(settings).is_some_and(|settings| settings.mode.is(&mode));
    let mismatch = speaks(listener.settings, Mode::Http) && speaks(pool.settings, Mode::Tcp);
    mismatch.then(|| Kind::Conflict("HTTP is sent to a pool that speaks TCP: HAProxy refuses it; see `mode`".into()))
}

fn find(names: &Names, texts: &Texts, sources: &Sources, reference: &Reference) -> Option<u32> {
    let value = texts.get(reference.name, sources);
    names.find(reference.namespace, reference.scope, value, |text| texts.get(text, sources) == value)
}

fn pool_named(names: &Names, texts: &Texts, sources: &Sources, name: Text) -> Option<PoolId> {
    let value = texts.get(name, sources);
    let position = names.find(Namespace::Pool, 0, value, |text| texts.get(text, sources) == value)?;
    names.definitions.get(position as usize).map(|definition| PoolId(definition.item))
}
