//! The order of reading: what is valid in a whole `http` or `stream` first, then listeners and locations.

use super::roles::Role;
use super::{Lowering, Network};
use crate::grammar::nginx::ContextId;
use crate::grammar::rules::RuleId;
use crate::model::{CacheScope, Fact, Guard, Limit, Origin, Unit, Value, Why, Workers};
use crate::source::Span;
use crate::syntax::nginx::values::number;
use crate::syntax::nginx::{MountId, Place};

impl Lowering<'_, '_> {
    /// Reads the unit.
    pub(super) fn read(&mut self) {
        self.collect_variable_names();
        let roots: Vec<Place> = self.input.mounts.roots().collect();
        self.network = self.network_of_fragment();
        self.definitions(&roots);
        self.open(Span::default(), &roots);
        self.block(&roots, &Context::Outside);
        self.close();
    }

    /// A fragment belongs to `stream` if its statements fit nowhere else.
    fn network_of_fragment(&self) -> Network {
        let Some(root) = self.input.mounts.get(MountId(0)) else { return Network::Http };
        let grammar = self.input.grammar;
        let fits = |name: &str| {
            let context = grammar.context(name);
            context != ContextId::UNKNOWN && root.contexts.contains(context)
        };
        let http = ["main", "http", "server", "location", "upstream", "lif", "if"].into_iter().any(fits);
        if !http && ["stream", "stream_server", "stream_upstream"].into_iter().any(fits) {
            Network::Stream
        } else {
            Network::Http
        }
    }

    /// Pools and variables: they are valid in the whole block, also above the place where they stand.
    fn definitions(&mut self, places: &[Place]) {
        for place in places {
            let Some(statement) = self.statement(*place) else { continue };
            match self.input.roles.of(statement.keyword) {
                Role::Upstream if statement.has_body() => self.upstream(*place),
                Role::Map if statement.has_body() => self.map(*place),
                Role::Split if statement.has_body() => self.split(*place),
                Role::Geo if statement.has_body() => self.geo(*place),
                Role::CachePath(family) => self.cache_zone(*place, family),
                Role::LogFormat => self.log_format(*place),
                _ => {}
            }
        }
    }

    /// The statements of one block, whose scope is open.
    pub(super) fn block(&mut self, places: &[Place], context: &Context) {
        for place in places {
            let Some(statement) = self.statement(*place) else { continue };
            if self.input.roles.is_foreign(statement.keyword) {
                self.unit.other_edition.get_or_insert(self.header(*place));
            }
            match self.input.roles.of(statement.keyword) {
                Role::Http => self.network_block(*place, Network::Http),
                Role::Stream => self.network_block(*place, Network::Stream),
                Role::Server if statement.has_body() => self.listener(*place),
                Role::Location if statement.has_body() => self.location(*place, context),
                Role::Inner if statement.has_body() => self.inner(*place, context),
                Role::Pass(family) if !statement.has_body() => self.pass(*place, family, context),
                Role::Workers => self.workers(*place),
                Role::Events if statement.has_body() => self.events(*place, context),
                Role::WorkerConnections => self.unit.capacity.connections = self.limit(*place),
                Role::OpenFiles => self.unit.capacity.files = self.limit(*place),
                Role::Script => self.unit.computed_routes = true,
                Role::Module => {
                    self.unit.loads_module.get_or_insert(statement.span);
                }
                _ => {}
            }
        }
    }

    /// `worker_processes N|auto`
    fn workers(&mut self, place: Place) {
        let Some(argument) = self.argument(place) else { return };
        let value = if argument.is("auto") {
            Value::Known(Workers::OnePerCore)
        } else {
            let workers = |text: &str| Some(Workers::Exactly(u32::try_from(number(text)?).ok()?));
            argument.read(workers)
        };
        self.unit.workers = Fact { value, origin: Origin::written(self.header(place)) };
    }

    /// `events { worker_connections N; }`, 512 without it (`DEFAULT_CONNECTIONS` of `ngx_event.c`).
    fn events(&mut self, place: Place, context: &Context) {
        let origin = Origin::default(self.header(place), RuleId::NGINX_WORKER_CONNECTIONS);
        self.unit.capacity.connections = Fact::known(Limit::AtMost(512), origin);
        let children: Vec<Place> = self.input.mounts.children(place).collect();
        self.block(&children, context);
    }

    fn limit(&self, place: Place) -> Fact<Limit> {
        let value = self
            .argument(place)
            .map_or(Value::Unknown(Why::Malformed), |argument| argument.read(|text| number(text).map(Limit::AtMost)));
        Fact { value, origin: Origin::written(self.header(place)) }
    }

    fn network_block(&mut self, place: Place, network: Network) {
        let outside = std::mem::replace(&mut self.network, network);
        let children: Vec<Place> = self.input.mounts.children(place).collect();
        self.definitions(&children);
        self.open(self.header(place), &children);
        self.block(&children, &Context::Outside);
        self.close();
        self.network = outside;
    }

    fn location(&mut self, place: Place, context: &Context) {
        let guard = self.guard_of_location(place);
        let rest = *context == Context::Outside && self.takes_the_rest(place);
        let words: Vec<super::argument::Argument<'_>> = self.arguments(place).collect();
        self.nested(place, &Context::Location { guard, rest }, super::cache_key::requests(&words));
    }

    /// `if` and `limit_except`: a part of the block around them.
    fn inner(&mut self, place: Place, context: &Context) {
        let at = self.rest(place);
        let guard = match context {
            Context::Location { guard: guard @ Guard::Taken(_), .. } => guard.clone(),
            Context::Location { guard: Guard::When { fallback, .. }, .. } => Guard::When { at, fallback: *fallback },
            _ => Guard::When { at, fallback: false },
        };
        self.nested(place, &Context::Location { guard, rest: false }, CacheScope::Pages);
    }

    fn nested(&mut self, place: Place, context: &Context, requests: CacheScope) {
        let children: Vec<Place> = self.input.mounts.children(place).collect();
        self.open(self.header(place), &children);
        if let Some(scope) = self.scopes.last_mut().filter(|scope| scope.requests == CacheScope::Pages) {
            scope.requests = requests;
        }
        self.block(&children, context);
        self.close_part();
    }

    /// Ties everything together.
    pub(super) fn finish(mut self) -> Unit {
        self.find_idle();
        self.put_pools_in_order();
        super::comments::find_commented_targets(&mut self.unit, self.input.sources);
        self.unit
    }
}

/// What the statements of a block belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// No listener, or a listener as a whole.
    Outside,
    /// A location: requests that fit it.
    Location {
        /// Which requests.
        guard: Guard,
        /// It takes what no other location does.
        rest: bool,
    },
}
