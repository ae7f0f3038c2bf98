//! The settings of a section while it is read: what was inherited, then changed line by line.

use super::needs::{Inherited, Traits};
use super::operations::StatsDraft;
use crate::model::{
    AdministrativeState, CarrierKind, Fact, Limit, PoolSettings, Step, Stories, TargetSettings, Text, Timeout, Value,
    Why,
};
use crate::source::Span;

/// All that a section can inherit or set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draft {
    /// What the model keeps for pools and listeners.
    pub(super) settings: PoolSettings,
    /// What a server line starts from (`default-server`).
    pub(super) server: ServerDraft,
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
    /// The check goes to port 8008, where Patroni answers for the role of a database.
    pub(super) patroni_port: bool,
    /// `cookie`: the value, and where it is written.
    pub(super) session: Option<(Value<Text>, Span)>,
    /// What other settings need of it.
    pub(super) traits: Traits,
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

fn inherit<T: Copy>(fact: &mut Fact<T>) {
    *fact = fact.inherited();
}
