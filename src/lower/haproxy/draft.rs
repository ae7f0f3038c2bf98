//! The settings of a section while it is read: what was inherited, then changed line by line.

use super::logging::LogDraft;
use super::needs::{Inherited, Traits};
use super::operations::StatsDraft;
use crate::model::{
    AdministrativeState, CarrierKind, Fact, HttpCheck, Limit, PoolSettings, Step, Stories, TargetSettings, Text,
    Timeout, Value, Why,
};
use crate::source::Span;

/// All that a section can inherit or set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draft {
    /// What the model keeps for pools and listeners.
    pub(super) settings: PoolSettings,
    /// What a server line starts from (`default-server`).
    pub(super) server: ServerDraft,
    /// `monitor-uri`.
    pub(super) monitor: Option<Span>,
    /// The rules of its health check.
    pub(super) check: CheckRules,
    /// `default_backend`: its name and its statement.
    pub(super) default_pool: Option<(Fact<Text>, Span)>,
    /// `maxconn` of a listener.
    pub(super) connections: Fact<Limit>,
    /// `disabled`.
    pub(super) disabled: bool,
    /// The section answers by itself.
    pub(super) answers_itself: bool,
    /// `cookie`: the statement, and what it does with the servers' values.
    pub(super) carrier: Option<(Span, Value<CarrierKind>)>,
    /// `dynamic-cookie-key` is written.
    pub(super) makes_values: bool,
    /// `stats ...`, and what turns requests away.
    pub(super) stats: StatsDraft,
    /// `log`, and what is written to it.
    pub(super) log: LogDraft,
}

/// Which rules of a health check a section has written so far. The first one throws all inherited ones away, the request of
/// an inherited `option httpchk` among them (2.6.12, measured).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CheckRules {
    /// The section has an `http-check` rule, or `option httpchk`, of its own.
    pub(super) own: bool,
    /// Its first `http-check` rule.
    pub(super) http_rule: Option<Span>,
    /// Its first `tcp-check` rule.
    pub(super) tcp_rule: Option<Span>,
    /// Its latest check method, if that is certainly there.
    pub(super) method: Option<Span>,
    /// `option tcp-check` is the method.
    pub(super) by_tcp_rules: bool,
    /// What `http-check send` says of the request.
    pub(super) sent: Sent,
    /// There was an `http-check send`.
    pub(super) sends: bool,
}

/// What `http-check send` says: `option httpchk` says the rest.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    /// The method.
    pub(super) method: bool,
    /// The path.
    pub(super) path: bool,
    /// The version.
    pub(super) version: bool,
}

/// What a server line starts from, and what it has become when it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ServerDraft {
    /// What equal targets share.
    pub(super) settings: TargetSettings,
    /// `weight`.
    pub(super) weight: Fact<u32>,
    /// `backup`.
    pub(super) backup: Fact<bool>,
    /// `disabled` and `enabled`.
    pub(super) state: AdministrativeState,
    /// `id`; 0 if none was written.
    pub(super) number: u32,
    /// `cookie`: the value, and where it is written.
    pub(super) session: Option<(Value<Text>, Span)>,
    /// What is written of the connections of checks, apart from those of traffic.
    pub(super) check: CheckPath,
    /// `on-error`: what so many failures do, and how many they are.
    pub(super) on_error: OnError,
    /// What other settings need of it.
    pub(super) traits: Traits,
}

/// What a server line says of its checks' connections. What it does not say they share with traffic, unless they go to an
/// address or a port of their own (configuration manual 5.2, `check-ssl`, `check-send-proxy`; 2.6.12, measured).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct CheckPath {
    /// `check-ssl` and `no-check-ssl`.
    pub(super) tls: Option<bool>,
    /// `check-send-proxy`.
    pub(super) proxy_header: bool,
    /// `check-sni`.
    pub(super) server_name: bool,
}

/// What a server line says of failures of real traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OnError {
    /// `on-error mark-down`: they take it out.
    pub(super) takes_out: bool,
    /// `error-limit`: after so many in a row.
    pub(super) limit: Value<u32>,
}

/// A `defaults` section that was read.
#[derive(Debug)]
pub(super) struct DefaultsSection {
    /// Its name.
    pub(super) name: Option<Text>,
    /// Its header.
    pub(super) header: Span,
    /// What sections inherit from it.
    pub(super) draft: Draft,
    /// A section that names it.
    pub(super) named_by: Option<Span>,
    /// A section that uses it without naming it.
    pub(super) implied_by: Option<Span>,
    /// The section that it inherits from, by position.
    pub(super) parent: Option<usize>,
    /// Its settings that need another one.
    pub(super) wishes: Vec<Inherited>,
}

/// What a statement does to one fact.
#[derive(Clone, Copy, Debug)]
pub(super) struct Write<T> {
    /// The new value.
    pub(super) value: Value<T>,
    /// The words that say so.
    pub(super) at: Span,
    /// The statement is surely read.
    pub(super) certain: bool,
}

/// Writes a fact; a value of the same section that is replaced becomes part of the story.
/// Answers with the place of the earlier value if it was another one.
pub(super) fn write<T: PartialEq + Copy>(fact: &mut Fact<T>, new: Write<T>, stories: &mut Stories) -> Option<Span> {
    use crate::model::{Origin, OriginKind};
    let replaced = (fact.origin.kind == OriginKind::Written && fact.value != new.value).then_some(fact.origin.at);
    let same = fact.value == new.value;
    fact.origin = Origin::written(new.at);
    fact.value = if new.certain || same { new.value } else { Value::Unknown(Why::Condition) };
    if let Some(at) = replaced {
        stories.tell(new.at, Step::Replaces(at));
    }
    replaced.filter(|_| new.certain)
}

impl Draft {
    /// The draft that a section starts from when it inherits this one.
    pub(super) fn inherited(mut self) -> Self {
        let s = &mut self.settings;
        inherit(&mut s.mode);
        inherit(&mut s.policy);
        inherit(&mut s.hash_type);
        inherit(&mut s.hash_balance);
        inherit(&mut s.probe);
        inherit_check(&mut s.http_check);
        self.check = CheckRules { by_tcp_rules: self.check.by_tcp_rules, ..CheckRules::default() };
        inherit(&mut s.retries);
        inherit(&mut s.retry_on);
        inherit(&mut s.retry_exceptions);
        inherit(&mut s.hash_spills);
        inherit(&mut s.redispatch);
        inherit(&mut s.all_backups);
        inherit(&mut s.affinity);
        inherit(&mut s.saved_state);
        inherit(&mut s.full_load);
        inherit_timeouts(s);
        inherit(&mut self.connections);
        inherit(&mut self.log.shows_target);
        // The page of a section with a `stats` line of its own, as `stats admin` is, has nothing of its `defaults` (2.6.12).
        self.stats.page_asks = false;
        if let Some((name, _)) = &mut self.default_pool {
            inherit(name);
        }
        self
    }
}

fn inherit_timeouts(settings: &mut PoolSettings) {
    let t = &mut settings.timeouts;
    let all: [&mut Fact<Timeout>; 7] =
        [&mut t.connect, &mut t.server, &mut t.client, &mut t.queue, &mut t.check, &mut t.tunnel, &mut t.http_request];
    all.into_iter().for_each(inherit);
}

fn inherit_check(check: &mut HttpCheck) {
    inherit(&mut check.method);
    inherit(&mut check.path);
    inherit(&mut check.names_host);
    inherit(&mut check.host);
    inherit(&mut check.good);
    inherit(&mut check.reads_body);
    inherit(&mut check.reads_header);
    check.unread = None;
    check.forgotten = None;
}

fn inherit<T: Copy>(fact: &mut Fact<T>) {
    *fact = fact.inherited();
}
