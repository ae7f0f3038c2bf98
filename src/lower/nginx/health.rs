//! Active health checks: those of modules and forks inside a pool, those of nginx Plus in the location that leads to it.

use super::argument::Argument;
use super::upstream::Draft;
use super::{Lowering, Network};
use crate::model::{Destination, Fact, Origin, PoolId, Probe, ProbeKind, Text};
use crate::source::Span;
use crate::syntax::nginx::Place;

/// `check interval=... type=...` of a pool (Tengine, `nginx_upstream_check_module`): all its targets are asked.
pub(super) fn check(draft: &mut Draft, arguments: &[Argument<'_>], at: Span) {
    let kind = arguments.iter().filter_map(Argument::known).find_map(|word| word.strip_prefix("type="));
    let kind = match kind {
        None | Some("tcp") => ProbeKind::Connect,
        Some("http") => ProbeKind::Http(None),
        Some(_) => ProbeKind::Other("check"),
    };
    draft.settings.probe = Fact::known(Probe { kind, elects: false }, Origin::written(at));
    draft.checked = Some(at);
}

/// What a check would ask, without the statement that enables it: the first that says so.
pub(super) fn describe(draft: &mut Draft, at: Span) {
    if draft.checked.is_none() && !draft.settings.probe.origin.is_explicit() {
        let probe = Probe { kind: ProbeKind::Http(None), elects: false };
        draft.settings.probe = Fact::known(probe, Origin::written(at));
    }
}

impl Lowering<'_, '_> {
    /// Marks the targets of a pool that has a check of its own.
    pub(super) fn check_all(&mut self, draft: &Draft, first_target: usize) {
        if let Some(at) = draft.checked {
            self.mark_checked(first_target..self.unit.targets.len(), at);
        }
    }

    fn mark_checked(&mut self, targets: std::ops::Range<usize>, at: Span) {
        let mut cache = std::mem::take(&mut self.cache);
        let unit = &mut self.unit;
        for target in unit.targets.get_mut(targets).unwrap_or_default() {
            let Some(settings) = unit.target_settings.get(target.settings.0 as usize) else { continue };
            let mut settings = *settings;
            settings.checked = Fact::known(true, Origin::written(at));
            target.settings = cache.id(&settings, &mut unit.target_settings);
        }
        self.cache = cache;
    }

    /// A `health_check` beside a pass directive asks the pool that the directive leads to.
    pub(super) fn check_targets_of(&mut self, to: &Destination) {
        let Some((place, at)) = self.health_check_here() else { return };
        let probe = self.probe(place);
        let pools: Vec<PoolId> = to.pools().filter_map(|(_, pool)| pool).collect();
        for id in pools {
            let Some(pool) = self.unit.pool(id) else { continue };
            let targets = pool.targets.start as usize..pool.targets.end as usize;
            let Some(mut settings) = self.unit.settings(pool.settings).copied() else { continue };
            settings.probe = Fact::known(probe, Origin::written(at));
            self.mark_checked(targets, at);
            let stored = self.store_settings(&settings);
            if let Some(pool) = self.unit.pools.get_mut(id.0 as usize) {
                pool.settings = stored;
            }
        }
    }

    fn health_check_here(&self) -> Option<(Place, Span)> {
        let place = self.scopes.last()?.health_check?;
        Some((place, self.header(place)))
    }

    fn probe(&self, place: Place) -> Probe {
        let mut kind = match self.network {
            Network::Http => ProbeKind::Http(None),
            Network::Stream => ProbeKind::Connect,
        };
        for word in self.arguments(place) {
            let Some(text) = word.known() else { continue };
            if let Some(uri) = text.strip_prefix("uri=") {
                kind = ProbeKind::Http(Some(Text(word.place_of(text.len() - uri.len()..text.len()))));
            } else if text.starts_with("type=grpc") || (text.starts_with("match=") && self.network == Network::Stream) {
                kind = ProbeKind::Other("health_check");
            }
        }
        Probe { kind, elects: false }
    }
}
