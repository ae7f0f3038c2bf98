//! `upstream NAME { ... }` to a pool; the order of its statements counts.

use super::argument::Argument;
use super::check_module::{self, CheckTimes};
use super::policy::method;
use super::roles::Role;
use super::settings::{KEEPALIVE_BY_DEFAULT, pool_settings};
use super::{Lowering, Network};
use crate::grammar::Support;
use crate::grammar::nginx::DirectiveId;
use crate::model::{
    Affinity, Carrier, CarrierKind, Completeness, Definition, Fact, Keepalive, Mode, Namespace, Origin, OriginKind,
    Policy, Pool, PoolId, PoolKind, PoolSettings, SavedState, SettingsId, Step, Text, Timeout, Value, Why,
};
use crate::source::Span;
use crate::syntax::nginx::values::{number, time};
use crate::syntax::nginx::{Place, StatementKind};

/// A pool while its statements are read.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) settings: PoolSettings,
    /// Where its block begins.
    pub(super) header: u32,
    pub(super) completeness: Completeness,
    /// The port of an address that names none.
    pub(super) default_port: Option<u16>,
    /// How many targets there are so far.
    targets: u32,
    /// All its targets are checked (`check` of a module), by the statement at this place.
    pub(super) checked: Option<Span>,
    /// `sticky`, and whether it needs a `route` of each server.
    carrier: Option<(Span, CarrierKind)>,
    /// How often it is checked.
    pub(super) check_times: Option<CheckTimes>,
    /// The first statement that says what a check sends, or which answers are good.
    pub(super) described: Option<Span>,
    /// Statements that say when idle connections are closed.
    closing: Vec<Span>,
}

impl Draft {
    fn new(at: Span, network: Network, lowering: &Lowering<'_, '_>) -> Self {
        let (mode, default_port) = match network {
            Network::Http => (Mode::Http, Some(80)),
            Network::Stream => (Mode::Tcp, None),
        };
        let settings = pool_settings(at, mode, lowering.input.version);
        Self {
            settings,
            header: at.start,
            completeness: Completeness::Complete,
            default_port,
            targets: 0,
            checked: None,
            check_times: None,
            described: None,
            carrier: None,
            closing: Vec::new(),
        }
    }

    /// What a statement at `at` has set may not be set: a condition of a template guards it.
    fn doubt(&mut self, at: Span) {
        fn forget<T>(fact: &mut Fact<T>, at: Span) {
            if fact.origin.at == at {
                fact.value = Value::Unknown(Why::Condition);
            }
        }
        let settings = &mut self.settings;
        forget(&mut settings.policy, at);
        forget(&mut settings.hash_type, at);
        forget(&mut settings.keepalive, at);
        forget(&mut settings.shared_state, at);
        forget(&mut settings.affinity, at);
        forget(&mut settings.timeouts.queue, at);
    }

    /// The number of the next target, from 1.
    pub(super) const fn next_number(&mut self) -> u32 {
        self.targets += 1;
        self.targets
    }
}

impl Lowering<'_, '_> {
    /// Reads a pool.
    pub(super) fn upstream(&mut self, place: Place) {
        let (Some(name), Some(statement)) = (self.argument(place), self.statement(place)) else { return };
        let (header, extent) = (self.header(place), statement.span);
        // It may be the one that a name means which no other pool has.
        self.unit.fragment |= name.known().is_none();
        let mut draft = Draft::new(header, self.network, self);
        let first_target = self.unit.targets.len();
        for child in self.input.mounts.children(place) {
            self.statement_of_pool(child, &mut draft);
        }
        check_module::settle(&mut draft);
        let closing = std::mem::take(&mut draft.closing);
        self.check_all(&draft, first_target);
        let text = self.text(&name);
        let settings = self.store_settings(&draft.settings);
        let targets = first_target as u32..self.unit.targets.len() as u32;
        let pool = Pool::new(text, PoolKind::Upstream, header, targets, settings);
        let presence = self.presence(place, None);
        let pool = Pool { extent, completeness: draft.completeness, presence, ..pool };
        let item = self.unit.pools.len() as u32;
        if let Some((at, kind)) = draft.carrier {
            self.unit.sessions.carriers.push(Carrier { pool: PoolId(item), at, kind: Value::Known(kind) });
        }
        self.judge_keepalive(&pool, closing);
        self.unit.pools.push(pool);
        self.define_pool(text, item);
    }

    /// Stores settings, unless they are those of the pool before.
    pub(super) fn store_settings(&mut self, settings: &PoolSettings) -> SettingsId {
        if self.unit.settings.last() != Some(settings) {
            self.unit.settings.push(*settings);
        }
        SettingsId(self.unit.settings.len() as u32 - 1)
    }

    fn define_pool(&mut self, name: Text, item: u32) {
        let value = self.read_text(name).to_ascii_lowercase();
        let scope = self.network.scope();
        let definition = Definition { namespace: Namespace::Pool, scope, name, references: 0, item };
        let (texts, sources) = (&self.unit.texts, self.input.sources);
        // A second definition is refused by the program, and reported where blocks are compared.
        let same = |text| texts.get(text, sources).eq_ignore_ascii_case(&value);
        let _ = self.unit.names.define(definition, &value, same);
    }

    fn statement_of_pool(&mut self, place: Place, draft: &mut Draft) {
        let Some(statement) = self.statement(place) else { return };
        if statement.kind() == StatementKind::Error {
            draft.completeness = Completeness::Incomplete(Why::Malformed, statement.span);
            return;
        }
        if self.input.roles.of(statement.keyword) == Role::Server {
            return self.server(place, draft);
        }
        let id = DirectiveId(statement.keyword.0);
        let name = self.input.grammar.name(id);
        let arguments: Vec<Argument<'_>> = self.arguments(place).collect();
        let at = self.header(place);
        if self.is_filled_in(place) {
            draft.completeness = Completeness::Incomplete(Why::Template, at);
            draft.settings.policy = Fact::unknown(Why::Template, Origin::written(at));
            return;
        }
        match (name, method(name, &arguments)) {
            (_, Some(written)) => {
                self.replace_method(draft, at, written.policy);
                if let Some(hash_type) = written.hash_type {
                    // What is filled in behind the key may be `consistent`.
                    let is_open = arguments.get(1).is_some_and(|word| word.known().is_none());
                    let value = if is_open { Value::Unknown(Why::Template) } else { Value::Known(hash_type) };
                    draft.settings.hash_type = Fact { value, origin: Origin::written(at) };
                }
            }
            ("keepalive", _) => keepalive(draft, &arguments, at),
            ("zone", _) => draft.settings.shared_state = Fact::known(true, Origin::written(at)),
            ("state", _) => {
                draft.completeness = Completeness::Incomplete(Why::Remote, at);
                draft.settings.saved_state = Fact::known(SavedState::FromFile, Origin::written(at));
            }
            // Only an include that brings nothing in is a statement of its own.
            ("include", _) => draft.completeness = Completeness::Incomplete(Why::OtherFile, at),
            ("queue", _) => queue(draft, &arguments, at),
            ("sticky" | "session_sticky", _) => sticky(draft, &arguments, at),
            ("check" | "check_http_send" | "check_http_expect_alive", _) => {
                self.check_statement(draft, name, &arguments, at);
            }
            _ => {
                self.note_keepalive_setting(name, at, &mut draft.closing);
                self.other_statement(draft, name, at);
            }
        }
        if !self.presence(place, Some(draft.header)).is_certain() {
            draft.doubt(at);
        }
    }

    /// A method replaces the one before it, with a warning; and what was wrapped around that one (research 2.3).
    fn replace_method(&mut self, draft: &mut Draft, at: Span, written: Policy) {
        let policy = &mut draft.settings.policy;
        if policy.origin.kind == OriginKind::Written {
            self.unit.stories.tell(at, Step::Replaces(policy.origin.at));
        }
        *policy = Fact::known(written, Origin::written(at));
        let keepalive = &mut draft.settings.keepalive;
        if keepalive.origin.kind == OriginKind::Written && self.input.version < KEEPALIVE_BY_DEFAULT {
            self.unit.stories.tell(at, Step::TakesAway(keepalive.origin.at));
            *keepalive = Fact::known(Keepalive::Lost, Origin::written(at));
        }
        let affinity = &mut draft.settings.affinity;
        if affinity.origin.kind == OriginKind::Written {
            self.unit.stories.tell(at, Step::TakesAway(affinity.origin.at));
            *affinity = Fact::known(Affinity::None, Origin::written(at));
        }
    }

    /// Statements of modules: some bring targets from elsewhere, others pick them in a way that is not modelled.
    fn other_statement(&mut self, draft: &mut Draft, name: &str, at: Span) {
        if brings_targets(name) {
            draft.completeness = Completeness::Incomplete(Why::Remote, at);
        }
        if self.may_be_a_method(name) {
            perhaps_a_method(draft, at);
        }
    }

    /// A directive that is not known may be anything.
    fn may_be_a_method(&self, name: &str) -> bool {
        let Some(id) = self.input.grammar.directive(name) else { return true };
        let context = self.input.grammar.context("upstream");
        let mut rows = self.input.grammar.rows_in(id, context);
        rows.any(|row| row.support == Support::Unsupported) && !name.contains("keepalive")
    }
}

/// A statement that is not known may replace the method, and what is wrapped around it; or do nothing of the kind.
fn perhaps_a_method(draft: &mut Draft, at: Span) {
    let settings = &mut draft.settings;
    settings.policy = Fact::unknown(Why::Unsupported, Origin::written(at));
    if settings.keepalive.origin.kind == OriginKind::Written {
        settings.keepalive = Fact::unknown(Why::Unsupported, settings.keepalive.origin);
    }
}

/// Modules that find targets while running: Lua, service discovery, files of their own.
fn brings_targets(name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["by_lua", "upsync", "jdomain", "dynamic", "dyups", "consul", "nacos", "zookeeper", "upstream_conf"];
    WORDS.iter().any(|word| name.contains(word))
}

fn keepalive(draft: &mut Draft, arguments: &[Argument<'_>], at: Span) {
    let count = arguments.first().map_or(Value::Unknown(Why::Malformed), |word| word.read(number));
    let value = match count {
        Value::Known(0) => Value::Known(Keepalive::Off),
        Value::Known(count) => Value::Known(Keepalive::Idle(u32::try_from(count).unwrap_or(u32::MAX))),
        Value::Unknown(why) => Value::Unknown(why),
    };
    draft.settings.keepalive = Fact { value, origin: Origin::written(at) };
}

/// `queue N [timeout=TIME]` of nginx Plus: without a time 60 s.
fn queue(draft: &mut Draft, arguments: &[Argument<'_>], at: Span) {
    let written = arguments.iter().filter_map(Argument::known).find_map(|word| word.strip_prefix("timeout="));
    let timeout = Timeout::After(written.and_then(time).unwrap_or(60_000));
    draft.settings.timeouts.queue = Fact::known(timeout, Origin::written(at));
}

fn sticky(draft: &mut Draft, arguments: &[Argument<'_>], at: Span) {
    let by_cookie = arguments.first().is_some_and(|word| word.is("cookie") || word.known().is_none());
    let cookie = arguments.get(1).filter(|_| by_cookie).map(|name| Affinity::Cookie(Text(name.span)));
    let by_route = arguments.first().is_some_and(|word| word.is("route"));
    draft.carrier = Some((at, if by_route { CarrierKind::Written } else { CarrierKind::Made }));
    draft.settings.affinity = Fact::known(cookie.unwrap_or(Affinity::Other), Origin::written(at));
}
