//! The blocks that are open, and which setting is in force in the innermost one.

use super::Lowering;
use super::argument::Argument;
use super::roles::{Family, Role, Setting};
use crate::grammar::nginx::DirectiveId;
use crate::grammar::rules::RuleId;
use crate::model::{CacheScope, Clients, Fact, ForwardingId, Network, Origin};
use crate::source::Span;
use crate::syntax::nginx::Place;

/// One open block.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// The statement that opens it.
    header: Span,
    /// Settings that stand directly in it.
    settings: Vec<(Family, Setting, Place)>,
    /// `set` statements that stand directly in it, or in an `if` of it.
    pub(super) assignments: Vec<Assignment<'a>>,
    /// Variables of which an `if` has asked whether they are empty, and has done something else with the request.
    pub(super) asked: Vec<String>,
    /// An active health check of the pool that the block leads to.
    pub(super) health_check: Option<Place>,
    /// Code runs here that can set any variable.
    pub(super) scripted: bool,
    /// Some requests leave it changed, or not at all.
    pub(super) rewrites: bool,
    /// `limit_except` lets only requests through that may be repeated.
    pub(super) repeatable: Option<Place>,
    /// Which requests it takes, as far as a cache is concerned.
    pub(super) requests: CacheScope,
    /// What its statements tell of who connects.
    pub(super) clients: Clients,
    /// The networks of its `set_real_ip_from`.
    trusted: Vec<Network>,
    /// `proxy_bind` and its like.
    chooses_source: Option<Span>,
    /// What a block inside that sets nothing itself uses.
    forwarding_inside: [Option<ForwardingId>; 8],
}

/// `set $name value;`
#[derive(Clone, Debug)]
pub(super) struct Assignment<'a> {
    /// The name without `$`, in lower case.
    pub(super) name: String,
    /// The value.
    pub(super) value: Argument<'a>,
    /// It stands in an `if`.
    pub(super) conditional: bool,
}

/// A setting that is in force.
#[derive(Clone, Copy, Debug)]
pub(super) struct InForce {
    /// The statement.
    pub(super) place: Place,
    /// How it came to be in force in the innermost block.
    pub(super) inherited: bool,
}

impl InForce {
    /// The origin of a fact that is written at `at` in the statement.
    pub(super) const fn origin(self, at: Span) -> Origin {
        let origin = Origin::written(at);
        if self.inherited { origin.inherited() } else { origin }
    }
}

impl<'a> Lowering<'a, '_> {
    /// Opens a block: notes what stands directly in it, wherever it stands there.
    pub(super) fn open(&mut self, header: Span, children: &[Place]) {
        let mut scope = Scope { header, ..Scope::default() };
        for place in children {
            self.note(&mut scope, *place, false);
        }
        self.unit.trusted.append(&mut scope.trusted);
        self.unit.chooses_source = self.unit.chooses_source.or(scope.chooses_source);
        self.scopes.push(scope);
    }

    fn note(&self, scope: &mut Scope<'a>, place: Place, conditional: bool) {
        let Some(statement) = self.statement(place) else { return };
        let role = self.input.roles.of(statement.keyword);
        scope.rewrites |= matches!(role, Role::Rewrite | Role::Script | Role::Inner);
        scope.clients = scope.clients.and(self.clients_of(role, place));
        match role {
            Role::Setting(family, setting) if !conditional => scope.settings.push((family, setting, place)),
            Role::Set => scope.assignments.extend(self.assignment(place, conditional)),
            Role::Script => scope.scripted = true,
            Role::RealAddress => scope.trusted.extend(self.trusted_by(place)),
            Role::SourceAddress => scope.chooses_source = Some(self.header(place)),
            Role::Internal => scope.requests = CacheScope::Internal,
            Role::HealthCheck if !conditional => scope.health_check = Some(place),
            Role::Inner if statement.has_body() && !conditional => {
                scope.asked.extend(self.asked_by(place));
                scope.repeatable = scope.repeatable.or_else(|| self.excludes_writes(place).then_some(place));
                for inner in self.input.mounts.children(place) {
                    self.note(scope, inner, true);
                }
            }
            _ => {}
        }
    }

    /// The variable that is not empty behind `if ($name = "") { return 404; }` and its like. nginx asks before it hands
    /// anything on, wherever the `if` stands in its block (`ngx_http_rewrite_module`; measured, 1.22.1).
    fn asked_by(&self, place: Place) -> Option<String> {
        let condition = self.input.sources.slice(self.rest(place)).trim();
        let condition = condition.strip_prefix('(')?.strip_suffix(')')?.trim();
        let (variable, test) = condition.split_once(char::is_whitespace)?;
        let (operator, value) = test.trim_start().split_once(char::is_whitespace)?;
        let value = value.trim().trim_matches(['"', '\'']);
        let takes_empty = match operator {
            "=" => value.is_empty(),
            "!=" => !value.is_empty(),
            "~" | "~*" => value == "^$",
            // What is asked for is hardly nothing.
            "!~" | "!~*" => true,
            _ => false,
        };
        let role = |place: Place| self.statement(place).map(|statement| self.input.roles.of(statement.keyword));
        let takes_over = |place| matches!(role(place), Some(Role::Rewrite | Role::Pass(_) | Role::Script));
        let name = variable.strip_prefix('$').filter(|_| takes_empty)?.trim_matches(['{', '}']);
        self.input.mounts.children(place).any(takes_over).then(|| name.to_ascii_lowercase())
    }

    /// Whether some `if` of the open blocks has taken the requests for which a variable is empty.
    pub(super) fn is_asked_for(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.asked.iter().any(|asked| asked.eq_ignore_ascii_case(name)))
    }

    /// `limit_except METHOD ... { }` with methods that may all be repeated; `GET` allows `HEAD`, too.
    fn excludes_writes(&self, place: Place) -> bool {
        let name = self.statement(place).map(|statement| self.input.grammar.name(DirectiveId(statement.keyword.0)));
        let may_be_repeated = |word: Argument<'_>| {
            word.known().is_some_and(|word| !matches!(word.to_ascii_uppercase().as_str(), "POST" | "PATCH" | "LOCK"))
        };
        name == Some("limit_except") && self.arguments(place).all(may_be_repeated)
    }

    /// Whether all requests that the innermost block hands on may be repeated.
    pub(super) fn repeatable(&self, at: Span) -> Fact<bool> {
        match self.scopes.last().and_then(|scope| scope.repeatable) {
            Some(place) => Fact::known(true, Origin::written(self.header(place))),
            None => Fact::known(false, Origin::default(at, RuleId::NGINX_NEXT_UPSTREAM)),
        }
    }

    fn assignment(&self, place: Place, conditional: bool) -> Option<Assignment<'a>> {
        let mut arguments = self.arguments(place);
        let name = arguments.next()?.known()?.strip_prefix('$')?.to_ascii_lowercase();
        Some(Assignment { name, value: arguments.next()?, conditional })
    }

    /// Where one line would set a default for all that is open: the outermost block's header.
    pub(super) fn outermost(&self) -> Span {
        // The first scope is the file itself, which has none.
        self.scopes.get(1).map_or(Span::default(), |scope| scope.header)
    }

    /// Closes the innermost block; what it tells of clients, the block around it tells, too.
    pub(super) fn close(&mut self) -> Clients {
        self.scopes.pop().map_or(Clients::Untold, |scope| scope.clients)
    }

    /// The same, for a block that is a part of the one around it.
    pub(super) fn close_part(&mut self) {
        let clients = self.close();
        if let Some(around) = self.scopes.last_mut() {
            around.clients = around.clients.and(clients);
        }
    }

    /// What the open blocks tell together.
    pub(super) fn clients(&self) -> Clients {
        self.scopes.iter().fold(Clients::Untold, |all, scope| scope.clients.and(all))
    }

    /// The last statement of a setting in the nearest block that has one.
    pub(super) fn in_force(&self, family: Family, setting: Setting) -> Option<InForce> {
        let innermost = self.scopes.len().checked_sub(1)?;
        self.scopes.iter().enumerate().rev().find_map(|(depth, scope)| {
            let matching = scope.settings.iter().rev().find(|(f, s, _)| (*f, *s) == (family, setting));
            matching.map(|(.., place)| InForce { place: *place, inherited: depth != innermost })
        })
    }

    /// All the statements of a setting in the nearest block that has one: lists are inherited whole or not at all.
    pub(super) fn all_in_force(&self, family: Family, setting: Setting) -> Vec<InForce> {
        let Some(innermost) = self.scopes.len().checked_sub(1) else { return Vec::new() };
        let of = |scope: &Scope<'_>, depth: usize| -> Vec<InForce> {
            let matching = scope.settings.iter().filter(|(f, s, _)| (*f, *s) == (family, setting));
            matching.map(|(.., place)| InForce { place: *place, inherited: depth != innermost }).collect()
        };
        let levels = self.scopes.iter().enumerate().rev().map(|(depth, scope)| of(scope, depth));
        levels.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Whether the innermost block sets anything itself that a family reads.
    pub(super) fn sets_something(&self, family: Family) -> bool {
        let innermost = self.scopes.last();
        innermost.is_some_and(|scope| {
            let settings = || scope.settings.iter().any(|(f, ..)| *f == family || *f == Family::Core);
            scope.requests != CacheScope::Pages
                || scope.repeatable.is_some()
                || !scope.assignments.is_empty()
                || settings()
        })
    }

    /// What was found for a block that sets nothing itself, in the block around it.
    pub(super) fn remembered(&self, family: Family) -> Option<ForwardingId> {
        let around = self.scopes.len().checked_sub(2)?;
        self.scopes.get(around)?.forwarding_inside.get(family as usize).copied().flatten()
    }

    /// Remembers it.
    pub(super) fn remember(&mut self, family: Family, id: ForwardingId) {
        let around = self.scopes.len().wrapping_sub(2);
        let slot = self.scopes.get_mut(around).and_then(|scope| scope.forwarding_inside.get_mut(family as usize));
        if let Some(slot) = slot {
            *slot = Some(id);
        }
    }
}
