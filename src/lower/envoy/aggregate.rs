//! Aggregate clusters: pools that send to other pools, in their order.

use super::Lowering;
use super::membership::AGGREGATE;
use crate::model::{
    Destination, Guard, Namespace, PoolId, Presence, Reference, Route, RouteKind, RouteSource, Unresolved, Whereabouts,
};
use crate::syntax::envoy::Message;

impl<'a> Lowering<'a, '_> {
    /// A route from an aggregate cluster to each of its members: to the first always, to the others when it fails.
    pub(super) fn aggregate(&mut self, cluster: &Message<'a>, from: PoolId) {
        let Some(config) = cluster.path(&["cluster_type", "typed_config"]) else { return };
        if !config.text_of("@type").is_some_and(|url| url.contains(AGGREGATE)) {
            return;
        }
        for (position, member) in config.list("clusters").enumerate() {
            if !self.may_add() {
                return;
            }
            let (name, at) = (self.text(&member), member.span());
            let guard = if position == 0 { Guard::Always } else { Guard::When { at, fallback: true } };
            self.unit.names.references.push(Reference {
                namespace: Namespace::Pool,
                scope: 0,
                name,
                at,
                whereabouts: Whereabouts::Nowhere,
                unresolved: Unresolved::Skipped,
            });
            self.unit.routes.push(Route {
                from: RouteSource::Pool(from),
                kind: RouteKind::Default,
                at,
                scope: 0,
                to: Destination::Pool(name, None),
                guard,
                presence: Presence::Always,
                hosts: None,
                total: None,
                forwarding: None,
            });
        }
    }
}
