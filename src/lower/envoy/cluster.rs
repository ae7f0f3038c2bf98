//! A cluster to a pool.

use super::facts::Facts;
use super::resources::Resources;
use super::{Lowering, health, http_check, membership, policy, settings, spread};
use crate::model::{
    AdministrativeState, Completeness, Definition, Fact, Membership, Namespace, Pool, PoolKind, PoolSettings, Spread,
    SpreadId, Step, Subsets, TargetSettings, Text, Why,
};
use crate::syntax::envoy::Message;

/// A cluster while its fields are read.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) settings: PoolSettings,
    pub(super) spread: Spread,
    pub(super) membership: Membership,
    pub(super) completeness: Completeness,
    /// What its targets have in common.
    pub(super) target: TargetSettings,
    /// What its targets are, unless they say otherwise.
    pub(super) state: AdministrativeState,
    /// The position of its first target in the unit.
    pub(super) first_target: usize,
    /// Where the cluster begins.
    pub(super) start: u32,
}

impl<'a> Lowering<'a, '_> {
    /// One cluster.
    pub(super) fn cluster(&mut self, message: &Message<'a>, resources: &Resources<'a>) {
        let header = message.field("name").map_or(message.first_line(), |_| message.place("name"));
        let name = match message.field("name") {
            Some(name) => self.text(&name),
            None => Text(header),
        };
        let mut draft = Draft {
            settings: settings::pool_settings(header),
            spread: settings::spread(header),
            membership: Membership::Listed,
            completeness: Completeness::Complete,
            target: settings::target_settings(header),
            state: AdministrativeState::Up,
            first_target: self.unit.targets.len(),
            start: message.span().start,
        };
        if message.field("upstream_bind_config").is_some() {
            self.unit.chooses_source = Some(message.place("upstream_bind_config"));
        }
        membership::read(message, &mut draft);
        self.policy(message, &mut draft);
        self.subsets(message, &mut draft);
        spread::read(message, &mut draft);
        self.probe(message, &mut draft);
        health::read(message, &mut draft);
        http_check::transport(message, &mut draft);
        let connect = &mut draft.settings.timeouts.connect;
        *connect = health::in_milliseconds(message, "connect_timeout_ms").unwrap_or(*connect);
        *connect = message.duration("connect_timeout", *connect);
        super::template::doubt(message, &mut draft);
        self.members(message, &mut draft, resources);
        self.note_uses_in(
            message,
            &["transport_socket", "transport_socket_matches", "eds_cluster_config", "lrs_server"],
        );
        if let Some(source) = message.path(&["eds_cluster_config", "eds_config"]) {
            self.require_source(&source);
        }
        for name in ["filters", "typed_extension_protocol_options"] {
            if let Some(filters) = message.field(name) {
                self.note_uses_of_filter(&filters);
            }
        }
        self.finish_cluster(message, name, header, &draft);
    }

    fn finish_cluster(&mut self, message: &Message<'a>, name: Text, header: crate::source::Span, draft: &Draft) {
        let settings = self.store_settings(&draft.settings);
        self.unit.spreads.push(draft.spread);
        let spread = SpreadId(self.unit.spreads.len() as u32 - 1);
        let targets = draft.first_target as u32..self.unit.targets.len() as u32;
        let pool = Pool::new(name, PoolKind::Cluster, header, targets, settings);
        let pool = Pool {
            extent: message.span(),
            completeness: draft.completeness,
            membership: draft.membership,
            presence: super::template::presence(message, None),
            spread: Some(spread),
            ..pool
        };
        let item = self.unit.pools.len() as u32;
        self.judge_cluster(message, draft, &pool);
        self.unit.pools.push(pool);
        let value = message.text_of("name").unwrap_or_default();
        let definition = Definition { namespace: Namespace::Pool, scope: 0, name, references: 0, item };
        let (texts, sources) = (&self.unit.texts, self.input.sources);
        // The program refuses a second cluster of one name; validation says so.
        let _ = self.unit.names.define(definition, &value, |text| texts.get(text, sources) == value);
        self.aggregate(message, crate::model::PoolId(item));
    }

    /// How targets are picked: the new field wins over the old one and all that belongs to it.
    fn policy(&mut self, message: &Message<'_>, draft: &mut Draft) {
        let written = policy::read(message);
        let replaced = written.replaces;
        policy::apply(&written, draft);
        let policy = draft.settings.policy;
        if replaced && !policy::is_called(policy.get(), message.text_of("lb_policy").as_deref()) {
            self.unit.stories.tell(policy.origin.at, Step::Replaces(message.place("lb_policy")));
        }
        for at in policy::unread(message, policy.get()) {
            self.unit.stories.tell(policy.origin.at, Step::Unread(at));
        }
    }
}

impl<'a> Lowering<'a, '_> {
    /// Which names make a subset, where there are subsets.
    fn subsets(&mut self, message: &Message<'a>, draft: &mut Draft) {
        let config = message.field("lb_subset_config").filter(|_| message.field("load_balancing_policy").is_none());
        let subsets = draft.spread.subsets;
        if subsets.is(&Subsets::Off) {
            return;
        }
        let Some(config) = config else { return };
        match self.selectors(&config) {
            Some(selectors) => draft.spread.selectors = selectors,
            None => draft.spread.subsets = unsupported(subsets.origin.at),
        }
    }
}

/// A fact that a setting which is not modelled makes unknown.
pub(super) const fn unsupported<T>(at: crate::source::Span) -> Fact<T> {
    Fact::unknown(Why::Unsupported, crate::model::Origin::written(at))
}
