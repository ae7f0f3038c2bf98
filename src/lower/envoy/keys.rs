//! What hashing clusters hash: their routes say it.

use rustc_hash::FxHashMap;

use super::Lowering;
use crate::model::{Fact, Key, Method, PoolId, RouteKind};

impl Lowering<'_, '_> {
    /// Gives each hashing pool the key of its routes, if they agree; requests of a route without one get a random hash.
    pub(super) fn set_hash_keys(&mut self) {
        let mut keys: FxHashMap<PoolId, Option<Key>> = FxHashMap::default();
        for route in self.unit.routes.iter().filter(|route| route.kind != RouteKind::Mirror) {
            let Some(forwarding) = self.unit.forwarding(route) else { continue };
            let key = forwarding.hash_key.get().copied().flatten().unwrap_or(Key::Missing);
            for pool in route.to.pools().filter_map(|(_, pool)| pool) {
                keys.entry(pool).and_modify(|known| *known = known.filter(|known| *known == key)).or_insert(Some(key));
            }
        }
        let is_open = self.unit.computed_routes || self.unit.fragment;
        for (id, key) in keys {
            // A route that is not known may bring another key.
            let key = if is_open { key.filter(|key| *key != Key::Missing) } else { key };
            self.set_hash_key(id, key.unwrap_or(Key::Expression));
        }
    }

    fn set_hash_key(&mut self, id: PoolId, key: Key) {
        let unit = &mut self.unit;
        let settings = unit.pools.get(id.0 as usize).map(|pool| pool.settings.0 as usize);
        let Some(settings) = settings.and_then(|position| unit.settings.get_mut(position)) else { return };
        if let Some(policy) = settings.policy.get().copied()
            // Where the policy itself names one, routes have no say.
            && policy.method == Method::Hash(Key::Missing)
        {
            let method = Method::Hash(key);
            settings.policy = Fact::known(crate::model::Policy { method, ..policy }, settings.policy.origin);
        }
    }
}
