//! Fields that nothing reads, because what they need is missing.

mod table;

use super::Lowering;
use super::cluster::Draft;
use crate::model::{
    AdministrativeState, Completeness, Destination, Idle, Membership, Method, Need, Origin, Pool, PoolId, Route,
};
use crate::source::Span;
use crate::syntax::envoy::Message;
use rustc_hash::FxHashMap;

/// A field's name where it is set to something; `false` asks for nothing.
fn written(message: &Message<'_>, name: &str) -> Option<Span> {
    let (key, value) = message.entry(name)?;
    let off = value.is_null() || value.is_scalar() && value.text().is_some_and(|text| text == "false");
    (!off).then_some(key)
}

impl<'a> Lowering<'a, '_> {
    /// Judges the fields of a cluster that was read into `draft`, as the pool that it has become.
    pub(super) fn judge_cluster(&mut self, cluster: &Message<'a>, draft: &Draft, pool: &Pool) {
        let common = cluster.field("common_lb_config");
        let of_common = |name| common.as_ref().and_then(|common| written(common, name));
        let built_in = cluster.field("cluster_type").is_none();
        let at_type = cluster.entry("type").map(|(_, value)| value.span());
        let mut idle = |at: Option<Span>, need: &'static Need, because: Option<Span>| {
            let new = |at| Idle { at, need, group: pool.header, owners: vec![pool.name], because };
            self.unit.idle.extend(at.map(new));
        };
        if built_in && looks_nothing_up(draft) {
            for name in table::OF_NAMES {
                idle(written(cluster, name), &table::NAMES, at_type);
            }
        }
        if built_in && draft.membership == Membership::Discovered {
            idle(written(cluster, "load_assignment"), &table::LISTED, at_type);
        }
        let selectors = cluster.path(&["lb_subset_config", "subset_selectors"]);
        if selectors.is_none_or(|selectors| selectors.is_list() && selectors.items().next().is_none()) {
            idle(written(cluster, "lb_subset_config"), &table::SELECTORS, None);
        }
        let policy = draft.settings.policy;
        if policy.get().is_some_and(|policy| is_without_hash(policy.method)) {
            let because = policy.origin.written_at();
            idle(of_common("consistent_hashing_lb_config"), &table::HASHING, because);
        }
        let watched = ["health_checks", "outlier_detection"].iter().any(|name| written(cluster, name).is_some());
        if !watched && self.all_are_healthy(draft) {
            let new = |at| of_pool(pool, at, &table::HEALTH);
            self.unit.idle.extend(of_common("healthy_panic_threshold").map(new));
        }
        self.judge_ejection(cluster, draft, pool);
    }

    /// Whether the endpoints are written, and none of them with a state of its own.
    fn all_are_healthy(&self, draft: &Draft) -> bool {
        let targets = self.unit.targets.get(draft.first_target..).unwrap_or_default();
        let listed = matches!(draft.membership, Membership::Listed | Membership::Resolved);
        listed && targets.iter().all(|target| target.state == AdministrativeState::Up)
    }

    /// Ejection settings of a cluster that surely has one endpoint.
    fn judge_ejection(&mut self, cluster: &Message<'a>, draft: &Draft, pool: &Pool) {
        let targets = self.unit.targets.get(draft.first_target..).unwrap_or_default();
        let alone = draft.membership == Membership::Listed && draft.completeness == Completeness::Complete;
        let [only] = targets else { return };
        if alone && only.count.exactly() == Some(1) {
            let new = |at| of_pool(pool, at, &table::SEVERAL);
            self.unit.idle.extend(written(cluster, "outlier_detection").map(new));
        }
    }

    /// Judges the fields of a `retry_policy`.
    pub(super) fn judge_retries(&mut self, policy: &Message<'a>) {
        if policy.is_masked() || !policy.is_mapping() {
            return;
        }
        let group = policy.first_line();
        let mut idle = |at: Option<Span>, need: &'static Need, because: Option<Span>| {
            let new = |at| Idle { at, need, group, owners: Vec::new(), because };
            self.unit.idle.extend(at.map(new));
        };
        let Some(retry_on) = policy.field("retry_on") else {
            for name in table::OF_RETRIES {
                idle(policy.entry(name).map(|(at, _)| at), &table::RETRY_ON, None);
            }
            return;
        };
        let Some(words) = retry_on.text() else { return };
        let names = |wanted: &str| words.split(',').any(|word| word.trim() == wanted);
        let at = Some(retry_on.span());
        if !names("retriable-status-codes") {
            idle(written(policy, "retriable_status_codes"), &table::STATUS_WORD, at);
        }
        if !names("retriable-headers") {
            idle(written(policy, "retriable_headers"), &table::HEADER_WORD, at);
        }
        if policy.field("retry_host_predicate").is_none() {
            idle(written(policy, "host_selection_retry_max_attempts"), &table::PREDICATE, None);
        }
    }

    /// Routes that say what to hash, to clusters that do not.
    pub(super) fn judge_hash_policies(&mut self) {
        let mut places: FxHashMap<Span, Option<(PoolId, Origin)>> = FxHashMap::default();
        for route in &self.unit.routes {
            let Some(forwarding) = self.unit.forwarding(route) else { continue };
            let origin = forwarding.hash_key.origin;
            if !origin.is_explicit() {
                continue;
            }
            let without = self.pool_without_hash(route);
            let known = places.entry(origin.at).or_insert(without);
            *known = known.and(without);
        }
        let mut found: Vec<(Span, PoolId, Origin)> =
            places.into_iter().filter_map(|(at, found)| found.map(|(pool, policy)| (at, pool, policy))).collect();
        found.sort_unstable_by_key(|(at, ..)| at.start);
        for (at, id, policy) in found {
            let Some(pool) = self.unit.pool(id) else { continue };
            let because = policy.written_at();
            let idle = Idle { at, need: &table::HASHING_CLUSTER, group: at, owners: vec![pool.name], because };
            self.unit.idle.push(idle);
        }
    }

    /// The cluster that a route leads to, if it surely does not hash; of several, the first where none of them does.
    fn pool_without_hash(&self, route: &Route) -> Option<(PoolId, Origin)> {
        let of = |id: PoolId| {
            let policy = self.unit.settings(self.unit.pool(id)?.settings)?.policy;
            is_without_hash(policy.get()?.method).then_some((id, policy.origin))
        };
        match &route.to {
            Destination::Pool(_, pool) => of((*pool)?),
            Destination::Split(branches) => {
                let all: Option<Vec<_>> = branches.iter().map(|branch| of(branch.pool?)).collect();
                all?.first().copied()
            }
            Destination::Computed(..) => None,
        }
    }
}

/// Types whose endpoints have addresses, or come with them.
fn looks_nothing_up(draft: &Draft) -> bool {
    matches!(draft.membership, Membership::Listed | Membership::OfRequest)
}

const fn is_without_hash(method: Method) -> bool {
    matches!(method, Method::RoundRobin { .. } | Method::LeastConnections | Method::Uniform)
}

fn of_pool(pool: &Pool, at: Span, need: &'static Need) -> Idle {
    Idle { at, need, group: pool.header, owners: vec![pool.name], because: None }
}
